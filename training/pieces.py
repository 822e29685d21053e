"""The pieces of a folder of prepared data or of a model: a sentencepiece model and the list of what it knows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from summarizer.errors import UsageError
from training.parts import Corpus
from training.testsets import TAGS

if TYPE_CHECKING:
    from sentencepiece import SentencePieceProcessor

FILE = "spm.model"
"""The sentencepiece model in a folder of prepared data."""
CHUNK = 50_000


def read(path: Path) -> SentencePieceProcessor:
    """The sentencepiece model in a file.

    Raises:
        UsageError: it is missing or damaged.
    """
    from sentencepiece import SentencePieceProcessor

    try:
        return SentencePieceProcessor(model_file=str(path))
    except (OSError, RuntimeError) as error:
        raise UsageError(f"{path}: missing or damaged ({error}); prepare the data or export the model again") from error


def names(processor: SentencePieceProcessor) -> list[str]:
    """All pieces, in the order of their ids."""
    return [processor.id_to_piece(i) for i in range(processor.get_piece_size())]


def texts(corpus: Corpus, processor: SentencePieceProcessor, chosen: Sequence[int]) -> Iterator[tuple[str, str]]:
    """The chosen pairs of a corpus as text, without the language token in front."""
    tags = {processor.piece_to_id(tag) for tag in TAGS.values()} - {processor.unk_id()}
    for start in range(0, len(chosen), CHUNK):
        numbers = chosen[start : start + CHUNK]
        sources = [[i for i in corpus.source(n).tolist()[:-1] if i not in tags] for n in numbers]
        targets = [corpus.target(n).tolist()[:-1] for n in numbers]
        yield from zip(processor.decode(sources), processor.decode(targets), strict=True)
