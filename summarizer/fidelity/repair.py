"""Puts right what only needs to be copied: a name, a figure or a century that is spoilt and that the source spells out.

Changes nothing but the very word that a check found to be wrong, and only where the checks find less wrong afterwards.
"""

from __future__ import annotations

import re

from summarizer.fidelity.checker import findings_of, penalty
from summarizer.fidelity.figures.scanner import roman_value

_ROMAN = re.compile(r"[IVX]+")
_CENTURY = re.compile(r"(?P<numeral>\d{1,2}|[IVX]+)(?P<suffix>st|nd|rd|th|er|e|ème)?")


def mend(source: str, target: str, language: str) -> str:
    """The translation of an Italian sentence with spoilt names, plain figures and centuries copied from it.

    A name with a form of its own in the target language (Kazakistan, Kazakhstan) stays as it is: copying it would not
    make it right. So does a figure that languages write differently (1.234,5), and a word that is there twice.
    """
    wrong = penalty(source, target, language)
    for finding in findings_of(source, target, language):
        before, after = finding.source, finding.target
        if not before or not after:
            continue
        if finding.kind == "date" and _ROMAN.fullmatch(before):
            places = [place for place in _CENTURY.finditer(target) if _stands_alone(target, place, after)]
            right = _century(before, places[0]) if places else ""
        elif finding.severity == "error" and (
            finding.kind == "name" or (finding.kind == "number" and before.isdecimal() and after.isdecimal())
        ):
            places = [place for place in re.finditer(re.escape(after), target) if _stands_alone(target, place, after)]
            right = before
        else:
            continue
        if len(places) != 1:
            continue
        start, end = places[0].span()
        mended = target[:start] + right + target[end:]
        left = penalty(source, mended, language)
        if left < wrong:
            target, wrong = mended, left
    return target


def _stands_alone(text: str, place: re.Match[str], word: str) -> bool:
    """True if the place is the word, whole or with an ordinal's suffix, and no part of another."""
    around = text[place.start() - 1 : place.start()] + text[place.end() : place.end() + 1]
    numeral = place.groupdict().get("numeral")
    return word in (place[0], numeral) and not any(c.isalnum() or c == "_" for c in around)


def _century(roman: str, place: re.Match[str]) -> str:
    """The century of the Roman numeral, written as the translation writes the wrong one: 18th, XVIIIe, XVIII, 18."""
    suffix = place["suffix"] or ""
    if not place["numeral"].isdecimal():
        return roman + suffix
    value = roman_value(roman)
    if suffix in ("st", "nd", "rd", "th"):
        suffix = "th" if value % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(value % 10, "th")
    return f"{value}{suffix}"
