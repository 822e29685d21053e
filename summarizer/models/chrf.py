"""chrF of one sentence: enough to tell a translation from garbage where sacrebleu is not installed."""

from __future__ import annotations

from collections import Counter

ORDER = 6
BETA = 2.0


def chrf(hypothesis: str, reference: str) -> float:
    """chrF2 of a hypothesis against one reference, 0 to 100, as sacrebleu's `sentence_chrf` gives it.

    Character n-grams up to 6, spaces left out, precision and recall averaged over the orders that both texts have
    (Popović 2015).
    """
    ours, theirs = "".join(hypothesis.split()), "".join(reference.split())
    precision = recall = 0.0
    orders = 0
    for n in range(1, ORDER + 1):
        a, b = _ngrams(ours, n), _ngrams(theirs, n)
        if not a or not b:
            continue
        matches = sum((a & b).values())
        precision += matches / sum(a.values())
        recall += matches / sum(b.values())
        orders += 1
    if not orders:
        return 0.0
    precision, recall = precision / orders, recall / orders
    if precision + recall == 0:
        return 0.0
    return 100 * (1 + BETA**2) * precision * recall / (BETA**2 * precision + recall)


def _ngrams(text: str, n: int) -> Counter[str]:
    return Counter(text[i : i + n] for i in range(len(text) - n + 1))
