"""Measures a model for embedding before it is trusted: which cosine means "the same", which means "nothing in common".

Cosines of different models cannot be compared: those of multilingual E5 all lie between 0.7 and 1, as its authors say,
those of others spread from 0 to 1. So each is asked about pairs of sentences that are known to mean the same,
in other words or another language, and about the same sentences in wrong pairs. A model that cannot tell the two apart
has wrong weights or another purpose, and is refused.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from summarizer.errors import ModelError
from summarizer.models.catalog import USER_CATALOG, ModelCard, paraphrases

if TYPE_CHECKING:
    import numpy
    from numpy.typing import NDArray

    from summarizer.engines.interface import Encoder

LEAST_PAIRS = 3
LEAST_MARGIN = 0.02
"""Between the cosines of the two kinds: little, since some models keep all their cosines close together; with random
weights there is none, the highest of one kind being above the mean of the other."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """The two ends of a model's scale."""

    unrelated: float
    """The highest cosine of two sentences that have nothing in common."""
    same: float
    """The mean cosine of two sentences of the same meaning."""

    def similarity(self, cosines: NDArray[numpy.float32]) -> NDArray[numpy.float32]:
        """Cosines as shares of the way from `unrelated` (0) to `same` (1), of the same shape."""
        scaled: NDArray[numpy.float32] = ((cosines - self.unrelated) / (self.same - self.unrelated)).clip(0.0, 1.0)
        return scaled


@dataclass(frozen=True, slots=True)
class CalibratedEncoder:
    """A loaded model for embedding with its scale."""

    encoder: Encoder
    calibration: Calibration

    def close(self) -> None:
        """Frees the model's memory."""
        self.encoder.close()


def calibrate(card: ModelCard, encoder: Encoder) -> Calibration:
    """The scale of a loaded model, from the golden pairs of its card or, where it has none, from the program's own.

    Raises:
        ModelError: the card's languages leave too few pairs, or the model cannot tell the same from the unrelated.
        EngineError: the engine failed.
    """
    import numpy as np

    pairs = [g for g in card.golden or paraphrases() if card.reads(g.source_language) and card.reads(g.target_language)]
    if len({pair.source for pair in pairs}) < LEAST_PAIRS:
        raise ModelError(
            f"{card.id}: no known sentences in its languages to measure it with: state {LEAST_PAIRS} pairs or more of "
            f"the same meaning under golden in {USER_CATALOG}"
        )
    vectors = encoder.encode([text for pair in pairs for text in (pair.source, pair.reference)])
    cosines = vectors[::2] @ vectors[1::2].T
    # pairs that share their first sentence mean the same
    wrong = np.array([[a.source != b.source for b in pairs] for a in pairs])
    found = Calibration(unrelated=float(cosines[wrong].max()), same=float(cosines.diagonal().mean()))
    if not found.same - found.unrelated >= LEAST_MARGIN:
        raise ModelError(
            f"{card.id} cannot tell sentences of the same meaning from unrelated ones (cosines {found.same:.2f} and "
            f"{found.unrelated:.2f}): its vectors cannot be trusted. `summarizer models verify {card.id}` checks the "
            "files; if they are whole, try another version of transformers, or remove the model"
        )
    return found
