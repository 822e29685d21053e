"""Noise changes what it is meant to change, and no name and no number."""

from __future__ import annotations

import re

import numpy as np
import pytest
from sentencepiece import SentencePieceProcessor

from summarizer.errors import UsageError
from training import noise
from training.noise import Noise, parse_rates

SOURCE, TARGET = (
    "Il presidente Erdoğan è già a Roma con 10 città.",
    "President Erdoğan is already in Rome with 10 cities.",
)


def many(change, times=200):
    rng = np.random.default_rng(0)
    return [change(SOURCE, TARGET, rng) for _ in range(times)]


def test_capitals_leave_the_translation_in_ordinary_case():
    assert noise.capitals(SOURCE, TARGET, np.random.default_rng(0)) == (SOURCE.upper(), TARGET)


def test_a_missing_stop_is_missing_on_both_sides_or_on_neither():
    rng = np.random.default_rng(0)
    assert noise.stop("Ciao a tutti.", "Hello to all.", rng) == ("Ciao a tutti", "Hello to all")
    assert noise.stop("Ciao a tutti.", "Hello to all!", rng) == ("Ciao a tutti.", "Hello to all!")
    assert noise.stop("E poi...", "And then...", rng) == ("E poi...", "And then...")


def test_missing_accents_become_apostrophes_or_nothing():
    assert {source for source, _ in many(noise.accents)} == {
        "Il presidente Erdogan e' gia' a Roma con 10 citta'.",
        "Il presidente Erdogan e gia a Roma con 10 citta.",
    }


def test_a_typo_hits_one_ordinary_word_and_no_name_or_number():
    made = {source for source, _ in many(noise.typos)}
    assert len(made) > 10
    for source in made:
        assert re.fullmatch(r"Il \w+ Erdoğan è già a Roma con 10 \w+\.", source)
        assert ("presidente" in source) + ("città" in source) >= 1


def test_a_dateline_stands_before_both_sides_with_the_same_day():
    for source, target in many(noise.dateline):
        assert source.endswith(SOURCE)
        assert target.endswith(TARGET)
        assert re.findall(r"\d+", source) == re.findall(r"\d+", target)


def test_a_quotation_stands_in_marks_on_both_sides():
    assert set(many(noise.quotes)) == {(f'"{SOURCE}"', f'"{TARGET}"')}


def test_somebody_says_the_sentence_on_both_sides():
    made = set(many(noise.speech))
    assert len(made) > 50
    for source, target in made:
        assert re.fullmatch(rf'"{re.escape(SOURCE[:-1])}", (ha \w+|dice|racconta) [\w\' ]+\.', source)
        assert re.fullmatch(rf'"{re.escape(TARGET[:-1])}," [\w ]+\.', target)
        assert ("il sindaco" in source) == ("the mayor" in target)


def test_what_has_quotation_marks_gets_no_more():
    rng = np.random.default_rng(0)
    for change in (noise.quotes, noise.speech):
        assert change('La "città".', 'The "city".', rng) == ('La "città".', 'The "city".')


@pytest.mark.parametrize("text", ["shouting=0.1", "typos=often", "typos=0.6,stop=0.6", "typos=-0.1"])
def test_rates_that_make_no_sense_are_refused(text):
    with pytest.raises(UsageError):
        parse_rates(text)


def test_rates_are_met_and_tag_and_end_stay_in_place(prepared):
    processor = SentencePieceProcessor(model_file=str(prepared / "spm.model"))
    tag = processor.piece_to_id(">>eng<<")
    source = np.array([tag, *processor.encode("Il gatto nero vede il cane."), 0], np.uint16)
    target = np.array([*processor.encode("The black cat sees the dog."), 0], np.uint16)
    noisy = Noise(processor, parse_rates("capitals=0.2,stop=0.1"), {tag: "en"})
    rng = np.random.default_rng(0)
    texts = []
    for _ in range(1000):
        ids, answer = noisy(source, target, rng)
        assert (ids[0], ids[-1], answer[-1]) == (tag, 0, 0)
        texts.append(processor.decode(ids[1:-1]))
    assert texts.count("IL GATTO NERO VEDE IL CANE.") == pytest.approx(200, abs=50)
    assert texts.count("Il gatto nero vede il cane") == pytest.approx(100, abs=40)


def test_datelines_are_written_for_english_targets_only(prepared):
    processor = SentencePieceProcessor(model_file=str(prepared / "spm.model"))
    tag = processor.piece_to_id(">>fra<<")
    pair = np.array([tag, *processor.encode("Il gatto."), 0], np.uint16), np.array([5, 0], np.uint16)
    noisy = Noise(processor, parse_rates("dateline=1"), {tag: "fr"})
    assert noisy(*pair, np.random.default_rng(0)) == (pair[0].tolist(), pair[1].tolist())
