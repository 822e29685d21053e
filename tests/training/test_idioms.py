"""Tests for the set phrases written by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from summarizer.engines.hints import Hints
from summarizer.errors import UsageError
from summarizer.fidelity.vulgarity import is_decent
from summarizer.translation.normalize import normalize
from training import idioms
from training.testsets import TAGS


@pytest.mark.parametrize("language", sorted(TAGS))
def test_each_language_has_every_phrase(language: str) -> None:
    """The file is whole, and holds nothing that a normalised text could not."""
    found = idioms.read(TAGS[language])
    assert len(found) > 400
    for phrase, translation in found.items():
        assert normalize(phrase) == phrase
        assert normalize(translation) == translation
        assert is_decent(translation, language)


def test_a_phrase_gets_its_hint_at_the_start_of_a_sentence_too() -> None:
    """Whole, and not where it goes on."""
    hints = Hints(idioms.read(TAGS["en"]))
    assert [hint for _, hint in hints.tokens("Del resto piove, vale a dire che è bagnato.") if hint] == [
        "moreover",
        "namely",
    ]
    assert [hint for _, hint in hints.tokens("Metà del resto del mondo dorme.") if hint] == ["of the rest of the world"]


def test_no_phrases_for_a_language_that_has_none() -> None:
    """Others are made from the alignment alone."""
    assert idioms.read(">>ron<<") == {}


@pytest.mark.parametrize(
    "line", ["uno\tone", "a b c d e\tfive", "vale a dire\t", "del resto\tagain", "vale a dire\tthat is\tmore"]
)
def test_a_bad_line_is_named(tmp_path: Path, line: str) -> None:
    """One word, too many, no translation, the same phrase twice, a field too many."""
    path = tmp_path / "idioms.tsv"
    path.write_text(f"ita\teng\ndel resto\tafter all\n{line}\n", encoding="utf-8")
    with pytest.raises(UsageError, match=r"idioms\.tsv:3"):
        idioms.read(">>eng<<", path)
