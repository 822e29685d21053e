"""Which reader a source belongs to: by its name, and by its first bytes where the name is silent or wrong.

It never parses; it only refuses what no reader takes, naming what is read instead.
"""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import PurePath
from typing import Final
from urllib.parse import urlsplit

from summarizer.article import SourceFormat
from summarizer.errors import UnsupportedSource
from summarizer.ingest.docx import DocxReader
from summarizer.ingest.encoding import decode
from summarizer.ingest.html import HtmlReader
from summarizer.ingest.interface import Reader
from summarizer.ingest.markdown import MarkdownReader
from summarizer.ingest.pdf import PdfDocumentReader
from summarizer.ingest.text import TextReader

READERS: Final[dict[SourceFormat, Reader]] = {
    reader.format: reader
    for reader in (TextReader(), MarkdownReader(), HtmlReader(), PdfDocumentReader(), DocxReader())
}
FORMAT_OF_SUFFIX: Final[dict[str, SourceFormat]] = {
    suffix: reader.format for reader in READERS.values() for suffix in reader.suffixes
}
"""Lower-case file name endings, with the dot, of everything that is read."""
FORMAT_OF_MEDIA_TYPE: Final[dict[str, SourceFormat]] = {
    media_type: reader.format for reader in READERS.values() for media_type in reader.media_types
}
READ_FORMATS: Final = "plain text, Markdown, HTML, PDF with a text layer and DOCX"

# Text to the eye, but no articles: their words would come out mixed with keys, tags and code.
_OTHER_TEXT_SUFFIXES: Final = re.compile(
    r"\.(?:jsonl?|ndjson|csv|tsv|xml|rss|atom|ya?ml|toml|ini|rtf|tex|eml|mbox|mht(?:ml)?|srt|vtt|sql|log|py|js|ts|css|c|h|"
    r"cpp|java|go|rs|sh|bat|ps1|ipynb|svg|ics|vcf|po|tmx|xliff)"
)
_MAGIC: Final = (
    (b"{\\rtf", "an RTF document"),
    (b"\xd0\xcf\x11\xe0", "an old Office document"),
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"II*\x00", "a TIFF image"),
    (b"MM\x00*", "a TIFF image"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ", "an xz archive"),
    (b"7z\xbc\xaf", "a 7-Zip archive"),
    (b"Rar!", "a RAR archive"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90", "a program"),
    (b"ID3", "a sound recording"),
    (b"OggS", "a recording"),
    (b"RIFF", "a recording or image"),
    (b"\x00\x00\x00\x18ftyp", "a video"),
    (b"\x00\x00\x00 ftyp", "a video"),
    (b"SQLite format 3", "a database"),
    (b"%!PS", "a PostScript document"),
)
_PDF: Final = b"%PDF-"
_ZIP: Final = b"PK\x03\x04"
_HTML_START: Final = re.compile(
    r"^\s*(?:<\?xml[^>]{0,200}>\s*)?(?:<!--.{0,2000}?-->\s*)*<(?:!doctype\s+html|html|head|body)[\s>]", re.I | re.DOTALL
)
_XML_START: Final = re.compile(r"^\s*<\?xml\b")
_SAMPLE_BYTES: Final = 65_536
_CONTROLS: Final = re.compile("[\x01-\x08\x0b\x0e-\x1a\x1c-\x1f\x7f\ufffd]")


def suffix_of(name: str) -> str:
    """The file name ending of a path or URL, lower case with the dot, "" if there is none."""
    path = urlsplit(name).path if re.match(r"https?://", name, re.IGNORECASE) else name
    return PurePath(path).suffix.lower()


def format_of(name: str, data: bytes) -> SourceFormat:
    """The format that `data` is read as; UnsupportedSource, naming what is read, if there is none."""
    suffix = suffix_of(name)
    stated = FORMAT_OF_SUFFIX.get(suffix)
    if data.startswith(_PDF):
        return "pdf"
    if data.startswith(_ZIP):
        if stated == "docx" or _is_docx(data):
            return "docx"
        raise _unsupported(name, "is a ZIP archive or an office document other than DOCX")
    # a file named .pdf or .docx is for its reader to judge, whose message can say more
    if stated in ("pdf", "docx"):
        return stated
    for magic, description in _MAGIC:
        if data.startswith(magic):
            raise _unsupported(name, f"is {description}")
    if _OTHER_TEXT_SUFFIXES.fullmatch(suffix):
        raise _unsupported(name, f"is a {suffix} file")
    start = _text_start(name, data)
    if stated in (None, "text") and _HTML_START.match(start):
        return "html"
    if stated is None and _XML_START.match(start):
        raise _unsupported(name, "is an XML document")
    return stated or "text"


def _unsupported(name: str, what: str) -> UnsupportedSource:
    return UnsupportedSource(name, f"{what}, which is not read; give {READ_FORMATS}")


def _is_docx(data: bytes) -> bool:
    from zipfile import BadZipFile, ZipFile

    try:
        with ZipFile(BytesIO(data)) as archive:
            return "word/document.xml" in archive.namelist()
    except (BadZipFile, ValueError, NotImplementedError, OSError):
        return False


def _text_start(name: str, data: bytes) -> str:
    """The first characters of a text; UnsupportedSource if control characters show that it is none."""
    start = decode(data[:_SAMPLE_BYTES])
    nulls = start.count("\0")
    # a few go with any text: page breaks, terminal colours, a byte lost in transit
    if nulls > 3 + 0.3 * len(start) or len(_CONTROLS.findall(start)) > 3 + 0.02 * (len(start) - nulls):
        raise _unsupported(name, "is a binary file")
    return start
