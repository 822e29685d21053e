"""The word lists: written so that a look-up finds them, and every abbreviation in one class only."""

from __future__ import annotations

from collections import Counter
from importlib.resources import files
from typing import Any

import pytest

from summarizer.segmentation import lexicon as module


@pytest.fixture(params=module.FILES.values())
def data(request: pytest.FixtureRequest) -> dict[str, Any]:
    text = files("summarizer.segmentation").joinpath(request.param).read_text(encoding="utf-8")
    loaded: dict[str, Any] = module.tomllib.loads(text)
    loaded.pop("rules", None)
    return loaded


def test_no_abbreviation_is_in_two_classes(data: dict[str, Any]) -> None:
    classes = [entry for kind in ("never", "title", "other", "final") for entry in data["abbreviations"][kind]]
    assert [entry for entry, count in Counter(classes).items() if count > 1] == []


def test_no_list_names_a_word_twice(data: dict[str, Any]) -> None:
    for group in data.values():
        for entries in group.values():
            assert [entry for entry, count in Counter(entries).items() if count > 1] == []


def test_abbreviations_are_written_without_their_last_full_stop(data: dict[str, Any]) -> None:
    assert [e for entries in data["abbreviations"].values() for e in entries if e.endswith(".") or not e.strip()] == []


def test_words_are_written_in_lower_case(data: dict[str, Any]) -> None:
    assert [entry for entries in data["words"].values() for entry in entries if entry != entry.lower()] == []


def test_a_small_entry_matches_any_case_and_a_capital_only_itself() -> None:
    words = module.lexicon()
    assert words.abbreviation("Dott") == words.abbreviation("DOTT") == words.abbreviation("dott") == "title"
    assert (words.abbreviation("St"), words.abbreviation("st")) == ("never", "other")
    assert (words.abbreviation("v"), words.abbreviation("V")) == ("never", None)
