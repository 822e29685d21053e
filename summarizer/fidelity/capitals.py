"""Capitals that English wants: countries, places and what comes from them, months and weekdays ("turkish engineers").

Only what the source speaks of is touched, so that a polish for shoes stays one.
"""

from __future__ import annotations

import re
from functools import cache

from summarizer.fidelity.calendar import AMBIGUOUS, calendar
from summarizer.fidelity.gazetteer import gazetteer
from summarizer.fidelity.interface import Pair
from summarizer.fidelity.lexicon import is_common
from summarizer.fidelity.text import Text

_SECTIONS = frozenset({"country", "region", "city"})
_TELLING = (4, 5)
"""Letters by which a word is first looked at: "turk" is the beginning of turkish, "austr" that of austrian."""
_STOPS = ".,;:!?"
_ALSO_VERBS = frozenset({"may", "march"})


@cache
def _beginnings() -> frozenset[str]:
    """How words begin that may lack a capital, in lower case."""
    table, dates = gazetteer("en"), calendar("en")
    words = [form for entity in table.entities if entity.section in _SECTIONS for form in entity.forms]
    return frozenset(word[: max(_TELLING)] for word in (*words, *dates.months, *dates.weekdays))


@cache
def _before_a_month() -> re.Pattern[str]:
    return re.compile(r"(?:\b(?:last|next|this|in|of|since|until|from|early|late|mid)|\d)[ -]$")


def with_capitals(source: str, translation: str) -> str:
    """The English translation of an Italian sentence, with the capitals that it lacks."""
    # most sentences lack none, and are not worth the cutting into tokens
    known = _beginnings()
    if not any(word[:length].rstrip(_STOPS) in known for word in translation.split() for length in _TELLING):
        return translation
    pair = Pair.of(source, translation, "en")
    raw, made, end = translation, [], 0
    places, dates = _places(pair.source), _dates(pair.source)
    for token in pair.target.tokens:
        if token.capital:
            continue
        word = token.folded
        is_place = (word in places[0] or word.startswith(places[1])) and not is_common(word, "en")
        is_date = word in dates and (word not in _ALSO_VERBS or _before_a_month().search(raw[: token.start]))
        if is_place or is_date:
            made += [raw[end : token.start], token.text[0].upper()]
            end = token.start + 1
    return "".join([*made, raw[end:]])


def _places(source: Text) -> tuple[frozenset[str], tuple[str, ...]]:
    """Folded English words for the places of an Italian text, and beginnings of such words."""
    table = gazetteer("en")
    mentioned = (table.entities[number] for number in {mention.entity for mention in table.mentions(source)})
    entities = [entity for entity in mentioned if entity.section in _SECTIONS]
    whole = frozenset().union(*(entity.whole for entity in entities))
    return whole, tuple(beginning for entity in entities for beginning in entity.beginnings)


def _dates(source: Text) -> frozenset[str]:
    """Folded English months and weekdays that an Italian text names."""
    italian, english = calendar("it"), calendar("en")
    months = {italian.months[word] for word in source.words & italian.months.keys()}
    weekdays = {italian.weekdays[word] for word in source.words & italian.weekdays.keys()}
    return frozenset(
        word
        for names, numbers in ((english.months, months), (english.weekdays, weekdays))
        for word, number in names.items()
        if number in numbers and word not in AMBIGUOUS["en"]
    )
