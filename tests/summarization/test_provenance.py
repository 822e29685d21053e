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


def test_a_paraphrase_without_a_word_in_common_is_linked_to_the_sentence_of_the_same_meaning() -> None:
    line = "Commerce is meant to grow."
    assert align(line, ARTICLE) == ((), 0.0)
    assert align(line, ARTICLE, [0.1, 0.9, 0.2, 0.0]) == ((1,), 0.9)


def test_similarity_adds_to_what_words_say_and_takes_nothing_away() -> None:
    line = "Anka drones will be built in Kazakhstan under the strategic partnership signed in Ankara."
    covered, support = align(line, ARTICLE)
    assert align(line, ARTICLE, [0.0, 0.0, 0.0, 0.0]) == (covered, support)
    assert align(line, ARTICLE, [0.0, 0.6, 0.0, 0.0]) == ((0, 1, 2), support)
    assert align(line, ARTICLE, [0.0, 0.0, 1.0, 0.0]) == (covered, 1.0)


def test_what_is_only_about_the_same_matter_is_no_source() -> None:
    assert align("Commerce is meant to grow.", ARTICLE, [0.4, 0.49, 0.3, 0.2]) == ((), 0.0)


def test_of_many_near_sentences_the_nearest_are_linked_and_none_that_is_far_behind() -> None:
    line = "Commerce is meant to grow."
    assert align(line, ARTICLE, [0.9, 0.95, 0.85, 0.99]) == ((0, 1, 3), 0.99)
    assert align(line, ARTICLE, [0.6, 0.95, 0.55, 0.9]) == ((1, 3), 0.95)


def test_nothing_is_near_to_nothing() -> None:
    assert align("Anything at all.", [], []) == ((), 0.0)
