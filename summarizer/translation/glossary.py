"""A newsroom's glossary: finds its terms in a sentence and sees that the translation uses the right rendering.

Neural models cannot be forced to a term, so this edits afterwards, and only where it is certain what to replace;
what it cannot put right it reports. It never adds words to a translation.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from summarizer.translation.glossary_file import GlossaryTerm, read_terms
from summarizer.translation.glossary_text import (
    Span,
    Token,
    find,
    indefinite_article,
    nearest,
    pluralize,
    starts_sentence,
    tokenize,
)

__all__ = ["Glossary", "GlossaryEdit", "GlossaryMatch", "GlossaryResult", "GlossaryTerm"]

# A term that begins with the elided article is found behind the prepositions that swallow it: "nell'Aquila".
_ELIDED = ("dell", "all", "nell", "sull", "dall", "coll")


@dataclass(frozen=True, slots=True)
class GlossaryMatch:
    """A term found in a source sentence."""

    term: GlossaryTerm
    start: int
    """Span in the sentence, in code points."""
    end: int
    source: str
    """The words as they stand there."""

    @property
    def target(self) -> str:
        """The rendering the glossary wants."""
        return self.term.target


@dataclass(frozen=True, slots=True)
class GlossaryEdit:
    """A replacement made in a translation."""

    match: GlossaryMatch
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class GlossaryResult:
    """A translation after the glossary."""

    text: str
    applied: tuple[GlossaryEdit, ...] = ()
    """In the order of the text."""
    missed: tuple[GlossaryMatch, ...] = ()
    """Terms whose rendering is not in the text, one match for each, in the order of the source."""


@dataclass(slots=True)
class _Node:
    """A node of the trie of all terms, one token an edge."""

    children: dict[str, _Node] = field(default_factory=dict)
    terms: list[GlossaryTerm] = field(default_factory=list)


class Glossary:
    """Terms, ready to be looked up; immutable and safe to share."""

    def __init__(self, terms: Iterable[GlossaryTerm]) -> None:
        """Index the terms."""
        self.terms = tuple(terms)
        seal = sorted((term.source, term.target, list(term.avoid), term.match_case) for term in self.terms)
        self.fingerprint = hashlib.sha256(json.dumps(seal).encode()).hexdigest()
        """SHA-256, hex, of all that bears on the result: the same whatever the format and order of the file."""
        self._root = _Node()
        # Where two terms differ in case alone, the one that insists on its case is tried first.
        for term in sorted(self.terms, key=lambda term: not term.match_case):
            keys = [token.key for token in tokenize(term.source)]
            for first in (keys[0], *(_ELIDED if keys[:2] == ["l", "'"] else ())):
                node = self._root
                for key in (first, *keys[1:]):
                    node = node.children.setdefault(key, _Node())
                node.terms.append(term)

    @classmethod
    def load(cls, path: Path) -> Glossary:
        """Read a TSV, CSV or TOML file. Raises GlossaryError, naming file and line."""
        return cls(read_terms(path))

    def matches(self, source: str) -> list[GlossaryMatch]:
        """The terms in a sentence, left to right, the longest at each place, none overlapping.

        A term is found as whole words, with any apostrophe. One written in lower case is found in any case; any other
        only in its own, but for a capital at the beginning and for sentences all in capitals. Takes time linear in
        the sentence, however many terms there are.
        """
        tokens, all_capitals = tokenize(source), source.isupper()
        found: list[GlossaryMatch] = []
        index = 0
        while index < len(tokens):
            longest = self._longest(tokens, index, all_capitals)
            if longest is None:
                index += 1
                continue
            term, last = longest
            elided = tokens[index].key in _ELIDED and term.source[:1] in "lL"
            start = tokens[index].end - 1 if elided else tokens[index].start
            end = tokens[last - 1].end
            found.append(GlossaryMatch(term, start, end, source[start:end]))
            index = last
        return found

    def _longest(self, tokens: Sequence[Token], first: int, all_capitals: bool) -> tuple[GlossaryTerm, int] | None:
        longest, node = None, self._root
        for index in range(first, len(tokens)):
            below = node.children.get(tokens[index].key)
            if below is None:
                break
            node = below
            for term in node.terms:
                if not term.match_case or all_capitals or _same_case(term, tokens, first):
                    longest = term, index + 1
                    break
        return longest

    def apply(
        self,
        source: str,
        target: str,
        alternatives: Mapping[str, Sequence[str]] | None = None,
        *,
        language: str = "en",
    ) -> GlossaryResult:
        """The translation `target` of `source` with the glossary's renderings where they can be put in.

        A rendering that is there, in any case and in the plural, is left alone. Otherwise one to be avoided (of the
        term, or of `alternatives`, by the term's source: what the model makes of the term by itself, for one) is
        replaced, in its number, with a capital where a sentence begins, and with the indefinite article put right.
        A term to be kept that stands misspelt in about its place is repaired. Whatever else is missing is reported.
        Number and article follow English rules and are left alone in any other `language` (BCP-47).
        """
        matches = self.matches(source)
        if not matches:
            return GlossaryResult(target)
        edits = _Edits(target, english=language.lower().partition("-")[0] == "en")
        by_term: dict[GlossaryTerm, list[GlossaryMatch]] = {}
        for match in matches:
            by_term.setdefault(match.term, []).append(match)
        # Longest first, so that "Bank of Italy" is not taken for the "Italy" of another term.
        terms = sorted(by_term, key=lambda term: -len(tokenize(term.target)))
        lacking = {term: len(by_term[term]) - edits.claim(term, len(by_term[term])) for term in terms}
        for term in terms:
            avoid = (*term.avoid, *(alternatives or {}).get(term.source, ()))
            for wrong in sorted(avoid, key=len, reverse=True):
                lacking[term] -= edits.replace(by_term[term], wrong, lacking[term])
        known = tokenize(source)
        for term in terms:
            if term.keep and lacking[term] == len(by_term[term]):
                match = by_term[term][0]
                lacking[term] -= edits.repair(match, place=match.start / known[-1].end, known=known)
        missed = [found[0] for term, found in by_term.items() if lacking[term] == len(found)]
        return GlossaryResult(edits.text(), edits.done(), tuple(sorted(missed, key=lambda match: match.start)))


def _same_case(term: GlossaryTerm, tokens: Sequence[Token], first: int) -> bool:
    for offset, want in enumerate(tokenize(term.source)):
        have = tokens[first + offset]
        if want.is_word and have.text != want.text:
            opens = offset == 0 and (first == 0 or not tokens[first - 1].is_word)
            capital = opens and have.text == want.text[0].upper() + want.text[1:]
            if not capital and not (offset == 0 and have.key in _ELIDED):
                return False
    return True


class _Edits:
    """Replacements in one translation; no token is used twice."""

    def __init__(self, text: str, *, english: bool) -> None:
        self._text, self._tokens, self._english = text, tokenize(text), english
        self._taken: set[int] = set()
        self._done: list[tuple[int, int, GlossaryEdit]] = []

    def _free(self, words: str, match_case: bool = False) -> list[Span]:
        wanted = tokenize(words)
        spans = find(self._tokens, wanted, match_case=match_case) if wanted else ()
        return [span for span in spans if self._taken.isdisjoint(range(span.first, span.last))]

    def claim(self, term: GlossaryTerm, wanted: int) -> int:
        """How many of the wanted renderings are there already; they are not touched any more."""
        # "US" is not "us": an acronym counts in capitals only
        spans = self._free(term.target, match_case=term.target.isupper())[:wanted]
        for span in spans:
            self._taken.update(range(span.first, span.last))
        return len(spans)

    def replace(self, matches: Sequence[GlossaryMatch], wrong: str, wanted: int) -> int:
        """Put the right rendering for up to `wanted` places of a wrong one; how many there were."""
        spans = self._free(wrong, match_case=wrong.isupper())[:wanted]
        for span, match in zip(spans, matches[-wanted:], strict=False):
            self._edit(match, span)
        return len(spans)

    def repair(self, match: GlossaryMatch, *, place: float, known: Sequence[Token]) -> int:
        """Put right a misspelt term; 1 if there was one."""
        span = nearest(self._tokens, match.target, place=place, taken=self._taken, known=known)
        if span is None:
            return 0
        self._edit(match, span)
        return 1

    def _edit(self, match: GlossaryMatch, span: Span) -> None:
        first, new = span.first, match.target
        if span.plural and self._english and not match.term.keep:
            new = pluralize(new)
        if self._english and first and first - 1 not in self._taken:
            before = self._tokens[first - 1]
            start, _, rest = new.partition(" ")
            if rest and start.lower() == before.key and before.key in ("the", "a", "an"):
                new = rest
            elif before.key in ("a", "an"):
                article = indefinite_article(tokenize(new)[0].text)
                if article is not None and article != before.key:
                    first -= 1
                    new = f"{article.capitalize() if before.text[0].isupper() else article} {new}"
        if self._text.isupper():
            new = new.upper()
        elif (
            first == span.first
            and not match.term.keep
            and self._tokens[first].text[0].isupper()
            and starts_sentence(self._tokens, first)
        ):
            new = new[0].upper() + new[1:]
        start_at, end_at = self._tokens[first].start, self._tokens[span.last - 1].end
        self._taken.update(range(first, span.last))
        self._done.append((start_at, end_at, GlossaryEdit(match, self._text[start_at:end_at], new)))

    def text(self) -> str:
        """The translation with all replacements."""
        text = self._text
        for start, end, edit in sorted(self._done, key=lambda done: -done[0]):
            text = text[:start] + edit.after + text[end:]
        return text

    def done(self) -> tuple[GlossaryEdit, ...]:
        """The replacements in the order of the text."""
        return tuple(edit for _, _, edit in sorted(self._done, key=lambda done: done[0]))
