"""What ingest and segmentation hand on: an article, its blocks and their sentences.

Plain frozen data without behaviour beyond look-ups; every text in here has passed `untrusted.sanitize`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

BlockKind = Literal["title", "heading", "body", "caption", "list"]
SourceFormat = Literal["text", "markdown", "html", "pdf", "docx"]


@dataclass(frozen=True, slots=True)
class Block:
    """One paragraph-like unit of an article."""

    kind: BlockKind
    text: str
    """Sanitised, one line (white space runs folded to one space), never empty."""


@dataclass(frozen=True, slots=True)
class Dropped:
    """A piece of web furniture that ingest took out; shown with `--verbose`."""

    text: str
    reason: str
    """Why, in a few words: "share buttons", "copyright notice" …"""


@dataclass(frozen=True, slots=True)
class Article:
    """One article as read from its source, before any sentence is split off."""

    path: str
    """The source as the user named it: a file path, a URL, or "-" for standard input."""
    sha256: str
    """Hex digest of the bytes that were read."""
    format: SourceFormat
    language: str
    """BCP-47 tag of the language found ("it" unless `--force` let another one through)."""
    blocks: tuple[Block, ...]
    """In reading order; at most one title, and it comes first."""
    title: str | None = None
    """The headline: the title block's text, or None where the source has none."""
    author: str | None = None
    date: str | None = None
    """ISO 8601 date of publication where the source states one."""
    dropped: tuple[Dropped, ...] = ()


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of an article and where it stands there."""

    id: int
    """1-based, counted through the whole article in reading order; the [n] of the reports."""
    block: int
    """Index into `Article.blocks`."""
    start: int
    end: int
    """Span in the block's text, in code points: `article.blocks[block].text[start:end] == text`."""
    text: str
