"""ROUGE-1, ROUGE-2 and ROUGE-L (Lin 2004, https://aclanthology.org/W04-1013): F1 over lower-cased words.

No stemming, so that the figures mean the same in every language; the longest common subsequence is over the whole text.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

# kana and Han characters are words of their own: their languages put no spaces
_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]|[^\W\u3040-\u30ff\u3400-\u9fff]+")


def rouge(hypothesis: str, reference: str) -> tuple[float, float, float]:
    """ROUGE-1, -2 and -L F1 of one text against one reference, each from 0 to 100."""
    ours, theirs = _words(hypothesis), _words(reference)
    longest = _common_subsequence(ours, theirs)
    return (
        _overlap(_ngrams(ours, 1), _ngrams(theirs, 1)),
        _overlap(_ngrams(ours, 2), _ngrams(theirs, 2)),
        _f1(longest, len(ours), len(theirs)),
    )


def _words(text: str) -> list[str]:
    return _WORD.findall(text.lower())


def _ngrams(words: Sequence[str], n: int) -> Counter[tuple[str, ...]]:
    return Counter(zip(*(words[i:] for i in range(n)), strict=False))


def _overlap(ours: Counter[tuple[str, ...]], theirs: Counter[tuple[str, ...]]) -> float:
    return _f1(sum((ours & theirs).values()), sum(ours.values()), sum(theirs.values()))


def _f1(common: int, ours: int, theirs: int) -> float:
    return 200 * common / (ours + theirs) if ours + theirs else 0.0


def _common_subsequence(a: Sequence[str], b: Sequence[str]) -> int:
    row = [0] * (len(b) + 1)
    for word in a:
        previous = 0
        for j, other in enumerate(b, start=1):
            above = row[j]
            row[j] = previous + 1 if word == other else max(above, row[j - 1])
            previous = above
    return row[-1]
