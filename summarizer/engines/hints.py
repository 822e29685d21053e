"""Hints: translations that a model was trained to read beside rare words and expressions, as we read a dictionary's.

A small model cannot know ten thousand rare words by heart, but it copies well. A hint stands behind what it belongs to,
in pieces of the same vocabulary: "omologo", a mark, "counterpart"; "si legge", a mark, "reads". The model is free to
inflect it or to take another word, but not to leave a single word as it is: then the hint takes its place. Made by
`training.hints`; a model without a file of them is read as ever.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TypeVar

from summarizer.engines.inflection import siblings
from summarizer.errors import EngineError

MARK = "<0x01>"
"""The piece in front of a hint: a control byte, which no normalised text holds."""
HINTS_FILES = "hints.*.tsv"
WORD = re.compile(r"[^\W\d_]+")
"""What a word is, where hints are made and where they are looked up."""
REMEMBERED = 16_384
"""Words whose hints or pieces are kept for a while: most words of a text were seen not long ago."""
LONGEST = 4
"""Tokens of the longest expression that has a hint."""
_NEAR = 3
"""Words between which a word and its translation are taken for one said twice."""
PUNCTUATION = '"“”«»„‹›()[]{}…,;:.!?–—-'
"""What may stand around a token and is no part of it: an expression does not reach over it."""
_NO_HINT = ("", "")
_TEXT_BYTES = bytes(byte for byte in range(256) if byte not in b"\t\n")
"""All that may stand between the tabs and line ends of a file of hints."""

Piece = TypeVar("Piece")


def _always() -> bool:
    return True


class Hints:
    """Hints for one target language."""

    def __init__(self, table: Mapping[str, str]) -> None:
        """From translations.

        Args:
            table: what each word and expression is in the target language. Words are in lower case, and "" for those
                that must not get any; expressions have spaces, and are written as inside a sentence.
        """
        self._table = table
        self._hint = lru_cache(REMEMBERED)(self._found)
        self._bare = lru_cache(REMEMBERED)(bare)
        self._openings = {key.partition(" ")[0] for key in table if " " in key}

    @classmethod
    def read(cls, path: Path) -> Hints:
        """From a file of lines: word or expression, tab, translation.

        Raises:
            EngineError: it cannot be read, or is no such file.
        """
        try:
            text = path.read_text(encoding="utf-8")
            # one look at all tabs and line ends and one split, instead of one a line: a command waits for this
            fields = text.replace("\n", "\t").split("\t")
            if text.encode().translate(None, _TEXT_BYTES) != b"\t\n" * (len(fields) // 2) or fields.pop():
                raise ValueError("not every line is two texts with a tab between them")
            return cls(dict(zip(fields[::2], fields[1::2], strict=True)))
        except (OSError, ValueError) as error:
            raise EngineError(f"{path}: the hints cannot be read ({error})") from error

    def tokens(self, text: str) -> Iterator[tuple[str, str]]:
        """What stands between the spaces of a text, each with the hint behind it; "" where there is none."""
        for token, (_, hint) in self._given(text):
            yield token, hint

    def _given(self, text: str) -> Iterator[tuple[str, tuple[str, str]]]:
        """The tokens of a text, each with the word in it that has a hint, and the hint; an expression is no word."""
        tokens = text.split()
        place = 0
        while place < len(tokens):
            length, hint = self._expression(tokens, place)
            if length:
                yield from ((token, _NO_HINT) for token in tokens[place : place + length - 1])
                yield tokens[place + length - 1], ("", hint)
            else:
                length = 1
                yield tokens[place], self._hint(tokens[place], first=place == 0)
            place += length

    def _expression(self, tokens: Sequence[str], place: int) -> tuple[int, str]:
        """How many tokens make the longest expression that begins there, and its hint; 0 where none does."""
        first, _, closes = self._bare(tokens[place])
        if place == 0 and first and first not in self._openings:
            first = first[0].lower() + first[1:]
        found, key = (0, ""), first
        if first not in self._openings:
            return found
        for length, token in enumerate(tokens[place + 1 : place + LONGEST], start=2):
            following, opens, closes_next = self._bare(token)
            if closes or opens:
                break
            key, closes = f"{key} {following}", closes_next
            if hint := self._table.get(key):
                found = (length, hint)
        return found

    def pieces(
        self, text: str, encode: Callable[[str], Iterable[Piece]], mark: Piece, wanted: Callable[[], bool] = _always
    ) -> list[Piece]:
        """The text's pieces with hints among them, as models are trained and asked.

        Args:
            text: normalised, without a language token.
            encode: the pieces of a word or a few, as tokens or ids. It is asked for each word by itself, so that it can
                remember frequent ones: no piece reaches over a space.
            mark: `MARK` as such a piece.
            wanted: asked for each hint whether it is to be given.
        """
        made: list[Piece] = []
        for token, hint in self.tokens(text):
            made += encode(token)
            if hint and wanted():
                made.append(mark)
                made += encode(hint)
        return made

    def translated(self, source: str, translations: Sequence[str]) -> list[str]:
        """Translations with hints in the place of words that were left as they are in the source: sommossa, riot.

        Where the hint stands near such a word, the word is left out: "Kazakh counterpart kazako". A word with a capital
        in the source may be a name, one in quotation marks may be what is spoken of, and one that is a word of the
        target language too, as far as the hints tell, may be right: these stay.

        Args:
            source: as the model was given it.
            translations: what it made of it.
        """
        given = [pair for _, pair in self._given(source) if pair[1]]
        foreign = [
            (word, hint)
            for word, hint in given
            if word.islower() and word.capitalize() not in source and not self._is_of_target(word, hint)
        ]
        made = []
        for translation in translations:
            for word, hint in foreign:
                if word in translation.lower():
                    wanted = sum(other == hint for _, other in given)
                    translation = _replaced(translation, word, hint, wanted)
            made.append(translation)
        return made

    def _is_of_target(self, word: str, hint: str) -> bool:
        return word in self._targets or hint.lower().startswith(word)

    @cached_property
    def _targets(self) -> frozenset[str]:
        return frozenset(map(str.lower, self._table.values()))

    def _found(self, token: str, *, first: bool) -> tuple[str, str]:
        for word in reversed(WORD.findall(token)):
            if hint := self._known(word.lower()):
                # a capital in mid-sentence makes it a name, unless the translation is one too: Turchia, but not Rossi
                fits = word.islower() or (word[1:].islower() and (first or hint[0].isupper()))
                return (word, hint) if fits else _NO_HINT
        return _NO_HINT

    def _known(self, word: str) -> str:
        hint = self._table.get(word)
        return hint if hint is not None else next(filter(None, map(self._table.get, siblings(word))), "")


def bare(token: str) -> tuple[str, bool, bool]:
    """A token without the punctuation around it, and whether there is some before and after it."""
    core = token.strip(PUNCTUATION)
    at = token.find(core)
    return core, at > 0, at + len(core) < len(token)


def _replaced(translation: str, word: str, hint: str, wanted: int) -> str:
    """A translation with a word's hint in its place, or without the word where the hint is there as often as wanted."""
    found = re.search(rf"(?<![\w“\"«'’-]){word}(?![\w-])", translation, re.IGNORECASE)
    if found is None:
        return translation
    before, after = translation[: found.start()], translation[found.end() :]
    if [other.lower() for other in WORD.findall(translation)].count(hint.lower()) < wanted:
        return before + (hint[0].upper() + hint[1:] if found[0][0].isupper() else hint) + after
    near = WORD.findall(before)[-_NEAR:] + WORD.findall(after)[:_NEAR]
    if hint.lower() not in map(str.lower, near):
        return translation
    return before.rstrip() + after if before.strip() else after.lstrip()


def hints_file(folder: Path, tag: str) -> Path:
    """Where a folder keeps the hints for the language of a tag like ">>eng<<"."""
    return folder / HINTS_FILES.replace("*", tag.strip("<>"))
