"""Links sentences that a model wrote to the sentences of the article that support them.

Lexical alignment: a summary sentence is covered greedily by the article sentences that share most of its weighted
stems, names and figures counting double. Where sentence vectors are at hand, the article sentences of nearly the same
meaning are added, so that a paraphrase without a word in common has its source, also in another language. Says how far
a sentence is covered; judges nothing.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence

MOST_SOURCES = 3
# A further source must carry at least this share of the sentence's weight that the others do not.
LEAST_GAIN = 0.12
# Half way from a sentence about something else (0) to one of the same meaning (1).
LEAST_SIMILARITY = 0.5
# A further source must be about as near as the nearest.
MOST_BEHIND = 0.15

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


def align(
    summary: str, sentences: Sequence[str], similarities: Sequence[float] | None = None
) -> tuple[tuple[int, ...], float]:
    """Indices of the sentences that support a summary sentence, ascending, and how far they do (0 to 1).

    Both must be in the same language. Words that stand in many sentences weigh less.

    Args:
        summary: a sentence of the summary.
        sentences: the sentences of the article.
        similarities: how near in meaning each of them is, 0 to 1, where that is known. Then the support is the higher
            one of the share of weighted words that is covered and of the nearest sentence's similarity, and the
            sources are the nearest sentence, those that cover words, and others about as near, in this order of rank.
    """
    covering, support = _covering(summary, sentences)
    if similarities is None or not sentences:
        return tuple(sorted(covering)), support
    order = sorted(range(len(sentences)), key=lambda i: (-similarities[i], i))
    best = similarities[order[0]]
    if best < LEAST_SIMILARITY:
        return tuple(sorted(covering)), support
    near = [i for i in order if similarities[i] >= max(LEAST_SIMILARITY, best - MOST_BEHIND)]
    ranked = list(dict.fromkeys([near[0], *covering, *near[1:]]))[:MOST_SOURCES]
    return tuple(sorted(ranked)), max(support, best)


def _covering(summary: str, sentences: Sequence[str]) -> tuple[list[int], float]:
    """Indices of the sentences that share the summary sentence's words, the most important first, and their share."""
    keys = [set(_weights(sentence)) for sentence in sentences]
    spread = Counter(key for found in keys for key in found)
    weights = {
        key: weight * math.log(1 + (len(sentences) + 1) / (spread[key] + 1))
        for key, weight in _weights(summary).items()
    }
    total = sum(weights.values())
    if not total or not sentences:
        return [], 0.0
    left = dict(weights)
    chosen: list[int] = []
    while len(chosen) < MOST_SOURCES and left:
        gains = [sum(w for key, w in left.items() if key in found) for found in keys]
        best = max(range(len(sentences)), key=lambda i: (gains[i], -i))
        if gains[best] < LEAST_GAIN * total:
            break
        chosen.append(best)
        left = {key: w for key, w in left.items() if key not in keys[best]}
    return chosen, 1 - sum(left.values()) / total if chosen else 0.0
