from __future__ import annotations

import json
from pathlib import Path

import pytest

from summarizer.errors import UsageError
from summarizer.evaluation.evaluate import evaluate, published, read_lines
from summarizer.options import Options
from tests import tiny
from tests.cli.conftest import Cli
from tests.cli.conftest import cli as cli  # the fixture
from tests.end_to_end.shelf import state
from tests.tiny.taught import Lesson, taught

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


def test_every_measure_has_an_interval_in_json(cli: Cli, pair: list[str]) -> None:
    seen = cli("evaluate", *pair, "-f", "json", "--beam-size", "1")
    [model] = json.loads(seen.out)["models"]
    for name in ("bleu", "chrf", "ter", "rouge_1", "rouge_2", "rouge_l"):
        low, high = model[f"{name}_95"]
        assert low <= model[name] <= high
    assert (model["task"], model["licence"]) == ("translation", "CC-BY-SA-4.0")


def test_a_summarizer_is_scored_on_articles_and_their_summaries(cli: Cli, tmp_path: Path) -> None:
    sentences = [" ".join(tiny.ITALIAN[i : i + 3]) for i in (0, 3)]
    answers = [f"{tiny.ITALIAN[i]} {tiny.ITALIAN[i + 2]}" for i in (0, 3)]
    state(writer={
        "path": taught("bart", tuple(map(Lesson, sentences, answers))), "task": "summarization", "sources": ["it"],
        "targets": ["it"], "generation": {"num_beams": 2, "no_repeat_ngram_size": 20, "max_new_tokens": 100},
    })  # fmt: skip
    source, reference = tmp_path / "articles", tmp_path / "summaries"
    source.write_text("\n".join(sentences) + "\n", encoding="utf-8")
    reference.write_text("\n".join([answers[0], tiny.ITALIAN[3]]) + "\n", encoding="utf-8")
    arguments = ("evaluate", "--source", str(source), "--reference", str(reference), "-t", "it", "--length", "3")
    seen = cli(*arguments, "--model", "writer", "-f", "json")
    assert seen.code == 0, seen.err
    [model] = json.loads(seen.out)["models"]
    assert (model["id"], model["task"]) == ("writer", "summarization")
    # one summary is its reference, the other holds it and as much again
    assert 75 < model["rouge_1"] < 100
    assert "writer@" in model["signature"]
    assert cli(*arguments, "--model", "writer", "-f", "markdown").out.startswith("| model | ROUGE-1 |")
    mixed = cli(*arguments, "--model", "writer", "--model", "embedded")
    assert mixed.code == 2
    assert "different references" in mixed.err


def test_what_a_command_would_pass_over_is_refused(cli: Cli, pair: list[str], tmp_path: Path) -> None:
    prompt = tmp_path / "p.toml"
    prompt.write_text('[summarization]\ntemplate = "{text}"\n', encoding="utf-8")
    assert "summarization models" in cli("evaluate", *pair, "--prompt", str(prompt)).err
    assert "into English only" in cli("evaluate", *pair, "-t", "it", "--published", "flores-dev").err
    for arguments, message in (
        (("--prompt", str(prompt)), "add --style abstractive or --summarizer"),
        (("--style", "extractive", "--summarizer", "embedded"), "leave --summarizer out"),
        (("--summarizer", "embedded"), "give it with --model"),
    ):
        seen = cli("read", "-", *arguments, stdin=b"Il governo ha approvato la legge.")
        assert seen.code in (1, 2)
        assert message in " ".join(seen.err.split())


def test_a_model_that_may_not_be_used_commercially_is_measured_only_on_the_users_word(
    cli: Cli, pair: list[str], tmp_path: Path
) -> None:
    import shutil

    folder = shutil.copytree(tiny.checkpoint("marian"), tmp_path / "mine")
    refused = cli("evaluate", *pair, "--model", str(folder))
    assert refused.code == 1
    assert "--allow-noncommercial" in refused.err
    assert cli("evaluate", *pair, "--model", str(folder), "--allow-noncommercial", "--beam-size", "1").code == 0


def test_languages_without_spaces_are_scored_by_their_characters() -> None:
    from summarizer.evaluation.evaluate import _scores

    scores, signature = _scores(["共和国总统昨天访问罗马"], ["共和国总统昨天在罗马"], "zh")
    assert "tok:zh" in signature
    assert scores["bleu"].score > 30
    assert 60 < scores["rouge_1"].score < 100
