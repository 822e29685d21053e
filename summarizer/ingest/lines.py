"""Lines back to paragraphs: hard-wrapped text is re-joined, hyphenated words are put together again.

It never joins two lines that were paragraphs of their own in the source, as far as their lengths and full stops tell.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from summarizer.ingest.interface import DraftBlock

MIN_WRAP_COLUMNS: Final = 40
MAX_WRAP_COLUMNS: Final = 100
"""Columns that editors, mail programs and terminals wrap at; longer lines are paragraphs."""

# a signature in brackets behind the stop, "(ANSA)", ends the paragraph and not a sentence
_STOP: Final = re.compile(r"[.!?…:;][\"”»’'\)\]]*(?:\s*\([^()]{1,30}\))?$")
_BULLET: Final = re.compile(r"^\s*(?:[-*+](?=\s)|[•◦▪‣●·■□➢►✓](?=\s))\s*(?=\S)")
_NUMBER: Final = re.compile(r"^\s*(\d{1,2})[.)]\s+(?=\S)")
_INDENT: Final = re.compile(r"^(?:\t| {2,8})(?=\S)")
_HYPHENATED: Final = re.compile(r"([^\W\d_]+)[-\u2010]$")
_CONTINUED: Final = re.compile(r"^[^\W\d_]+")
# First elements of Italian compounds that keep their hyphen: "economico-commerciali", "italo-francese", "ex-ministro".
_COMPOUND: Final = re.compile(r"(?:\wico|italo|anglo|franco|russo|turco|nord|sud|ex|vice|non)$", re.IGNORECASE)
_COMPOUND_MIN_LETTERS: Final = 5
_WORD: Final = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")


def ends_sentence(text: str) -> bool:
    """Whether `text` ends as a sentence does: a stop, perhaps with closing marks or a signature behind it."""
    return _STOP.search(text) is not None


def strip_bullet(line: str) -> str | None:
    """The text of a bulleted line without its bullet, None if it has none."""
    match = _BULLET.match(line)
    return line[match.end() :] if match else None


def vocabulary(lines: Sequence[str]) -> frozenset[str]:
    """The words of a document, lower case, hyphenated ones whole: evidence for what a hyphen at a line's end means."""
    return frozenset(word.lower() for line in lines for word in _WORD.findall(line))


def join(lines: Sequence[str], words: frozenset[str]) -> str:
    """One paragraph from its lines; `words` is the document's `vocabulary`."""
    paragraph = ""
    for line in lines:
        line = line.strip()
        head = _HYPHENATED.search(paragraph)
        tail = _CONTINUED.match(line)
        if head and tail and tail[0][0].islower():
            paragraph = paragraph if _keeps_hyphen(head[1], tail[0], words) else paragraph[:-1]
            paragraph += line
        else:
            paragraph = f"{paragraph} {line}" if paragraph else line
    return paragraph


def _keeps_hyphen(head: str, tail: str, words: frozenset[str]) -> bool:
    if f"{head}-{tail}".lower() in words:
        return True
    if f"{head}{tail}".lower() in words:
        return False
    return len(tail) >= _COMPOUND_MIN_LETTERS and _COMPOUND.search(head) is not None


def paragraphs(text: str) -> list[DraftBlock]:
    """The paragraphs of plain text: parted by blank lines, one a line, or hard-wrapped; list items are marked so."""
    lines = [line.rstrip() for line in text.replace("\u00a0", " ").split("\n")]
    groups = _groups(lines)
    width = _wrap_width(groups)
    words = vocabulary(lines) if width else frozenset()
    blocks: list[DraftBlock] = []
    for number, group in enumerate(groups):
        if width is None:
            found = [_item(line) or DraftBlock(line.strip()) for line in group]
        else:
            found = _rejoin(group, width, words)
        blocks.extend(replace(block, group=number) for block in found)
    return _mark_numbered(_unmark_lone_items(blocks))


def _groups(lines: Sequence[str]) -> list[list[str]]:
    groups: list[list[str]] = [[]]
    for line in lines:
        if line.strip():
            groups[-1].append(line)
        elif groups[-1]:
            groups.append([])
    return [group for group in groups if group]


def _wrap_width(groups: Sequence[Sequence[str]]) -> int | None:
    """The column at which the text is wrapped, None if its lines are paragraphs."""
    inner = [line for group in groups for line in group[:-1]]
    width = max((len(line) for group in groups if len(group) > 1 for line in group), default=0)
    if not inner or not MIN_WRAP_COLUMNS <= width <= MAX_WRAP_COLUMNS:
        return None
    # paragraphs end with a stop, most lines broken by a margin do not, and they come close to the margin
    stopped = sum(ends_sentence(line) for line in inner)
    full = sum(len(line) >= 0.7 * width for line in inner)
    return width if 2 * stopped <= len(inner) and 2 * full >= len(inner) else None


def _rejoin(group: Sequence[str], width: int, words: frozenset[str]) -> list[DraftBlock]:
    pieces: list[list[str]] = [[]]
    for previous, line in zip(("", *group), group, strict=False):
        if pieces[-1] and _begins_paragraph(previous, line, width):
            pieces.append([])
        pieces[-1].append(line)
    return [_item(piece[0], piece[1:], words) or DraftBlock(join(piece, words)) for piece in pieces]


def _begins_paragraph(previous: str, line: str, width: int) -> bool:
    if strip_bullet(line) is not None or _NUMBER.match(line):
        return True
    if strip_bullet(previous) is not None and _INDENT.match(line):
        return False
    if _INDENT.match(line) and not _INDENT.match(previous) and ends_sentence(previous):
        return True
    # where the next word would have fitted, the line was ended on purpose
    room = width - len(previous) - 1 - len(line.split(maxsplit=1)[0])
    if ends_sentence(previous):
        return room >= 0
    return room > width // 3 and line.lstrip()[:1].isupper()


def _item(first: str, rest: Sequence[str] = (), words: frozenset[str] = frozenset()) -> DraftBlock | None:
    text = strip_bullet(first)
    return None if text is None else DraftBlock(join((text, *rest), words), "list")


def _unmark_lone_items(blocks: Sequence[DraftBlock]) -> list[DraftBlock]:
    """A line with a dash before it and no other such line beside it is speech or an aside, not a list."""
    kinds = [None, *(block.kind for block in blocks), None]
    return [
        replace(block, kind=None) if block.kind == "list" and "list" not in (before, after) else block
        for before, block, after in zip(kinds, blocks, kinds[2:], strict=False)
    ]


def _mark_numbered(blocks: Sequence[DraftBlock]) -> list[DraftBlock]:
    """Numbered lines become list items where at least two follow each other and count up."""
    numbers = [int(match[1]) if (match := _NUMBER.match(block.text)) else None for block in blocks]
    marked = []
    for index, (block, number) in enumerate(zip(blocks, numbers, strict=True)):
        before = numbers[index - 1] if index else None
        after = numbers[index + 1] if index + 1 < len(numbers) else None
        if number is not None and (before == number - 1 or after == number + 1):
            block = replace(block, text=_NUMBER.sub("", block.text), kind="list")
        marked.append(block)
    return marked
