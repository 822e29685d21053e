"""What every kind of source has in common: bytes go in, a draft of the article comes out.

A reader never opens files, never touches the network and never judges the language; it only knows its format.
"""

from __future__ import annotations

import zlib
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

from summarizer.article import BlockKind, Dropped, SourceFormat

PARSER_FAULTS: Final[tuple[type[Exception], ...]] = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    BufferError,
    EOFError,
    LookupError,
    MemoryError,
    OSError,
    RuntimeError,
    TypeError,
    ValueError,
    zlib.error,
)
"""What libraries let escape when they parse damaged or hostile input; a reader turns these into `MalformedSource`."""


_CELL_MAX_WORDS: Final = 12


@dataclass(frozen=True, slots=True)
class DraftBlock:
    """A paragraph-like unit as the source has it, not yet sanitised."""

    text: str
    kind: BlockKind | None = None
    """None where the source's markup does not say; `structure.classify` decides then."""
    group: int | None = None
    """Number of the run of lines, without a blank line between them, that it comes from; None outside plain text."""


def table_row(cells: Sequence[str]) -> list[DraftBlock]:
    """The blocks of one row of a table: one line of labels and figures, or a paragraph a cell in a layout table."""
    texts = [text for text in (" ".join(cell.split()) for cell in cells) if text]
    if len(texts) < 2 or any(len(text.split()) > _CELL_MAX_WORDS for text in texts):
        return [DraftBlock(text) for text in texts]
    first, *others = texts
    return [DraftBlock(f"{first.rstrip(':')}: {'; '.join(others)}", "list")]


@dataclass(frozen=True, slots=True)
class Draft:
    """An article as its format's reader understands it, not yet sanitised and with the page's furniture still in it."""

    blocks: tuple[DraftBlock, ...]
    """In reading order."""
    title: str | None = None
    """The headline as metadata states it; it counts only where no block is one."""
    author: str | None = None
    date: str | None = None
    """Date of publication in any form that `dates.iso_date` reads."""
    dropped: tuple[Dropped, ...] = ()
    """What the reader itself took out: running heads, page numbers."""


def quieten(*loggers: str) -> None:
    """Keeps the complaints of libraries off standard error where the program has not set up logging for them."""
    import logging

    for name in loggers:
        logger = logging.getLogger(name)
        if not logger.handlers:
            logger.addHandler(logging.NullHandler())


class Reader(ABC):
    """One kind of source."""

    format: ClassVar[SourceFormat]
    suffixes: ClassVar[tuple[str, ...]]
    """File name endings, lower case, with the dot."""
    media_types: ClassVar[tuple[str, ...]]

    @abstractmethod
    def parse(self, data: bytes, *, name: str, charset: str | None = None) -> Draft:
        """The article in `data`.

        `name` is the source as the user named it, for error messages; `charset` is what the transport declared, if
        anything. Raises MalformedSource or SourceTooLarge, and nothing else whatever the bytes are.
        """
