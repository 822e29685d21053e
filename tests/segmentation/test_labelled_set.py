"""The gate on quality: scores on the labelled set never fall below those stated in docs/segmentation.md."""

from __future__ import annotations

import pytest
from labelled_set import Paragraph, load, score

from summarizer.segmentation import boundaries

RECORDED_F1 = {"development": 0.997, "held_out": 0.994, "both": 0.996}
"""Rounded down to three places."""


def paragraphs(half: str) -> list[Paragraph]:
    return load("development") + load("held_out") if half == "both" else load(half)


@pytest.mark.parametrize("half", RECORDED_F1)
def test_f1_is_not_below_the_recorded_figure(half: str) -> None:
    pairs = (
        ({end for _, end in p.spans[:-1]}, {end for _, end in boundaries(p.text)} - {len(p.text)})
        for p in paragraphs(half)
    )
    assert score(pairs).f1 >= RECORDED_F1[half]


def test_the_set_is_large_enough_to_mean_something() -> None:
    assert sum(len(p.spans) - 1 for p in paragraphs("both")) >= 350


def test_the_halves_share_no_paragraph() -> None:
    assert not {p.text for p in load("development")} & {p.text for p in load("held_out")}


def test_the_labels_are_spans_of_their_paragraph() -> None:
    for paragraph in paragraphs("both"):
        assert all(start < end <= len(paragraph.text) for start, end in paragraph.spans)
        assert all(paragraph.text[start:end] == paragraph.text[start:end].strip() for start, end in paragraph.spans)
