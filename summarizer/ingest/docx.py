"""Word documents (DOCX). Nothing in them is run or fetched, and no archive is unpacked beyond its stated limits."""

from __future__ import annotations

import io
import re
import struct
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, ClassVar, Final

from summarizer.article import BlockKind, SourceFormat
from summarizer.errors import MalformedSource, SourceTooLarge
from summarizer.ingest.interface import PARSER_FAULTS, Draft, DraftBlock, Reader, table_row
from summarizer.ingest.limits import (
    MAX_DOCX_MEMBERS,
    MAX_DOCX_UNPACKED_BYTES,
    MAX_DOCX_XML_BYTES,
    MAX_EXTRACTED_CHARACTERS,
)

if TYPE_CHECKING:
    from docx.document import Document

_W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK: Final = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_OLE_MAGIC: Final = b"\xd0\xcf\x11\xe0"
_GENERIC_AUTHORS: Final = frozenset(
    {"python-docx", "utente", "user", "microsoft office user", "admin", "administrator"}
)
_GENERIC_TITLE: Final = re.compile(
    r"^(?:word document|documento(?: di)?(?: microsoft)? word|microsoft word\b.*|.*\.docx?)$", re.I
)
_TITLE_STYLES: Final = frozenset({"title", "titolo"})
_HEADING_STYLE: Final = re.compile(r"^(?:heading|titolo|intestazione|subtitle|sottotitolo)\b", re.IGNORECASE)
_LIST_STYLE: Final = re.compile(r"^(?:list\b|elenco\b|paragrafo elenco|punto elenco)", re.IGNORECASE)
_CAPTION_STYLE: Final = re.compile(r"^(?:caption|didascalia)\b", re.IGNORECASE)


class DocxReader(Reader):
    """`.docx`."""

    format: ClassVar[SourceFormat] = "docx"
    suffixes: ClassVar[tuple[str, ...]] = (".docx",)
    media_types: ClassVar[tuple[str, ...]] = (
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    )

    def parse(self, data: bytes, *, name: str, charset: str | None = None) -> Draft:
        """Paragraphs, headings, list items and table cells in the order of the document; see `Reader.parse`."""
        from zipfile import BadZipFile

        from lxml.etree import LxmlError

        if data.startswith(_OLE_MAGIC):
            raise MalformedSource(
                name,
                "is an old Word document or an encrypted one; open it in Word and save it as .docx without a password",
            )
        try:
            _check_archive(data, name)
            return _draft(data, name)
        except (*PARSER_FAULTS, BadZipFile, struct.error, LxmlError, SyntaxError) as fault:
            raise MalformedSource(
                name, f"is a damaged DOCX file ({type(fault).__name__}); open it in a word processor and save it again"
            ) from fault


def _check_archive(data: bytes, name: str) -> None:
    from zipfile import ZipFile

    with ZipFile(io.BytesIO(data)) as archive:
        members = archive.infolist()
    # zipfile never yields more bytes of a member than its directory states, so the stated sizes are a true bound
    unpacked = sum(member.file_size for member in members)
    largest = max((m.file_size for m in members if m.filename.endswith((".xml", ".rels"))), default=0)
    if len(members) > MAX_DOCX_MEMBERS or unpacked > MAX_DOCX_UNPACKED_BYTES or largest > MAX_DOCX_XML_BYTES:
        raise SourceTooLarge(
            name,
            f"unpacks to {unpacked} bytes in {len(members)} parts; at most {MAX_DOCX_UNPACKED_BYTES} bytes "
            f"({MAX_DOCX_XML_BYTES} a part) are read: save its text alone",
        )


def _draft(data: bytes, name: str) -> Draft:
    import docx
    from docx.opc.exceptions import OpcError

    try:
        document = docx.Document(io.BytesIO(data))
    except OpcError as fault:
        raise ValueError(str(fault)) from fault
    blocks: list[DraftBlock] = []
    characters = 0
    for block in _blocks(document):
        characters += len(block.text)
        if characters > MAX_EXTRACTED_CHARACTERS:
            raise SourceTooLarge(name, f"holds more than {MAX_EXTRACTED_CHARACTERS} characters of text; split it")
        blocks.append(block)
    properties = document.core_properties
    title = properties.title.strip()
    author = properties.author.strip()
    return Draft(
        blocks=tuple(blocks),
        title=None if _GENERIC_TITLE.match(title) else title,
        author=None if author.lower() in _GENERIC_AUTHORS else author,
    )


def _blocks(document: Document) -> Iterator[DraftBlock]:
    styles = {style.style_id: style.name or "" for style in document.styles}
    # python-docx skips content controls, tracked insertions and text boxes, so the tree is walked here
    for element in document.element.body.iter(f"{_W}p", f"{_W}tr"):
        if _within(element, _FALLBACK):
            # another copy of it, for programs that do not know the newer one, stands beside it
            continue
        if element.tag == f"{_W}tr":
            yield from table_row([" ".join(map(_text, cell.iter(f"{_W}p"))) for cell in element.iter(f"{_W}tc")])
        elif not _within(element, f"{_W}tr"):
            yield DraftBlock(_text(element), _kind(element, styles))


def _within(element: Any, tag: str) -> bool:
    return next(element.iterancestors(tag), None) is not None


def _text(paragraph: Any) -> str:
    parts: list[str] = []
    pending = list(reversed(paragraph))
    while pending:
        node = pending.pop()
        if node.tag == f"{_W}t":
            parts.append(node.text or "")
        elif node.tag in (f"{_W}tab", f"{_W}br", f"{_W}cr"):
            parts.append(" ")
        elif node.tag == f"{_W}noBreakHyphen":
            parts.append("-")
        # deleted text, and paragraphs of text boxes, which come on their own
        elif node.tag not in (f"{_W}p", f"{_W}del", f"{_W}moveFrom", f"{_W}pPr", f"{_W}rPr", _FALLBACK):
            pending.extend(reversed(node))
    return "".join(parts)


def _kind(paragraph: Any, styles: dict[str, str]) -> BlockKind | None:
    reference = paragraph.find(f"{_W}pPr/{_W}pStyle")
    name = styles.get(reference.get(f"{_W}val", ""), "") if reference is not None else ""
    if name.lower() in _TITLE_STYLES:
        return "title"
    if _HEADING_STYLE.match(name):
        return "heading"
    if _CAPTION_STYLE.match(name):
        return "caption"
    if _LIST_STYLE.match(name) or paragraph.find(f"{_W}pPr/{_W}numPr") is not None:
        return "list"
    return None
