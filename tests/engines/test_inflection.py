"""Other forms of a word are found by its endings, those most like it first."""

from __future__ import annotations

import pytest

from summarizer.engines.inflection import siblings


@pytest.mark.parametrize(
    ("word", "others"),
    [
        ("omologo", ["omologa", "omologi", "omologhi"]),
        ("sbocchi", ["sbocco"]),
        ("esortò", ["esortarono", "esortato", "esorta", "esortare"]),
        ("esortassero", ["esortò", "esortava"]),
        ("rafforzeranno", ["rafforza", "rafforzare", "rafforzò"]),
        ("costituirono", ["costituì", "costituito", "costituisce"]),
        ("dissolvono", ["dissolve", "dissolvere"]),
        ("triplicando", ["triplica", "triplicare"]),
        ("accusandolo", ["accusando", "accusare"]),
        ("riscattarsi", ["riscattare", "riscattato"]),
        ("accompagnarvela", ["accompagnare"]),
    ],
)
def test_what_is_among_the_other_forms(word: str, others: list[str]) -> None:
    found = list(siblings(word))
    assert set(others) <= set(found)
    assert word not in found


@pytest.mark.parametrize(
    ("word", "near", "far"),
    [
        ("esortò", "esortarono", "esorta"),  # urged before urges
        ("esorta", "esortano", "esortò"),
        ("esortando", "esorta", "esortò"),
        ("riscattarsi", "riscattare", "riscatta"),
    ],
)
def test_forms_that_are_translated_alike_come_first(word: str, near: str, far: str) -> None:
    found = list(siblings(word))
    assert found.index(near) < found.index(far)


@pytest.mark.parametrize("word", ["rosso", "andò", "", "però", "più", "brrrrr", "123456"])
def test_short_words_and_what_has_no_such_ending_have_none(word: str) -> None:
    assert list(siblings(word)) == []
