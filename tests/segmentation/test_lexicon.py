"""The word lists: written so that a look-up finds them, and every abbreviation in one class only."""

from __future__ import annotations

from collections import Counter
from importlib.resources import files

from summarizer.segmentation import lexicon as module

DATA = module.tomllib.loads(files("summarizer.segmentation").joinpath("italian.toml").read_text(encoding="utf-8"))


def test_no_abbreviation_is_in_two_classes() -> None:
    classes = [entry for kind in ("never", "title", "other", "final") for entry in DATA["abbreviations"][kind]]
    assert [entry for entry, count in Counter(classes).items() if count > 1] == []


def test_no_list_names_a_word_twice() -> None:
    for group in DATA.values():
        for entries in group.values():
            assert [entry for entry, count in Counter(entries).items() if count > 1] == []


def test_abbreviations_are_written_without_their_last_full_stop() -> None:
    assert [e for entries in DATA["abbreviations"].values() for e in entries if e.endswith(".") or not e.strip()] == []


def test_words_are_written_in_lower_case() -> None:
    assert [entry for entries in DATA["words"].values() for entry in entries if entry != entry.lower()] == []


def test_a_small_entry_matches_any_case_and_a_capital_only_itself() -> None:
    words = module.lexicon()
    assert words.abbreviation("Dott") == words.abbreviation("DOTT") == words.abbreviation("dott") == "title"
    assert (words.abbreviation("St"), words.abbreviation("st")) == ("never", "other")
    assert (words.abbreviation("v"), words.abbreviation("V")) == ("never", None)
