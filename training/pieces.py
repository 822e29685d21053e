"""The pieces of a folder of prepared data or of a model: a sentencepiece model and the list of what it knows."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from summarizer.errors import UsageError

if TYPE_CHECKING:
    from sentencepiece import SentencePieceProcessor

FILE = "spm.model"
"""The sentencepiece model in a folder of prepared data."""


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
