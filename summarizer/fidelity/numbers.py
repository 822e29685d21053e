"""Figures: every number of the source must be in the translation, and none that is not in the source.

Compares by value, never by form: "due milioni e mezzo" is 2.5 million. Decades and centuries are reported as dates.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Set
from decimal import Decimal
from functools import cache

from summarizer.fidelity.calendar import calendar
from summarizer.fidelity.figures import Figure, Reading
from summarizer.fidelity.figures.numerals import LANGUAGES
from summarizer.fidelity.interface import Pair
from summarizer.fidelity.text import Text, clip
from summarizer.report import Finding, Severity

_CURRENCIES = frozenset({"EUR", "USD", "GBP", "CHF", "JPY", "RUB"})
_MEASURES = ({"km", "mi"}, {"kg", "lb", "t"}, {"ha", "ac"})


_MOST_COMPARED = 60
_ALWAYS_THERE: frozenset[Reading] = frozenset({Decimal(0), Decimal(1)})


# One of something need not be written as a number, and languages differ in when they do.
@cache
def _italian_marks_pattern() -> re.Pattern[str]:
    return re.compile(r"\d{1,3}(?:\.\d{3})+,\d|\d+,\d{1,2}(?![\d,])|\d{1,3}(?:\.000)+(?!\d)")


def pool(text: Text, found: Iterable[Figure]) -> set[Reading]:
    """Everything a text's figures can mean, with the numbers of the months it names."""
    readings: set[Reading] = set(_ALWAYS_THERE)
    for figure in found:
        readings |= figure.readings
        readings.update(figure.parts)
    months = calendar(text.language).months
    readings.update(Decimal(months[word]) for word in text.words if word in months)
    return readings


def answered(figure: Figure, readings: Set[Reading]) -> bool:
    """Whether a figure is among the readings of the other text, whole or in its parts."""
    if not figure.readings.isdisjoint(readings):
        return True
    return bool(figure.parts) and all(part in readings for part in figure.parts)


def check_numbers(pair: Pair) -> list[Finding]:
    """Figures that the translation changed, lost or invented, and amounts whose unit it changed."""
    if pair.target.language not in LANGUAGES:
        return _check_digits(pair)
    if not any(figure.asked or figure.vague for figure in (*pair.source_figures, *pair.target_figures)):
        # nothing that either text must have
        return []
    in_source = pool(pair.source, pair.source_figures)
    in_target = pool(pair.target, pair.target_figures)
    lost = _without_answer(pair.source_figures, in_target)
    extra = _without_answer(pair.target_figures, in_source)
    findings: list[Finding] = []
    for vague in (True, False):
        new = [f for f in extra if f.vague is vague]
        for before in (f for f in lost if f.vague is vague):
            after = _twin(pair, before, new)
            if after is not None:
                new.remove(after)
                findings.append(_changed(pair, before, after))
            elif not vague:
                findings.append(_missing(pair, before))
        if not vague:
            findings += [_invented(pair, figure) for figure in new if not figure.code]
    return findings + _changed_units(pair) + _foreign_marks(pair)


def _without_answer(figures: Iterable[Figure], readings: Set[Reading]) -> list[Figure]:
    """The figures that the other text must have and has not, each once however often it is repeated."""
    missing = (f for f in figures if (f.asked or f.vague) and not answered(f, readings))
    return list({(f.text, f.vague): f for f in missing}.values())


def _twin(pair: Pair, before: Figure, candidates: list[Figure]) -> Figure | None:
    """The figure that most likely took the place of the lost one: of its size and unit, and about where it stood."""
    if len(candidates) > _MOST_COMPARED:
        return candidates[0]
    place = before.start / len(pair.source.raw)

    def unlikeness(figure: Figure) -> tuple[bool, bool, float]:
        away = abs(figure.start / len(pair.target.raw) - place)
        return (figure.scale > 1) is not (before.scale > 1), figure.unit != before.unit, away

    return min(candidates, key=unlikeness, default=None)


def _kind(*figures: Figure) -> str:
    return "date" if all(figure.calendar for figure in figures) else "number"


def _changed(pair: Pair, before: Figure, after: Figure) -> Finding:
    return pair.finding(
        _kind(before, after),
        "error" if before.digits or after.digits else "warning",
        f'figure changed: "{clip(before.text)}" became "{clip(after.text)}"',
        source=before.text,
        target=after.text,
    )


def _missing(pair: Pair, figure: Figure) -> Finding:
    message = f'figure missing: nothing in the translation answers to "{clip(figure.text)}"'
    return pair.finding(_kind(figure), "warning", message, source=figure.text)


def _invented(pair: Pair, figure: Figure) -> Finding:
    severity: Severity = "error" if figure.digits else "warning"
    message = f'figure invented: nothing in the source answers to "{clip(figure.text)}"'
    return pair.finding(_kind(figure), severity, message, target=figure.text)


def _check_digits(pair: Pair) -> list[Finding]:
    """All that can be asked of a language without number words here: that the source's digits are in it somewhere."""
    digits = {c for token in pair.target.tokens for c in _digit_runs(token.text)}
    return [
        _missing(pair, figure)
        for figure in pair.source_figures
        if figure.digits and not digits.issuperset(_digit_runs(figure.text))
    ]


def _digit_runs(text: str) -> set[str]:
    return {"".join(c for c in text if c.isdigit())} - {""}


def _foreign_marks(pair: Pair) -> list[Finding]:
    """Figures that an English translation left with the Italian point and comma: "1.234,5", "3,5"."""
    if pair.target.language != "en":
        return []
    return [
        pair.finding(
            "number",
            "warning",
            f'figure in Italian form: "{clip(figure.text)}" has a decimal comma or a thousands point',
            target=figure.text,
        )
        for figure in pair.target_figures
        if figure.digits and _italian_marks_pattern().match(figure.text)
    ]


def _changed_units(pair: Pair) -> list[Finding]:
    """Amounts that kept their value but not their currency or measure: "10 euro" → "$10"."""
    units: dict[Reading, dict[str | None, Figure]] = {}
    for figure in pair.target_figures:
        for reading in figure.readings:
            units.setdefault(reading, {}).setdefault(figure.unit, figure)
    findings = []
    for figure in pair.source_figures:
        if figure.unit is None or not figure.asked:
            continue
        same = {unit: f for reading in figure.readings for unit, f in units.get(reading, {}).items()}
        if same and figure.unit not in same and all(_contradict(figure.unit, unit) for unit in same):
            unit, after = next(iter(same.items()))
            message = f'unit changed: "{clip(figure.text)}" is {figure.unit} in the source, {unit} in the translation'
            findings.append(pair.finding("number", "error", message, source=figure.text, target=after.text))
    return findings


def _contradict(before: str, after: str | None) -> bool:
    if after is None:
        return False
    if before in _CURRENCIES and after in _CURRENCIES:
        return True
    return any(before in group and after in group for group in _MEASURES)
