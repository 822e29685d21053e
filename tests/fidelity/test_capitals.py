"""English gets the capitals that it wants, and no others."""

from __future__ import annotations

import pytest

from summarizer.fidelity import mend


@pytest.mark.parametrize(
    ("source", "target", "mended"),
    [
        ("Ingegneri turchi e kazaki.", "Both turkish and kazakh engineers.", "Both Turkish and Kazakh engineers."),
        ("Una visita in Turchia.", "A visit to turkey.", "A visit to Turkey."),
        ("Firmato lo scorso maggio.", "Signed last may.", "Signed last May."),
        ("Il 3 marzo, un lunedì.", "On 3 march, a monday.", "On 3 March, a Monday."),
    ],
)
def test_places_and_dates_get_a_capital(source: str, target: str, mended: str) -> None:
    assert mend(source, target, "en") == mended
    assert mend(source, target, "en-GB") == mended


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("Il tacchino.", "The turkey, on fine china."),
        ("Forse verrà in maggio.", "He may come in May."),
        ("La marcia di marzo.", "They march in March."),
        ("I finlandesi trovano la fine.", "The Finns find the final letter."),
        ("Sabato e domenica al sole.", "On Saturday and Sunday he sat in the sun."),
        ("Un giorno qualunque.", "Some day in march."),
    ],
)
def test_words_that_only_look_like_them_stay(source: str, target: str) -> None:
    assert mend(source, target, "en") == target


def test_other_languages_write_them_small() -> None:
    assert mend("Gli ingegneri turchi.", "Les ingénieurs turcs.", "fr") == "Les ingénieurs turcs."
