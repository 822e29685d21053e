"""What a number written in digits can mean under a language's conventions: 1.234,56 · 1 234 · 10.30 · 3,5 · 30.10.2021.

Must never call `int` or `Decimal` on an unbounded run of digits.
"""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cache, lru_cache

Reading = Decimal | tuple[str, Decimal | str]
"""A value; or a tagged one: ("clock", minutes after twelve), ("vague", 100) for "hundreds", ("literal", digits)."""

_LONGEST_NUMBER = 24


_GROUPING_ONLY = frozenset(" \u00a0\u202f'’")
FRACTIONS = {"½": (1, 2), "¼": (1, 4), "¾": (3, 4), "⅓": (1, 3), "⅔": (2, 3)}
"""Fractions that are one character, as numerator and denominator."""


@cache
def _separators_pattern() -> re.Pattern[str]:
    return re.compile(r"[.,:'’ \u00a0\u202f]")


def clock(hour: int, minute: int) -> Reading:
    """A time of day on a twelve-hour face, so that 22.30 and 10:30 pm are the same."""
    return ("clock", Decimal(hour % 12 * 60 + minute))


@lru_cache(maxsize=4096)
def digit_readings(written: str, language: str) -> tuple[tuple[Reading, ...], tuple[Decimal, ...]]:
    """All that the digits can mean, the usual meaning first; and the numbers they fall into when read one by one."""
    if written in FRACTIONS:
        top, bottom = FRACTIONS[written]
        return (Decimal(top) / Decimal(bottom),), ()
    if len(written) > _LONGEST_NUMBER:
        return (("literal", written[:_LONGEST_NUMBER]),), ()
    marks, groups = _separators_pattern().findall(written), _separators_pattern().split(written)
    if not marks:
        return (Decimal(written),), ()
    parts = tuple(Decimal(group) for group in groups)
    kinds = set(marks)
    if kinds <= _GROUPING_ONLY and _is_grouped(groups):
        return (Decimal("".join(groups)),), parts
    if kinds == {":"} and len(groups) == 2 and _is_clock(groups):
        return (clock(int(groups[0]), int(groups[1])), _decimal(groups)), parts
    if kinds <= {"."} or kinds <= {","}:
        if _is_grouped(groups) and marks[0] != ("." if language == "en" else ","):
            return (Decimal("".join(groups)),), ()
        if len(groups) == 2:
            return _one_mark(groups), ()
    elif len(kinds) == 2 and marks[-1] in ".," and marks.count(marks[-1]) == 1 and _is_grouped(groups[:-1]):
        # "1.234,56" and "1,234.56": the last mark is the decimal one, whichever the language
        return (_decimal(groups),), ()
    return (("literal", written),), parts


def _one_mark(groups: list[str]) -> tuple[Reading, ...]:
    """ "3,5", "10.30", and a foreign "70,000": no one writes three zeros after a decimal mark."""
    if len(groups[1]) == 2 and _is_clock(groups):
        return _decimal(groups), clock(int(groups[0]), int(groups[1]))
    if _is_grouped(groups) and groups[1] == "000":
        return _decimal(groups), Decimal("".join(groups))
    return (_decimal(groups),)


def _decimal(groups: list[str]) -> Decimal:
    return Decimal("".join(groups[:-1]) + "." + groups[-1])


def _is_grouped(groups: list[str]) -> bool:
    return len(groups[0]) <= 3 and groups[0] != "0" and all(len(group) == 3 for group in groups[1:])


def _is_clock(groups: list[str]) -> bool:
    return len(groups[1]) == 2 and int(groups[0]) < 25 and int(groups[1]) < 60
