"""Lets neighbouring figures share what is written once: "tra 10 e 20 miliardi", "1939-45", "3 euro e 40"."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cache

from summarizer.fidelity.figures.digits import Reading
from summarizer.fidelity.figures.figure import Figure
from summarizer.fidelity.figures.numerals import numerals
from summarizer.fidelity.text import Text, fold

_ONE = Decimal(1)
_HALF = Decimal(1) / Decimal(2)
_WIDEST_GAP = 24
_AND = r"(?:e|ed|and|und|et|y)"


_COUNTS = frozenset({"uno", "due", "one", "two"})
_METRES = frozenset({"metro", "metri", "metre", "metres", "meter", "meters", "mt", "m"})


@cache
def _range_pattern() -> re.Pattern[str]:
    return re.compile(
        rf" ?[-‐‑–—/,]? ?(?:{_AND}|o|ai|agli|a|i|or|to|oder|bis|ou|à|u)? ?(?:[$€£]|i|gli|les|los|os)? ?(?:[$€£])?"
    )


@cache
def _sum_pattern() -> re.Pattern[str]:
    return re.compile(rf",? ?(?:{_AND} )?")


@cache
def _unit_and_pattern() -> re.Pattern[str]:
    return re.compile(rf" (?:di )?([^\W\d_]+),? {_AND} (?:an? )?")


@cache
def _unit_then_pattern() -> re.Pattern[str]:
    return re.compile(r" ?([^\W\d_]+|[€$£]) ?")


def link(text: Text, found: list[Figure]) -> tuple[Figure, ...]:
    """The figures with the readings they owe to their neighbours."""
    for index in range(len(found) - 2, -1, -1):
        first, second = found[index], found[index + 1]
        if second.start - first.end <= _WIDEST_GAP:
            gap = text.raw[first.end : second.start].replace("\u00a0", " ")
            found[index], found[index + 1] = _pair(text, first, second, gap)
    return tuple(_share_scales(found))


def _pair(text: Text, first: Figure, second: Figure, gap: str) -> tuple[Figure, Figure]:
    if _range_pattern().fullmatch(gap):
        if first.scale == _ONE < second.scale:
            first = _also(first, {value * second.scale for value in first.values}, scale=second.scale)
        if second.digits and len(second.text) == 2:
            centuries = {value // 100 * 100 for value in first.values if 1000 <= value < 2200}
            second = _also(second, {century + value for century in centuries for value in second.values if value < 100})
    total: set[Decimal] = set()
    if first.scale > 1 and _sum_pattern().fullmatch(gap):
        total = {a + b for a in first.values for b in second.values if b < first.scale and b > 2}
    elif gap == "/":
        total = {a / b for a in first.values for b in second.values if a < b <= 10}
    else:
        total = _whole_and_rest(text, first, second, gap)
    return (_also(first, total), _also(second, total)) if total else (first, second)


def _whole_and_rest(text: Text, first: Figure, second: Figure, gap: str) -> set[Decimal]:
    """ "3 euro e 40", "un metro e novantadue", "tre anni e mezzo"."""
    between = _unit_and_pattern().fullmatch(gap) or _unit_then_pattern().fullmatch(gap)
    if between is None:
        return set()
    wholes = [value for value in first.values if value == int(value) and value < 1_000_000]
    if _HALF in second.values and between.re is _unit_and_pattern():
        return {whole + _HALF for whole in wholes}
    word = fold(between.group(1))
    if word in _METRES or word in "€$£" or word in numerals(text.language).units:
        return {w + rest / 100 for w in wholes for rest in second.values if 0 < rest < 100 and rest == int(rest)}
    return set()


def _share_scales(found: list[Figure]) -> list[Figure]:
    """ "35 miliardi, dei quali 22 …": a figure without a scale may mean that of its neighbours."""
    scales = sorted({figure.scale for figure in found if figure.scale > 1})[:3]
    if not scales:
        return found
    return [
        _also(figure, {value * scale for value in figure.values for scale in scales})
        if figure.scale == _ONE and not figure.calendar and (figure.asked or figure.text.lower() in _COUNTS)
        else figure
        for figure in found
    ]


def _also(figure: Figure, values: set[Decimal], *, scale: Decimal | None = None) -> Figure:
    more: frozenset[Reading] = frozenset(values)
    return figure._replace(readings=figure.readings | more, scale=scale or figure.scale)
