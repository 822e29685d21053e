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
from functools import cache
from pathlib import Path

from summarizer.article import Article, Sentence

EXTRACTIVE_VERSION = "lexrank1"
"""Part of the signature: raise it when a change here changes which sentences are chosen."""

# What the parts of the score weigh; they add up to 1. Set by reading summaries of news articles, not fitted.
CENTRALITY, POSITION, HEADLINE = 0.45, 0.35, 0.20
# How much likeness to what is already chosen costs.
REDUNDANCY = 0.6
DAMPING = 0.85
# Beyond this a text is a book; later sentences are not weighed against each other (the cost grows with the square).
MOST_CANDIDATES = 600

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
    found = []
    for match in _WORD.finditer(_ELISION.sub("", text.replace("’", "'"))):
        word = match.group().lower()
        if word in _stop_words() or (len(word) < 3 and not word.isdigit()):
            continue
        stem = _ENDINGS.sub("", word)
        found.append(stem if len(stem) >= 3 else word)
    return found


def candidates(article: Article, sentences: Sequence[Sentence]) -> list[Sentence]:
    """The sentences a summary may be made of: body text, and list items where there is nothing else.

    Headlines are shown anyway, captions speak of pictures, and a fragment of two words says nothing.
    """
    for kinds in (("body",), ("body", "list"), ("body", "list", "heading", "caption", "title")):
        chosen = [s for s in sentences if article.blocks[s.block].kind in kinds and len(_WORD.findall(s.text)) > 3]
        if chosen:
            return chosen[:MOST_CANDIDATES]
    return list(sentences[:MOST_CANDIDATES])


def choose(article: Article, sentences: Sequence[Sentence], count: int) -> list[Sentence]:
    """The `count` sentences to make a summary of, in reading order (fewer if there are fewer)."""
    pool = candidates(article, sentences)
    vectors = _vectors([stems(s.text) for s in pool])
    scores = _scores(article, pool, vectors)
    best = max(scores, default=0.0)
    # how like each sentence is to the one of the chosen that it is most like
    likeness = [0.0] * len(pool)
    chosen: list[int] = []
    while len(chosen) < min(count, len(pool)):
        left = (i for i in range(len(pool)) if i not in chosen)
        chosen.append(max(left, key=lambda i: (scores[i] - REDUNDANCY * likeness[i] * best, -i)))
        likeness = [max(known, _cosine(v, vectors[chosen[-1]])) for known, v in zip(likeness, vectors, strict=True)]
    return [pool[i] for i in sorted(chosen)]


def _scores(article: Article, pool: Sequence[Sentence], vectors: Sequence[Mapping[str, float]]) -> list[float]:
    central = _lexrank(vectors)
    headline = _vectors([stems(article.title or ""), *[list(v) for v in vectors]])[0] if article.title else {}
    first_of_block = {s.block: s.id for s in reversed(pool)}
    body_blocks = sorted(first_of_block)
    scores = []
    for i, sentence in enumerate(pool):
        rank = body_blocks.index(sentence.block)
        position = 1 / (1 + rank) ** 0.5 * (1.0 if first_of_block[sentence.block] == sentence.id else 0.7)
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
    frequency = Counter(stem for document in documents for stem in set(document))
    vectors = []
    for document in documents:
        weights = {
            stem: (1 + math.log(n)) * math.log(1 + len(documents) / frequency[stem])
            for stem, n in Counter(document).items()
        }
        norm = math.sqrt(sum(w * w for w in weights.values()))
        vectors.append({stem: w / norm for stem, w in weights.items()} if norm else {})
    return vectors


def _cosine(a: Mapping[str, float], b: Mapping[str, float]) -> float:
    # most pairs of sentences have no word in common
    if a.keys().isdisjoint(b):
        return 0.0
    if len(a) > len(b):
        a, b = b, a
    return sum(weight * b[stem] for stem, weight in a.items() if stem in b)


def _lexrank(vectors: Sequence[Mapping[str, float]]) -> list[float]:
    """Continuous LexRank, scaled so that the most central sentence has 1."""
    n = len(vectors)
    links = [[0.0] * n for _ in range(n)]
    for i in range(n):
        for j in range(i + 1, n):
            links[i][j] = links[j][i] = _cosine(vectors[i], vectors[j])
    totals = [sum(row) for row in links]
    neighbours = [[(j, weight) for j, weight in enumerate(row) if weight] for row in links]
    rank = [1.0] * n
    for _ in range(30):
        flow = [rank[j] / totals[j] if totals[j] else 0.0 for j in range(n)]
        new = [1 - DAMPING + DAMPING * sum(weight * flow[j] for j, weight in near) for near in neighbours]
        if max((abs(a - b) for a, b in zip(new, rank, strict=True)), default=0.0) < 1e-4:
            rank = new
            break
        rank = new
    top = max(rank, default=1.0) or 1.0
    return [r / top for r in rank]
