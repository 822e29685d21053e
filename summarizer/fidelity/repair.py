"""Puts right what only needs to be copied: a name, a figure or a century that is spoilt and that the source spells out.

Changes nothing but the very word that a check found to be wrong, and only where the checks find less wrong afterwards;
and capitals that English wants.
"""

from __future__ import annotations

import re

from summarizer.fidelity.capitals import with_capitals
from summarizer.fidelity.checker import findings_of, penalty
from summarizer.fidelity.figures.scanner import roman_value
from summarizer.fidelity.text import primary_language

_ROMAN = re.compile(r"[IVX]+")
_NUMERAL = re.compile(r"\d{1,2}|[IVX]+")
_SUFFIX = "(?:st|nd|rd|th|er|e|ème)"
_CENTURY = re.compile(rf"(?:{_NUMERAL.pattern}){_SUFFIX}?")


def mend(source: str, target: str, language: str) -> str:
    """The translation of an Italian sentence with spoilt names, plain figures and centuries copied from it.

    A name with a form of its own in the target language (Kazakistan, Kazakhstan) stays as it is: copying it would not
    make it right. So does a figure that languages write differently (1.234,5), and a word that is there twice.
    """
    if primary_language(language) == "en":
        target = with_capitals(source, target)
    wrong = penalty(source, target, language)
    for finding in findings_of(source, target, language):
        before, after = finding.source, finding.target
        if not before or not after:
            continue
        century = finding.kind == "date" and _ROMAN.fullmatch(before) and _CENTURY.fullmatch(after)
        plain = finding.kind == "name" or (finding.kind == "number" and before.isdecimal() and after.isdecimal())
        if not century and not (plain and finding.severity == "error"):
            continue
        # the finding names an ordinal with its suffix or without; the suffix changes with the number
        suffix = f"{_SUFFIX}?" if century and _NUMERAL.fullmatch(after) else ""
        places = list(re.finditer(rf"(?<!\w){re.escape(after)}{suffix}(?!\w)", target))
        if len(places) != 1:
            continue
        start, end = places[0].span()
        right = _century(before, places[0][0]) if century else before
        mended = target[:start] + right + target[end:]
        left = penalty(source, mended, language)
        if left < wrong:
            target, wrong = mended, left
    return target


def _century(roman: str, wrong: str) -> str:
    """The century of a Roman numeral, written as the translation writes the wrong one: 18th, XVIIIe, XVIII, 18."""
    suffix = _NUMERAL.sub("", wrong, count=1)
    if not wrong[0].isdecimal():
        return roman + suffix
    value = roman_value(roman)
    if suffix in ("st", "nd", "rd", "th"):
        suffix = "th" if value % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(value % 10, "th")
    return f"{value}{suffix}"
