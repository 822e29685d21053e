"""Words and where they stand: how glossary terms are recognised in a sentence, inflected, and told from near misses.

Works on tokens, never on raw substrings, so that a term is never found inside a longer word.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

# A run of letters and digits with their combining marks, or one other character. The apostrophe of an elision
# ("dell'Unione") is a token of its own and so a word boundary.
_TOKEN = re.compile("[\\w\u0300-\u036f]+|\\S")
_ALIKE = str.maketrans("\u2019\u2018\u02bc\u2010\u2011\u2013", "'''---")
_OPENING = frozenset("\"'“‘«‹„([{-–—")
_BEFORE_HEAD = frozenset({"of", "for", "in", "to", "at", "on", "de", "di"})
_PLAIN_CONSONANT = frozenset("bcdfgjklmnpqrstvwyz")


class Token(NamedTuple):
    """One word or other character of a text."""

    start: int
    end: int
    text: str
    """NFC."""
    key: str
    """What is compared: case-folded, one apostrophe, one hyphen."""

    @property
    def is_word(self) -> bool:
        """Whether it is a word, not a punctuation mark or symbol."""
        return self.key[0].isalnum() or self.key[0] == "_"


class Span(NamedTuple):
    """A run of tokens, `first` to before `last`."""

    first: int
    last: int
    plural: bool = False
    """Whether it was found in the plural."""


def tokenize(text: str) -> list[Token]:
    """The tokens of a text, in order, with their places in it."""
    tokens = []
    for found in _TOKEN.finditer(text):
        word = unicodedata.normalize("NFC", found[0])
        tokens.append(Token(found.start(), found.end(), word, word.casefold().translate(_ALIKE)))
    return tokens


def _head(words: Sequence[Token]) -> int:
    """The word that takes the plural: "head" in "head of state", else the last."""
    return next((i for i, word in enumerate(words) if i and word.key in _BEFORE_HEAD), len(words)) - 1


def _is_plural(key: str, singular: str) -> bool:
    return key in (f"{singular}s", f"{singular}es") or (singular.endswith("y") and key == f"{singular[:-1]}ies")


def pluralize(text: str) -> str:
    """The regular English plural of a noun or noun phrase."""
    words = tokenize(text)
    head = words[_head(words)]
    if head.key.endswith(("s", "x", "z", "ch", "sh")):
        plural = f"{head.text}es"
    elif head.key.endswith("y") and head.key[-2:-1] not in ("a", "e", "o", "u", ""):
        plural = f"{head.text[:-1]}ies"
    else:
        plural = f"{head.text}s"
    return text[: head.start] + plural + text[head.end :]


def find(tokens: Sequence[Token], words: Sequence[Token], *, match_case: bool = False) -> Iterator[Span]:
    """Where `words` stand in `tokens`, singular or regular plural, without overlaps."""
    head, size, first = _head(words), len(words), 0
    while first + size <= len(tokens):
        plural = False
        for offset, word in enumerate(words):
            token = tokens[first + offset]
            if token.text == word.text if match_case else token.key == word.key:
                continue
            if offset == head and _is_plural(
                token.text if match_case else token.key, word.text if match_case else word.key
            ):
                plural = True
                continue
            break
        else:
            yield Span(first, first + size, plural)
            first += size
            continue
        first += 1


def starts_sentence(tokens: Sequence[Token], index: int) -> bool:
    """Whether a token opens the text or follows a full stop, opening quotes and brackets aside."""
    before = index - 1
    while before >= 0 and tokens[before].text in _OPENING:
        before -= 1
    if before < 0:
        return True
    after_initial = tokens[before].text == "." and before > 0 and len(tokens[before - 1].text) == 1  # "U.S."
    return tokens[before].text in ".!?…" and not after_initial


def indefinite_article(word: str) -> str | None:
    """ "a" or "an" where the spelling leaves no doubt, else None: vowels may sound like consonants, and acronyms."""
    if len(word) < 2 or not word[1:].islower():
        return None
    letters = word.lower()
    if letters[0] in _PLAIN_CONSONANT:
        return "a"
    return "an" if letters[0] in "aeio" and not letters.startswith(("eu", "one", "once")) else None


def nearest(
    tokens: Sequence[Token], term: str, *, place: float, taken: Collection[int], known: Sequence[Token]
) -> Span | None:
    """The one place where `term` stands misspelt, or None where there is none or it is not certain.

    A candidate begins with a capital if the term does, differs in one letter of five to eight, two of up to thirteen,
    three of more (Levenshtein), stands within a third of the sentence of `place` (0 to 1, where the term is in the
    source), is not `taken`, and is not itself a word of the source (`known`): that would be another name.
    """
    limit = 0 if len(term) < 5 else 1 if len(term) < 9 else 2 if len(term) < 14 else 3
    if not limit or not tokens:
        return None
    wanted, size, length = term.casefold(), len(tokenize(term)), tokens[-1].end
    best: list[tuple[int, Span]] = []
    for count in range(max(1, size - 1), size + 2):
        for first in range(len(tokens) - count + 1):
            words = tokens[first : first + count]
            text = "".join(
                (" " if i and words[i - 1].end < word.start else "") + word.key for i, word in enumerate(words)
            )
            if (
                abs(len(text) - len(wanted)) > limit
                or not (words[0].is_word and words[-1].is_word)
                or (term[0].isupper() and not words[0].text[0].isupper())
                or abs(words[0].start / length - place) > 1 / 3
                or any(i in taken for i in range(first, first + count))
                or next(find(known, words), None) is not None
            ):
                continue
            distance = levenshtein(text, wanted, limit)
            if distance <= limit:
                best.append((distance, Span(first, first + count)))
    best.sort(key=lambda candidate: candidate[0])
    if not best or (len(best) > 1 and best[0][0] == best[1][0]):
        return None
    return best[0][1]


def levenshtein(a: str, b: str, limit: int) -> int:
    """Edits (insert, delete, replace) from `a` to `b`, or limit + 1 where more are needed."""
    row = list(range(len(b) + 1))
    for i, left in enumerate(a, start=1):
        diagonal, row[0] = row[0], i
        for j, right in enumerate(b, start=1):
            diagonal, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, diagonal + (left != right))
        if min(row) > limit:
            return limit + 1
    return min(row[-1], limit + 1)
