"""The dates of a text: months and days of the week by name, days of the month, dates in digits.

Must not take "may", "march" or a Domenica with a surname for dates: such a word may answer for one, and no more.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib import resources

from summarizer.fidelity.text import Text, Token

AMBIGUOUS = {
    "en": frozenset({"mar", "jan", "sep", "dec", "sun", "sat", "wed", "fri", "mon", "jun", "jul", "apr", "thu", "tue"}),
    "it": frozenset({"set", "mar", "mag", "ago", "gen", "dic", "sett", "lug", "giu", "nov", "ott", "apr", "feb"}),
    "pt": frozenset({"segunda", "terca", "quarta", "quinta", "sexta", "marco"}),
    "de": frozenset({"dez", "okt", "nov", "apr", "jan"}),
    "fr": frozenset({"sept"}),
}
"""By language, forms that are also other words, or abbreviations of them."""
_CAPITALISED = frozenset({"en", "de"})
_BETWEEN_DAY_AND_MONTH = frozenset({"of", "de", "di"})


@cache
def _numeric_pattern() -> re.Pattern[str]:
    return re.compile(r"(?<![\d/.-])(\d{1,2})([/.-])(\d{1,2})\2(?:\d{4}|\d{2})(?![\d/])")


@dataclass(frozen=True, slots=True)
class Calendar:
    """The names of one language, by folded form."""

    months: dict[str, int]
    """January is 1."""
    weekdays: dict[str, int]
    """Monday is 1."""
    feasts: dict[str, tuple[int, int]]
    """Words that may stand for a month and a day of the week (0 for none): Ferragosto is in August."""
    words: frozenset[str]
    """All of these."""


@dataclass(frozen=True, slots=True)
class Dates:
    """What a text says about the calendar; the number of a month or weekday with the word for it."""

    months: dict[int, str]
    weekdays: dict[int, str]
    possible_months: frozenset[int]
    """Also those that a word may mean."""
    possible_weekdays: frozenset[int]
    days: dict[int, frozenset[int]]
    """Days of the month that stand beside the name of a month."""
    numeric: tuple[tuple[int, int, str], ...]
    """Dates in digits with a year: the first two numbers and the whole."""


@cache
def calendar(language: str) -> Calendar:
    """The months and weekdays of a language; empty for one that is not in the table."""
    tables: dict[str, dict[str, int]] = {"month": {}, "weekday": {}}
    feasts: dict[str, tuple[int, int]] = {}
    table = resources.files("summarizer.fidelity").joinpath("data/calendar.tsv").read_text(encoding="utf-8")
    for line in table.splitlines():
        row_language, _, rest = line.partition("\t")
        if row_language == language:
            kind, number, forms = rest.split("\t")
            if kind == "feast":
                month, _, weekday = number.partition(" ")
                feasts.update(dict.fromkeys(forms.split(), (int(month), int(weekday))))
            else:
                tables[kind].update(dict.fromkeys(forms.split(), int(number)))
    return Calendar(tables["month"], tables["weekday"], feasts, frozenset().union(*tables.values(), feasts))


def dates(text: Text) -> Dates:
    """The dates of a text."""
    names = calendar(text.language)
    months: dict[int, str] = {}
    weekdays: dict[int, str] = {}
    possible: tuple[set[int], set[int]] = (set(), set())
    days: dict[int, set[int]] = {}
    named = () if names.words.isdisjoint(text.words) else enumerate(text.tokens)
    for index, token in named:
        if token.folded not in names.words:
            continue
        month, weekday = names.months.get(token.folded), names.weekdays.get(token.folded)
        if month is None and weekday is None:
            feast = names.feasts[token.folded]
            possible[0].add(feast[0])
            possible[1].add(feast[1])
            continue
        number, firm, soft = (
            (month, months, possible[0]) if month is not None else (weekday or 0, weekdays, possible[1])
        )
        soft.add(number)
        written_as_name = token.capital or text.language not in _CAPITALISED
        if month is not None and written_as_name and (day := _day(text, index)) is not None:
            days.setdefault(month, set()).add(day)
            firm.setdefault(number, token.text)
        elif _is_firm(text, index, token):
            firm.setdefault(number, token.text)
    numeric = tuple((int(m[1]), int(m[3]), m[0]) for m in _numeric_pattern().finditer(text.raw))
    return Dates(
        months,
        weekdays,
        frozenset(possible[0]),
        frozenset(possible[1]),
        {month: frozenset(found) for month, found in days.items()},
        numeric,
    )


def _is_firm(text: Text, index: int, token: Token) -> bool:
    language = text.language
    if language == "pt" and text.tokens[min(index + 1, len(text.tokens) - 1)].folded == "feira":
        return True
    if token.folded in AMBIGUOUS.get(language, ()):
        return False
    if language in _CAPITALISED:
        return token.capital and not (token.initial and token.folded in ("may", "march"))
    # With a capital in the middle of a sentence it is somebody's name, or part of one.
    return not token.capital or token.initial


def _day(text: Text, index: int) -> int | None:
    """The day of the month that stands before or, in English, after the month at `index`."""
    tokens = text.tokens
    before = index - 1
    if before > 0 and tokens[before].folded in _BETWEEN_DAY_AND_MONTH:
        before -= 1
    if before > 0 and text.language == "en" and tokens[before].folded in ("th", "st", "nd", "rd"):
        before -= 1
    day = _day_number(tokens[before]) if before >= 0 and "," not in text.gap(before) else None
    if day is None and text.language == "en" and index + 1 < len(tokens) and text.gap(index) in (" ", ". ", "\u00a0"):
        day = _day_number(tokens[index + 1])
    return day


def _day_number(token: Token) -> int | None:
    return int(token.text) if len(token.text) <= 2 and token.text.isdecimal() and 1 <= int(token.text) <= 31 else None
