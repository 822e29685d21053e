"""Links sentences that a model wrote to the sentences of the article that support them.

Lexical alignment: a summary sentence is covered greedily by the article sentences that share most of its weighted
stems, names and figures counting double. Says how far it is covered; judges nothing.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence

MOST_SOURCES = 3
# A further source must carry at least this share of the sentence's weight that the others do not.
LEAST_GAIN = 0.12

_WORD = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+")
_STEM = 5  # letters of a word that are compared: inflection changes endings in all the languages at hand


def _weights(text: str) -> dict[str, float]:
    found: dict[str, float] = {}
    for match in _WORD.finditer(text):
        word = match.group()
        if word.isdigit() or any(c.isdigit() for c in word):
            found[word.strip(".,")] = 2.0
        elif len(word) > 3:
            key = word[:_STEM].lower()
            found[key] = max(found.get(key, 0.0), 2.0 if word[0].isupper() and match.start() > 0 else 1.0)
    return found


def align(summary: str, sentences: Sequence[str]) -> tuple[tuple[int, ...], float]:
    """Indices of the sentences that support a summary sentence, ascending, and the share of it they cover (0 to 1).

    Both must be in the same language. Words that stand in many sentences weigh less.
    """
    keys = [set(_weights(sentence)) for sentence in sentences]
    spread = Counter(key for found in keys for key in found)
    weights = {
        key: weight * math.log(1 + (len(sentences) + 1) / (spread[key] + 1))
        for key, weight in _weights(summary).items()
    }
    total = sum(weights.values())
    if not total or not sentences:
        return (), 0.0
    left = dict(weights)
    chosen: list[int] = []
    while len(chosen) < MOST_SOURCES and left:
        gains = [sum(w for key, w in left.items() if key in found) for found in keys]
        best = max(range(len(sentences)), key=lambda i: (gains[i], -i))
        if gains[best] < LEAST_GAIN * total:
            break
        chosen.append(best)
        left = {key: w for key, w in left.items() if key not in keys[best]}
    return tuple(sorted(chosen)), 1 - sum(left.values()) / total if chosen else 0.0
