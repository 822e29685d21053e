"""From placed lines to paragraphs: what a page's geometry says about running heads, headings and paragraph ends.

It knows nothing of PDF; its input is lines in reading order with their place and size.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from summarizer.article import BlockKind, Dropped
from summarizer.ingest.interface import DraftBlock
from summarizer.ingest.lines import ends_sentence, join, strip_bullet, vocabulary


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text on a page."""

    text: str
    x: float
    """Left end, in points from the page's left edge."""
    y: float
    """Baseline, in points; grows upwards."""
    size: float
    """Font size in points."""
    bold: bool


_MARGIN_LINES: Final = 3
"""Lines at the top and at the bottom of a page among which running heads are looked for."""
_SAME_HEIGHT: Final = 8.0
"""Points; a running head stands at the same height on all its pages."""
_PAGE_NUMBER: Final = re.compile(
    r"^\W*(?:(?:pag(?:ina|\.)?|page|p\.)\s*)?\d{1,4}(?:\s*(?:/|di|of|\|)\s*\d{1,4})?\W*$", re.IGNORECASE
)
# What browsers print above and below a page: date and title, address and page number.
_PRINTED_BY_BROWSER: Final = re.compile(
    r"^\d{1,2}/\d{1,2}/\d{2,4},? \d{1,2}[:.]\d{2}\b|^(?:https?|file)://\S+(?:\s+\d+\s*/\s*\d+)?$"
)
_SAME_SIZE: Final = 0.08
_TITLE_SIZE: Final = 1.25
_TITLE_MIN_WORDS: Final = 3
_TITLE_MAX_WORDS: Final = 60
_HEADING_SIZE: Final = 1.1
_HEADING_MAX_WORDS: Final = 20
_PARAGRAPH_GAP: Final = 1.35
"""A gap between baselines so many times the usual one parts paragraphs."""
_FULL_LINE: Final = 0.8
"""A line with a full stop and less than this share of the usual number of characters ends a paragraph."""
_SHORT_LINE: Final = 0.6
"""So does a line of body type without a full stop and with less than this share."""


def without_page_furniture(pages: Sequence[Sequence[Line]]) -> tuple[list[list[Line]], list[Dropped]]:
    """The pages without running heads, running feet and page numbers, and what was taken out."""
    margins = [_margin_lines(page) for page in pages]
    repeated = Counter(
        key for page, margin in zip(pages, margins, strict=True) for key in {_key(page[i]) for i in margin}
    )
    kept: list[list[Line]] = []
    dropped: list[Dropped] = []
    for page, margin in zip(pages, margins, strict=True):
        kept.append([])
        for index, line in enumerate(page):
            reason = None
            if index in margin:
                if _PAGE_NUMBER.match(line.text):
                    reason = "page number"
                elif _PRINTED_BY_BROWSER.match(line.text) or (
                    repeated[_key(line)] > 1 and 2 * repeated[_key(line)] >= len(pages)
                ):
                    reason = "running head or foot"
            if reason:
                dropped.append(Dropped(line.text, reason))
            else:
                kept[-1].append(line)
    return kept, dropped


def _margin_lines(page: Sequence[Line]) -> frozenset[int]:
    by_height = sorted(range(len(page)), key=lambda index: page[index].y)
    return frozenset(by_height[:_MARGIN_LINES] + by_height[-_MARGIN_LINES:])


def _key(line: Line) -> tuple[str, int]:
    return re.sub(r"\d+", "#", line.text).casefold(), round(line.y / _SAME_HEIGHT)


def paragraphs(pages: Sequence[Sequence[Line]]) -> list[DraftBlock]:
    """The paragraphs of all pages in reading order; title and headings are told by their type size and weight."""
    lines = [line for page in pages for line in page]
    if not lines:
        return []
    body = _body_size(lines)
    words = vocabulary([line.text for line in lines])
    groups = list(_groups(pages, body))
    title = _title(groups, pages, body)
    blocks = []
    for group in groups:
        text = join([line.text for line in group], words)
        bullet = strip_bullet(text)
        kind: BlockKind | None = None
        if group is title:
            kind = "title"
        elif bullet is not None:
            kind, text = "list", bullet
        elif (
            _stands_out(group, body) and len(text.split()) <= _HEADING_MAX_WORDS and not text.endswith((".", ",", ";"))
        ):
            kind = "heading"
        blocks.append(DraftBlock(text, kind))
    return blocks


def _body_size(lines: Sequence[Line]) -> float:
    letters: Counter[float] = Counter()
    for line in lines:
        letters[line.size] += len(line.text)
    # never zero: pages can be scaled to nothing
    return max(letters.most_common(1)[0][0], 0.1)


def _groups(pages: Sequence[Sequence[Line]], body: float) -> Iterator[list[Line]]:
    group: list[Line] = []
    for page in pages:
        leading = _leading(page, body)
        width = _width(page, body)
        margins = Counter(round(line.x) for line in page if _same_size(line.size, body))
        for index, line in enumerate(page):
            if group and _begins_paragraph(group, line, leading if index else None, width, body, margins):
                yield group
                group = []
            group.append(line)
    if group:
        yield group


def _leading(page: Sequence[Line], body: float) -> float:
    """The usual distance between the baselines of body lines, in points."""
    gaps = [
        above.y - below.y
        for above, below in pairwise(page)
        if _same_size(above.size, body) and _same_size(below.size, body) and 0 < above.y - below.y < 4 * body
    ]
    # the lower quartile: where paragraphs are short, the gaps between them would shift the median
    return sorted(gaps)[len(gaps) // 4] if gaps else 1.2 * body


def _width(page: Sequence[Line], body: float) -> float:
    lengths = sorted(len(line.text) for line in page if _same_size(line.size, body))
    return lengths[int(0.8 * (len(lengths) - 1))] if lengths else 0


def _same_size(one: float, other: float) -> bool:
    return abs(one - other) <= _SAME_SIZE * max(one, other)


def _begins_paragraph(
    group: Sequence[Line], line: Line, leading: float | None, width: float, body: float, margins: Counter[int]
) -> bool:
    """Whether `line` begins a paragraph; `leading` is None on the first line of a page."""
    last = group[-1]
    if not _same_size(last.size, line.size) or strip_bullet(line.text) is not None:
        return True
    stopped = ends_sentence(last.text)
    if leading is None or line.y >= last.y:
        # a new page or column: the sentence runs on unless it has ended
        return stopped or len(last.text) < _FULL_LINE * width
    # larger type stands further apart
    gap = (last.y - line.y) / (leading * line.size / body)
    if gap > _PARAGRAPH_GAP or (last.bold != line.bold and len(last.text) < _FULL_LINE * width):
        return True
    short = len(last.text) < _FULL_LINE * width
    if line.bold or not _same_size(line.size, body):
        # the lines of a headline are short and stand where they please
        return stopped and short
    if len(last.text) < _SHORT_LINE * width or (stopped and short):
        return True
    return (stopped or short) and _is_indented(line, margins)


def _is_indented(line: Line, margins: Counter[int]) -> bool:
    """Whether a line begins a little to the right of where most lines of its column begin."""
    column = [x for x in margins if -1 <= line.x - x < 5 * line.size]
    return bool(column) and line.x - max(column, key=lambda x: margins[x]) > 0.5 * line.size


def _stands_out(group: Sequence[Line], body: float) -> bool:
    return all(line.size >= _HEADING_SIZE * body or line.bold for line in group)


def _title(groups: Sequence[list[Line]], pages: Sequence[Sequence[Line]], body: float) -> list[Line] | None:
    """The largest type on the first page that has text, if it is clearly larger than the body's."""
    first = next(page for page in pages if page)
    candidates = [
        group
        for group in groups
        if group[0] in first
        and group[0].size >= _TITLE_SIZE * body
        and _TITLE_MIN_WORDS <= sum(len(line.text.split()) for line in group) <= _TITLE_MAX_WORDS
    ]
    return max(candidates, key=lambda group: group[0].size, default=None)
