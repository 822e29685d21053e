"""Months and weekdays survive translation, and days stay with their months."""

from __future__ import annotations

import pytest

from summarizer.fidelity import check_pair
from summarizer.report import Finding


def found(source: str, target: str, language: str = "en") -> list[Finding]:
    return [f for f in check_pair(source, target, language) if f.kind == "date"]


@pytest.mark.parametrize(
    ("source", "target", "language"),
    [
        ("Il 10 maggio.", "On May 10.", "en"),
        ("Sabato 30 ottobre 2021.", "On Saturday, 30 October 2021.", "en-GB"),
        ("L'11/9/2001.", "On 11 September 2001.", "en"),
        ("L'11/9/2001.", "On 9/11/2001.", "en"),
        ("L'11 settembre.", "9/11.", "en"),
        ("Il rientro di Ferragosto.", "The mid-August return.", "en"),
        ("Lunedì 3 marzo.", "Le lundi 3 mars.", "fr"),
        ("Lunedì 3 marzo.", "Am Montag, dem 3. März.", "de"),
        ("Lunedì 3 marzo.", "El lunes 3 de marzo.", "es"),
        ("Lunedì 3 marzo.", "Na segunda-feira, 3 de março.", "pt-BR"),
    ],
)
def test_the_same_date_is_no_finding(source: str, target: str, language: str) -> None:
    assert check_pair(source, target, language) == []


def test_another_month_is_an_error() -> None:
    (finding,) = found("Il 22 giugno.", "On July 22.")
    assert (finding.severity, finding.source, finding.target) == ("error", "giugno", "July")


def test_another_weekday_is_an_error() -> None:
    (finding,) = found("Lo ha detto giovedì.", "He said so on Tuesday.")
    assert (finding.severity, finding.source, finding.target) == ("error", "giovedì", "Tuesday")


def test_a_month_that_is_gone_is_a_warning() -> None:
    (finding,) = found("Si vota a novembre.", "The vote is soon.")
    assert (finding.severity, finding.source) == ("warning", "novembre")


def test_days_that_changed_places_between_two_months_are_found() -> None:
    findings = found("Dal 10 maggio al 30 ottobre.", "From 30 May to 10 October.")
    assert [(f.severity, f.source, f.target) for f in findings] == [
        ("error", "10 maggio", "30 May"),
        ("error", "30 ottobre", "10 October"),
    ]


def test_a_numeric_date_read_the_american_way_is_an_error() -> None:
    (finding,) = found("L'11/9/2001.", "On November 9, 2001.")
    assert finding.severity == "error"
    assert "swapped" in finding.message


def test_a_numeric_date_in_italian_order_is_pointed_out_to_americans_only() -> None:
    assert found("L'11/9/2001.", "On 11/9/2001.", "en") == []
    assert [f.severity for f in found("L'11/9/2001.", "On 11/9/2001.", "en-US")] == ["warning"]
    assert [f.severity for f in found("L'11/9/2001.", "On 9/11/2001.", "en-GB")] == ["error"]


def test_the_verb_may_is_no_month() -> None:
    assert found("Potrebbe piovere.", "It may rain. May I come?") == []
    assert found("La marcia del 21 ottobre.", "The October 21 march.") == []


def test_a_capital_may_inside_a_sentence_is_a_month() -> None:
    assert [f.target for f in found("Il mese scorso.", "Last May.")] == ["May"]


def test_domenica_with_a_surname_is_no_sunday() -> None:
    assert found("Ha parlato Domenica Rossi.", "Domenica Rossi spoke.") == []
