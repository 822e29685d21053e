from __future__ import annotations

import json
from pathlib import Path

import pytest

from summarizer.errors import UsageError
from summarizer.evaluation.evaluate import evaluate, published, read_lines
from summarizer.options import Options
from tests.cli.conftest import Cli
from tests.cli.conftest import cli as cli  # the fixture

SOURCES = ["Buongiorno a tutti.", "Il presidente è arrivato a Roma.", "La riunione è finita."]
REFERENCES = ["Good morning to all.", "The president has arrived in Rome.", "The meeting is over."]


@pytest.fixture
def pair(tmp_path: Path) -> list[str]:
    source, reference = tmp_path / "s.it", tmp_path / "r.en"
    source.write_text("\n".join(SOURCES) + "\n", encoding="utf-8")
    reference.write_text("\n".join(REFERENCES) + "\n", encoding="utf-8")
    return ["--source", str(source), "--reference", str(reference)]


def test_every_score_lies_in_its_interval_and_is_sacrebleus_own() -> None:
    import sacrebleu

    result = evaluate(SOURCES, REFERENCES, Options(), [None])[0]
    for interval in (result.bleu, result.chrf, result.ter, result.rouge_l):
        assert interval.low <= interval.score <= interval.high
    assert result.sentences_per_second > 0
    assert sacrebleu.__version__ in result.signature and "model:embedded@" in result.signature


def test_json_holds_what_scripts_were_promised(cli: Cli, pair: list[str]) -> None:
    seen = cli("evaluate", *pair, "-f", "json", "--beam-size", "1", "--published", "flores-dev")
    assert seen.code == 0
    data = json.loads(seen.out)
    assert {"id", "bleu", "chrf", "sentences_per_second", "signature"} <= set(data["models"][0])
    assert data["models"][0]["id"] == "embedded"
    assert {"id": "OPUS-MT it-en", "bleu": 30.2} in data["published"]


def test_the_table_is_markdown_on_request(cli: Cli, pair: list[str]) -> None:
    assert cli("evaluate", *pair, "-f", "markdown").out.startswith("| model | BLEU |")


def test_sides_of_different_length_are_refused() -> None:
    with pytest.raises(UsageError, match="3 source lines, but 2 reference lines"):
        evaluate(SOURCES, REFERENCES[:2], Options(), [None])


def test_an_empty_or_missing_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "empty").write_text("\n")
    with pytest.raises(UsageError, match="empty"):
        read_lines(tmp_path / "empty")
    with pytest.raises(UsageError, match="nowhere"):
        read_lines(Path("/nowhere/x"))


def test_published_figures_are_there_for_the_public_test_sets() -> None:
    assert published()["flores-devtest"]["Argos Translate"] == 28.6
