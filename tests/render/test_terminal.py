"""The page at a terminal and as plain text."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from rich.cells import cell_len

from summarizer.render import ColorSystem, RenderOptions, View, renderer
from tests.render.sample_report import sample_report, with_translations

_SGR = re.compile(r"\x1b\[([0-9;]*)m")
_WIDE = "東京の路面電車は来週の土曜日から運転を始めると市長が昨日の記者会見で発表しました。" * 3


def _terminal(width: int = 80, view: View = "full", color_system: ColorSystem | None = None) -> str:
    return renderer("rich").render(sample_report(), RenderOptions(view=view, width=width, color_system=color_system))


@pytest.mark.parametrize("view", ["full", "summary", "translation", "side-by-side"])
@pytest.mark.parametrize("width", [20, 40, 69, 70, 80, 120, 200])
@pytest.mark.parametrize("form", ["rich", "text"])
def test_no_line_is_wider_than_the_screen(form: str, width: int, view: View) -> None:
    report = with_translations(sample_report(), "ja", {3: _WIDE, 7: "x" * 250, 9: _WIDE + " " + _WIDE})
    output = renderer(form).render(report, RenderOptions(view=view, width=width, verbose=True))
    assert max(cell_len(line) for line in output.splitlines()) <= width


def test_prose_on_a_wide_screen_keeps_a_readable_measure() -> None:
    assert max(map(len, _terminal(200).splitlines())) <= 100
    assert 100 < max(map(len, _terminal(200, "side-by-side").splitlines())) <= 160


def test_plain_text_uses_the_width_it_is_given() -> None:
    output = renderer("text").render(sample_report(), RenderOptions(width=160))
    assert 140 < max(map(len, output.splitlines())) <= 160


def test_lines_end_without_spaces_and_paragraphs_with_one_empty_line() -> None:
    for view in ("full", "side-by-side"):
        output = _terminal(120, view)
        assert not re.search(r" $", output, re.MULTILINE)
        assert "\n\n\n" not in output


def test_without_colours_there_is_no_escape_sequence() -> None:
    assert "\x1b" not in _terminal(color_system=None)


@pytest.mark.parametrize("color_system", ["standard", "256", "truecolor"])
def test_colours_change_nothing_but_the_looks(color_system: ColorSystem) -> None:
    output = _terminal(color_system=color_system)
    assert _SGR.sub("", output) == _terminal()
    assert "\x1b[1mBologna, the tram reaches the station" in output


def test_only_colours_from_the_readers_own_palette_are_used() -> None:
    codes = {code for match in _SGR.findall(_terminal(color_system="truecolor")) for code in match.split(";")}
    assert not codes & {"38", "48"}


def test_the_severity_of_a_finding_is_seen_in_colour_and_in_words() -> None:
    output = _terminal(color_system="standard")
    assert "\x1b[1;31merror" in output and "\x1b[33mwarning" in output and "\x1b[34mnote" in output


def test_the_environment_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    before = _terminal(color_system="256")
    for name, value in {"NO_COLOR": "1", "TERM": "dumb", "COLUMNS": "33", "LINES": "5", "FORCE_COLOR": "1"}.items():
        monkeypatch.setenv(name, value)
    assert _terminal(color_system="256") == before


def test_a_cited_sentence_carries_its_number_in_the_translation() -> None:
    output = " ".join(_terminal().split())
    assert "against the 480 planned in 2021.[7] • Travel" in output  # the summary
    assert output.count("against the 480 planned in 2021.[7]") == 2  # and the translation
    assert "at Palazzo d'Accursio. The Red line" in output  # a sentence nothing refers to


def test_a_sentence_with_findings_carries_a_mark() -> None:
    output = " ".join(_terminal().split())
    assert "Maggiore hospital.[5]▲" in output
    assert "councillor for transport.[6]○" in output
    assert "l'era ora![16]✗" in output


def test_a_summary_sentence_nothing_supports_says_so() -> None:
    assert "réjouissent.[?]" in _terminal(120)


def test_an_article_in_ascii_makes_a_page_in_ascii_where_the_terminal_knows_no_more() -> None:
    report = sample_report()
    plain = {s.sentence.id: s.text.encode("ascii", "ignore").decode() for s in report.translation.sentences}
    report = with_translations(report, "en", plain)
    report = replace(report, summaries=report.summaries[:1], findings=(), article=replace(report.article, author="F."))
    for view in ("full", "translation"):
        output = renderer("rich").render(report, RenderOptions(view=view, unicode=False, verbose=True))
        assert output.isascii()


def test_side_by_side_a_sentence_starts_on_the_line_of_its_original() -> None:
    lines = _terminal(100, "side-by-side").splitlines()
    row = next(line for line in lines if line.startswith(" 7"))
    column = row.index("The work cost")
    assert row.startswith(" 7  L'opera è costata 509 milioni")
    third = next(line for line in lines if line.startswith(" 3"))
    assert third.index("After three years") == column
    assert all(line[column - 1] == " " for line in lines if re.match(r"[ \d]\d[ ▲○✗] \S", line))


def test_on_a_narrow_screen_the_pairs_are_stacked() -> None:
    lines = _terminal(60, "side-by-side").splitlines()
    row = lines.index("12  La linea 13 si ferma a Porta San Felice.")
    assert lines[row + 1] == "    Line 13 stops at Porta San Felice."


def test_a_report_without_headline_is_named_after_its_file() -> None:
    report = sample_report()
    body = replace(report.translation, blocks=report.translation.blocks[1:])
    report = replace(report, translation=body, article=replace(report.article, title=None))
    assert renderer("rich").render(report, RenderOptions()).startswith("bologna-tram.html\nGiulia Ferri")
