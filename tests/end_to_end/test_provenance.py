"""Sources of written summaries by meaning: with a model for embedding at hand, and not a byte else without one.

The summarizers know by heart what to write, in words that the article does not have; the encoder knows by heart which
sentences mean the same.
"""

from __future__ import annotations

import json
import socket
from functools import cache
from pathlib import Path

import pytest

from summarizer.batch import configuration
from summarizer.batch.interface import BatchOptions
from summarizer.options import Options, default_cache, default_config
from summarizer.summarization.prompts import for_family
from tests.cli.conftest import Cli
from tests.cli.conftest import cli as cli  # the fixture
from tests.end_to_end.shelf import BEAMS, state
from tests.end_to_end.test_abstractive import SHORT, SHORT_ENGLISH, article, lessons, report, summarizer, translator
from tests.tiny.encoders import GOLDEN, encoder, knowing
from tests.tiny.taught import taught

# About the second and the third sentence, with no word and no stem of theirs.
SNOWED_IN = "Niente lezioni per il maltempo."
HOMES = "The council cut 45 ribbons."
RIBBON = "Le maire Verdi coupe un ruban."
SAME = ((SHORT[1], SNOWED_IN), (SHORT[0], HOMES), (SHORT[0], RIBBON), (SHORT[1], "Pas de cours."))
OPTIONS = ("-t", "it", "-l", "it", "--style", "abstractive")


@cache
def vectors(prefix: str = "") -> Path:
    return knowing(*SAME, prefix=prefix)


def comparer(path: Path, **fields: object) -> dict[str, object]:
    return {
        "path": path, "task": "embedding", "sources": ["it", "en", "fr", "nl"], "licence": "Apache-2.0",
        "golden": GOLDEN, "attribution": "Vectors by us", **fields,
    }  # fmt: skip


@cache
def italian_writer() -> Path:
    return taught("bart", lessons("bart", {"": f"{SNOWED_IN} {SHORT[2]}"}, SHORT, language="it"))


def everything(cli: Cli, *arguments: str) -> str:
    """A report's JSON without the seconds, which are another's in every run."""
    made = report(cli, *arguments)
    made.pop("timings")
    return json.dumps(made)


def sentences(made: dict[str, object]) -> list[dict[str, object]]:
    [summary] = made["summaries"]  # type: ignore[misc]
    return summary["sentences"]  # type: ignore[no-any-return]


def test_a_paraphrase_without_a_word_in_common_is_linked_only_where_an_encoder_is_at_hand(
    cli: Cli, tmp_path: Path
) -> None:
    path = article(tmp_path, SHORT)
    state(writer=summarizer(italian_writer(), "it"))
    without = report(cli, path, *OPTIONS)
    unlinked = sentences(without)[0]
    assert (unlinked["text"], unlinked["sources"], unlinked["support"]) == (SNOWED_IN, [], 0.0)
    state(writer=summarizer(italian_writer(), "it"), vectors=comparer(vectors()))
    linked = report(cli, path, *OPTIONS)
    first, second = sentences(linked)
    assert (first["text"], first["sources"]) == (SNOWED_IN, [2])
    assert first["support"] > 0.9  # type: ignore[operator]
    # words in common count as before
    assert second["sources"] == sentences(without)[1]["sources"] == [3]
    [summary] = linked["summaries"]  # type: ignore[misc]
    assert (summary["model"], summary["licence"]) == ("writer + vectors", "MIT + Apache-2.0")
    assert summary["attribution"] == "Vectors by us"
    assert ",similar1-vectors@" in linked["signature"]  # type: ignore[operator]
    assert "similar" not in without["signature"]  # type: ignore[operator]


def test_a_summary_in_a_language_that_the_article_is_not_translated_into_is_linked_to_the_italian(
    cli: Cli, tmp_path: Path
) -> None:
    made_of = lessons("bart", {"": f"{RIBBON} Pas de cours."}, SHORT, language="nl", prompt=for_family("mt0"))
    writer = summarizer(taught("bart", made_of), "it", "mt0", sources=["it"], targets=["it", "nl"])
    state(writer=writer, vectors=comparer(vectors()))
    made = report(cli, article(tmp_path, SHORT), "-t", "it", "-l", "nl", "--summarizer", "writer")
    assert [s["sources"] for s in sentences(made)] == [[1], [2]]
    # linked by its meaning, and still a name that the article does not have
    assert {f["target"] for f in made["findings"] if f["kind"] == "unsupported"} == {"Verdi"}  # type: ignore


def test_figures_of_a_linked_sentence_are_still_checked(cli: Cli, tmp_path: Path) -> None:
    writer = taught("bart", lessons("bart", {"": f"{HOMES} {HOMES[:-1]} again."}, SHORT_ENGLISH, language="en"))
    state(
        **{
            "writer": summarizer(writer, "en"),
            "it-en": {"path": translator()},
            "vectors": comparer(vectors()),
        }
    )
    made = report(cli, article(tmp_path, SHORT), "-l", "en", "--style", "abstractive")
    assert sentences(made)[0]["sources"] == [1]
    assert ("45", "error") in {
        (f["target"], f["severity"])
        for f in made["findings"]
        if f["kind"] == "unsupported"  # type: ignore
    }


def test_an_encoder_that_knows_only_one_of_the_languages_is_left_alone(cli: Cli, tmp_path: Path) -> None:
    path = article(tmp_path, SHORT)
    state(writer=summarizer(italian_writer(), "it"))
    without = everything(cli, path, *OPTIONS)
    # it would fail if it were loaded
    state(writer=summarizer(italian_writer(), "it"), vectors=comparer(encoder("bert"), sources=["en"]))
    assert everything(cli, path, *OPTIONS) == without


def test_the_default_encoder_is_taken_and_its_prefix_put_before_every_sentence(cli: Cli, tmp_path: Path) -> None:
    path = article(tmp_path, SHORT)
    state(
        writer=summarizer(italian_writer(), "it"),
        **{"a-plain": comparer(vectors()), "b-asked": comparer(vectors("query: "), prefix="query: ")},
    )
    assert "a-plain" in report(cli, path, *OPTIONS)["signature"]  # type: ignore[operator]
    assert cli("models", "default", "b-asked").code == 0
    made = report(cli, path, *OPTIONS)
    assert ",similar1-b-asked@" in made["signature"]  # type: ignore[operator]
    assert sentences(made)[0]["sources"] == [2]


def test_an_encoder_that_cannot_be_trusted_is_an_error_for_written_summaries_and_nothing_to_chosen_ones(
    cli: Cli, tmp_path: Path
) -> None:
    path = article(tmp_path, SHORT)
    state(writer=summarizer(italian_writer(), "it"))
    before = everything(cli, path, "-t", "it", "-l", "it")
    state(writer=summarizer(italian_writer(), "it"), random=comparer(encoder("bert")))
    assert everything(cli, path, "-t", "it", "-l", "it") == before
    chosen = ("-t", "it", "-l", "it", "--length", "2", *BEAMS)
    seen = cli("read", path, *chosen, "--style", "abstractive")
    assert seen.code == 1
    assert "random cannot tell sentences of the same meaning from unrelated ones" in seen.err
    assert "Traceback" not in seen.err
    for option, advice in (("--model", "it translates nothing"), ("--summarizer", "it writes nothing")):
        seen = cli("read", path, *chosen, option, "random")
        assert seen.code == 1
        assert f"random is a model for embedding: {advice}" in seen.err


def test_no_request_is_made(cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("a connection was opened")

    path = article(tmp_path, SHORT)
    state(writer=summarizer(italian_writer(), "it"), vectors=comparer(vectors()))
    monkeypatch.setattr(socket.socket, "connect", refuse)
    assert sentences(report(cli, path, *OPTIONS, "--offline"))[0]["sources"] == [2]


def test_a_batch_is_done_anew_with_another_encoder_and_names_it(cli: Cli, tmp_path: Path) -> None:
    def fields(style: str) -> dict[str, str]:
        options = Options(to="it", languages=("it",), style=style, cache=default_cache(), config=default_config())  # type: ignore[arg-type]
        return configuration.fields(BatchOptions(options=options))

    state(writer=summarizer(italian_writer(), "it"))
    before = {style: fields(style) for style in ("abstractive", "extractive")}
    state(writer=summarizer(italian_writer(), "it"), vectors=comparer(vectors()))
    assert fields("extractive") == before["extractive"]
    changed = configuration.difference(before["abstractive"], fields("abstractive"))
    assert changed.startswith("summarizer: ")
    assert "similar1-vectors@" in changed
    folder = tmp_path / "articles"
    folder.mkdir()
    article(folder, SHORT)
    arguments = ("batch", str(folder), str(tmp_path / "out"), *OPTIONS, "--length", "2", *BEAMS, "-f", "json")
    seen = cli(*arguments)
    assert seen.code == 0, seen.err
    [written] = (tmp_path / "out").glob("*.json")
    assert sentences(json.loads(written.read_text(encoding="utf-8")))[0]["sources"] == [2]


def test_a_text_that_is_taught_is_not_in_the_article() -> None:
    # what these tests rest on: no lexical link could do what the encoder does
    from summarizer.summarization.provenance import align

    for _, line in SAME:
        assert align(line, list(SHORT)) == ((), 0.0)
