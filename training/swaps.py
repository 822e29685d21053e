"""Names, acronyms and numbers in a pair exchanged for others, the same on both sides: they are to be copied by pieces.

A small model learns the frequent names by heart and breaks the rest. Here every name may be one that it never saw, also
with letters that Italian does not have, and no figure can be guessed. Never touches a word that the sides do not share.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from training.parts import UNK, Corpus

if TYPE_CHECKING:
    from sentencepiece import SentencePieceProcessor

HARVESTED = 60_000
"""Pairs that are read for names."""
AT_MOST = 3
"""Exchanges in a pair."""
MADE_UP, FOREIGN, HYPHENATED, FULL = 0.5, 0.3, 0.1, 0.2
"""Shares of names that are joined from two, get foreign letters, get a second half, and get a second word."""
_NAME = re.compile(r"(?<![\w'-])[A-ZÀ-Þ][a-zà-ÿ]{3,}(?![\w'-])")
_ACRONYM = re.compile(r"(?<![\w'’.-])[A-Z]{2,6}(?![\w'-])")
_NUMBER = re.compile(r"(?<![\w.,:/-])\d+(?![\w:/-]|[.,]\d)")
_FOREIGN = {
    "a": "áãāå", "c": "čćç", "d": "đ", "e": "ěęéë", "g": "ğ", "i": "ıíî", "l": "ł", "n": "ñńň", "o": "øőöó",
    "r": "ř", "s": "šşś", "t": "ť", "u": "üůú", "y": "ý", "z": "žżź",
}  # fmt: skip


def shared(pattern: re.Pattern[str], source: str, target: str) -> list[str]:
    """What the pattern finds exactly once on each side and equal on both, in the order of the source."""
    here, there = pattern.findall(source), pattern.findall(target)
    return [word for word in here if here.count(word) == 1 == there.count(word)]


def harvest(corpus: Corpus, processor: SentencePieceProcessor, pairs: int = HARVESTED) -> tuple[str, ...]:
    """Names that stand on both sides of the corpus' first pairs, sorted; these come in random order."""
    found: set[str] = set()
    for i in range(min(pairs, len(corpus))):
        source, target = corpus.source(i).tolist(), corpus.target(i).tolist()
        if UNK not in source and UNK not in target:
            # the tag in front decodes to a word of its own, which no name pattern matches
            found.update(shared(_NAME, processor.decode(source), processor.decode(target)))
    return tuple(sorted(found))


class Swaps:
    """The change of a pair, for `training.noise`."""

    def __init__(self, names: Sequence[str]) -> None:
        """`names` are those to put in."""
        self._names = names

    def __call__(self, source: str, target: str, rng: np.random.Generator) -> tuple[str, str]:
        """The pair with up to `AT_MOST` of them exchanged; as it is if it shares none."""
        found: list[tuple[str, Callable[[str, np.random.Generator], str]]] = []
        if self._names:
            found += [(word, self._name) for word in shared(_NAME, source, target)]
        found += [(capitals, _acronym) for capitals in shared(_ACRONYM, source, target)]
        found += [(digits, _number) for digits in shared(_NUMBER, source, target)]
        for index in rng.permutation(len(found))[:AT_MOST]:
            old, make = found[index]
            whole, new = re.compile(rf"(?<!\w){re.escape(old)}(?!\w)"), make(old, rng)
            if len(whole.findall(source)) == 1 == len(whole.findall(target)):  # also not as a part of another exchange
                source, target = (whole.sub(new, text) for text in (source, target))
        return source, target

    def _name(self, old: str, rng: np.random.Generator) -> str:
        name = self._draw(rng)
        if rng.random() < MADE_UP:
            other = self._draw(rng)
            name = name[: int(rng.integers(2, len(name)))] + other[int(rng.integers(1, len(other) - 1)) :]
        if rng.random() < FOREIGN:
            places = [i for i, c in enumerate(name) if c in _FOREIGN]
            if places:
                at = places[int(rng.integers(len(places)))]
                choice = _FOREIGN[name[at]]
                name = name[:at] + choice[int(rng.integers(len(choice)))] + name[at + 1 :]
        second = rng.random()
        if second < HYPHENATED + FULL:
            name += ("-" if second < HYPHENATED else " ") + self._draw(rng)
        return name

    def _draw(self, rng: np.random.Generator) -> str:
        return self._names[int(rng.integers(len(self._names)))]


def _acronym(old: str, rng: np.random.Generator) -> str:
    """As many capitals, which rarely mean something."""
    return "".join(chr(ord("A") + int(i)) for i in rng.integers(0, 26, len(old)))


def _number(old: str, rng: np.random.Generator) -> str:
    """Another number that means the same kind of thing: a year, a day, an amount of as many digits."""
    value = int(old)
    if len(old) == 4 and 1800 <= value < 2100:
        return str(rng.integers(1900, 2036))
    if old.startswith("0") or value == 1:  # a part of something else; "1 anno" is singular
        return old
    if value <= 31:
        return str(rng.integers(2, 32))
    return str(rng.integers(1, 10)) + "".join(str(d) for d in rng.integers(0, 10, len(old) - 1))
