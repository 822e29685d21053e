"""Chooses the sentences that say most of what an Italian article says. Looks at words only; needs no model.

Centrality is LexRank (Erkan & Radev 2004, doi:10.1613/jair.1523) over weighted word stems, position and headline
overlap are the lead features of Edmundson (1969, doi:10.1145/321510.321519), redundancy is kept out by maximal
marginal relevance (Carbonell & Goldstein 1998, doi:10.1145/290941.291025).
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from itertools import islice
from operator import sub
from pathlib import Path

from summarizer.article import Article, Sentence
from summarizer.summarization.interface import Length

EXTRACTIVE_VERSION = "lexrank1"
"""Part of the signature: raise it when a change here changes which sentences are chosen."""

# What the parts of the score weigh; they add up to 1. Set by reading summaries of news articles, not fitted.
CENTRALITY, POSITION, HEADLINE = 0.45, 0.35, 0.20
# How much likeness to what is already chosen costs.
REDUNDANCY = 0.6
DAMPING = 0.85
# Beyond this a text is a book; later sentences are not weighed against each other (the cost grows with the square).
MOST_CANDIDATES = 600
LEAST_WORDS = 4
# Longer words are not remembered, so that what is has a bounded size.
_REMEMBERED_LETTERS = 64

_WORD = re.compile(r"[^\W\d_]+|\d+(?:[.,]\d+)*")
_ELISION = re.compile(
    r"^(?:l|d|c|s|n|m|t|v|un|all|dall|dell|nell|sull|quest|quell|com|dov|anch|bell|sant)['’]", re.IGNORECASE
)
# Openings that lean on the sentence before: out of its place such a sentence is hard to read.
_LEANING = re.compile(
    r"^[\"'«“(\s]*(?:ma|però|inoltre|infatti|anzi|così|quindi|dunque|insomma|invece|tuttavia|poi|e|anche|ecco|perciò|"
    r"quest[oaie]|quell[oaie]|lui|lei|loro|egli|ciò|tale|tali|del resto|nel frattempo|al contrario|in particolare|"
    r"il primo|il secondo|l'altr[oa])\b",
    re.IGNORECASE,
)
_ENDINGS = re.compile(
    r"(?:azioni|azione|amenti|amento|imenti|imento|atrici|atrice|atori|atore|istiche|istico|mente|ità|ivi|iva|ivo|ive|"
    r"ando|endo|arono|irono|erebbe|ebbero|avano|evano|ivano|ando|ante|anti|ate|ati|ata|ato|ute|uti|uta|uto|ite|iti|ita|ito|"
    r"are|ere|ire|ava|eva|iva|erà|irà|eranno|iranno|ano|ono|i|e|a|o)$"
)


@cache
def _stop_words() -> frozenset[str]:
    text = Path(__file__).with_name("stopwords.it.txt").read_text(encoding="utf-8")
    return frozenset(line for line in text.split("\n") if line and not line.startswith("#"))


def stems(text: str) -> list[str]:
    """The words that carry a sentence's matter, without stop words and without most of their endings."""
    words = _WORD.findall(_ELISION.sub("", text.replace("’", "'")))
    found = (_remembered_stem(word) if len(word) <= _REMEMBERED_LETTERS else _stem(word) for word in words)
    return [stem for stem in found if stem]


def _stem(word: str) -> str:
    """A word without its ending; empty for a stop word."""
    word = word.lower()
    if word in _stop_words() or (len(word) < 3 and not word.isdigit()):
        return ""
    stem = _ENDINGS.sub("", word)
    return stem if len(stem) >= 3 else word


# most words of an article were in the ones before it
_remembered_stem = lru_cache(maxsize=16_384)(_stem)


def candidates(article: Article, sentences: Sequence[Sentence]) -> list[Sentence]:
    """The sentences a summary may be made of: body text, and list items where there is nothing else.

    Headlines are shown anyway, captions speak of pictures, and a fragment of two words says nothing.
    """
    for kinds in (("body",), ("body", "list"), ("body", "list", "heading", "caption", "title")):
        chosen = [s for s in sentences if article.blocks[s.block].kind in kinds and _says_something(s.text)]
        if chosen:
            return chosen[:MOST_CANDIDATES]
    return list(sentences[:MOST_CANDIDATES])


def _says_something(text: str) -> bool:
    return any(islice(_WORD.finditer(text), LEAST_WORDS - 1, None))


def choose(article: Article, sentences: Sequence[Sentence], length: Length) -> list[Sentence]:
    """The sentences to make a summary of that length of, in reading order."""
    pool = candidates(article, sentences)
    count = length.sentences(len(pool))
    documents = [stems(s.text) for s in pool]
    vectors = _vectors(documents)
    scores = _scores(article, pool, documents, vectors)
    best = max(scores, default=0.0)
    # how like each sentence is to the one of the chosen that it is most like
    likeness = [0.0] * len(pool)
    chosen: list[int] = []
    while len(chosen) < count:
        left = (i for i in range(len(pool)) if i not in chosen)
        chosen.append(max(left, key=lambda i: (scores[i] - REDUNDANCY * likeness[i] * best, -i)))
        likeness = [max(known, _cosine(v, vectors[chosen[-1]])) for known, v in zip(likeness, vectors, strict=True)]
    return [pool[i] for i in sorted(chosen)]


def _scores(
    article: Article,
    pool: Sequence[Sentence],
    documents: Sequence[Sequence[str]],
    vectors: Sequence[Mapping[str, float]],
) -> list[float]:
    """How much each sentence of the pool says; `documents` are their stems, and `vectors` those of the stems."""
    central = _lexrank(vectors)
    title = stems(article.title or "")
    # the headline is weighed as one document more
    headline = _vector(title, _rarity([title, *documents])) if title else {}
    first_of_block = {s.block: s.id for s in reversed(pool)}
    ranks = {block: rank for rank, block in enumerate(sorted(first_of_block))}
    scores = []
    for i, sentence in enumerate(pool):
        position = 1 / (1 + ranks[sentence.block]) ** 0.5
        position *= 1.0 if first_of_block[sentence.block] == sentence.id else 0.7
        score = (
            CENTRALITY * central[i]
            + POSITION * position
            + HEADLINE * (_cosine(vectors[i], headline) if headline else 0.0)
        )
        words = len(_WORD.findall(sentence.text))
        if words < 8:
            score *= 0.5
        elif words > 60:
            score *= 0.8
        if _LEANING.match(sentence.text):
            score *= 0.75
        if sentence.text.rstrip("\"'»”) ").endswith("?"):
            score *= 0.5
        scores.append(score)
    return scores


def _vectors(documents: Sequence[Sequence[str]]) -> list[dict[str, float]]:
    """Unit vectors of TF-IDF weights, the sentences being the documents; empty for a sentence without stems."""
    rarity = _rarity(documents)
    return [_vector(document, rarity) for document in documents]


def _rarity(documents: Sequence[Sequence[str]]) -> dict[str, float]:
    """By stem, the inverse of how many of the documents have it, as a logarithm."""
    frequency = Counter(stem for document in documents for stem in set(document))
    return {stem: math.log(1 + len(documents) / n) for stem, n in frequency.items()}


def _vector(document: Sequence[str], rarity: Mapping[str, float]) -> dict[str, float]:
    weights = {stem: (1 + math.log(n)) * rarity[stem] for stem, n in Counter(document).items()}
    norm = math.sqrt(sum([w * w for w in weights.values()]))
    return {stem: w / norm for stem, w in weights.items()} if norm else {}


def _cosine(a: Mapping[str, float], b: Mapping[str, float]) -> float:
    # most pairs of sentences have no word in common
    if a.keys().isdisjoint(b):
        return 0.0
    if len(a) > len(b):
        a, b = b, a
    return sum([weight * b[stem] for stem, weight in a.items() if stem in b])


def _lexrank(vectors: Sequence[Mapping[str, float]]) -> list[float]:
    """Continuous LexRank, scaled so that the most central sentence has 1."""
    neighbours = _neighbours(vectors)
    totals = [sum([weight for _, weight in near]) for near in neighbours]
    rank = [1.0] * len(vectors)
    for _ in range(30):
        flow = [r / total if total else 0.0 for r, total in zip(rank, totals, strict=True)]
        new = [1 - DAMPING + DAMPING * sum([weight * flow[j] for j, weight in near]) for near in neighbours]
        change = max(map(abs, map(sub, new, rank)), default=0.0)
        rank = new
        if change < 1e-4:
            break
    top = max(rank, default=1.0) or 1.0
    return [r / top for r in rank]


def _neighbours(vectors: Sequence[Mapping[str, float]]) -> list[list[tuple[int, float]]]:
    """For each sentence those it has a stem in common with, in order, each with its likeness; the others have none."""
    neighbours: list[list[tuple[int, float]]] = [[] for _ in vectors]
    holders: dict[str, list[int]] = {}
    for i, vector in enumerate(vectors):
        for j in sorted({j for stem in vector for j in holders.get(stem, ())}):
            weight = _cosine(vectors[j], vector)
            neighbours[j].append((i, weight))
            neighbours[i].append((j, weight))
        for stem in vector:
            holders.setdefault(stem, []).append(i)
    return neighbours
