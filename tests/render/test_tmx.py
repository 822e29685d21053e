"""A report as TMX: every sentence pair for a translator's tool, and nothing that is not a translation."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from hypothesis import given, settings

from summarizer.render import RenderOptions, renderer
from summarizer.render.tmx import units
from summarizer.report import Report
from summarizer.translation.tmx import read_units
from summarizer.untrusted import sanitize
from tests.render.arbitrary import reports
from tests.render.sample_report import sample_report
from tests.translation.tmx_structure import checked


def render(report: Report) -> str:
    return renderer("tmx").render(report, RenderOptions())


def test_every_sentence_pair_is_a_unit_in_reading_order(tmp_path: Path) -> None:
    report = sample_report()
    path = tmp_path / "article.tmx"
    path.write_text(render(report), encoding="utf-8")
    translated = [s for s in report.translation.sentences if s.sentence.id != 16]
    assert [(unit.source, unit.target) for unit in read_units(path)] == [(s.sentence.text, s.text) for s in translated]


def test_a_unit_names_model_licence_and_file_and_carries_its_findings() -> None:
    root = checked(render(sample_report()).encode())
    unit = root.xpath("//tu[@tuid='5f2b6c0e9d1a4f73-5']")[0]
    assert {prop.get("type"): prop.text for prop in unit.findall("prop")} == {
        "x-model": "summarizer/it-en-compact",
        "x-licence": "Apache-2.0",
        "x-file": "news/2026/bologna-tram.html",
    }
    assert [note.text for note in unit.findall("note")] == ["warning: The article says 34, the translation does not."]
    assert root.find("header").get("srclang") == "it"


def test_a_sentence_left_in_italian_is_not_offered_as_a_translation() -> None:
    assert "sòccmel" not in render(sample_report())


@settings(deadline=None)
@given(reports())
def test_any_report_gives_valid_tmx_that_hides_nothing_from_a_reader(report: Report) -> None:
    document = render(report)
    assert len(checked(document.encode()).findall("body/tu")) == len(list(units(report)))
    assert sanitize(document) == document


def test_an_attribution_that_a_licence_asks_for_goes_with_every_unit() -> None:
    report = sample_report()
    report = replace(report, translation=replace(report.translation, attribution="Ours under CC-BY-4.0"))
    assert all(dict(unit.properties)["x-attribution"] == "Ours under CC-BY-4.0" for unit in units(report))
