"""HTML pages through trafilatura: the article without navigation, with headline, author, date, headings and captions.

Nothing on a page is run or fetched; size, nesting and attributes are bounded before any tree is built.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, ClassVar, Final

from summarizer.article import BlockKind, SourceFormat
from summarizer.errors import MalformedSource, SourceTooLarge
from summarizer.ingest.encoding import decode
from summarizer.ingest.html_guard import lighten
from summarizer.ingest.html_head import above_body
from summarizer.ingest.interface import PARSER_FAULTS, Draft, DraftBlock, Reader, quieten, table_row
from summarizer.ingest.limits import (
    CHARSET_PRESCAN_BYTES,
    MAX_HTML_CHARACTERS,
    MAX_HTML_DEPTH,
    MAX_HTML_TAGS,
)

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_META_CHARSET: Final = re.compile(
    rb"<meta\b[^>]{0,300}?charset\s*=\s*[\"']?\s*([\w.:-]+)|^\s*<\?xml[^>]{0,100}encoding\s*=\s*[\"']([\w.:-]+)", re.I
)
# Trafilatura throws figures away with all that is in them; their captions travel as paragraphs that begin so.
_CAPTION_MARK: Final = "\ue0c5"
_HEADING: Final = "heading"
_KINDS: Final[dict[str, BlockKind]] = {"head": "heading", "item": "list"}
_STRUCTURE: Final = frozenset({"p", "list", "item", "quote", "table", "row", "head", "div"})
_BREAK: Final = "\n"
_SITE_SUFFIX: Final = re.compile(r"\s+[|–—-]\s+(.{2,60})$")
_PSEUDO_HEADING_MAX_WORDS: Final = 15


class HtmlReader(Reader):
    """`.html`, `.htm`, `.xhtml`, and what a web server sends."""

    format: ClassVar[SourceFormat] = "html"
    suffixes: ClassVar[tuple[str, ...]] = (".html", ".htm", ".xhtml")
    media_types: ClassVar[tuple[str, ...]] = ("text/html", "application/xhtml+xml")

    def parse(self, data: bytes, *, name: str, charset: str | None = None) -> Draft:
        """The page's article; the server's `charset` goes before the page's own; see `Reader.parse`."""
        from lxml.etree import LxmlError

        page, tags = lighten(decode(data, charset=charset or _declared_charset(data)))
        if len(page) > MAX_HTML_CHARACTERS or tags > MAX_HTML_TAGS:
            raise SourceTooLarge(
                name,
                f"is a page of {len(page)} characters and {tags} tags; at most {MAX_HTML_CHARACTERS} and "
                f"{MAX_HTML_TAGS} are read: save its text alone",
            )
        try:
            return _draft(page, name)
        except (*PARSER_FAULTS, LxmlError, SyntaxError) as fault:
            raise MalformedSource(
                name, f"cannot be read as HTML ({type(fault).__name__}); save the page's text as .txt"
            ) from fault


def _declared_charset(data: bytes) -> str | None:
    match = _META_CHARSET.search(data[:CHARSET_PRESCAN_BYTES])
    return (match[1] or match[2]).decode("ascii", "replace") if match else None


def _draft(page: str, name: str) -> Draft:
    import trafilatura
    from lxml import html
    from trafilatura.settings import Document

    quieten("trafilatura", "htmldate", "courlan", "justext")
    parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True, huge_tree=False)
    source = page.encode("utf-8", "replace")
    if not source.strip():
        return Draft(())
    tree = html.document_fromstring(source, parser=parser, ensure_head_body=True)
    _check_depth(tree, name)
    _carry_captions(tree)
    document = trafilatura.bare_extraction(
        tree,
        include_comments=False,
        include_formatting=True,
        with_metadata=True,
        date_extraction_params={"extensive_search": False, "original_date": True},
    )
    if not isinstance(document, Document) or document.body is None or not "".join(document.body.itertext()).strip():
        return Draft(tuple(_plain_blocks(html.document_fromstring(source, parser=parser, ensure_head_body=True))))
    title = _headline(document.title, document.sitename)
    blocks = _without_repeated_title(tuple(_blocks(document.body)), title)
    pristine = html.document_fromstring(source, parser=parser, ensure_head_body=True)
    headline: BlockKind = "title"
    blocks = (*([DraftBlock(title, headline)] if title else []), *above_body(pristine, blocks), *blocks)
    return Draft(blocks, author=document.author, date=document.date)


def _check_depth(tree: HtmlElement, name: str) -> None:
    from lxml import etree

    depth = 0
    for event, _ in etree.iterwalk(tree, events=("start", "end")):
        depth += 1 if event == "start" else -1
        if depth > MAX_HTML_DEPTH:
            raise MalformedSource(
                name, f"has elements nested more than {MAX_HTML_DEPTH} deep; save the page's text as .txt"
            )


def _carry_captions(tree: HtmlElement) -> None:
    from lxml import html

    for caption in list(tree.iter("figcaption")):
        figure = next(caption.iterancestors("figure"), None)
        text = " ".join("".join(caption.itertext()).split())
        if figure is not None and text and figure.getparent() is not None:
            paragraph = html.HtmlElement()
            paragraph.tag = "p"
            paragraph.text = _CAPTION_MARK + text
            paragraph.tail = figure.tail
            figure.tail = None
            figure.addnext(paragraph)


def _blocks(element: Any, kind: BlockKind | None = None) -> Iterator[DraftBlock]:
    """The blocks of one element of trafilatura's tree (TEI: head, p, list/item, quote, table/row/cell, lb, hi)."""
    if element.tag == "row":
        yield from table_row([" ".join(cell.itertext()) for cell in element])
        return
    kind = _KINDS.get(element.tag, kind)
    if kind is None and _is_bold_line(element):
        kind = "heading"
    text = [element.text or ""]
    for child in element:
        if child.tag in _STRUCTURE:
            yield from _split("".join(text), kind or "body")
            text.clear()
            yield from _blocks(child, kind)
        else:
            text.append(_inline(child))
        text.append(child.tail or "")
    yield from _split("".join(text), kind or "body")


def _inline(element: Any) -> str:
    if element.tag == "lb":
        return _BREAK
    if element.tag in ("graphic", "code"):
        return ""
    return (element.text or "") + "".join(_inline(child) + (child.tail or "") for child in element)


def _split(text: str, kind: BlockKind) -> Iterator[DraftBlock]:
    # an empty line between breaks is how pages without paragraphs part them; a single break is a line end
    for piece in re.split(r"\n[ \t]*\n\s*", text):
        if piece.lstrip().startswith(_CAPTION_MARK):
            yield DraftBlock(piece.replace(_CAPTION_MARK, ""), "caption")
        elif piece.strip():
            yield DraftBlock(piece, kind)


def _is_bold_line(element: Any) -> bool:
    """Whether an element is a short paragraph in bold from end to end, which editors use for headings."""
    if len(element) != 1 or element[0].tag != "hi" or element[0].get("rend") != "#b":
        return False
    if (element.text or "").strip() or (element[0].tail or "").strip():
        return False
    text = _inline(element[0])
    return len(text.split()) <= _PSEUDO_HEADING_MAX_WORDS and not re.search(r"[.:;,]\W*$", text)


def _plain_blocks(tree: HtmlElement) -> Iterator[DraftBlock]:
    """The text of a page in which no article is found: its lines, as a browser without styles shows them."""
    kinds: dict[str, BlockKind] = {"li": "list", **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), _HEADING)}
    lines: list[tuple[BlockKind | None, list[str]]] = [(None, [])]
    inline = {
        "a",
        "b",
        "i",
        "em",
        "strong",
        "span",
        "u",
        "abbr",
        "cite",
        "code",
        "font",
        "mark",
        "q",
        "s",
        "small",
        "sub",
        "sup",
    }
    from lxml import etree

    body = tree.find("body")
    for event, element in etree.iterwalk(tree if body is None else body, events=("start", "end")):
        if element.tag not in inline:
            lines.append((kinds.get(str(element.tag)) if event == "start" else None, []))
        lines[-1][1].append((element.text if event == "start" else element.tail) or "")
    for kind, parts in lines:
        text = "".join(parts)
        if text.strip():
            yield DraftBlock(text, kind)


def _headline(title: str | None, site: str | None) -> str | None:
    """The title without the site's name behind a bar or dash."""
    if title and site and (match := _SITE_SUFFIX.search(title)) and _same(match[1], site):
        return title[: match.start()]
    return title


def _without_repeated_title(blocks: tuple[DraftBlock, ...], title: str | None) -> tuple[DraftBlock, ...]:
    """The blocks without the copies of the headline that stand above the article."""
    if not title:
        return blocks
    head = tuple(block for block in blocks[:3] if not (block.kind != "caption" and _same(block.text, title)))
    return head + blocks[3:]


def _same(one: str, other: str) -> bool:
    return "".join(re.findall(r"\w+", one)).casefold() == "".join(re.findall(r"\w+", other)).casefold()
