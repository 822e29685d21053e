"""Dates: months and days of the week must be the same in the translation, and days must stay with their months.

Years, decades, centuries and the day numbers themselves are figures; `numbers` compares them.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from summarizer.fidelity.calendar import Dates, calendar, dates
from summarizer.fidelity.figures import Figure
from summarizer.fidelity.interface import Pair
from summarizer.fidelity.text import Text, clip
from summarizer.report import Finding


def check_dates(pair: Pair) -> list[Finding]:
    """Months and weekdays that the translation changed, lost or invented; days and months it swapped."""
    if not calendar(pair.target.language).months:
        return []
    if not (_may_hold_dates(pair.source, pair.source_figures) or _may_hold_dates(pair.target, pair.target_figures)):
        # as most sentences
        return []
    before, after = dates(pair.source), dates(pair.target)
    swapped = _swapped_numeric(pair, before, after)
    if swapped:
        return swapped
    source_numbers = {value for f in pair.source_figures if f.digits for value in (*f.values, *f.parts)}
    target_numbers = {value for f in pair.target_figures if f.digits for value in (*f.values, *f.parts)}
    findings = _compare(
        pair,
        "month",
        {m: w for m, w in before.months.items() if m not in after.possible_months and Decimal(m) not in target_numbers},
        {m: w for m, w in after.months.items() if m not in before.possible_months and Decimal(m) not in source_numbers},
    )
    findings += _compare(
        pair,
        "day of the week",
        {d: w for d, w in before.weekdays.items() if d not in after.possible_weekdays},
        {d: w for d, w in after.weekdays.items() if d not in before.possible_weekdays},
    )
    return findings + _moved_days(pair, before, after)


def _may_hold_dates(text: Text, figures: Iterable[Figure]) -> bool:
    return not calendar(text.language).words.isdisjoint(text.words) or any(figure.digits for figure in figures)


def _compare(pair: Pair, what: str, lost: dict[int, str], extra: dict[int, str]) -> list[Finding]:
    gone, new = list(lost.values()), list(extra.values())
    both = min(len(gone), len(new))
    findings = [
        pair.finding("date", "error", f'{what} changed: "{a}" became "{b}"', source=a, target=b)
        for a, b in zip(gone, new, strict=False)
    ]
    for word in gone[both:]:
        message = f'{what} missing: nothing in the translation answers to "{word}"'
        findings.append(pair.finding("date", "warning", message, source=word))
    for word in new[both:]:
        message = f'{what} invented: nothing in the source answers to "{word}"'
        findings.append(pair.finding("date", "warning", message, target=word))
    return findings


def _moved_days(pair: Pair, before: Dates, after: Dates) -> list[Finding]:
    """ "dal 10 maggio al 30 ottobre" → "from 30 May to 10 October": every figure is there, at the wrong month."""
    source_days = frozenset().union(*before.days.values())
    target_days = frozenset().union(*after.days.values())
    findings = []
    for month, days in before.days.items():
        now = after.days.get(month, frozenset())
        if now and days.isdisjoint(now) and now <= source_days and days <= target_days:
            words = [
                f"{min(numbers)} {word}" for numbers, word in ((days, before.months[month]), (now, after.months[month]))
            ]
            message = f'date changed: "{words[0]}" became "{words[1]}"'
            findings.append(pair.finding("date", "error", message, source=words[0], target=words[1]))
    return findings


def _swapped_numeric(pair: Pair, before: Dates, after: Dates) -> list[Finding]:
    """ "11/9/2001" is the eleventh of September: not "November 9", and in American English "9/11/2001"."""
    for day, month, written in before.numeric:
        if day == month or month > 12:
            continue
        same = next((text for a, b, text in after.numeric if (a, b) == (day, month)), None)
        turned = next((text for a, b, text in after.numeric if (a, b) == (month, day)), None)
        if same is not None and turned is None and pair.target.tag.lower() == "en-us" and day <= 12:
            message = f'date in Italian order: "{clip(same)}" reads as month and day to an American'
            return [pair.finding("date", "warning", message, source=written, target=same)]
        wrong: str | None = None
        if turned is not None and same is None and pair.target.tag.lower() not in ("en", "en-us"):
            wrong = turned
        elif day in after.months and month not in after.possible_months and month in after.days.get(day, ()):
            wrong = f"{month} {after.months[day]}"
        if wrong is not None:
            message = f'day and month swapped: "{clip(written)}" became "{clip(wrong)}"'
            return [pair.finding("date", "error", message, source=written, target=wrong)]
    return []
