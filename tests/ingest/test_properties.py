"""Whatever bytes come in: a SourceError or an article whose texts are clean, and nothing else."""

from __future__ import annotations

import io
import zipfile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from summarizer.article import Article, SourceFormat
from summarizer.errors import SourceError
from summarizer.ingest import read_bytes
from summarizer.ingest.lines import paragraphs
from summarizer.untrusted import one_line

pytest.importorskip("lxml_html_clean", reason="trafilatura cannot be imported without lxml_html_clean")

KINDS = {"title", "heading", "body", "caption", "list"}
FORMATS: list[SourceFormat | None] = [None, "text", "markdown", "html", "pdf", "docx"]
BOUNDED = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])

any_text = st.text(max_size=400) | st.text(alphabet="aàe .!?\n\t-•1©«»\x1b[]\u202e\ud800\x00", max_size=400)
markup = st.lists(
    st.sampled_from(
        [
            "<p>",
            "</p>",
            "<div>",
            "<",
            ">",
            "&amp;",
            "&#0;",
            "<!--",
            "-->",
            "<script>",
            "</script>",
            "<table><tr><td>",
            "\x00",
            "<figure><figcaption>",
            "</figure>",
            "<h1>",
            "<ul><li>",
            "<br>",
            "ciao a tutti ",
            "<a href='",
            "'",
            '"',
            "<svg",
            "/>",
        ]
    )
    | st.text(max_size=20),
    max_size=60,
).map("".join)


def read(data: bytes, name: str, format: SourceFormat | None = None) -> Article | None:
    try:
        return read_bytes(data, name=name, format=format, force=True)
    except SourceError as fault:
        assert "\n" not in str(fault)
        return None


def assert_clean(article: Article | None) -> None:
    if article is None:
        return
    texts = [block.text for block in article.blocks] + [piece.text for piece in article.dropped]
    texts += [text for text in (article.title, article.author, article.date) if text is not None]
    assert article.blocks
    assert all(texts)
    assert all(text == one_line(text) for text in texts)
    assert {block.kind for block in article.blocks} <= KINDS
    assert all(block.kind != "title" for block in article.blocks[1:])
    assert article.title == (article.blocks[0].text if article.blocks[0].kind == "title" else None)


@BOUNDED
@given(data=st.binary(max_size=2_000), format=st.sampled_from(FORMATS))
def test_any_bytes_in_any_format_are_an_article_or_a_source_error(data: bytes, format: SourceFormat | None) -> None:
    assert_clean(read(data, "a", format))


@BOUNDED
@given(text=any_text, format=st.sampled_from(FORMATS[:4]), encoding=st.sampled_from(["utf-8", "utf-16", "cp1252"]))
def test_any_text_in_any_format_is_an_article_or_a_source_error(
    text: str, format: SourceFormat | None, encoding: str
) -> None:
    errors = "surrogatepass" if encoding.startswith("utf") else "replace"
    assert_clean(read(text.encode(encoding, errors), "a", format))


@BOUNDED
@given(page=markup)
def test_any_markup_is_an_article_or_a_source_error(page: str) -> None:
    assert_clean(read(f"<html><body><p>Ciao a tutti</p>{page}".encode("utf-8", "surrogatepass"), "a.html"))


@BOUNDED
@given(page=st.lists(st.sampled_from(list("#*_[]()!`>-|\n \\<&")) | st.just("ciao "), max_size=200).map("".join))
def test_any_markdown_is_an_article_or_a_source_error(page: str) -> None:
    assert_clean(read(page.encode(), "a.md"))


@BOUNDED
@given(head=st.binary(max_size=300), cut=st.integers(0, 300))
def test_bytes_behind_a_magic_number_are_an_article_or_a_source_error(head: bytes, cut: int) -> None:
    assert_clean(read(b"%PDF-1.7\n" + head, "a"))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("word/document.xml", head)
        archive.writestr("[Content_Types].xml", head[::-1])
    assert_clean(read(packed.getvalue()[: -cut or None], "a.docx"))


@BOUNDED
@given(text=st.text(alphabet=st.characters(exclude_categories=("Cs", "Cc")) | st.just("\n"), max_size=400))
def test_no_letter_of_a_plain_text_is_lost_when_lines_become_paragraphs(text: str) -> None:
    def letters(of: str) -> list[str]:
        return [c for c in of if c.isalpha()]

    assert letters("".join(block.text for block in paragraphs(text))) == letters(text)
