from __future__ import annotations

import pytest

from summarizer.engines.interface import Hypothesis
from summarizer.translation.guard import Fault, check, repeats


def hypothesis(text: str, *, truncated: bool = False) -> Hypothesis:
    return Hypothesis(text=text, tokens=len(text.split()), score=-0.5, truncated=truncated)


SOURCE = "Il presidente della Turchia ha incontrato ad Ankara il presidente del Kazakistan."


@pytest.mark.parametrize(
    ("target", "fault"),
    [
        ("The president of Turkey met the president of Kazakhstan in Ankara.", None),
        ("", Fault.EMPTY),
        (" … ", Fault.EMPTY),
        (SOURCE, Fault.COPIED),
        ("The president of Turkey Turkey Turkey Turkey met in Ankara.", Fault.LOOPING),
        ("The olive, the olive, the olive, the olive, the olive tree.", Fault.LOOPING),
        ("President.", Fault.LENGTH),
        ("word " * 9 + "and so on " + " ".join(f"w{i}" for i in range(40)), Fault.LOOPING),
        (" ".join(f"word{i}" for i in range(60)), Fault.LENGTH),
    ],
)
def test_each_silent_failure_is_named(target: str, fault: Fault | None) -> None:
    assert check(SOURCE, hypothesis(target), "en") is fault


def test_an_output_that_hit_the_token_limit_is_not_taken_for_a_translation() -> None:
    assert check(SOURCE, hypothesis("The president of Turkey met the", truncated=True), "en") is Fault.TRUNCATED


@pytest.mark.parametrize("text", ["Fausto Coppi, Gino Bartali", "Juventus-Inter 2-1", "10 - 10 - 10 - 10 - 10"])
def test_names_and_results_may_stay_as_they_are(text: str) -> None:
    assert check(text, hypothesis(text), "en") is None


def test_a_source_that_repeats_itself_may_be_repeated() -> None:
    assert check("No, no, no, no, no!", hypothesis("No, no, no, no, no!"), "en") is None


def test_languages_without_spaces_are_not_measured_in_words() -> None:
    assert check(SOURCE, hypothesis("土耳其总统在安卡拉会见了哈萨克斯坦总统。"), "zh") is None


def test_a_sentence_without_letters_or_digits_may_have_an_empty_translation() -> None:
    assert check("***", hypothesis(""), "en") is None


@pytest.mark.parametrize(
    ("words", "times"), [("a b a b a b", 3), ("a b c d", 1), ("", 1), ("x x x x", 4), ("1 1 1 1", 1)]
)
def test_repeats_counts_the_longest_run(words: str, times: int) -> None:
    assert repeats(words.split()) == times
