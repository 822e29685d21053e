"""Puts hints for rare words into the sources of pairs, see `summarizer.engines.hints` and `training.hints`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from summarizer.engines.hints import MARK, REMEMBERED, Hints, hints_file
from training.data import SourceNoise
from training.parts import EOS, MAX_TOKENS, UNK, Ids, Meta
from training.testsets import TAGS

if TYPE_CHECKING:
    from sentencepiece import SentencePieceProcessor

UNHINTED, DROPPED = 0.05, 0.05
"""Shares of pairs without any hint, and of hints left out of the others: a model must not depend on them."""


class Hinter:
    """Knows the hints of a prepared folder, by the tag that a source begins with."""

    def __init__(self, folder: Path, processor: SentencePieceProcessor) -> None:
        """Reads what hints there are; there need be none."""
        files = {processor.piece_to_id(tag): hints_file(folder, tag) for tag in TAGS.values()}
        self._hints = {i: Hints.read(file) for i, file in files.items() if i != UNK and file.is_file()}
        self._processor, self._mark = processor, processor.piece_to_id(MARK)
        self._encode = lru_cache(REMEMBERED)(processor.encode)

    def __bool__(self) -> bool:
        """Whether there are any."""
        return bool(self._hints)

    def __call__(self, source: Sequence[int], rng: np.random.Generator | None = None) -> Sequence[int]:
        """A source's ids with hints behind its rare words; with `rng`, some are left out."""
        hints = self._hints.get(source[0])
        if hints is None or UNK in source or (rng is not None and rng.random() < UNHINTED):
            return source
        text = self._processor.decode(list(source[1:-1]))
        body = hints.pieces(text, self._encode, self._mark, lambda: rng is None or rng.random() >= DROPPED)
        made = [source[0], *body, EOS]
        return made if len(made) <= MAX_TOKENS else source

    def validation(self, meta: Meta) -> Meta:
        """The same with hints in the validation sentences."""
        dev = {
            target: tuple(replace(pair, source=list(self(pair.source))) for pair in pairs)
            for target, pairs in meta.dev.items()
        }
        return replace(meta, dev=dev)


class Hinting:
    """Noise with hints put in afterwards."""

    def __init__(self, hinter: Hinter, noise: SourceNoise | None) -> None:
        """`noise` is what else is done to a pair."""
        self._hinter, self._noise = hinter, noise

    def __call__(self, source: Ids, target: Ids, rng: np.random.Generator) -> tuple[Sequence[int], Sequence[int]]:
        """The pair's ids, changed."""
        pair = (source.tolist(), target.tolist()) if self._noise is None else self._noise(source, target, rng)
        return self._hinter(pair[0], rng), pair[1]
