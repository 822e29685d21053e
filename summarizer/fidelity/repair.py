"""Puts right what only needs to be copied: a name or a figure that the translation spoilt and the source spells out.

Changes nothing but the very word that a check found to be wrong, and only where the checks find less wrong afterwards.
"""

from __future__ import annotations

import re

from summarizer.fidelity.checker import findings_of, penalty


def mend(source: str, target: str, language: str) -> str:
    """The translation of an Italian sentence with spoilt names and plain figures copied from it.

    A name with a form of its own in the target language (Kazakistan, Kazakhstan) stays as it is: copying it would not
    make it right. So does a figure that languages write differently (1.234,5), and a word that is there twice.
    """
    wrong = penalty(source, target, language)
    for finding in findings_of(source, target, language):
        before, after = finding.source, finding.target
        if finding.severity != "error" or finding.kind not in ("name", "number") or not before or not after:
            continue
        if finding.kind == "number" and not (before.isdecimal() and after.isdecimal()):
            continue
        places = list(re.finditer(rf"(?<!\w){re.escape(after)}(?!\w)", target))
        if len(places) != 1:
            continue
        start, end = places[0].span()
        mended = target[:start] + before + target[end:]
        left = penalty(source, mended, language)
        if left < wrong:
            target, wrong = mended, left
    return target
