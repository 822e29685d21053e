from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summarizer.translation.normalize import Truecaser, normalize, restore_typography

ARTICLE = ["Il presidente Erdogan parla ad Ankara.", "La Turchia e il Kazakistan, la Turchia ancora.", "Oggi a Ankara."]


def test_quotation_marks_and_spaces_become_those_of_the_training_data() -> None:
    assert normalize("«Sì» disse  l’uomo “forte”\u00a0…") == '"Sì" disse l\'uomo "forte" ...'


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ROMA - Il governo ha deciso", "Roma - Il governo ha deciso"),
        ("(ANSA) - ANKARA, 12 MAG - Il presidente", "(ANSA) - Ankara, 12 maggio - Il presidente"),
        ("ERDOGAN AD ANKARA: LA TURCHIA E IL KAZAKISTAN", "Erdogan ad Ankara: la Turchia e il Kazakistan"),
        ("Un testo normale - con trattino", "Un testo normale - con trattino"),
        ("La NATO e l'UE", "La NATO e l'UE"),
        ("NATO", "NATO"),
        ("", ""),
    ],
)
def test_capitals_take_the_case_the_article_shows_elsewhere(text: str, expected: str) -> None:
    assert Truecaser(ARTICLE)(text) == expected


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ('He said "yes" and "no".', "en", "He said “yes” and “no”."),
        ('"Ja", sagte er.', "de", "„Ja“, sagte er."),
        ('a 5" screen and a 6" one', "en", 'a 5" screen and a 6" one'),
        ('one " alone', "en", 'one " alone'),
        ('"a" b', "ja", '"a" b'),
    ],
)
def test_paired_quotation_marks_are_printed_as_the_language_does(text: str, language: str, expected: str) -> None:
    assert restore_typography(text, language) == expected


@given(st.text(max_size=200))
def test_nothing_but_case_and_months_changes_for_any_text(text: str) -> None:
    recased = Truecaser([text])(text)
    assert isinstance(restore_typography(normalize(recased), "en"), str)
    if "-" not in text and not any(m in text for m in ("GEN", "FEB", "MAR", "APR", "MAG", "GIU", "LUG", "AGO")):
        assert len(recased.split()) == len(text.split())
