"""Walks over a text once and collects its figures: numbers, ordinals, fractions, dozens, decades, ages, Roman numerals.

Must stay linear: a token is looked at once, with a few of its neighbours.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal
from functools import cache

from summarizer.fidelity.figures.composition import COMPOSES, Composition
from summarizer.fidelity.figures.context import Context
from summarizer.fidelity.figures.digits import FRACTIONS, Reading, clock
from summarizer.fidelity.figures.figure import Figure
from summarizer.fidelity.figures.linking import link
from summarizer.fidelity.figures.numerals import Numeral, numerals
from summarizer.fidelity.text import Text

_ROMAN_VALUES = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100, "D": 500, "M": 1000}
_LONGEST_ROMAN = 15
_SCALED = frozenset({"approx", "vague", "half"})
_SCALES = frozenset({"scale", "vague", "approx", "hundred"})


@cache
def _roman_pattern() -> re.Pattern[str]:
    return re.compile(r"M{0,3}(?:CM|CD|D?C{0,3})(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})(?:e|er|re|ème|st|nd|rd|th)?")


def figures(text: Text) -> tuple[Figure, ...]:
    """The figures of a text in reading order."""
    places = _places(text)
    if not places:
        return ()
    context = Context(text)
    found: list[Figure] = []
    following = 0
    for index in places:
        if index < following:
            continue
        token = text.tokens[index]
        following = index + 1
        if token.text[0].isdecimal() or token.text in FRACTIONS:
            figure, following = _number(context, index)
            found.append(figure)
        elif context.numerals.get(token.folded) is None:
            if (
                token.text[0] in _ROMAN_VALUES
                and len(token.text) <= _LONGEST_ROMAN
                and _roman_pattern().fullmatch(token.text)
            ):
                found.append(_roman(context, index))
        elif (numeral := context.numeral(index)) is not None and numeral.kind != "shortscale":
            composes = numeral.kind in COMPOSES
            figure, following = _number(context, index) if composes else _single(context, index, numeral)
            found.append(figure)
    return link(text, found)


def _places(text: Text) -> list[int]:
    """Indices of the tokens with which a figure may begin. Few do, so this looks at each as briefly as it can."""
    words = numerals(text.language).among(text.words)
    return [
        index
        for index, token in enumerate(text.tokens)
        # digits, and whatever else does not begin with a plain letter, are looked at more closely
        if token.folded in words or not "a" <= token.folded < "{" or (token.capital and token.text[0] in _ROMAN_VALUES)
    ]


def _number(context: Context, index: int) -> tuple[Figure, int]:
    composition = Composition(context, index)
    return composition.figure(), composition.following


def _single(context: Context, index: int, numeral: Numeral) -> tuple[Figure, int]:
    """A number word that stands by itself, or with the scale it counts: "decine di migliaia", "half a million"."""
    readings: set[Reading] = set(numeral.values)
    calendar = context.near_century(index, index)
    asked = numeral.kind in ("approx", "age") and numeral.value > 2
    vague = numeral.kind == "vague"
    parts: tuple[Decimal, ...] = ()
    following = index + 1
    if numeral.kind == "ordinal" and numeral.value > 2:
        readings.add(1 / numeral.value)
        asked = calendar
    elif numeral.kind == "decadeword":
        readings |= {numeral.value + 1900, numeral.value + 1800}
        calendar = asked = True
    elif vague:
        readings = {("vague", numeral.value)}
    if numeral.kind == "approx" and context.is_function("several", index - 1):
        readings |= {("vague", Decimal(10 if numeral.value < 20 else numeral.value))}
        asked = False
    counted = _counted_scale(context, index) if numeral.kind in _SCALED else None
    if counted is not None:
        scale, following = counted
        vague = vague or scale.kind == "vague"
        values = [value * scale.value for value in numeral.values]
        readings = {("vague", values[0])} if vague else set(values)
        asked = not vague
        parts = (numeral.value,)
    elif numeral.kind == "half" and context.word(index + 1) == "past":
        hour = context.numeral(index + 2)
        readings |= {clock(int(hour.value), 30)} if hour is not None and hour.value < 25 else set()
    text, start, end = context.span(index, following)
    unit = context.unit(index, following)
    return (
        Figure(text, start, end, frozenset(readings), parts, asked=asked, calendar=calendar, vague=vague, unit=unit),
        following,
    )


def _counted_scale(context: Context, index: int) -> tuple[Numeral, int] | None:
    """The scale that the word at `index` counts, and the index after it."""
    at = index + 1
    if context.is_function("of", at) or context.is_function("article", at):
        at += 1
    scale = context.numeral(at)
    if scale is None or scale.kind not in _SCALES or not context.joined(at - 1):
        return None
    return scale, at + 1


def roman_value(letters: Iterable[str]) -> int:
    """The number that capital Roman numerals write."""
    digits = [_ROMAN_VALUES[letter] for letter in letters]
    return sum(-d if later > d else d for d, later in zip(digits, [*digits[1:], 0], strict=True))


def _roman(context: Context, index: int) -> Figure:
    token = context.tokens[index]
    century = context.near_century(index, index)
    letters = [letter for letter in token.text if letter in _ROMAN_VALUES]
    # A single letter is an initial more often than a number, and so are CD, MC, DI and their like.
    asked = century or (len(letters) > 1 and set(token.text) <= set("IVX") and token.text != "VI")
    value = Decimal(roman_value(letters))
    return Figure(token.text, token.start, token.end, frozenset({value}), asked=asked, calendar=century)
