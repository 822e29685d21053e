"""Vulgar words: a translation must not be coarser than what was written.

Models learn from all that people write, and a small one may take a curse for a word that it hardly knows. What the
Italian says coarsely may be said so; the table has a few words of each language that no ordinary word is spelt like.
"""

from __future__ import annotations

import re
from functools import cache
from importlib import resources

from summarizer.fidelity.interface import Pair
from summarizer.fidelity.text import fold
from summarizer.report import Finding

_WORD = re.compile(r"[^\W\d_]+")


@cache
def vulgar_words(language: str) -> frozenset[str]:
    """The folded vulgar words of a language; those of Italian that end with * begin one. Empty where none are known."""
    table = resources.files("summarizer.fidelity").joinpath("data/vulgar.tsv").read_text(encoding="utf-8")
    lines = (line.split("\t") for line in table.splitlines())
    return frozenset(fold(word) for tag, words in lines if tag == language for word in words.split())


def is_decent(text: str, language: str) -> bool:
    """Whether a text has no vulgar word of its language."""
    return vulgar_words(language).isdisjoint(fold(word) for word in _WORD.findall(text))


@cache
def _italian() -> tuple[frozenset[str], tuple[str, ...]]:
    words = vulgar_words("it")
    return words, tuple(word[:-1] for word in words if word.endswith("*"))


def check_vulgarity(pair: Pair) -> list[Finding]:
    """A vulgar word of the translation where nothing vulgar is in the source, nor the word itself."""
    added = (vulgar_words(pair.target.language) & pair.target.words) - pair.source.words
    if not added:
        return []
    whole, beginnings = _italian()
    if any(word in whole or word.startswith(beginnings) for word in pair.source.words):
        return []
    word = next(token.text for token in pair.target.tokens if token.folded in added)
    return [pair.finding("vulgarity", "error", f'vulgar word: "{word}" says what the source does not', target=word)]
