from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path

import jsonschema
import pytest

from summarizer import ingest, segmentation
from tests.cli.conftest import Cli

ROOT = Path(__file__).parents[2]
SAMPLE = str(ROOT / "samples" / "article.it.txt")
SCHEMA = json.loads((files("summarizer") / "schema" / "report-1.json").read_text(encoding="utf-8"))
ARTICLE = (
    "Accordo sul porto di Trieste\n\n"
    "Governo e sindacati hanno firmato ieri l'accordo sul porto di Trieste. La firma arriva dopo tre mesi.\n\n"
    "I lavoratori voteranno venerdì. Il voto durerà un giorno.\n"
)


@pytest.fixture
def article(tmp_path: Path) -> str:
    path = tmp_path / "porto.txt"
    path.write_text(ARTICLE, encoding="utf-8")
    return str(path)


def test_the_sample_becomes_json_that_the_schema_in_the_package_describes(cli: Cli) -> None:
    seen = cli("read", SAMPLE, "-f", "json")
    assert seen.code == 0
    report = json.loads(seen.out)
    jsonschema.validate(report, SCHEMA)
    assert report["source"]["title"].startswith("Turchia e Kazakistan hanno firmato")
    assert report["translation"]["model"] == "embedded"


def test_every_sentence_of_the_sample_is_there_in_order_and_its_furniture_is_not(cli: Cli) -> None:
    report = json.loads(cli("read", SAMPLE, "-f", "json").out)
    blocks = report["translation"]["blocks"]
    sentences = [s for block in blocks for s in block["sentences"]]
    assert [s["source"] for s in sentences] == [s.text for s in segmentation.split(ingest.read(SAMPLE))]
    assert [s["id"] for s in sentences] == list(range(1, len(sentences) + 1))
    assert blocks[0]["kind"] == "title"
    assert [b["kind"] for b in blocks].count("body") >= 6
    assert [b["sentences"][0]["source"] for b in blocks if b["kind"] == "caption"] == [
        "L’UAV Anka assemblato in Turchia"
    ]
    assert "Condividi" not in json.dumps(report) and "HOMEPAGE" not in json.dumps(report)
    assert all(s["text"].strip() for s in sentences)


def test_summary_sentences_name_body_sentences_of_the_article(cli: Cli) -> None:
    report = json.loads(cli("read", SAMPLE, "-f", "json", "--length", "3").out)
    body = {s["id"] for b in report["translation"]["blocks"] if b["kind"] == "body" for s in b["sentences"]}
    summary = report["summaries"][0]["sentences"]
    assert len(summary) == 3
    assert all(set(s["sources"]) <= body and s["sources"] for s in summary)


def test_an_italian_summary_is_made_of_the_articles_own_words(cli: Cli, article: str) -> None:
    report = json.loads(cli("read", article, "-l", "it", "--length", "1", "-f", "json").out)
    summary = report["summaries"][0]
    assert (summary["language"], summary["model"]) == ("it", None)
    assert summary["sentences"][0]["text"] == "Governo e sindacati hanno firmato ieri l'accordo sul porto di Trieste."


def test_a_summary_in_another_language_comes_from_the_package_too(cli: Cli, article: str) -> None:
    seen = cli("read", article, "--offline", "-l", "fr", "-l", "pt", "--length", "1", "-f", "json")
    summaries = json.loads(seen.out)["summaries"]
    assert [(s["language"], s["model"]) for s in summaries] == [("fr", "embedded-mul"), ("pt", "embedded-mul")]
    french, portuguese = (s["sentences"][0]["text"] for s in summaries)
    assert "Trieste" in french and "Trieste" in portuguese
    assert french != portuguese


def test_standard_input_is_read_with_a_dash_or_without(cli: Cli) -> None:
    named = cli("read", "-", "-f", "json", stdin=ARTICLE.encode())
    bare = cli("read", "-f", "json", stdin=ARTICLE.encode())
    assert named.code == bare.code == 0
    assert json.loads(named.out)["summaries"] == json.loads(bare.out)["summaries"]
    assert json.loads(bare.out)["source"]["path"] == "-"


def test_a_pipe_gets_plain_text_without_any_escape(cli: Cli, article: str) -> None:
    seen = cli("read", article)
    assert seen.code == 0
    assert "\x1b" not in seen.out
    assert "[1]" in seen.out or "[2]" in seen.out
    assert seen.err == ""


def test_several_sources_become_json_lines_in_order(cli: Cli, article: str) -> None:
    seen = cli("read", article, SAMPLE, "-f", "json")
    paths = [json.loads(line)["source"]["path"] for line in seen.out.splitlines()]
    assert (seen.code, paths) == (0, [article, SAMPLE])


def test_one_bad_source_does_not_keep_the_others_from_being_read(cli: Cli, article: str) -> None:
    seen = cli("read", "/nowhere/a.txt", article, "-f", "json")
    assert seen.code == 3
    assert len(seen.out.splitlines()) == 1
    assert seen.err.startswith("summarizer: /nowhere/a.txt: ")
    assert len(seen.err.splitlines()) == 1


@pytest.mark.parametrize(
    ("name", "start"),
    [("a.html", "<!DOCTYPE html>"), ("a.json", "{"), ("a.md", "# "), ("a.txt", ""), ("a.tmx", "<?xml")],
)
def test_the_ending_of_the_output_file_decides_its_form(
    cli: Cli, article: str, tmp_path: Path, name: str, start: str
) -> None:
    target = tmp_path / "out" / name
    target.parent.mkdir()
    seen = cli("read", article, "-o", str(target))
    assert (seen.code, seen.out) == (0, "")
    assert target.read_text(encoding="utf-8").lower().startswith(start.lower())
    assert [p.name for p in target.parent.iterdir()] == [name]


def test_a_language_that_no_model_writes_is_an_error_that_names_what_to_pull(cli: Cli, article: str) -> None:
    seen = cli("read", article, "-l", "sw")
    assert (seen.code, seen.out) == (1, "")
    assert "Swahili" in seen.err
    assert "models pull" in seen.err or "--model" in seen.err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["-l", "klingon"], "unknown language 'klingon'"),
        (["--length", "0"], "short, medium, long"),
        (["--beam-size", "99"], "--beam-size"),
        (["-f", "pdf"], "'pdf' is not one of"),
        (["--glossary", "/nowhere/g.tsv"], "/nowhere/g.tsv"),
        (["--style", "abstractive", "--prompt", "/nowhere/p.toml"], "/nowhere/p.toml"),
    ],
)
def test_wrong_usage_exits_with_2_and_says_what_is_wrong(
    cli: Cli, article: str, arguments: list[str], message: str
) -> None:
    seen = cli("read", article, *arguments)
    assert seen.code == 2
    assert message in seen.err
    assert seen.out == ""


def test_html_of_several_articles_is_refused(cli: Cli, article: str) -> None:
    assert cli("read", article, article, "-f", "html").code == 2


def test_verbose_lists_what_was_left_out(cli: Cli) -> None:
    assert "Condividi Tweet Copia Collegamento" in cli("read", SAMPLE, "-v").err


def test_an_output_folder_in_place_of_a_file_is_refused(cli: Cli, article: str, tmp_path: Path) -> None:
    seen = cli("read", article, "-o", str(tmp_path))
    assert seen.code == 1
    assert str(tmp_path) in seen.err


def test_the_memory_is_used_on_the_second_reading_and_changes_nothing(cli: Cli, article: str) -> None:
    first = json.loads(cli("read", article, "-f", "json").out)
    second = json.loads(cli("read", article, "-f", "json").out)
    fresh = json.loads(cli("read", article, "-f", "json", "--no-memory").out)
    for report in (first, second, fresh):
        report.pop("timings")
    assert first == second == fresh
