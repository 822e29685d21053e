"""One text cut into word and number tokens, once, for every check.

Must never take more than linear time or raise on any text: article text and model output are hostile.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from typing import NamedTuple

MAX_CHARACTERS = 40_000
"""What lies beyond is not checked; no sentence of an article is near this long."""
_LONGEST_WORD = 64


# Dotted initials first ("U.S.", "p.m."), then grouped digits ("1 234,56"), other digits ("1.234,56", "10:30"), words.
@cache
def _tokens_pattern() -> re.Pattern[str]:
    return re.compile(
        r"(?:[^\W\d_]\.){2,}"
        r"|\d{1,3}(?:[ \u00a0\u202f]\d{3}(?!\d))+(?:[.,]\d+)?"
        r"|\d+(?:[.,:'’]\d+)*"
        r"|[½¼¾⅓⅔]"
        r"|[^\W\d_]+"
    )


def word_set(words: str) -> frozenset[str]:
    """The words of a string that lists them."""
    return frozenset(words.split())


_LETTERS = str.maketrans(
    {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i", "ħ": "h", "ə": "e"}
)
# After one of these a capital may be there for the sentence's sake, not for the name's.
_OPENERS = frozenset('.?!:;…«»“”„"‹›‘—–-•*|/([{')
_ABBREVIATIONS = word_set("mr mrs ms dr st sig prof on gen sen rep gov mt jr a b c d e f g h j k l m n p r s t v w")


class Token(NamedTuple):
    """A word or a number of a text."""

    text: str
    folded: str
    """Lower case, without diacritics and the dots of initials: what tables are looked up by."""
    start: int
    end: int
    capital: bool
    """The first letter is a capital."""
    initial: bool
    """It opens a sentence, a quotation or the like, where any word may carry a capital."""


@lru_cache(maxsize=16_384)
def _fold(word: str) -> str:
    word = word.lower()
    if not word.isascii():
        decomposed = unicodedata.normalize("NFKD", word.translate(_LETTERS))
        word = "".join(c for c in decomposed if not unicodedata.combining(c))
    return word.replace(".", "")


def fold(word: str) -> str:
    """Lower case without diacritics or dots: Erdoğan = Erdogan, Łódź = Lodz, U.S. = us. No longer than words are."""
    return _fold(word[:_LONGEST_WORD])


def primary_language(tag: str) -> str:
    """The primary subtag of a BCP-47 tag in lower case: "pt-BR" → "pt"."""
    return tag.replace("_", "-").partition("-")[0].strip().lower()


class Text:
    """A text in one language with its tokens."""

    __slots__ = ("language", "raw", "tag", "tokens", "words")

    def __init__(self, text: str, tag: str) -> None:
        """`tag` is a BCP-47 tag; one without tables here gets the checks that need none."""
        self.raw = unicodedata.normalize("NFC", text[:MAX_CHARACTERS])
        self.tag = tag
        self.language = primary_language(tag)
        self.tokens = _tokenize(self.raw)
        self.words = frozenset(token.folded for token in self.tokens)

    def gap(self, index: int) -> str:
        """What stands between token `index` and the next one; the rest of the text after the last."""
        following = self.tokens[index + 1].start if index + 1 < len(self.tokens) else len(self.raw)
        return self.raw[self.tokens[index].end : following]


def _tokenize(raw: str) -> tuple[Token, ...]:
    tokens: list[Token] = []
    end = 0
    for match in _tokens_pattern().finditer(raw):
        text = match.group()
        start, following = match.span()
        initial = not tokens
        # nearly all words follow another after a single space, and open nothing
        if tokens and raw[end:start] != " ":
            last = start - 1
            while last >= end and raw[last].isspace():
                last -= 1
            before = raw[last] if last >= end else ""
            # a hyphen that touches both words joins them; "St." and "W." end no sentence
            initial = (
                before in _OPENERS
                and not (before == "-" and last == end and last == start - 1)
                and not (before == "." and last == end and tokens[-1].folded in _ABBREVIATIONS)
            )
        tokens.append(Token(text, fold(text), start, following, text[0].isupper(), initial))
        end = following
    return tuple(tokens)


def clip(text: str, limit: int = 60) -> str:
    """The text short enough to be quoted in a message of one line."""
    text = " ".join(text.split())
    return text if len(text) <= limit else text[: limit - 1] + "…"
