"""Quotations: what the source quotes must be quoted in the translation, and no quotation may be left open.

Marks are compared by presence and parity, never by shape: «…», “…”, „…“ and "…" are all good.
"""

from __future__ import annotations

import re
from functools import cache

from summarizer.fidelity.interface import Pair
from summarizer.fidelity.text import clip
from summarizer.report import Finding

_FEWEST_WORDS = 3
"""Shorter quotations are titles and words used with reserve, which translators are free to set in other ways."""


@cache
def _mark_pattern() -> re.Pattern[str]:
    return re.compile(r"[«»“”„‟\"]")


@cache
def _double_pattern() -> re.Pattern[str]:
    return re.compile(r"[«»“”„‟]|(?<!\d)\"")


# Single marks double as apostrophes: they count only where a word begins or ends with them.
@cache
def _single_pattern() -> re.Pattern[str]:
    return re.compile(r"(?<!\w)['‘‚‹`](?=\w)|(?<=[\w.,!?])['’›](?!\w)|''")


@cache
def _quoted_pattern() -> re.Pattern[str]:
    return re.compile(r"[«“„\"]([^«»“”„\"]{1,2000})[»”“\"]")


def check_quotations(pair: Pair) -> list[Finding]:
    """Quotations whose marks the translation dropped, and marks that it left without a partner."""
    if not (_mark_pattern().search(pair.source.raw) or _mark_pattern().search(pair.target.raw)):
        # as most sentences: the patterns below look at every letter's neighbours
        return []
    in_source = len(_double_pattern().findall(pair.source.raw))
    in_target = len(_double_pattern().findall(pair.target.raw))
    if in_target % 2 and in_source % 2 == 0:
        mark = _double_pattern().search(pair.target.raw)
        quoted = clip(pair.target.raw[mark.start() :]) if mark else ""
        message = "quotation left open: the translation has a quotation mark without a partner"
        return [pair.finding("quotation", "warning", message, target=quoted)]
    if in_source and not in_target and not _single_pattern().search(pair.target.raw):
        quoted = _longest_quotation(pair.source.raw)
        if len(quoted.split()) >= _FEWEST_WORDS:
            message = f'quotation marks missing: "{clip(quoted)}" is quoted in the source'
            return [pair.finding("quotation", "warning", message, source=quoted)]
    return []


def _longest_quotation(raw: str) -> str:
    """What stands between marks; all after the mark, or before it, if the quotation runs on into another sentence."""
    quoted = _quoted_pattern().findall(raw)
    if quoted:
        return str(max(quoted, key=len)).strip()
    mark = _double_pattern().search(raw)
    if mark is None:
        return ""
    before, after = raw[: mark.start()].strip(), raw[mark.end() :].strip()
    return after if mark[0] in "«“„" or not before else before
