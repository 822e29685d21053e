"""What sentence pairs alone tell of word translation: mutual information of pieces, and embeddings made of it.

No iterations and no model: about 20 seconds for 8 000 pieces. Memory grows with the square of the vocabulary.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from summarizer.errors import UsageError
from training.parts import Corpus

SAMPLE = 600_000
"""Pairs that are counted; more change little."""
MIN_COUNT = 5
"""Pairs in which two pieces must meet."""
MIN_PMI = 0.7
ROWS = 2048
"""Source pieces whose counts are in memory together."""
SIGNAL, NOISE = 0.9, 0.35
"""Share of the translation and of a random direction in an embedding: neighbours, but not twins."""

Floats = npt.NDArray[np.float32]


def lexicon(corpus: Corpus, classes: int, width: int, seed: int = 0, sample: int = SAMPLE) -> tuple[Tensor, Tensor]:
    """Translation scores of pieces, and embeddings in which pieces that translate each other are neighbours.

    The scores are the positive pointwise mutual information of a source and a target piece occurring in one pair
    (Church and Hanks 1990), shrunk by 0.7 and damped for rare meetings. The embeddings are its truncated singular
    vectors (as Levy and Goldberg 2014 do within one language), scaled by the roots of the singular values, mixed by how
    often a piece is source or target, normed to 1.

    Args:
        corpus: the pairs.
        classes: rows of the embedding matrix.
        width: columns of the embedding matrix.
        seed: of the sample, the singular value decomposition and the random share.
        sample: pairs to count at most.

    Returns:
        Scores, classes x classes in float16, source pieces first, and embeddings, classes x width in float32.

    Raises:
        UsageError: scipy is not installed.
    """
    rng = np.random.default_rng(seed)
    chosen = rng.permutation(len(corpus))[:sample]
    source = _occurrences([corpus.source(int(i)) for i in chosen], classes)
    target = _occurrences([corpus.target(int(i)) for i in chosen], classes)
    pmi = _positive_pmi(source, target)
    left, right = _factors(pmi, min(width, classes), rng)
    source_count = np.asarray(source.sum(0)).ravel()
    target_count = np.asarray(target.sum(0)).ravel()
    share = (source_count / (source_count + target_count + 1e-9))[:, None]
    vectors = np.zeros((classes, width), np.float32)
    vectors[:, : left.shape[1]] = share * left + (1 - share) * right
    noise = _unit(rng.normal(size=vectors.shape).astype(np.float32))
    known = np.linalg.norm(vectors, axis=1, keepdims=True) > 1e-6
    vectors = _unit(np.where(known, SIGNAL * _unit(vectors) + NOISE * noise, noise))
    return torch.from_numpy(pmi.toarray().astype(np.float16)), torch.from_numpy(vectors)


def cached_lexicon(corpus: Corpus, classes: int, width: int, cache: Path) -> tuple[Tensor, Tensor]:
    """`lexicon`, computed once for a folder of training data and kept in the file `cache`."""
    if cache.exists():
        scores, vectors = cast("tuple[Tensor, Tensor]", torch.load(cache, weights_only=True))
        if tuple(vectors.shape) == (classes, width) and scores.shape[0] == classes:
            return scores, vectors
    made = lexicon(corpus, classes, width)
    torch.save(made, cache)
    return made


def _occurrences(rows: list[npt.NDArray[np.uint16]], classes: int) -> Any:
    """Sparse matrix, sentences x pieces: 1 where the piece occurs."""
    sparse = _scipy_sparse()
    lengths = [len(row) for row in rows]
    at = (np.repeat(np.arange(len(rows)), lengths), np.concatenate(rows).astype(np.int64))
    matrix = sparse.csr_matrix((np.ones(sum(lengths), np.float32), at), shape=(len(rows), classes))
    matrix.sum_duplicates()
    matrix.data[:] = 1
    return matrix


def _positive_pmi(source: Any, target: Any) -> Any:
    """Sparse matrix of the scores, a band of source pieces at a time."""
    sparse = _scipy_sparse()
    source_count = np.asarray(source.sum(0)).ravel()
    target_count = np.asarray(target.sum(0)).ravel()
    by_piece = source.T.tocsr()
    bands = []
    for start in range(0, by_piece.shape[0], ROWS):
        counts = (by_piece[start : start + ROWS] @ target).tocoo()
        often = counts.data >= MIN_COUNT
        row, column, count = counts.row[often], counts.col[often], counts.data[often]
        chance = source_count[row + start] * target_count[column] / source.shape[0]
        score = (np.log(count / chance) - MIN_PMI) * np.minimum(1, np.log1p(count) / 6)
        positive = score > 0
        bands.append(
            sparse.csr_matrix(
                (score[positive], (row[positive], column[positive])), shape=counts.shape, dtype=np.float32
            )
        )
    return sparse.vstack(bands, format="csr")


def _factors(matrix: Any, rank: int, rng: np.random.Generator, iterations: int = 4) -> tuple[Floats, Floats]:
    """Singular vectors of a sparse matrix times the roots of their values (Halko et al. 2011, algorithm 4.4)."""
    probes = rng.normal(size=(matrix.shape[1], min(rank + 10, matrix.shape[1]))).astype(np.float32)
    basis, _ = np.linalg.qr(matrix @ probes)
    for _ in range(iterations):
        basis, _ = np.linalg.qr(matrix.T @ basis)
        basis, _ = np.linalg.qr(matrix @ basis)
    left, values, right = np.linalg.svd((matrix.T @ basis).T, full_matrices=False)
    roots = np.sqrt(values[:rank])
    return (basis @ left[:, :rank]) * roots, right[:rank].T * roots


def _unit(rows: Floats) -> Floats:
    return np.asarray(rows / (np.linalg.norm(rows, axis=1, keepdims=True) + 1e-9), dtype=np.float32)


def _scipy_sparse() -> Any:
    try:
        import scipy.sparse  # type: ignore[import-untyped]
    except ImportError as error:
        raise UsageError("the lexicon needs scipy: pip install scipy, or train with --guided 0 --no-lexicon") from error
    return scipy.sparse
