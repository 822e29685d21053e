"""Names that Italian writes in its own way (Turchia, turco, Papa Francesco, Onu) and what other languages call them.

Reads its table once a language, on first use. Holds names and adjectives; deciding what is wrong is for `names`.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

from summarizer.fidelity.text import Text, fold

LANGUAGES = ("it", "en", "fr", "de", "es", "pt")
_COLUMNS = {"it": 0, "en": 2, "fr": 3, "de": 4, "es": 5, "pt": 6}


@cache
def _spaces_pattern() -> re.Pattern[str]:
    return re.compile(r"[ '’-]+")


@dataclass(frozen=True, slots=True)
class Entity:
    """Something with a name, and the forms that stand for it in one language."""

    section: str
    """"country", "city", "body", "person" …: only names of one section are taken for each other."""
    whole: frozenset[str]
    beginnings: tuple[str, ...]
    phrases: tuple[tuple[tuple[str, bool], ...], ...]
    """Names of several words: each word with whether it is a beginning only."""

    @property
    def forms(self) -> tuple[str, ...]:
        """The single words and beginnings."""
        return (*self.whole, *self.beginnings)

    def is_in(self, words: frozenset[str], ordered: Sequence[str]) -> bool:
        """Whether one of the forms is among the folded words of a text; `ordered` are the same words, sorted."""
        if not self.whole.isdisjoint(words) or any(_begins_one(beginning, ordered) for beginning in self.beginnings):
            return True
        return any(
            all(form in words or (is_open and _begins_one(form, ordered)) for form, is_open in phrase)
            for phrase in self.phrases
        )

    def claims(self, word: str) -> bool:
        """Whether a folded word is, or belongs to, one of the forms."""
        if word in self.whole or word.startswith(self.beginnings):
            return True
        return any(
            word == form or (is_open and word.startswith(form)) for phrase in self.phrases for form, is_open in phrase
        )


def _begins_one(beginning: str, ordered: Sequence[str]) -> bool:
    place = bisect_left(ordered, beginning)
    return place < len(ordered) and ordered[place].startswith(beginning)


@dataclass(frozen=True, slots=True)
class Mention:
    """A name of the gazetteer in a source text: tokens `first` to `following` - 1."""

    entity: int
    first: int
    following: int
    adjective: bool


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """Italian forms, and what stands for them in one other language."""

    language: str
    entities: tuple[Entity, ...]
    names: dict[str, tuple[tuple[tuple[str, ...], bool, int], ...]]
    """By folded first word: the folded words of a name, whether all must be capitals, and its entity; longest first."""
    adjectives: dict[str, int]
    by_word: dict[str, tuple[int, ...]]
    """Entities of the other language by a whole word."""
    by_beginning: dict[str, tuple[int, ...]]
    """Entities of the other language that have a form with an open ending, by the two letters it begins with."""

    def mentions(self, text: Text) -> list[Mention]:
        """The names and adjectives of an Italian text."""
        found: list[Mention] = []
        tokens, following = text.tokens, 0
        adjectives = text.words & self.adjectives.keys()
        places = text.capitals
        if adjectives:
            places = [i for i, token in enumerate(tokens) if token.capital or token.folded in adjectives]
        for index in places:
            if index < following:
                continue
            mention = self._name_at(text, index) if tokens[index].capital else None
            if mention is None and (entity := self.adjectives.get(tokens[index].folded)) is not None:
                mention = Mention(entity, index, index + 1, adjective=True)
            if mention is not None:
                found.append(mention)
                following = mention.following
        return found

    def _name_at(self, text: Text, index: int) -> Mention | None:
        tokens = text.tokens
        for words, in_capitals, entity in self.names.get(tokens[index].folded, ()):
            following = index + len(words)
            if tuple(token.folded for token in tokens[index:following]) != words:
                continue
            if in_capitals and not tokens[index].text.isupper():
                continue
            return Mention(entity, index, following, adjective=False)
        return None

    def named_by(self, word: str) -> tuple[int, ...]:
        """Entities that a folded word of the other language names."""
        open_ended = (i for i in self.by_beginning.get(word[:2], ()) if word.startswith(self.entities[i].beginnings))
        return (*self.by_word.get(word, ()), *open_ended)


def _words(form: str) -> tuple[str, ...]:
    return tuple(fold(word) for word in _spaces_pattern().split(form))


def inflected(adjective: str) -> Iterable[str]:
    """The forms of an Italian adjective: turco, turca, turchi, turche; francese, francesi; belga, belgi, belghe."""
    adjective = fold(adjective)
    stem, ending = adjective[:-1], adjective[-1:]
    if ending == "e":
        return (adjective, stem + "i")
    if ending not in ("o", "a"):
        return (adjective,)
    soft = stem + "h" if stem.endswith(("c", "g")) else stem
    return (stem + "o", stem + "a", stem + "i", soft + "i", soft + "e")


def _entity(section: str, cell: str) -> Entity:
    whole, beginnings, phrases = set(), [], []
    for form in filter(None, cell.split("|")):
        words = [(fold(word.rstrip("*")), word.endswith("*")) for word in _spaces_pattern().split(form)]
        if len(words) > 1:
            phrases.append(tuple(words))
        elif words[0][1]:
            beginnings.append(words[0][0])
        else:
            whole.add(words[0][0])
    return Entity(section, frozenset(whole), tuple(beginnings), tuple(phrases))


@cache
def gazetteer(language: str) -> Gazetteer:
    """The names of the table for a target language; in one that is not in `LANGUAGES` Italian stands for itself."""
    column = _COLUMNS.get(language, 0)
    entities: list[Entity] = []
    names: dict[str, list[tuple[tuple[str, ...], bool, int]]] = {}
    adjectives: dict[str, int] = {}
    by_word: dict[str, tuple[int, ...]] = {}
    by_beginning: dict[str, tuple[int, ...]] = {}
    section = ""
    table = resources.files("summarizer.fidelity").joinpath("data/names.tsv").read_text(encoding="utf-8")
    for line in table.splitlines():
        if line.startswith("["):
            section = line.strip("[]")
        elif line and not line.startswith("#"):
            cells = line.split(";")
            number = len(entities)
            forms = cells[column] or cells[0]
            if section == "person":
                # kings and saints keep their English names in other languages, too
                forms += "|" + cells[_COLUMNS["en"]]
            if column == 0:
                forms = "|".join((cells[0], *(f for a in filter(None, cells[1].split("|")) for f in inflected(a))))
            entities.append(_entity(section, forms))
            for form in cells[0].split("|"):
                words = _words(form)
                names.setdefault(words[0], []).append((words, form.isupper(), number))
            for adjective in filter(None, cells[1].split("|")):
                for form in inflected(adjective):
                    adjectives.setdefault(form, number)
            for word in entities[-1].whole:
                by_word[word] = (*by_word.get(word, ()), number)
            for pair in {beginning[:2] for beginning in entities[-1].beginnings}:
                by_beginning[pair] = (*by_beginning.get(pair, ()), number)
    return Gazetteer(
        language,
        tuple(entities),
        {word: tuple(sorted(forms, key=lambda form: -len(form[0]))) for word, forms in names.items()},
        adjectives,
        by_word,
        by_beginning,
    )
