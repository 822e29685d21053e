"""Makes a page's source light enough to parse: one pass over the markup, in time that grows with its length only.

It takes out what holds no text (scripts, styles, comments, inline images) and never text of the article.
"""

from __future__ import annotations

import re
from typing import Final

from summarizer.ingest.limits import MAX_TAG_CHARACTERS

# a start tag, a comment or a declaration; end tags and lone signs are left as they are
_MARKUP: Final = re.compile(r"<(?:(?P<name>[a-zA-Z][^\s/>]{0,63})|!--|[!?])")
_ATTRIBUTE_STOP: Final = re.compile(r"[=>]")
_VALUE: Final = re.compile(r"\s*")
_TEXTLESS: Final = {
    name: re.compile(rf"</{name}[^>]*>", re.IGNORECASE)
    for name in ("script", "style", "svg", "math", "template", "iframe", "noembed", "canvas")
}
_METADATA_SCRIPT: Final = re.compile(r"application/ld\+json", re.IGNORECASE)
_MAX_METADATA_CHARACTERS: Final = 500_000
# C0 controls but tab and line ends: libxml2 stops at some of them
_CONTROLS: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")


def lighten(page: str) -> tuple[str, int]:
    """The page without what holds no text, and its number of start tags.

    Scripts (JSON-LD metadata stays), styles, drawings, comments, doctypes and control characters go. A start tag longer
    than MAX_TAG_CHARACTERS keeps its name and loses its attributes.
    """
    page = _CONTROLS.sub("", page)
    parts: list[str] = []
    tags = 0
    position = 0
    # elements whose end tag does not occur again, so that it is not looked for at every start tag
    unclosed: set[str] = set()
    while markup := _MARKUP.search(page, position):
        start = markup.start()
        parts.append(page[position:start])
        if markup["name"] is None:
            position = _after(page, "-->", start + 4) if markup[0] == "<!--" else _declaration_end(page, start)
            continue
        tags += 1
        position = _tag_end(page, markup.end())
        tag = page[start:position]
        name = markup["name"].lower()
        if name not in _TEXTLESS:
            parts.append(tag if len(tag) <= MAX_TAG_CHARACTERS else f"<{markup['name']}>")
            continue
        if not tag.endswith("/>") and name not in unclosed:
            if end := _TEXTLESS[name].search(page, position):
                position = end.end()
            else:
                unclosed.add(name)
        is_metadata = name == "script" and _METADATA_SCRIPT.search(tag) is not None
        parts.append(page[start:position] if is_metadata and position - start <= _MAX_METADATA_CHARACTERS else " ")
    parts.append(page[position:])
    return "".join(parts), tags


def _declaration_end(page: str, start: int) -> int:
    end = _after(page, ">", start)
    if page[start : start + 9].lower() == "<!doctype" and "[" in page[start:end]:
        # the internal subset goes as well, with the entities it declares
        subset = page.find("]>", start)
        return end if subset < 0 else subset + 2
    return end


def _after(page: str, end: str, start: int) -> int:
    found = page.find(end, start)
    return len(page) if found < 0 else found + len(end)


def _tag_end(page: str, position: int) -> int:
    """Where the start tag ends whose name ends at `position`; a ">" in a quoted value does not end it."""
    while match := _ATTRIBUTE_STOP.search(page, position):
        if match[0] == ">":
            return match.end()
        value = _VALUE.match(page, match.end()).end()  # type: ignore[union-attr]
        quote = page[value : value + 1]
        position = _after(page, quote, value + 1) if quote in ("'", '"') else max(value, match.end())
    return len(page)
