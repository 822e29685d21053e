"""What holds for any text: spans in order, nothing lost, every piece fitting, and no text that takes for ever."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summarizer.segmentation import boundaries, split_clauses

FRAGMENTS = re.split(
    "[|]",
    ". |.|...|… |? |?! |!|«|»|\"|“|”|’|'|(|)|[|]|[1]|[...]| |  |\n|\n\n|\t|\u00a0|- |— |, |; |: |"
    "\u0301|\u200d|\x1c|\ud800|_|漢|ß|ʼ|👩\u200d👧|"
    "Il |il |La |Rossi|casa|iPhone|È|E'|L'|dott|S.p.A|ecc|a.C|U.S.A|G|J.-M|XXIII|n|art|set|12|1|2020|10.30|1.234,56|"
    "https://a.it/b.C|www.|a@b.it|a) ",
)
TEXTS = st.one_of(st.text(max_size=200), st.lists(st.sampled_from(FRAGMENTS), max_size=60).map("".join))


def assert_spans_are_the_text_without_white_space_between(text: str, spans: list[tuple[int, int]]) -> None:
    position = 0
    for start, end in spans:
        assert position <= start < end
        assert text[position:start].strip() == ""
        assert text[start:end] == text[start:end].strip()
        position = end
    assert text[position:].strip() == ""


@given(TEXTS)
def test_sentences_and_the_white_space_between_them_are_the_text(text: str) -> None:
    assert_spans_are_the_text_without_white_space_between(text, boundaries(text))


@given(TEXTS)
def test_every_sentence_has_a_word_where_the_text_has_several(text: str) -> None:
    spans = boundaries(text)
    if len(spans) > 1:
        assert all(any(c.isalnum() or c == "_" for c in text[start:end]) for start, end in spans)


@given(TEXTS, st.integers(min_value=1, max_value=40))
def test_clauses_cover_the_sentence_and_each_fits(text: str, limit: int) -> None:
    spans = split_clauses(text, lambda piece: len(piece) <= limit)
    assert_spans_are_the_text_without_white_space_between(text, spans)
    assert all(end - start <= limit for start, end in spans)


@given(TEXTS)
def test_clauses_cover_the_sentence_even_if_nothing_fits(text: str) -> None:
    spans = split_clauses(text, lambda _: False)
    assert_spans_are_the_text_without_white_space_between(text, spans)
    assert all(end - start == 1 for start, end in spans)


SIZE = 100_000
HOSTILE = {
    "no full stop": "parola " * (SIZE // 7),
    "no space": "x" * SIZE,
    "dots": "." * SIZE,
    "spaced dots": ". " * (SIZE // 2),
    "quotes": '"' * SIZE,
    "a dot and quotes": "Fine." + '"' * SIZE,
    "quotes around dots": "«.»" * (SIZE // 3),
    "small letters with dots": "a. " * (SIZE // 3),
    "capitals with dots": "A." * (SIZE // 2),
    "numbers with dots": "1. " * (SIZE // 3),
    "abbreviations and open parentheses": "ecc. (" * (SIZE // 6),
    "questions and open parentheses": "Xa?(B " * (SIZE // 6),
    "omissions": "[...] " * (SIZE // 6),
    "footnotes": "Fine." + "[1]" * (SIZE // 3) + " Poi",
    "dashes": "Fine. " + "- " * (SIZE // 2) + "Poi",
    "URL beginnings": "www.http://" * (SIZE // 11),
    "a URL of dots": "www." + "." * SIZE,
    "glued sentences": "fine.Bene" * (SIZE // 9),
    "broken lines": "Fine.\n \n" * (SIZE // 8),
    "elisions": "l'" * (SIZE // 2) + "art. 3",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_text_is_split_within_the_time_limit_of_the_suite(text: str) -> None:
    assert_spans_are_the_text_without_white_space_between(text, boundaries(text))


def counting(fits: Callable[[str], bool]) -> tuple[Callable[[str], bool], list[int]]:
    calls: list[int] = []

    def counted(piece: str) -> bool:
        calls.append(len(piece))
        return fits(piece)

    return counted, calls


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_model_is_asked_no_more_than_twice_a_piece(text: str) -> None:
    fits, calls = counting(lambda piece: len(piece) <= 200)
    spans = split_clauses(text[:20_000], fits)
    assert len(calls) <= 2 * len(spans)
