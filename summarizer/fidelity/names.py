"""Names: who and what the source names must be named in the translation, in the form that its language uses.

Compares by exact form, by the gazetteer (Turchia = Turkey), by romanisation and diacritics (Erdoğan = Erdogan), and by
likeness: a name that is near but not right has been mangled. Common words with a capital are not names here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from summarizer.fidelity.calendar import calendar
from summarizer.fidelity.gazetteer import LANGUAGES, Entity, Gazetteer, Mention, gazetteer
from summarizer.fidelity.interface import Pair
from summarizer.fidelity.lexicon import is_common
from summarizer.fidelity.similarity import Spellings, is_mangled, is_mangled_acronym
from summarizer.fidelity.text import Text, Token, clip
from summarizer.report import Finding

_MOST_COMPARED = 60
"""Names of one sentence that are compared by likeness; more are a list or hostile, and the work is quadratic."""
_SHORTEST = 3
_SURE_BEGINNING = 5
_STEM = 4
"""A word of the translation that begins with as many letters of a source word is taken for its relative."""
_OFTEN_ADDED = frozenset({"country", "region", "calendar"})
"""Sections whose names translators add to explain, and whose adjectives English writes with a capital."""


@dataclass(slots=True)
class _Names:
    """What a source says, sorted by how the translation can answer."""

    mentions: list[Mention] = field(default_factory=list)
    unknown: list[Token] = field(default_factory=list)
    """Names that the gazetteer does not have."""
    possible: list[Token] = field(default_factory=list)
    """Capitals where any word may have one: never asked for, but not to be mangled."""


def check_names(pair: Pair) -> list[Finding]:
    """Names that the translation mangled, exchanged, lost or invented."""
    if pair.target.language not in LANGUAGES:
        return []
    table = gazetteer(pair.target.language)
    if _shouts(pair.source) or _shouts(pair.target):
        return []
    names = _names(pair, table)
    extra = _unexplained(pair, names, table)
    taken: set[int] = set()
    findings: list[Finding] = []
    missing: list[tuple[int, int]] = []
    asked = [t for t in (*names.unknown, *names.possible)[:_MOST_COMPARED] if t.folded not in pair.target.words]
    spellings = Spellings({t.folded for t in _capitals(pair.target)}) if asked else None
    for token in asked:
        if spellings is not None and _is_answered(token, pair.target, spellings):
            continue
        twin = next((t for t in extra if t.start not in taken and _is_spoilt(token, t)), None)
        if twin is not None:
            taken.add(twin.start)
            findings.append(_changed(pair, token.text, twin.text))
        elif token in names.unknown:
            missing.append((token.start, token.end))
    for (start, end), twin in _lost_mentions(pair, names, table, extra, taken):
        if twin is None:
            missing.append((start, end))
        else:
            findings.append(_changed(pair, pair.source.raw[start:end], twin.text))
    candidates = [t for t in extra if t.start not in taken and _may_be_invented(pair.target, t, table)]
    words = Spellings(pair.source.words) if candidates else None
    stems = {word[:_STEM] for word in pair.source.words}
    invented = [t.text for t in candidates if words and not words.have(t.folded) and t.folded[:_STEM] not in stems]
    return findings + _unpaired(pair, _full_names(pair.source.raw, missing), _once(invented))


def _once(words: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(words))


def _full_names(raw: str, spans: list[tuple[int, int]]) -> list[str]:
    """The words at the spans, first name and surname as one: "Kassym-Jomart Tokayev"."""
    joined: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if joined and raw[joined[-1][1] : start] in (" ", "-"):
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return _once(raw[start:end] for start, end in joined)


def _unpaired(pair: Pair, missing: list[str], invented: list[str]) -> list[Finding]:
    both = min(len(missing), len(invented))
    findings = []
    for before, after in zip(missing, invented, strict=False):
        message = f'name differs: "{clip(before)}" is not in the translation, which has "{clip(after)}"'
        findings.append(pair.finding("name", "warning", message, source=before, target=after))
    for before in missing[both:]:
        message = f'name missing: nothing in the translation answers to "{clip(before)}"'
        findings.append(pair.finding("name", "warning", message, source=before))
    for after in invented[both:]:
        message = f'name invented: nothing in the source answers to "{clip(after)}"'
        findings.append(pair.finding("name", "warning", message, target=after))
    return findings


def _changed(pair: Pair, before: str, after: str) -> Finding:
    message = f'name changed: "{clip(before)}" became "{clip(after)}"'
    return pair.finding("name", "error", message, source=before, target=after)


def _capitals(text: Text) -> list[Token]:
    """The words with a capital."""
    return [text.tokens[index] for index in text.capitals]


def _shouts(text: Text) -> bool:
    """All in capitals, where a capital says nothing."""
    long_words = [token.text for token in _capitals(text) if len(token.text) > 3]
    return len(long_words) > 2 and sum(word.isupper() for word in long_words) * 2 > len(long_words)


def _names(pair: Pair, table: Gazetteer) -> _Names:
    text = pair.source
    names = _Names()
    covered: set[int] = set()
    for mention in table.mentions(text):
        names.mentions.append(mention)
        covered.update(range(mention.first, mention.following))
    dates = calendar("it")
    figures = {figure.start for figure in pair.source_figures}
    named = -1  # the last word that is a name, or part of one
    for index in text.capitals:
        token = text.tokens[index]
        if index in covered:
            named = index
            continue
        if len(token.folded) < _SHORTEST or token.start in figures:
            continue
        if token.folded in dates.months or token.folded in dates.weekdays:
            continue
        if is_common(token.folded, "it"):
            # "Mario Monti": a common word with a capital is a surname after a name that is none
            if named == index - 1 >= 0 and text.gap(named) == " " and not token.initial:
                names.possible.append(token)
            continue
        if pair.target.language != "en" and (token.initial or is_common(token.folded, "en")):
            # without a list of the language's common words, cognates would look like mangled names
            continue
        # acronyms differ between languages: they are not asked for, but must not be mangled
        (names.possible if token.initial or token.text.isupper() else names.unknown).append(token)
        named = index
    return names


def _is_answered(token: Token, target: Text, spellings: Spellings) -> bool:
    if spellings.have(token.folded):
        return True
    # IUCN, UICN: the same words in another order
    letters = sorted(token.text) if token.text.isupper() else None
    return letters is not None and any(t.text.isupper() and sorted(t.text) == letters for t in target.tokens)


def _is_spoilt(token: Token, other: Token) -> bool:
    return is_mangled(token.folded, other.folded) or is_mangled_acronym(token.text, other.text)


def _unexplained(pair: Pair, names: _Names, table: Gazetteer) -> list[Token]:
    """Capitalised words of the translation that stand for nothing in the source."""
    target = pair.target
    figures = {figure.start for figure in pair.target_figures if figure.asked}
    dates = calendar(target.language)
    entities = [table.entities[mention.entity] for mention in names.mentions]
    found = []
    for token in _capitals(target):
        if len(token.folded) < _SHORTEST or token.start in figures:
            continue
        word = token.folded
        if word in pair.source.words or word in dates.months or word in dates.weekdays:
            continue
        if is_common(word, target.language) or any(entity.claims(word) for entity in entities):
            continue
        found.append(token)
        if len(found) == _MOST_COMPARED:
            break
    return found


def _lost_mentions(
    pair: Pair, names: _Names, table: Gazetteer, extra: list[Token], taken: set[int]
) -> list[tuple[tuple[int, int], Token | None]]:
    """Spans of names of the gazetteer that nothing answers to, each with the word that took its place, if one did."""
    lost: list[tuple[tuple[int, int], Token | None]] = []
    seen: set[int] = set()
    ordered = sorted(pair.target.words) if names.mentions else []
    for mention in names.mentions[:_MOST_COMPARED]:
        entity = table.entities[mention.entity]
        answered = entity.is_in(pair.target.words, ordered)
        if mention.entity in seen or (answered and not extra):
            continue
        seen.add(mention.entity)
        if answered and not _is_named_less(pair, names, mention.entity, table):
            continue
        first, last = pair.source.tokens[mention.first], pair.source.tokens[mention.following - 1]
        free = [t for t in extra if t.start not in taken]
        twin = next((t for t in free if _is_of_section(table, t, entity.section)), None)
        if answered and twin is None:
            continue
        if twin is None:
            twin = next((t for t in free if any(is_mangled(form, t.folded) for form in entity.forms)), None)
        if twin is not None:
            taken.add(twin.start)
        if twin is not None or not (mention.adjective or first.initial):
            lost.append(((first.start, last.end), twin))
    return lost


def _is_named_less(pair: Pair, names: _Names, number: int, table: Gazetteer) -> bool:
    """Whether the translation names a country fewer times than the source: one of its names may have become another."""
    entity = table.entities[number]
    if entity.section != "country":
        return False
    before = sum(mention.entity == number for mention in names.mentions)
    # "Moscow" may stand for Russia, but not where the source names the city as well
    others = [table.entities[m.entity] for m in names.mentions[:_MOST_COMPARED] if m.entity != number]
    named = [token.folded for token in pair.target.tokens if token.capital and entity.claims(token.folded)]
    return before > sum(not any(other.claims(word) for other in others) for word in named)


def _is_of_section(table: Gazetteer, token: Token, section: str) -> bool:
    entities = (table.entities[number] for number in table.named_by(token.folded))
    return any(e.section == section and (table.language == "en" or _is_surely(e, token.folded)) for e in entities)


def _is_surely(entity: Entity, word: str) -> bool:
    """Not by the likes of "Pol*" alone, with which many a German noun begins."""
    return word in entity.whole or any(len(b) >= _SURE_BEGINNING and word.startswith(b) for b in entity.beginnings)


def _may_be_invented(text: Text, token: Token, table: Gazetteer) -> bool:
    if text.language != "en" or token.initial or token.text.isupper() or token.text[:-1].isupper():
        return False
    return not any(table.entities[number].section in _OFTEN_ADDED for number in table.named_by(token.folded))
