"""Expressions come from runs of words that are linked to each other only, and mean more than their words tell."""

from __future__ import annotations

import pytest

from training import expressions
from training.expressions import Expressions, spans
from training.hints import Counts

READS = ("Come si legge qui.", "As it reads here.", [(0, 0), (2, 2), (3, 3)])
LAW = ("Ma la legge qui.", "But the law here.", [(0, 0), (1, 1), (2, 2), (3, 3)])


@pytest.fixture(autouse=True)
def _few(monkeypatch):
    """ "si" and "la" are all the function words; everything is kept that is seen twice."""
    monkeypatch.setattr(expressions, "FUNCTION_WORDS", 0)
    monkeypatch.setattr(expressions, "FEWEST", 2)
    monkeypatch.setattr(expressions, "FEWEST_TRANSLATIONS", 2)


def made(*pairs, function_words=frozenset({"si", "la"}), weight=1.0):
    found, counts = Expressions(), Counts()
    for source, _, _ in pairs:
        found.count(source, weight)
    found.counted()
    found._function_words = function_words
    for source, target, links in pairs:
        counts.add(source, target, links)
        found.add(source, target, links)
    return dict(found.hints(counts.probability))


def test_the_runs_of_a_text():
    assert [span.text for span in spans("Ciò si legge, dice, nell'atto di ieri.")] == [
        "si legge", "nell'atto di", "nell'atto di ieri", "di ieri",
    ]  # fmt: skip
    # not the first word, nothing over a mark or with a figure in it
    assert [span.text for span in spans("Era il 20 maggio (sera) tardi")] == []
    assert list(spans("")) == []


def test_the_words_of_a_run_are_counted_within_tokens():
    (span,) = spans("Era nell'atto qui")
    assert (span.text, span.start, span.end) == ("nell'atto qui", 1, 4)


def test_an_expression_that_means_what_its_words_do_not_tell_is_kept():
    # and neither "la legge", which its words foretell, nor "si legge qui", which a shorter one foretells
    assert made(*[READS] * 2, *[LAW] * 8) == {"si legge": "reads"}


def test_a_word_with_a_link_outside_spoils_it():
    crossing = ("Come si legge qui.", "It reads as here.", [(0, 2), (2, 1), (2, 3)])
    assert made(*[crossing] * 2, *[LAW] * 8) == {}


def test_one_word_besides_function_words_may_be_without_a_link():
    namely = ("Qui, vale a dire ora.", "Here, namely now.", [(0, 0), (3, 1), (4, 2)])
    say = ("Ma a dire ora.", "But to say now.", [(0, 0), (1, 1), (2, 2), (3, 3)])
    assert made(*[namely] * 2, *[say] * 8, function_words=frozenset({"a"}))["vale a dire"] == "namely"
    assert "vale a dire" not in made(*[namely] * 2, *[say] * 8, function_words=frozenset())


def test_a_translation_is_words_without_marks_between_them():
    marked = ("Come si legge qui.", "As reads: here.", [(0, 0), (2, 1), (3, 2)])
    assert made(*[marked] * 2, *[LAW] * 8) == {"si legge": "reads"}
    inside = ("Come si legge qui.", "As it reads, in part.", [(0, 0), (2, 2), (2, 4)])
    assert made(*[inside] * 2, *[LAW] * 8) == {}
    apostrophe = ("Ciò che è qui.", "What's well-kept is here.", [(1, 0), (2, 2), (3, 5)])
    assert made(*[apostrophe] * 2)["che è"] == "what's well"


def test_a_translation_is_written_as_it_mostly_is_inside_a_sentence():
    house = ("Alla Casa Bianca.", "At the White House.", [(1, 3), (2, 2)])
    houses = ("La casa bianca.", "The blank home.", [(1, 2), (2, 1)])
    assert made(*[house] * 2, *[houses] * 8)["Casa Bianca"] == "White House"
    first = ("Come si legge qui.", "Reads here.", [(2, 0), (3, 1)])
    heading = ("Come si legge qui.", "SO THIS READS HERE.", [(2, 2), (3, 3)])
    assert made(first, first, first, heading, heading, *[LAW] * 20) == {"si legge": "reads"}


def test_what_is_seen_too_seldom_or_translated_in_many_ways_is_not_kept():
    assert made(READS, *[LAW] * 8) == {}
    other = ("Come si legge ora.", "As it says now.", [(0, 0), (3, 3)])
    assert "si legge" not in made(*[READS] * 2, *[other] * 7, *[LAW] * 8)


def test_the_expressions_worth_most_are_kept(monkeypatch):
    house = ("Alla Casa Bianca.", "At the White House.", [(1, 3), (2, 2)])
    houses = ("La casa bianca.", "The blank home.", [(0, 0), (1, 2), (2, 1)])
    pairs = [*[READS] * 2, *[LAW] * 8, *[house] * 3, *[houses] * 8]
    assert made(*pairs) == {"si legge": "reads", "Casa Bianca": "White House"}
    monkeypatch.setattr(expressions, "MOST", 1)
    assert made(*pairs) == {"Casa Bianca": "White House"}


def test_what_was_seen_once_is_forgotten_before_memory_runs_out(monkeypatch):
    monkeypatch.setattr(expressions, "PRUNED_ABOVE", 3)
    found = Expressions()
    for _ in range(2):
        found.count("Come si legge.", 1.0)
    found.count("Tre parole senza senso alcuno.", 1.0)
    assert set(found.times) == set(found.weights) == {"si legge"}
