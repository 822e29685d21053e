"""The whole check of one translated sentence: every kind of comparison, in the order in which an editor reads.

Never raises, whatever the texts are; what it does not understand it leaves alone.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from summarizer.fidelity.dates import check_dates
from summarizer.fidelity.interface import Check, Pair
from summarizer.fidelity.names import check_names
from summarizer.fidelity.negation import check_negation
from summarizer.fidelity.numbers import check_numbers
from summarizer.fidelity.quotations import check_quotations
from summarizer.fidelity.vulgarity import check_vulgarity
from summarizer.report import Finding

REMEMBERED_PAIRS, REMEMBERED_CHARACTERS = 4096, 4000
"""Pairs whose findings are kept for a while, and the longest of them: a few megabytes, whatever a text holds."""
CHECKS: tuple[Check, ...] = (check_numbers, check_dates, check_names, check_quotations, check_negation, check_vulgarity)


def check_pair(source: str, target: str, language: str, *, sentence: int | None = None) -> list[Finding]:
    """What an editor should look at in a translation; empty if there is nothing.

    `source` is an Italian sentence, `target` its translation into `language`, a BCP-47 tag. A language without tables
    (other than en, fr, de, es, pt and it itself) gets the checks that need none: figures in digits and quotation marks.
    `sentence` is copied into the findings. Their kinds: "number", "date", "name", "quotation", "negation", "vulgarity".
    An empty text has nothing to compare: reporting a missing translation is for the guard that made it.
    """
    if not source.strip() or not target.strip():
        return []
    return [replace(finding, sentence=sentence) for finding in findings_of(source, target, language)]


def penalty(source: str, target: str, language: str) -> float:
    """How much is wrong with a translation: 1 for each finding that is an error, a half for each warning."""
    return sum(1.0 if finding.severity == "error" else 0.5 for finding in findings_of(source, target, language))


def findings_of(source: str, target: str, language: str) -> tuple[Finding, ...]:
    """What `check_pair` finds, for no sentence in particular."""
    small = len(source) + len(target) <= REMEMBERED_CHARACTERS
    return _remembered(source, target, language) if small else _compared(source, target, language)


def _compared(source: str, target: str, language: str) -> tuple[Finding, ...]:
    pair = Pair.of(source, target, language)
    return tuple(dict.fromkeys(finding for check in CHECKS for finding in check(pair)))


# a translation is looked at when it is chosen, and again when its report is made
_remembered = lru_cache(maxsize=REMEMBERED_PAIRS)(_compared)
