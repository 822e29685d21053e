"""Looks at each hypothesis for the ways in which sentence models fail silently.

Says what is wrong and nothing more; what is done about it stands in `translator.py`.
"""

from __future__ import annotations

import re
from enum import Enum
from operator import eq

from summarizer.engines.interface import Hypothesis

_WORD = re.compile(r"\w+", re.UNICODE)


class Fault(Enum):
    """What can be wrong with a hypothesis; the value says it to an editor."""

    EMPTY = "the model gave no text"
    COPIED = "the model copied the source"
    LOOPING = "the model repeated itself"
    TRUNCATED = "the model did not come to an end"
    LENGTH = "the translation's length does not fit the source's"
    ENGINE = "the engine failed at it"
    """Not found in a hypothesis: there is none."""


# Words that are Italian and not English: two of them in an "English" copy of the source say that nothing was
# translated.
_ITALIAN = frozenset([
    "che", "della", "del", "dei", "delle", "degli", "alla", "alle", "nella", "nelle", "sulla", "sono", "stato",
    "stata", "anche", "perché", "questo", "questa", "gli", "una", "con", "per", "non", "più",
])  # fmt: skip
# A translation between European languages keeps the number of words within these bounds; outside, text was lost or
# invented. Short sentences vary more, so they are judged by an allowance of words besides the ratio.
_MOST, _LEAST, _ALLOWANCE = 2.2, 0.4, 6
# Languages written without spaces: no word counts there.
_NO_SPACES = frozenset({"zh", "ja", "th"})


def check(source: str, hypothesis: Hypothesis, language: str) -> Fault | None:
    """The first fault found in a hypothesis for `source`, or None; `language` is the target's tag."""
    target = hypothesis.text
    if not any(c.isalnum() for c in target):
        return Fault.EMPTY if any(c.isalnum() for c in source) else None
    if hypothesis.truncated:
        return Fault.TRUNCATED
    source_words, target_words = _words(source), _words(target)
    if language != "it" and source_words == target_words and len(_ITALIAN.intersection(source_words)) >= 2:
        return Fault.COPIED
    run = repeats(target_words)
    if run > 2 and run > repeats(source_words):
        return Fault.LOOPING
    if language not in _NO_SPACES:
        most, least = _MOST * len(source_words) + _ALLOWANCE, _LEAST * len(source_words) - _ALLOWANCE / 2
        if not least <= len(target_words) <= most:
            return Fault.LENGTH
    return None


def _words(text: str) -> list[str]:
    return [word.lower() for word in _WORD.findall(text)]


def repeats(words: list[str], longest: int = 8) -> int:
    """How often a group of up to `longest` words stands in a row, at the place where it does most often.

    "a b a b a b" -> 3 (the pair three times); 1 for text without any repetition. Numbers do not count: tables and
    results repeat them rightly.
    """
    most = 1
    for size in range(1, min(longest, len(words) // 2) + 1):
        if not any(map(eq, words[size:], words)):
            # as nearly always
            continue
        run = 0
        for i in range(size, len(words)):
            same = words[i] == words[i - size] and not words[i].isdigit()
            run = run + 1 if same else 0
            most = max(most, run // size + 1)
    return most
