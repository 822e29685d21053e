"""Exchanged names and numbers are the same on both sides, and nothing else changes."""

from __future__ import annotations

import re

import numpy as np
import pytest
from sentencepiece import SentencePieceProcessor

from summarizer.errors import UsageError
from training.noise import Noise
from training.parts import read_corpus
from training.swaps import Swaps, harvest

SOURCE = "Il presidente Merkel arriva ad Ankara il 14 maggio 2019 con 250 soldati di Roma."
TARGET = "President Merkel arrives in Ankara on 14 May 2019 with 250 soldiers from Rome."
PATTERN_IT = r"Il presidente (\S.*) arriva ad (\S.*) il (\d+) maggio (\d+) con (\d+) soldati di Roma\."
PATTERN_EN = r"President (\S.*) arrives in (\S.*) on (\d+) May (\d+) with (\d+) soldiers from Rome\."


def many(source=SOURCE, target=TARGET, times=300):
    swaps, rng = Swaps(["Tokyo", "Sarkozy", "Bennett", "Lindgren"]), np.random.default_rng(0)
    return [swaps(source, target, rng) for _ in range(times)]


def test_both_sides_get_the_same_and_all_other_words_stay():
    for source, target in many():
        assert re.fullmatch(PATTERN_IT, source).groups() == re.fullmatch(PATTERN_EN, target).groups()


def test_names_come_out_new_foreign_and_joined():
    names = {re.fullmatch(PATTERN_IT, source)[1] for source, _ in many()}
    assert len(names) > 50
    assert any(not name.isascii() for name in names)
    assert any("-" in name for name in names)
    assert any(" " in name for name in names)


def test_an_acronym_becomes_another_of_its_length():
    pairs = set(many("La NATO e la TUSAS si incontrano.", "NATO and TUSAS meet.", 50))
    assert len(pairs) > 40
    for source, target in pairs:
        there = re.fullmatch(r"([A-Z]{4}) and ([A-Z]{5}) meet\.", target)
        assert source == f"La {there[1]} e la {there[2]} si incontrano."


def test_a_number_stays_a_number_of_its_kind():
    for source, _ in many():
        _, _, day, year, soldiers = re.fullmatch(PATTERN_IT, source).groups()
        assert 2 <= int(day) <= 31
        assert 1900 <= int(year) <= 2035
        assert 100 <= int(soldiers) <= 999


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("Roma vince.", "Rome wins."),
        ("Il 3,5 per cento e le 14:30.", "3.5 per cent and 14:30."),
        ("Parla solo 1 minuto.", "He speaks for just 1 minute."),
        ("Anna chiama Anna.", "Anna calls Anna."),
    ],
)
def test_what_is_not_the_same_on_both_sides_once_is_left_alone(source, target):
    assert set(many(source, target, 50)) == {(source, target)}


def test_the_names_of_a_corpus_are_those_on_both_sides(prepared):
    processor = SentencePieceProcessor(model_file=str(prepared / "spm.model"))
    assert harvest(read_corpus(prepared), processor) == ("Ankara",)


def test_swapping_without_names_is_refused(prepared):
    processor = SentencePieceProcessor(model_file=str(prepared / "spm.model"))
    with pytest.raises(UsageError, match="no names"):
        Noise(processor, {"swap": 0.5}, {})
