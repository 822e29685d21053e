"""Plain text: paragraphs by blank lines, by lines, or re-joined from hard-wrapped lines. It knows no markup at all."""

from __future__ import annotations

from typing import ClassVar

from summarizer.article import SourceFormat
from summarizer.errors import SourceTooLarge
from summarizer.ingest.encoding import decode
from summarizer.ingest.interface import Draft, Reader
from summarizer.ingest.limits import MAX_LINES
from summarizer.ingest.lines import paragraphs
from summarizer.untrusted import sanitize


class TextReader(Reader):
    """`.txt`, and files without a name that says more."""

    format: ClassVar[SourceFormat] = "text"
    suffixes: ClassVar[tuple[str, ...]] = (".txt", ".text")
    media_types: ClassVar[tuple[str, ...]] = ("text/plain",)

    def parse(self, data: bytes, *, name: str, charset: str | None = None) -> Draft:
        """The paragraphs of the text; see `Reader.parse`."""
        # before lines are told apart, because control characters would count as columns
        text = sanitize(decode(data, charset=charset))
        lines = text.count("\n")
        if lines > MAX_LINES:
            raise SourceTooLarge(name, f"has {lines} lines; at most {MAX_LINES} are read: give the article alone")
        return Draft(tuple(paragraphs(text)))
