"""The page as lines of styled text for a fixed number of columns: what the terminal shows and plain text is made of.

Text of the page goes into `rich.text.Text` as it is and is never parsed as markup.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import TYPE_CHECKING

from summarizer.render.page import (
    DETAILS_HEADING,
    FINDINGS_HEADING,
    BlockPart,
    FindingPart,
    Page,
    SentencePart,
    SummaryPart,
)
from summarizer.report import Severity

if TYPE_CHECKING:
    from rich.text import Text

MINIMUM_WIDTH = 20
"""Columns; a page is never laid out for fewer."""
_STACKED_BELOW = 70
"""Columns; under this, two columns side by side would be too narrow to read."""
_COLUMN = 72
"""Columns; the widest column of the side-by-side view."""
_INDENT = "  "

# Only the sixteen colours that every reader has chosen for their own background, and dim and bold.
_SEVERITY_STYLES: dict[Severity, str] = {"error": "bold red", "warning": "yellow", "note": "blue"}
_MARKER = "cyan"
_ASIDE = "dim"


@dataclass(frozen=True, slots=True)
class Glyphs:
    """The characters that are ours, not the article's."""

    rule: str
    bullet: str
    bar: str
    separator: str
    arrow: str
    marks: dict[Severity, str]


UNICODE = Glyphs("─", "•", "│", " · ", "→", {"error": "✗", "warning": "▲", "note": "○"})
ASCII = Glyphs("-", "*", "|", " - ", "->", {"error": "x", "warning": "!", "note": "?"})


class Layout:
    """Lays out pages at `width` columns, prose in lines of no more than `measure` columns."""

    def __init__(self, *, width: int, measure: int, glyphs: Glyphs) -> None:
        """`width` and `measure` in columns; see `MINIMUM_WIDTH`."""
        from rich.console import Console

        self._width = max(width, MINIMUM_WIDTH)
        self._measure = max(min(width, measure), MINIMUM_WIDTH)
        self._glyphs = glyphs
        # Wrapping takes its defaults from a console; this one asks neither the environment nor the terminal.
        self._console = Console(
            width=self._width,
            height=25,
            color_system=None,
            no_color=False,
            force_interactive=False,
            force_jupyter=False,
        )

    def lines(self, page: Page) -> Iterator[Text]:
        """The whole page, line by line: none wider than the width, no two empty in a row, none empty at the end."""
        gap = False
        for line in self._page(page):
            if not line:
                gap = True
                continue
            if gap:
                yield _text("")
            gap = False
            yield line

    def _page(self, page: Page) -> Iterator[Text]:
        rule = self._width_of_pairs if page.side_by_side else self._measure
        yield from self._header(page)
        for summary in page.summaries:
            yield from self._section(summary.heading, rule)
            yield from self._summary(summary)
        if page.blocks and page.side_by_side:
            yield from self._section(page.pairs_heading, rule)
            yield from self._pairs(page.blocks)
        elif page.blocks:
            yield from self._section(page.translation_heading, rule)
            yield from self._blocks(page.blocks)
        if page.findings:
            yield from self._section(FINDINGS_HEADING, rule)
            for finding in page.findings:
                yield from self._finding(finding)
        if page.details:
            yield from self._section(DETAILS_HEADING, rule)
            for label, value in page.details:
                yield from self._hang(_text(f"{_INDENT}{label:<9}  ", _ASIDE), _text(value))
        yield _text("")
        yield from self._items(page.footer)

    def _header(self, page: Page) -> Iterator[Text]:
        heading = self._run(page.headline, "bold") if page.headline else _text(page.heading, "bold")
        yield from self._wrap(heading)
        if page.original:
            yield from self._wrap(_text(page.original, "dim italic"))
        if page.byline:
            yield from self._items(page.byline)

    def _items(self, items: Sequence[str]) -> Iterator[Text]:
        """Short facts on one line; where they need more, a line ends between two of them if it can."""
        line = _text("")
        for item in items:
            longer = _text(self._glyphs.separator.join(part for part in (line.plain, item) if part), _ASIDE)
            if line and longer.cell_len > self._measure:
                yield from self._wrap(line)
                longer = _text(item, _ASIDE)
            line = longer
        yield from self._wrap(line)

    def _section(self, title: str, width: int) -> Iterator[Text]:
        from rich.text import Text

        line = Text.assemble((self._glyphs.rule * 2 + " ", _ASIDE), (title, "bold cyan"), " ")
        line.append(self._glyphs.rule * (width - line.cell_len), _ASIDE)
        yield Text()
        yield from self._wrap(line, width)
        yield Text()

    def _summary(self, summary: SummaryPart) -> Iterator[Text]:
        from rich.text import Text

        sentences = []
        for sentence in summary.sentences:
            line = _text(sentence.text)
            if sentence.sources:
                line.append("".join(f"[{id}]" for id in sentence.sources), _MARKER)
            else:
                line.append("[?]", _SEVERITY_STYLES["warning"])
            if sentence.support is not None:
                line.append(f" ({sentence.support})", _ASIDE)
            sentences.append(line)
        if summary.prose:
            yield from self._hang(_text(_INDENT), Text(" ").join(sentences))
            return
        for line in sentences:
            yield from self._hang(_text(f"{_INDENT}{self._glyphs.bullet} ", _ASIDE), line)

    def _blocks(self, blocks: Sequence[BlockPart]) -> Iterator[Text]:
        for previous, block in zip((None, *blocks), blocks, strict=False):
            yield from self._gap(previous, block)
            yield from self._block(block)

    def _gap(self, previous: BlockPart | None, block: BlockPart) -> Iterator[Text]:
        if previous is not None and not previous.kind == block.kind == "list":
            yield _text("")

    def _block(self, block: BlockPart) -> Iterator[Text]:
        if block.kind in ("title", "heading"):
            # Out of the indent, so that a heading is seen as one without bold type.
            return self._wrap(self._run(block.sentences, "bold"))
        if block.kind == "caption":
            bar = _text(f"{_INDENT}{self._glyphs.bar} ", _ASIDE)
            return self._hang(bar, self._run(block.sentences, "italic"), rest=bar)
        if block.kind == "list":
            return self._hang(_text(f"{_INDENT}{self._glyphs.bullet} ", _ASIDE), self._run(block.sentences))
        return self._hang(_text(_INDENT), self._run(block.sentences))

    def _run(self, sentences: Iterable[SentencePart], style: str = "") -> Text:
        """Sentences one after the other, each with its number behind it where something refers to it."""
        from rich.text import Text

        return Text(" ").join(_text(s.text, style).append_text(self._marker(s)) for s in sentences)

    def _marker(self, sentence: SentencePart) -> Text:
        marker = _text("")
        if sentence.numbered:
            marker.append(f"[{sentence.id}]", "dim cyan")
        if sentence.severity is not None:
            marker.append(self._glyphs.marks[sentence.severity], _SEVERITY_STYLES[sentence.severity])
        return marker

    @property
    def _width_of_pairs(self) -> int:
        return min(self._width, 2 * _COLUMN + 10)

    def _pairs(self, blocks: Sequence[BlockPart]) -> Iterator[Text]:
        digits = max(len(str(s.id)) for block in blocks for s in block.sentences)
        for previous, block in zip((None, *blocks), blocks, strict=False):
            yield from self._gap(previous, block)
            style = {"title": "bold", "heading": "bold", "caption": "italic"}.get(block.kind, "")
            for sentence in block.sentences:
                yield from self._pair(sentence, digits, style)

    def _pair(self, sentence: SentencePart, digits: int, style: str) -> Iterator[Text]:
        gutter = _text(f"{sentence.id:>{digits}}", _MARKER if sentence.cited else _ASIDE)
        mark = sentence.severity
        gutter.append(" " if mark is None else self._glyphs.marks[mark], "" if mark is None else _SEVERITY_STYLES[mark])
        gutter.append(" ")
        source, target = _text(sentence.source, f"{_ASIDE} {style}"), _text(sentence.text, style)
        if self._width < _STACKED_BELOW:
            yield from self._hang(gutter, source)
            yield from self._hang(_text(" " * gutter.cell_len), target)
            return
        column = (self._width_of_pairs - gutter.cell_len - 3) // 2
        empty = _text("")
        pairs = zip_longest(self._wrap(source, column), self._wrap(target, column), fillvalue=empty)
        for index, (left, right) in enumerate(pairs):
            line = gutter.copy() if index == 0 else _text(" " * gutter.cell_len)
            line.append_text(left)
            line.append(" " * (column - left.cell_len + 3))
            yield _without_trailing_space(line.append_text(right))

    def _finding(self, finding: FindingPart) -> Iterator[Text]:
        style = _SEVERITY_STYLES[finding.severity]
        head = _text(f"{finding.severity}", style)
        if finding.sentence is not None:
            head.append(f" [{finding.sentence}]", _MARKER)
        head.append(f" {finding.message}", "default")
        yield from self._hang(_text(f"{_INDENT}{self._glyphs.marks[finding.severity]} ", style), head)
        if finding.evidence:
            evidence = f" {self._glyphs.arrow} ".join(finding.evidence)
            yield from self._hang(_text(_INDENT * 2), _text(f"{finding.kind}: {evidence}", _ASIDE))

    def _hang(self, first: Text, body: Text, rest: Text | None = None) -> Iterator[Text]:
        """The body wrapped behind `first`, its further lines behind `rest` or as much space."""
        rest = _text(" " * first.cell_len) if rest is None else rest
        for index, line in enumerate(self._wrap(body, self._measure - first.cell_len)):
            yield _without_trailing_space((rest if index else first).copy().append_text(line))

    def _wrap(self, text: Text, width: int | None = None) -> Iterator[Text]:
        for line in text.wrap(self._console, self._measure if width is None else width, overflow="fold"):
            yield _without_trailing_space(line)


def _text(text: str, style: str = "") -> Text:
    from rich.text import Text

    # As a span: the style of a whole Text would spread to what is appended to it.
    return Text().append(text, style or None)


def _without_trailing_space(line: Text) -> Text:
    line.rstrip()
    return line
