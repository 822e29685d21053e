"""Translations of expressions: runs of words that mean together what none of them says alone.

"si legge" is "reads", though "legge" is mostly "law". They come from the word alignment, as phrases do in statistical
translation (Koehn, Och and Marcu 2003): a run of source words and a run of target words of which no word is linked to
one outside. Kept are those that the words by themselves foretell least, weighted by how often they are seen.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from summarizer.engines.hints import LONGEST, REMEMBERED, WORD, bare

LONGEST_TRANSLATION = 6
"""Words of an expression's translation; the expression itself has up to `LONGEST` tokens."""
FEWEST, FEWEST_TRANSLATIONS = 5, 3
"""How often an expression, and it with its translation, must occur."""
LEAST_SHARE, LEAST_SHARE_OF_KNOWN = 0.08, 0.15
"""The least share in which an expression has its translation: of its occurrences, and of those with any translation."""
LEAST_GAIN = 0.7
"""The least by which the translation is more probable than its words tell, in nats."""
UNFORETOLD = 0.002
"""The probability of a target word that no word of the source is linked to."""
MOST = 30_000
"""The most expressions of a language."""
FUNCTION_WORDS = 150
"""So many most frequent source words may be without a link in an expression, and `UNLINKED` of the others."""
UNLINKED = 1
PRUNED_ABOVE = 8_000_000
"""Different expressions counted above which the rarest are forgotten: a gigabyte or so."""

_RUN = re.compile(rf"{WORD.pattern}(?:[ '’-]{WORD.pattern})*")
"""What a translation looks like: words with nothing but a space, an apostrophe or a hyphen between them."""


@dataclass(frozen=True, slots=True)
class Span:
    """An expression where it stands in a text: its words are those from `start` to before `end`."""

    text: str
    start: int
    end: int


@lru_cache(REMEMBERED)
def _token(token: str) -> tuple[str, bool, bool, int]:
    """As `bare`, with the number of words; "" for what no expression holds."""
    core, opens, closes = bare(token)
    number = len(WORD.findall(token))
    return (core if number and not any(map(str.isdigit, core)) else "", opens, closes, number)


def spans(text: str) -> Iterator[Span]:
    """All runs of two to `LONGEST` tokens without a mark between them, but for those with the text's first token.

    What begins a text may have a capital for that reason alone.
    """
    tokens = [_token(token) for token in text.split()]
    starts = [0]
    for token in tokens:
        starts.append(starts[-1] + token[3])
    for first in range(1, len(tokens)):
        key, _, closed, _ = tokens[first]
        if not key:
            continue
        for place in range(first + 1, min(len(tokens), first + LONGEST)):
            core, opens, closes, _ = tokens[place]
            if closed or opens or not core:
                break
            key, closed = f"{key} {core}", closes
            yield Span(key, starts[first], starts[place + 1])


@dataclass(slots=True)
class Expressions:
    """What is known of expressions: first `count` all sources, then `add` all pairs."""

    times: Counter[str] = field(default_factory=Counter)
    words: Counter[str] = field(default_factory=Counter)
    weights: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))
    translations: Counter[tuple[str, str]] = field(default_factory=Counter)
    _function_words: frozenset[str] = field(default=frozenset(), init=False)
    _forgotten: int = field(default=0, init=False)
    """Occurrences up to which expressions were forgotten when there were too many."""

    def count(self, source: str, weight: float) -> None:
        """Counts what is in a source; `weight` is how much it counts towards what is kept."""
        self.words.update(map(str.lower, WORD.findall(source)))
        for span in spans(source):
            self.times[span.text] += 1
            self.weights[span.text] += weight
        if len(self.times) > PRUNED_ABOVE:
            self._forgotten += 1
            self._forget(self._forgotten)

    def counted(self) -> None:
        """Ends the counting."""
        self._forget(FEWEST - 1)
        self._function_words = frozenset(word for word, _ in self.words.most_common(FUNCTION_WORDS))

    def _forget(self, times: int) -> None:
        self.times = Counter({text: number for text, number in self.times.items() if number > times})
        kept = ((text, self.weights[text]) for text in self.times)
        self.weights = defaultdict(float, kept)

    def add(self, source: str, target: str, links: Sequence[tuple[int, int]]) -> None:
        """Counts what the expressions of a pair are translated with."""
        found = [span for span in spans(source) if span.text in self.times]
        if not found:
            return
        before, after = WORD.findall(source), list(WORD.finditer(target))
        needed = [word.lower() not in self._function_words for word in before]
        forward: list[list[int]] = [[] for _ in before]
        backward: list[list[int]] = [[] for _ in after]
        for i, j in links:
            forward[i].append(j)
            backward[j].append(i)
        for span in found:
            inside = range(span.start, span.end)
            linked = [j for i in inside for j in forward[i]]
            if not linked or sum(needed[i] and not forward[i] for i in inside) > UNLINKED:
                continue
            low, high = min(linked), max(linked)
            answering = (i for j in range(low, high + 1) for i in backward[j])
            if high - low >= LONGEST_TRANSLATION or any(i not in inside for i in answering):
                continue
            text = target[after[low].start() : after[high].end()]
            if _RUN.fullmatch(text):
                # the capital of a sentence's first word says nothing
                self.translations[span.text, text if low else text[0].lower() + text[1:]] += 1

    def hints(self, probability: Callable[[str, str], float]) -> Iterator[tuple[str, str]]:
        """The expressions worth most, sorted, each with its translation.

        `probability` tells how often a source word is linked to a target word, both in lower case.
        """
        best: dict[str, tuple[int, str]] = {}
        known: Counter[str] = Counter()
        for (text, translation), number in self.translations.items():
            known[text] += number
            if number >= FEWEST_TRANSLATIONS:
                best[text] = max(best.get(text, (0, "")), (number, translation))
        shares = {
            text: (number / self.times[text], translation)
            for text, (number, translation) in best.items()
            if number >= LEAST_SHARE_OF_KNOWN * known[text]
        }
        worth = {}
        for text, (share, translation) in shares.items():
            gain = _gain(text, share, translation, shares, probability) if share >= LEAST_SHARE else 0.0
            if gain >= LEAST_GAIN:
                worth[text] = gain * self.weights[text]
        for text in sorted(sorted(worth, key=lambda text: (-worth[text], text))[:MOST]):
            yield text, shares[text][1]


def _gain(
    text: str,
    share: float,
    translation: str,
    shares: Mapping[str, tuple[float, str]],
    probability: Callable[[str, str], float],
) -> float:
    """How much more probable a translation is than by the words of its expression, and by shorter ones in it."""
    tokens, words = text.split(" "), [word.lower() for word in WORD.findall(text)]
    parts = [
        " ".join(tokens[start:end])
        for start in range(len(tokens))
        for end in range(start + 2, len(tokens) + 1)
        if end - start < len(tokens)
    ]
    shorter = [(shares[part][0], WORD.findall(shares[part][1])) for part in parts if part in shares]
    gain = 0.0
    for target in WORD.findall(translation):
        by_words = max(probability(word, target.lower()) for word in words)
        by_parts = max((part for part, known in shorter if target in known), default=0.0)
        gain += max(0.0, math.log(share / max(by_words, by_parts, UNFORETOLD)))
    return gain
