"""The format follows the name, and the bytes where the name is silent or wrong."""

from __future__ import annotations

import io
import zipfile

import pytest

from summarizer.article import SourceFormat
from summarizer.errors import SourceError, UnsupportedSource
from summarizer.ingest.sniffing import format_of

TEXT = b"Il governo ha approvato la legge."
PAGE = b"<!DOCTYPE html><html><body><p>Il governo</p></body></html>"


def archive(*names: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as file:
        for name in names:
            file.writestr(name, "x")
    return packed.getvalue()


@pytest.mark.parametrize(
    ("name", "data", "expected"),
    [
        ("a.txt", TEXT, "text"),
        ("a.TXT", TEXT, "text"),
        ("a.text", TEXT, "text"),
        ("a.md", TEXT, "markdown"),
        ("a.markdown", TEXT, "markdown"),
        ("a.html", PAGE, "html"),
        ("a.htm", TEXT, "html"),
        ("a.xhtml", PAGE, "html"),
        ("a.pdf", b"%PDF-1.4", "pdf"),
        ("a.docx", archive("word/document.xml"), "docx"),
        ("articolo", TEXT, "text"),
        ("articolo", PAGE, "html"),
        ("articolo", b"\xef\xbb\xbf \n<!-- salvata --><html>", "html"),
        ("articolo", b"<?xml version='1.0'?><html xmlns='x'>", "html"),
        ("articolo", b"%PDF-1.4", "pdf"),
        ("articolo", archive("word/document.xml"), "docx"),
        ("articolo.2024", TEXT, "text"),
        ("articolo.txt", b"%PDF-1.7", "pdf"),
        ("articolo.txt", PAGE, "html"),
        ("articolo.txt", "però".encode("utf-16"), "text"),
        ("-", TEXT, "text"),
        ("https://example.it/articolo.pdf?x=1.html", b"%PDF-1.4", "pdf"),
        ("https://example.it/", PAGE, "html"),
    ],
)
def test_name_and_bytes_decide_the_format(name: str, data: bytes, expected: SourceFormat) -> None:
    assert format_of(name, data) == expected


@pytest.mark.parametrize(
    ("name", "data", "what"),
    [
        ("a.odt", archive("content.xml"), "a ZIP archive or an office document other than DOCX"),
        ("a.zip", archive("a.txt"), "a ZIP archive"),
        ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Office document"),
        ("a.rtf", b"{\\rtf1 ciao}", "an RTF document"),
        ("a.jpg", b"\xff\xd8\xff\xe0", "a JPEG image"),
        ("foto", b"\x89PNG\r\n", "a PNG image"),
        ("a.gz", b"\x1f\x8b\x08", "a gzip archive"),
        ("a.json", b'{"a": 1}', r"a \.json file"),
        ("a.xml", b"<?xml version='1.0'?><rss/>", r"a \.xml file"),
        ("feed", b"<?xml version='1.0'?><rss><item/></rss>", "an XML document"),
        ("a.py", b"import os", r"a \.py file"),
        ("a.txt", bytes(range(1, 32)) * 10, "a binary file"),
    ],
)
def test_what_no_reader_takes_is_named(name: str, data: bytes, what: str) -> None:
    with pytest.raises(UnsupportedSource, match=f"is {what}.*give plain text, Markdown, HTML, PDF") as caught:
        format_of(name, data)
    assert isinstance(caught.value, SourceError)


def test_a_text_with_a_few_control_characters_is_still_a_text() -> None:
    assert format_of("a.txt", b"\x0cPagina\x00 uno\x07\x1b[1m " + TEXT * 10) == "text"
