"""How near in meaning the sentences of a summary are to those of its article, by the vectors of a model for embedding.

Only summaries that a model writes are compared, and only where such a model is installed; nothing is loaded before.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence

from summarizer.models.calibration import CalibratedEncoder
from summarizer.models.installed import InstalledModel
from summarizer.models.store import ModelStore

log = logging.getLogger(__name__)

SIMILARITY_VERSION = "similar1"
"""Part of the signature: raise it when a change here or in `provenance` changes what vectors link."""

Nearness = Callable[[Sequence[str]], Sequence[Sequence[float]]]
"""For sentences of a summary, a row each: how near every sentence of the article is, 0 (unrelated) to 1 (the same)."""

_DIGITS = 4
"""Digits kept of a similarity: what threads and batches change of a vector lies far behind them."""


def find_encoder(store: ModelStore, source: str) -> InstalledModel | None:
    """The installed model to compare articles in this language with: the user's default, else the best."""
    models = (m for m in store.installed() if m.card.task == "embedding" and m.card.reads(source))
    return next(models, None)


class Encoders:
    """The models for embedding that a run needs, each loaded when first used."""

    def __init__(self, store: ModelStore, device: str) -> None:
        """Looks for nothing yet; `device` is "auto", "cpu" or "cuda"."""
        self._store = store
        self._device = device
        self._found: dict[str, InstalledModel | None] = {}
        self._loaded: dict[str, CalibratedEncoder] = {}

    def find(self, source: str) -> InstalledModel | None:
        """The model for articles in this language, looked for once; see `find_encoder`."""
        if source not in self._found:
            self._found[source] = find_encoder(self._store, source)
        return self._found[source]

    def load(self, model: InstalledModel) -> CalibratedEncoder:
        """The model, loaded once.

        Raises:
            EngineError, ModelError: it cannot be loaded, or cannot be trusted.
        """
        if model.card.id not in self._loaded:
            log.info("sentences of summaries are compared with their article's by %s", model.card.id)
            self._loaded[model.card.id] = self._store.encoder(model, device=self._device)
        return self._loaded[model.card.id]

    def nearness(self, model: InstalledModel, sentences: Sequence[str]) -> Nearness:
        """What tells how near an article's sentences are; raises as `load` does when it is called."""

        def near(lines: Sequence[str]) -> list[list[float]]:
            loaded = self.load(model)
            cosines = loaded.encoder.encode(lines) @ loaded.encoder.encode(sentences).T
            similar = loaded.calibration.similarity(cosines)
            return [[round(float(value), _DIGITS) for value in row] for row in similar]

        return near

    def close(self) -> None:
        """Frees the models' memory."""
        for encoder in self._loaded.values():
            encoder.close()
        self._loaded.clear()
