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
LONGEST_WORD = 64
"""Characters of a word that are looked at, so that what is remembered of words has a bounded size."""


# Dotted initials first ("U.S.", "p.m."), then words, grouped digits ("1 234,56"), other digits ("1.234,56", "10:30").
# The group around all makes `split` give the tokens as well as what is between them.
@cache
def _tokens_pattern() -> re.Pattern[str]:
    return re.compile(
        r"((?:[^\W\d_]\.){2,}"
        r"|[½¼¾⅓⅔]"
        r"|[^\W\d_]+"
        r"|\d{1,3}(?:[ \u00a0\u202f]\d{3}(?!\d))+(?:[.,]\d+)?"
        r"|\d+(?:[.,:'’]\d+)*)"
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
def _form(word: str) -> tuple[str, bool]:
    """A word of a text, no longer than `LONGEST_WORD`: folded, and whether its first letter is a capital."""
    folded = word.lower()
    if not folded.isascii():
        decomposed = unicodedata.normalize("NFKD", folded.translate(_LETTERS))
        folded = "".join(c for c in decomposed if not unicodedata.combining(c))
    return folded.replace(".", ""), word[:1].isupper()


def fold(word: str) -> str:
    """Lower case without diacritics or dots: Erdoğan = Erdogan, Łódź = Lodz, U.S. = us. No longer than words are."""
    return _form(word[:LONGEST_WORD])[0]


def primary_language(tag: str) -> str:
    """The primary subtag of a BCP-47 tag in lower case: "pt-BR" → "pt"."""
    return tag.replace("_", "-").partition("-")[0].strip().lower()


class Text:
    """A text in one language with its tokens."""

    __slots__ = ("capitals", "language", "raw", "tag", "tokens", "words")

    def __init__(self, text: str, tag: str) -> None:
        """`tag` is a BCP-47 tag; one without tables here gets the checks that need none."""
        self.raw = unicodedata.normalize("NFC", text[:MAX_CHARACTERS])
        self.tag = tag
        self.language = primary_language(tag)
        self.tokens = _tokenize(self.raw)
        self.words = frozenset([token.folded for token in self.tokens])
        self.capitals = [index for index, token in enumerate(self.tokens) if token.capital]
        """Indices of the tokens with a capital, among which names are looked for."""

    def gap(self, index: int) -> str:
        """What stands between token `index` and the next one; the rest of the text after the last."""
        following = self.tokens[index + 1].start if index + 1 < len(self.tokens) else len(self.raw)
        return self.raw[self.tokens[index].end : following]


def _tokenize(raw: str) -> tuple[Token, ...]:
    tokens: list[Token] = []
    end = 0
    pieces = iter(_tokens_pattern().split(raw))
    for gap, text in zip(pieces, pieces, strict=False):  # what is behind the last token is left over
        start = end + len(gap)
        end = start + len(text)
        # nearly all words follow another after a single space, and open nothing
        initial = _opens(gap, tokens[-1]) if tokens and gap != " " else not tokens
        folded, capital = _form(text[:LONGEST_WORD])
        tokens.append(Token(text, folded, start, end, capital, initial))
    return tuple(tokens)


def _opens(gap: str, previous: Token) -> bool:
    """Whether the token behind the gap opens a sentence, a quotation or the like."""
    marks = gap.rstrip()
    if marks[-1:] not in _OPENERS:
        return False
    # a hyphen that touches both words joins them; "St." and "W." end no sentence
    return gap != "-" and not (marks == "." and previous.folded in _ABBREVIATIONS)


def clip(text: str, limit: int = 60) -> str:
    """The text short enough to be quoted in a message of one line."""
    text = " ".join(text.split())
    return text if len(text) <= limit else text[: limit - 1] + "…"
