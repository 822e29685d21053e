from __future__ import annotations

from summarizer.summarization.provenance import align

ARTICLE = [
    "Turkey and Kazakhstan signed a strategic partnership in Ankara on May 10.",
    "The two countries want to raise trade to 10 billion dollars.",
    "Anka drones will be built in Kazakhstan by Turkish and Kazakh engineers.",
    "The weather in the capital was mild.",
]


def test_a_sentence_is_linked_to_the_one_it_restates() -> None:
    sources, support = align("Trade between the countries is to reach 10 billion dollars.", ARTICLE)
    assert sources == (1,)
    assert support > 0.6


def test_a_sentence_that_joins_two_is_linked_to_both_in_reading_order() -> None:
    sources, _ = align(
        "Anka drones will be built in Kazakhstan under the strategic partnership signed in Ankara.", ARTICLE
    )
    assert sources == (0, 2)


def test_a_sentence_about_something_else_has_no_source_and_no_support() -> None:
    assert align("Football fans celebrated loudly yesterday.", ARTICLE) == ((), 0.0)


def test_an_invented_figure_lowers_the_support() -> None:
    right = align("The countries want to raise trade to 10 billion dollars.", ARTICLE)[1]
    wrong = align("The countries want to raise trade to 90 billion dollars.", ARTICLE)[1]
    assert wrong < right


def test_nothing_is_supported_by_nothing() -> None:
    assert align("Anything at all.", []) == ((), 0.0)
    assert align("", ARTICLE) == ((), 0.0)
