from __future__ import annotations

import pytest

from summarizer.evaluation.rouge import rouge


def test_the_example_of_lin_2004_has_its_figures() -> None:
    # section 3.1: S2 shares "police ... the gunman" (3 of 4 words in order) with the reference, S3 only "the gunman"
    reference = "police killed the gunman"
    assert rouge("police kill the gunman", reference)[2] == pytest.approx(75.0)
    assert rouge("the gunman kill police", reference)[2] == pytest.approx(50.0)
    assert rouge("police kill the gunman", reference)[1] == rouge("the gunman kill police", reference)[1]


def test_the_same_text_has_100_and_a_different_one_0() -> None:
    assert rouge("Un testo intero.", "un testo intero") == (100, 100, 100)
    assert rouge("uno due", "tre quattro") == (0, 0, 0)
    assert rouge("", "") == (0, 0, 0)
