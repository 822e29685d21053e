"""What each view shows, in every form that people read."""

from __future__ import annotations

from dataclasses import replace

import pytest

from summarizer.render import RenderOptions, View, renderer
from summarizer.render.page import build_page, is_right_to_left
from summarizer.report import SummarySentence
from tests.render.sample_report import sample_report

_READABLE = ["rich", "text", "markdown", "html"]
_SUMMARY = "La première ligne du tram de Bologne"
_SOURCE = "La linea 13 si ferma a Porta San Felice."
_TARGET = "Line 13 stops at Porta San Felice."
_FINDING = "The article says 34"
_HEADLINE = "Bologna, the tram reaches the station"
_ORIGINAL = "Bologna, il tram arriva in stazione"
_MODEL = "summarizer/it-en-compact (Apache-2.0)"


@pytest.mark.parametrize("form", _READABLE)
@pytest.mark.parametrize(
    ("view", "shown"),
    [
        ("full", {_SUMMARY, _TARGET, _FINDING}),
        ("summary", {_SUMMARY}),
        ("translation", {_TARGET, _FINDING}),
        ("side-by-side", {_SUMMARY, _SOURCE, _TARGET, _FINDING}),
    ],
)
def test_a_view_shows_its_parts_and_no_others(form: str, view: View, shown: set[str]) -> None:
    output = renderer(form).render(sample_report(), RenderOptions(view=view, width=120))
    parts = {_SUMMARY, _SOURCE, _TARGET, _FINDING}
    assert {part for part in parts if part in output} == shown
    assert _HEADLINE in output and _ORIGINAL in output and _MODEL in output and "0.84 s" in output


@pytest.mark.parametrize("form", _READABLE)
def test_every_form_keeps_one_order(form: str) -> None:
    output = renderer(form).render(sample_report(), RenderOptions(width=120))
    body = output[output.rindex("</title>") :] if form == "html" else output
    parts = (_HEADLINE, _ORIGINAL, "Giulia Ferri", "Summary in English", _SUMMARY, _TARGET, _FINDING, _MODEL)
    places = [body.index(part) for part in parts]
    assert places == sorted(places)


@pytest.mark.parametrize("form", _READABLE)
def test_a_view_without_findings_says_how_many_there_are(form: str) -> None:
    assert "4 findings to check" in renderer(form).render(sample_report(), RenderOptions(view="summary"))
    assert "findings to check" not in renderer(form).render(sample_report(), RenderOptions())


@pytest.mark.parametrize("form", _READABLE)
def test_a_verbose_page_tells_how_it_was_made(form: str) -> None:
    output = " ".join(renderer(form).render(sample_report(), RenderOptions(width=200, verbose=True)).split())
    for detail in ("ctranslate2 int8", "segmentation it-1", "translation 0.61 s", "LEGGI ANCHE", "0.91"):
        assert detail in output


@pytest.mark.parametrize("form", ["markdown", "html"])
def test_files_that_are_kept_always_carry_the_signature(form: str) -> None:
    assert "segmentation it-1" in renderer(form).render(sample_report(), RenderOptions(view="summary"))


def test_only_sentences_the_page_refers_to_are_numbered() -> None:
    def numbered(view: View) -> list[int]:
        page = build_page(sample_report(), RenderOptions(view=view))
        return [s.id for block in page.blocks for s in block.sentences if s.numbered]

    assert numbered("full") == [3, 5, 6, 7, 10, 16]
    assert numbered("translation") == [5, 6, 16]


def test_a_summary_finding_numbers_the_sentence_it_names_without_marking_it() -> None:
    report = sample_report()
    finding = replace(report.findings[3], sentence=4)
    page = build_page(replace(report, findings=(finding,)), RenderOptions())
    sentence = next(s for block in page.blocks for s in block.sentences if s.id == 4)
    assert sentence.numbered and sentence.severity is None


def test_the_worst_finding_decides_the_mark() -> None:
    report = sample_report()
    note, error = report.findings[1], report.findings[2]
    block = report.translation.blocks[2]
    first = replace(block.sentences[0], findings=(note, error, note))
    blocks = (*report.translation.blocks[:2], replace(block, sentences=(first,)))
    page = build_page(replace(report, translation=replace(report.translation, blocks=blocks)), RenderOptions())
    assert page.blocks[1].sentences[0].severity == "error"


@pytest.mark.parametrize(
    ("date", "shown"),
    [
        ("2026-03-03", "3 March 2026"),
        ("2026-12-24T08:30:00+01:00", "24 December 2026"),
        ("2026-02-31", "2026-02-31"),
        ("ieri mattina", "ieri mattina"),
    ],
)
def test_a_date_is_written_out(date: str, shown: str) -> None:
    report = sample_report()
    page = build_page(replace(report, article=replace(report.article, date=date)), RenderOptions())
    assert page.byline == ("Giulia Ferri", shown)


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("-", "Untitled article"),
        ("", "Untitled article"),
        ("news/oggi/pezzo.txt", "pezzo.txt"),
        (r"C:\news\pezzo.txt", "pezzo.txt"),
        ("https://esempio.it/pezzo", "https://esempio.it/pezzo"),
    ],
)
def test_an_article_without_headline_is_named_after_its_source(path: str, name: str) -> None:
    report = sample_report()
    article = replace(report.article, path=path, title=None)
    translation = replace(report.translation, blocks=report.translation.blocks[1:])
    assert build_page(replace(report, article=article, translation=translation), RenderOptions()).heading == name


def test_a_model_that_wrote_several_parts_is_named_once() -> None:
    report = sample_report()
    report = replace(report, summaries=(*report.summaries, report.summaries[1]))
    footer = build_page(report, RenderOptions()).footer
    assert footer == (_MODEL, "summary: facebook/m2m100_418M (MIT)", "0.84 s")


def test_a_summary_needs_no_sentences() -> None:
    report = sample_report()
    empty = replace(report, summaries=(replace(report.summaries[0], sentences=()),))
    lone = replace(report, summaries=(replace(report.summaries[0], sentences=(SummarySentence("", (), 0.0),)),))
    for form in _READABLE:
        assert "Summary in English" in renderer(form).render(empty, RenderOptions())
        assert "Summary in English" in renderer(form).render(lone, RenderOptions())


def test_writing_direction_follows_the_language() -> None:
    assert all(map(is_right_to_left, ("ar", "he", "fa", "ur", "fa-IR")))
    assert not any(map(is_right_to_left, ("it", "en", "zh-CN", "xx", "", "not a tag")))


def test_licence_and_attribution_of_every_model_stand_in_the_footer() -> None:
    report = sample_report()
    translation = replace(report.translation, model="a", licence="CC-BY-4.0", attribution="A under CC-BY-4.0")
    summary = replace(report.summaries[0], model="b", licence="MIT", attribution="B\x1b[31m")
    page = build_page(replace(report, translation=translation, summaries=(summary,)), RenderOptions())
    assert page.footer[:2] == ("a (CC-BY-4.0): A under CC-BY-4.0", "summary: b (MIT): B")
