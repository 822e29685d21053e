"""Every family of translation models takes an article through the program, in both engines, by its own codes.

The models are tiny and know two sentences by heart, in two languages: they answer in the right one only if they are
told the languages as their family wants to be told them.
"""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from summarizer.engines.interface import Task
from tests import tiny
from tests.cli.conftest import Cli
from tests.cli.conftest import cli as cli  # the fixture
from tests.end_to_end.shelf import BEAMS, state
from tests.tiny.taught import Lesson, taught

ITALIAN = (tiny.ITALIAN[3], tiny.ITALIAN[11])
ENGLISH = (tiny.ENGLISH[3], tiny.ENGLISH[11])
# words that the tiny vocabularies can spell
FRENCH = ("Le scuole sono ancora a la neve.", "Dopo le terremoto, centinaia di familles in tenda.")


def asked(family: str, target: str) -> Task:
    codes = {
        "m2m100": ("it", {"en": "en", "fr": "fr"}),
        "nllb": ("ita_Latn", {"en": "eng_Latn", "fr": "fra_Latn"}),
        "mbart50": ("it_IT", {"en": "en_XX", "fr": "fr_XX"}),
    }
    if family in codes:
        source, targets = codes[family]
        return Task(source=source, target=targets[target])
    return Task(prefix=f"<2{target}> ")


def lessons(family: str) -> tuple[Lesson, ...]:
    return tuple(
        Lesson(text, answer, asked(family, target))
        for target, answers in (("en", ENGLISH), ("fr", FRENCH))
        for text, answer in zip(ITALIAN, answers, strict=True)
    )


def entry(family: str) -> dict[str, object]:
    fields: dict[str, object] = {"path": taught(family, lessons(family)), "generation": {"num_beams": 2}}
    if family == "madlad":
        fields |= {"family": family, "task": "translation", "sources": ["it"], "targets": ["en", "fr"]}
    return fields


@pytest.fixture
def article(tmp_path: Path) -> str:
    path = tmp_path / "article.txt"
    path.write_text(" ".join(ITALIAN) + "\n", encoding="utf-8")
    return str(path)


@pytest.mark.parametrize("engine", ["ctranslate2", "transformers"])
@pytest.mark.parametrize("family", ["m2m100", "nllb", "mbart50", "madlad"])
def test_a_model_with_many_targets_writes_the_translation_and_the_summary_each_in_its_language(
    cli: Cli, article: str, family: str, engine: str
) -> None:
    state(ours=entry(family))
    seen = cli("read", article, "-l", "fr", "--length", "2", "--engine", engine, "-f", "json", *BEAMS)
    assert seen.code == 0, seen.err
    report = json.loads(seen.out)
    assert report["translation"]["model"] == "ours"
    assert report["translation"]["engine"] == engine
    made = [s["text"] for block in report["translation"]["blocks"] for s in block["sentences"]]
    assert made == list(ENGLISH)
    [summary] = report["summaries"]
    assert (summary["language"], summary["model"]) == ("fr", "ours")
    assert [s["text"] for s in summary["sentences"]] == list(FRENCH)


def pivot() -> None:
    state(
        **{
            "ours-it-en": {"path": taught("marian", tuple(map(Lesson, ITALIAN, ENGLISH)))},
            "ours-en-many": {
                "path": taught(
                    "marian_multilingual",
                    tuple(Lesson(e, f, Task(prefix=">>fra<< ")) for e, f in zip(ENGLISH, FRENCH, strict=True)),
                ),
                "sources": ["en"],
                "targets": ["fr", "es"],
                "licence": "CC-BY-4.0",
                "attribution": "Ours under CC-BY-4.0",
            },
        }
    )


@pytest.mark.parametrize("engine", ["ctranslate2", "transformers"])
def test_two_marian_models_lead_through_english_and_the_way_is_told(cli: Cli, article: str, engine: str) -> None:
    pivot()
    options = ("-l", "fr", "--length", "2", "--engine", engine, *BEAMS)
    seen = cli("read", article, *options, "-f", "json", "--verbose")
    assert seen.code == 0, seen.err
    assert "from it to fr: it → en with ours-it-en, then en → fr with ours-en-many" in seen.err
    report = json.loads(seen.out)
    assert report["translation"]["model"] == "ours-it-en"
    [summary] = report["summaries"]
    assert [s["text"] for s in summary["sentences"]] == list(FRENCH)
    assert (summary["model"], summary["licence"]) == ("ours-it-en + ours-en-many", "MIT + CC-BY-4.0")
    assert summary["attribution"] == "Ours under CC-BY-4.0"
    assert "fr=ours-it-en@" in report["signature"]
    assert "ours-en-many@" in report["signature"]


@pytest.mark.parametrize("form", ["text", "markdown", "html", "rich"])
def test_licence_and_attribution_stand_under_every_form(cli: Cli, article: str, form: str) -> None:
    pivot()
    out = cli("read", article, "-l", "fr", "--force", "-f", form).out
    shown = " ".join(out.replace("\\", "").split())
    assert "CC-BY-4.0" in shown
    assert "Ours under CC-BY-4.0" in shown


def test_a_named_model_that_no_part_of_the_work_needs_is_an_error_not_passed_over(cli: Cli, article: str) -> None:
    pivot()
    seen = cli("read", article, "--force", "--model", "ours-en-many")
    assert seen.code == 1
    assert "ours-en-many translates English into French, Spanish and has no part in what is asked for" in (
        " ".join(seen.err.split())
    )


def test_the_ledger_holds_every_model_of_an_article_with_its_licence_and_attribution(
    cli: Cli, article: str, tmp_path: Path
) -> None:
    pivot()
    folder = tmp_path / "in"
    folder.mkdir()
    Path(article).rename(folder / "article.txt")
    done = cli("batch", str(folder), str(tmp_path / "out"), "-l", "fr", "--force", "--jobs", "1")
    assert done.code == 0, done.err
    [database] = (tmp_path / "out").rglob("ledger.sqlite3")
    with closing(sqlite3.connect(database)) as ledger:
        [facts] = [json.loads(row[0]) for row in ledger.execute("SELECT facts FROM article")]
    assert facts["model"] == "ours-it-en + ours-en-many"
    assert facts["licence"] == "MIT + CC-BY-4.0"
    assert facts["attribution"] == "Ours under CC-BY-4.0"


@pytest.mark.parametrize("command", ["read", "batch"])
def test_a_model_that_may_not_be_used_commercially_is_used_only_on_the_users_word(
    cli: Cli, article: str, tmp_path: Path, command: str
) -> None:
    path = taught("marian", tuple(map(Lesson, ITALIAN, ENGLISH)))
    state(ours={"path": path, "licence": "CC-BY-NC-4.0", "commercial": False})
    folder = tmp_path / "in"
    folder.mkdir()
    Path(article).rename(folder / "article.txt")
    source = (str(folder / "article.txt"), "-f", "json") if command == "read" else (str(folder), str(tmp_path / "out"))
    arguments = (command, *source, "--model", "ours", "--force", "--no-memory")
    refused = cli(*arguments)
    assert refused.code == 1
    assert "CC-BY-NC-4.0, does not allow commercial use" in refused.err
    accepted = cli(*arguments, "--allow-noncommercial")
    assert accepted.code == 0, accepted.err
    text = accepted.out if command == "read" else (tmp_path / "out" / "article.json").read_text(encoding="utf-8")
    assert json.loads(text)["translation"]["licence"] == "CC-BY-NC-4.0"
