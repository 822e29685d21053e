"""Markdown (CommonMark with tables) and its front matter: markup becomes text, code is left out, HTML is not run."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar, Final

from summarizer.article import BlockKind, SourceFormat
from summarizer.errors import MalformedSource, SourceTooLarge
from summarizer.ingest.encoding import decode
from summarizer.ingest.interface import PARSER_FAULTS, Draft, DraftBlock, Reader, table_row
from summarizer.ingest.limits import MAX_FRONT_MATTER_LINES, MAX_MARKDOWN_CHARACTERS, MAX_MARKDOWN_NESTING
from summarizer.untrusted import sanitize

if TYPE_CHECKING:
    from markdown_it.token import Token

_FENCES: Final = {"---": re.compile(r"^([\w-]+)\s*:\s*(.*)$"), "+++": re.compile(r"^([\w-]+)\s*=\s*(.*)$")}
_LIST_ITEM: Final = re.compile(r"^\s*-\s+(.+)$")
_HIDDEN_HTML: Final = re.compile(r"<!--.*?(?:-->|$)|<(script|style)\b.*?(?:</\1\s*>|$)", re.DOTALL | re.IGNORECASE)
_TAG: Final = re.compile(r"</?[a-zA-Z][^<>]*>")


class MarkdownReader(Reader):
    """`.md`, `.markdown`."""

    format: ClassVar[SourceFormat] = "markdown"
    suffixes: ClassVar[tuple[str, ...]] = (".md", ".markdown")
    media_types: ClassVar[tuple[str, ...]] = ("text/markdown", "text/x-markdown")

    def parse(self, data: bytes, *, name: str, charset: str | None = None) -> Draft:
        """Headings, paragraphs, list items and table cells; see `Reader.parse`."""
        from markdown_it import MarkdownIt

        text = sanitize(decode(data, charset=charset))
        if len(text) > MAX_MARKDOWN_CHARACTERS:
            raise SourceTooLarge(
                name, f"is {len(text)} characters of Markdown; at most {MAX_MARKDOWN_CHARACTERS} are read"
            )
        fields, text = _front_matter(text)
        try:
            tokens = MarkdownIt("commonmark", {"maxNesting": MAX_MARKDOWN_NESTING}).enable("table").parse(text)
        except PARSER_FAULTS as fault:
            raise MalformedSource(
                name, f"cannot be read as Markdown ({type(fault).__name__}); save it as .txt"
            ) from fault
        headline = fields.get("title")
        stated = [DraftBlock(headline, "title")] if headline else []
        return Draft(
            blocks=(*stated, *(block for block in _blocks(tokens) if block.text != headline)),
            author=fields.get("author") or fields.get("authors"),
            date=fields.get("date"),
        )


def _front_matter(text: str) -> tuple[dict[str, str], str]:
    """The simple fields of YAML or TOML front matter, and the text below it."""
    lines = text.split("\n")
    pattern = _FENCES.get(lines[0].rstrip())
    if pattern is None:
        return {}, text
    fields: dict[str, str] = {}
    key = ""
    for number, line in enumerate(lines[1:MAX_FRONT_MATTER_LINES], start=1):
        if line.rstrip() == lines[0].rstrip():
            return fields, "\n".join(lines[number + 1 :])
        if match := pattern.match(line):
            key = match[1].lower()
            fields[key] = ", ".join(_unquote(value) for value in match[2].strip().strip("[]").split(", "))
        elif key and (item := _LIST_ITEM.match(line)):
            fields[key] = ", ".join(filter(None, (fields[key], _unquote(item[1]))))
    # never closed: the dashes were a rule, not front matter
    return {}, text


def _unquote(value: str) -> str:
    return value.strip().strip("\"'").strip()


def _blocks(tokens: Sequence[Token]) -> list[DraftBlock]:
    blocks: list[DraftBlock] = []
    kind: BlockKind | None = None
    lists = 0
    row: list[str] | None = None
    seen_title = False
    for token in tokens:
        if token.type in ("bullet_list_open", "ordered_list_open"):
            lists += 1
        elif token.type in ("bullet_list_close", "ordered_list_close"):
            lists -= 1
        elif token.type == "heading_open":
            kind = "heading"
            if token.tag == "h1" and not seen_title:
                kind, seen_title = "title", True
        elif token.type == "heading_close":
            kind = None
        elif token.type == "tr_open":
            row = []
        elif token.type == "tr_close":
            blocks.extend(table_row(row or []))
            row = None
        elif token.type == "inline" and row is not None:
            row.append(_text(token.children or []))
        elif token.type == "inline":
            children = token.children or []
            only_image = [child.type for child in children] == ["image"]
            fallback: BlockKind | None = "caption" if only_image else "list" if lists else None
            blocks.append(DraftBlock(_text(children), kind or fallback))
        elif token.type == "html_block":
            visible = _TAG.sub(" ", _HIDDEN_HTML.sub(" ", token.content))
            blocks.append(DraftBlock(visible))
    return blocks


def _text(children: Sequence[Token]) -> str:
    parts: list[str] = []
    for child in children:
        if child.type in ("text", "text_special", "code_inline"):
            parts.append(child.content)
        elif child.type in ("softbreak", "hardbreak"):
            parts.append(" ")
        elif child.type == "image":
            parts.append(_text(child.children or []))
    return "".join(parts)
