"""The lexicon finds translations from pairs alone, and embeds them side by side."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from training.lexicon import cached_lexicon, lexicon
from training.parts import PartWriter, read_corpus

WORDS = 20
SOURCE, TARGET = 10, 40
"""First id of the words of either language; word n of one means word n of the other."""
CLASSES = 64


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    folder = tmp_path_factory.mktemp("words")
    rng = np.random.default_rng(0)
    with PartWriter(folder) as writer:
        for _ in range(2000):
            words = rng.choice(WORDS, size=5, replace=False)
            writer.write(0, [2, *(SOURCE + words), 0], [*(TARGET + rng.permutation(words)), 0])
    return read_corpus(folder)


def test_translations_score_highest_and_lie_closest(corpus):
    scores, vectors = lexicon(corpus, CLASSES, 32)
    assert scores.shape == (CLASSES, CLASSES)
    torch.testing.assert_close(vectors.norm(dim=1), torch.ones(CLASSES))
    target = torch.arange(TARGET, TARGET + WORDS)
    for word in range(WORDS):
        assert scores[SOURCE + word].argmax() == TARGET + word
        assert (vectors[target] @ vectors[SOURCE + word]).argmax() == word


def test_words_that_never_meet_score_nothing(corpus):
    scores, _ = lexicon(corpus, CLASSES, 32)
    assert (scores >= 0).all()
    assert not scores[TARGET:].any(), "target words do not occur in sources"


def test_the_cache_is_used_and_made_anew_for_another_width(corpus, tmp_path):
    cache = tmp_path / "pmi.pt"
    made = cached_lexicon(corpus, CLASSES, 16, cache)
    assert all(torch.equal(one, two) for one, two in zip(made, cached_lexicon(corpus, CLASSES, 16, cache), strict=True))
    torch.save((torch.zeros(CLASSES, CLASSES), torch.zeros(CLASSES, 16)), cache)
    assert not cached_lexicon(corpus, CLASSES, 16, cache)[1].any()
    assert cached_lexicon(corpus, CLASSES, 24, cache)[1].shape == (CLASSES, 24)
