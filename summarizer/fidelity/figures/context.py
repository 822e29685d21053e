"""A text's tokens as number words see them: what stands beside a token, and what that makes of it."""

from __future__ import annotations

import re
from functools import cache

from summarizer.fidelity.figures.numerals import Numeral, Numerals, numerals
from summarizer.fidelity.text import Text, Token

_CURRENCY_SIGNS = {"€": "EUR", "$": "USD", "£": "GBP", "¥": "JPY"}
_PER_CENT = frozenset({"cento", "cent", "ciento"})
_PER = frozenset({"per", "pour", "por"})


@cache
def _join_pattern() -> re.Pattern[str]:
    return re.compile(r"[ \u00a0\u202f]?[-‐‑–]?[ \u00a0\u202f]?")


class Context:
    """Questions about the neighbourhood of a token; an index outside the text is an empty word."""

    __slots__ = ("language", "numerals", "text", "tokens")

    def __init__(self, text: Text) -> None:
        """Looks up the number words of the text's language."""
        self.text = text
        self.language = text.language
        self.tokens: tuple[Token, ...] = text.tokens
        self.numerals: Numerals = numerals(text.language)

    def word(self, index: int) -> str:
        """The folded word at an index."""
        return self.tokens[index].folded if 0 <= index < len(self.tokens) else ""

    def numeral(self, index: int) -> Numeral | None:
        """The number word at an index; "cento" in "per cento" is none."""
        word = self.word(index)
        if not word or (word in _PER_CENT and self.word(index - 1) in _PER):
            return None
        return self.numerals.get(word)

    def is_function(self, kind: str, index: int) -> bool:
        """Whether the word at an index has this rôle beside numbers."""
        return self.numerals.is_function(kind, self.word(index))

    def joined(self, index: int) -> bool:
        """Nothing but a space or a hyphen stands between this token and the next."""
        return index + 1 < len(self.tokens) and _join_pattern().fullmatch(self.text.gap(index)) is not None

    def near_century(self, first: int, last: int) -> bool:
        """The word "century" stands straight before or after these tokens."""
        return self.is_function("century", last + 1) or self.is_function("century", first - 1)

    def span(self, first: int, following: int) -> tuple[str, int, int]:
        """The text of tokens `first` to `following` - 1, with its start and end."""
        start, end = self.tokens[first].start, self.tokens[following - 1].end
        return self.text.raw[start:end], start, end

    def unit(self, first: int, following: int) -> str | None:
        """The currency or measure of the figure that spans tokens `first` to `following` - 1."""
        raw, start, end = self.text.raw, self.tokens[first].start, self.tokens[following - 1].end
        before = raw[max(0, start - 2) : start].rstrip()[-1:]
        if before in _CURRENCY_SIGNS:
            return _CURRENCY_SIGNS[before]
        sign = raw[end : end + 2].lstrip()[:1]
        if sign == "%":
            return "percent"
        if sign in _CURRENCY_SIGNS:
            return _CURRENCY_SIGNS[sign]
        word = self.word(following)
        if word in _PER:
            return "percent" if self.word(following + 1) in _PER_CENT else None
        if self.numerals.is_function("of", word):
            word = self.word(following + 1)
        units = self.numerals.units
        return units.get(word) or units.get(self.word(first - 1))
