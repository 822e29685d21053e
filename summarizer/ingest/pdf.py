"""PDF files by their text layer, through pypdf: lines become paragraphs again, running heads and page numbers go.

Nothing is rendered or recognised from images; a file without a text layer is refused with the advice to run OCR.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, ClassVar, Final

from summarizer.article import SourceFormat
from summarizer.errors import MalformedSource, SourceTooLarge
from summarizer.ingest.interface import PARSER_FAULTS, Draft, Reader, quieten
from summarizer.ingest.limits import MAX_EXTRACTED_CHARACTERS, MAX_PDF_OPERATIONS, MAX_PDF_PAGES
from summarizer.ingest.pdf_layout import Line, paragraphs, without_page_furniture
from summarizer.untrusted import sanitize

if TYPE_CHECKING:
    from pypdf import PageObject, PdfReader

_MAGIC: Final = b"%PDF-"
_MAGIC_WITHIN_BYTES: Final = 1_024
# Ligature glyphs of fonts; as text they are the letters they join.
_LIGATURES: Final = str.maketrans({"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"})
_BOLD: Final = re.compile(r"bold|black|heavy|semibold|demi", re.IGNORECASE)
_GENERIC_AUTHOR: Final = re.compile(
    r"^(?:anonymous|\(?unspecified\)?|unknown|utente|user|admin\w*|.*@.*|)$", re.IGNORECASE
)


class PdfDocumentReader(Reader):
    """`.pdf`."""

    format: ClassVar[SourceFormat] = "pdf"
    suffixes: ClassVar[tuple[str, ...]] = (".pdf",)
    media_types: ClassVar[tuple[str, ...]] = ("application/pdf", "application/x-pdf")

    def parse(self, data: bytes, *, name: str, charset: str | None = None) -> Draft:
        """Paragraphs in the order of the content streams; see `Reader.parse`."""
        if _MAGIC not in data[:_MAGIC_WITHIN_BYTES]:
            raise MalformedSource(name, "is not a PDF file although it is named one; give it its right name")
        from pypdf.errors import DependencyError, DeprecationError, PyPdfError

        quieten("pypdf")
        faults: tuple[type[Exception], ...] = (*PARSER_FAULTS, PyPdfError, DependencyError, DeprecationError)
        try:
            return _draft(data, name)
        except faults as fault:
            raise MalformedSource(
                name, f"is a damaged PDF file ({type(fault).__name__}); print it to a new PDF or save its text as .txt"
            ) from fault


def _draft(data: bytes, name: str) -> Draft:
    from pypdf import PdfReader

    reader = PdfReader(io.BytesIO(data))
    # many files are encrypted with an empty user password, only to forbid printing
    if reader.is_encrypted and not reader.decrypt(""):
        raise MalformedSource(name, "is an encrypted PDF; open it with its password and save a copy without one")
    pages = _pages(reader, name)
    if not any(pages):
        raise MalformedSource(name, "has no text layer: it is a scan and needs OCR first, for instance with ocrmypdf")
    pages, dropped = without_page_furniture(pages)
    author = ((reader.metadata.author if reader.metadata else None) or "").strip()
    return Draft(
        blocks=tuple(paragraphs(pages)),
        author=None if _GENERIC_AUTHOR.match(author) else author,
        dropped=tuple(dropped),
    )


def _pages(reader: PdfReader, name: str) -> list[list[Line]]:
    count = len(reader.pages)
    if count > MAX_PDF_PAGES:
        raise SourceTooLarge(name, f"has {count} pages; at most {MAX_PDF_PAGES} are read: extract those of the article")
    pages: list[list[Line]] = []
    operations = characters = 0

    def count_operation(*_: Any) -> None:
        nonlocal operations
        operations += 1
        if operations > MAX_PDF_OPERATIONS:
            raise SourceTooLarge(name, f"has more than {MAX_PDF_OPERATIONS} drawing operations; save its text as .txt")

    for page in reader.pages:
        lines = list(_lines(page, count_operation))
        characters += sum(len(line.text) for line in lines)
        if characters > MAX_EXTRACTED_CHARACTERS:
            raise SourceTooLarge(name, f"holds more than {MAX_EXTRACTED_CHARACTERS} characters of text; split it")
        pages.append(lines)
    return pages


def _lines(page: PageObject, count_operation: Any) -> Iterator[Line]:
    """The lines of a page as pypdf puts them together, each with place, size and weight of its first text."""
    runs: list[tuple[str, float, float, float, bool]] = []

    def collect(text: str, cm: list[float], tm: list[float], font: Any, size: float) -> None:
        x = tm[4] * cm[0] + tm[5] * cm[2] + cm[4]
        y = tm[4] * cm[1] + tm[5] * cm[3] + cm[5]
        across = tm[2] * cm[0] + tm[3] * cm[2]
        upwards = tm[2] * cm[1] + tm[3] * cm[3]
        bold = _BOLD.search(str((font or {}).get("/BaseFont", ""))) is not None
        runs.append((text, x, y, abs(size) * (across * across + upwards * upwards) ** 0.5, bold))

    page.extract_text(visitor_text=collect, visitor_operand_before=count_operation)
    line: list[tuple[str, float, float, float, bool]] = []
    for text, x, y, size, bold in runs:
        first, *others = sanitize(text).translate(_LIGATURES).split("\n")
        line.append((first, x, y, size, bold))
        for other in others:
            yield from _line(line)
            line = [(other, x, y, size, bold)]
    yield from _line(line)


def _line(runs: list[tuple[str, float, float, float, bool]]) -> Iterator[Line]:
    visible = [run for run in runs if run[0].strip()]
    if visible:
        _, x, y, _, _ = visible[0]
        text = " ".join("".join(run[0] for run in runs).split())
        # the size and weight of most of its letters, so that a raised figure or one bold word does not decide
        weights: dict[tuple[float, bool], int] = {}
        for run, _, _, size, bold in visible:
            weights[round(size, 1), bold] = weights.get((round(size, 1), bold), 0) + len(run)
        size, bold = max(weights, key=lambda style: weights[style])
        yield Line(text, x, y, size, bold)
