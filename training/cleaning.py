"""Cleaning and filtering of sentence pairs, and the evaluation sentences that training must never see.

Never changes what the program itself would not change in an article: the model reads in training what it reads in use.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from hashlib import blake2b
from typing import Literal

from summarizer.translation.normalize import normalize
from summarizer.untrusted import one_line

MAX_WORDS = 110
SHORT_WORDS = 6
"""Up to here the lengths of two sides say little about whether they belong together."""
MAX_RATIO, MAX_RATIO_SHORT = 2.0, 4.0
NGRAM = 8
MIN_KEY_CHARACTERS = 25
"""Evaluation lines no longer than this ("Yes.") may occur in training text: they are no evidence of an overlap."""

Overlap = Literal["sentence", "8-gram"]

_NOT_WORD = re.compile(r"\W+")
_WORDS = re.compile(r"\w+")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


def clean(text: str) -> str:
    """The text as the program hands it to the model: sanitised, NFKC, straight quotation marks, single spaces."""
    return normalize(one_line(text))


def key(text: str) -> str:
    """What two texts share that differ in case, punctuation and spaces only."""
    return _NOT_WORD.sub("", text.lower())


def digest(source: str, target: str) -> int:
    """64 bits that are equal for pairs whose sides have equal keys."""
    return int.from_bytes(blake2b(f"{key(source)}\t{key(target)}".encode(), digest_size=8).digest(), "big")


def ngrams(text: str, n: int = NGRAM) -> set[str]:
    """All runs of n words, lower case, without punctuation; empty for a text of fewer words."""
    words = _WORDS.findall(text.lower())
    return {" ".join(words[i : i + n]) for i in range(len(words) - n + 1)}


def fault(source: str, target: str, *, copies: bool = False) -> str | None:
    """Why the pair is not fit for training, or None: "empty", "long", "copy" or "ratio"."""
    words = (len(source.split()), len(target.split()))
    if not min(words):
        return "empty"
    if max(words) > MAX_WORDS:
        return "long"
    if source == target and not copies:
        return "copy"
    limit = MAX_RATIO if max(words) > SHORT_WORDS else MAX_RATIO_SHORT
    short, long = sorted((len(source), len(target)))
    return "ratio" if long > limit * short else None


def numbers_agree(source: str, target: str) -> bool:
    """True if both sides hold the same numbers of two digits and more; separators do not count."""
    return _numbers(source) == _numbers(target)


def _numbers(text: str) -> list[str]:
    found = (re.sub(r"[.,]", "", number) for number in _NUMBER.findall(text))
    return sorted(number for number in found if len(number) > 1)


class HeldOut:
    """Evaluation sentences, in all their languages."""

    def __init__(self, lines: Iterable[str]) -> None:
        """`lines` may hold several sentences or columns, parted by tabs."""
        self._keys: set[str] = set()
        self._grams: set[str] = set()
        for line in lines:
            for text in map(clean, line.split("\t")):
                if len(text) > MIN_KEY_CHARACTERS:
                    self._keys.add(key(text))
                    self._grams |= ngrams(text)

    def __len__(self) -> int:
        """Different sentences held out."""
        return len(self._keys)

    def overlap(self, *sides: str) -> Overlap | None:
        """How one of the sides meets a held-out sentence: as a whole, in a run of eight words, or not (None)."""
        if any(key(side) in self._keys for side in sides):
            return "sentence"
        if any(not self._grams.isdisjoint(ngrams(side)) for side in sides):
            return "8-gram"
        return None
