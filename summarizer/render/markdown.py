"""The page as CommonMark (with a GFM table for the side-by-side view), one paragraph a line.

Article text must never become markup: no HTML, link, image, reference, heading or list comes from it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from summarizer.render.interface import Renderer, RenderOptions
from summarizer.render.page import (
    DETAILS_HEADING,
    FINDINGS_HEADING,
    BlockPart,
    FindingPart,
    Page,
    SentencePart,
    SummaryPart,
    build_page,
)
from summarizer.report import Report

# CommonMark 0.31 takes a backslash before any ASCII punctuation. Besides its own markup there are "~" (strikethrough in
# GFM), "$" (formulas on GitHub) and "^" (footnotes in Pandoc); "_" means nothing between letters or digits.
_MARKUP = re.compile(r"[\\`*\[\]<>#~$^]|(?<![^\W_])_|_(?![^\W_])")
_ENTITY = re.compile(r"&(?=#?\w+;)")
# GFM turns bare addresses into links.
_BARE_LINK = re.compile(r"(?=://)|(?<=www)(?=\.)", re.IGNORECASE)
_LINE_START = re.compile(r"^(?:(?=[-+])|[0-9]{1,9}(?=[.)](?:\s|$)))")

_MARKS = {"error": "✗", "warning": "▲", "note": "○"}


def escape(text: str) -> str:
    """Text on one line as CommonMark that shows exactly this text, at the start of a line or within it."""
    text = _MARKUP.sub(r"\\\g<0>", text)
    text = _ENTITY.sub(r"\\&", text)
    text = _BARE_LINK.sub(r"\\", text)
    return _LINE_START.sub(r"\g<0>\\", text)


class MarkdownRenderer(Renderer):
    """Markdown to keep, to mail and to paste into an editorial system."""

    name = "markdown"
    suffix = ".md"

    def render(self, report: Report, options: RenderOptions) -> str:
        """The page with its signature at the end; width and colours change nothing."""
        return "\n\n".join(part for part in _page(build_page(report, options)) if part) + "\n"


def _page(page: Page) -> Iterator[str]:
    heading = _run(page.headline) if page.headline else escape(page.heading)
    yield f"# {heading}"
    if page.original:
        yield f"*{escape(page.original)}*"
    if page.byline:
        yield " · ".join(escape(item) for item in page.byline)
    for summary in page.summaries:
        yield f"## {escape(summary.heading)}"
        yield from _summary(summary)
    if page.blocks and page.side_by_side:
        yield f"## {escape(page.pairs_heading)}"
        yield _table(page)
    elif page.blocks:
        yield f"## {escape(page.translation_heading)}"
        yield from _blocks(page.blocks)
    if page.findings:
        yield f"## {FINDINGS_HEADING}"
        yield "\n".join(_finding(finding) for finding in page.findings)
    if page.details:
        yield f"## {DETAILS_HEADING}"
        yield "\n".join(f"- {label}: {escape(value)}" for label, value in page.details)
    yield "---"
    yield " · ".join(escape(item) for item in page.footer)
    if not page.details and page.signature:
        yield escape(page.signature)


def _summary(summary: SummaryPart) -> Iterator[str]:
    sentences = []
    for sentence in summary.sentences:
        citation = "".join(f"[{id}]" for id in sentence.sources) or "[?]"
        support = f" ({sentence.support})" if sentence.support is not None else ""
        sentences.append(f"{escape(sentence.text)}{citation}{support}")
    if summary.prose:
        yield " ".join(sentences)
    elif sentences:
        yield "\n".join(f"- {sentence}" for sentence in sentences)


def _blocks(blocks: Iterable[BlockPart]) -> Iterator[str]:
    items: list[str] = []
    for block in blocks:
        if block.kind == "list":
            items.append(f"- {_run(block.sentences)}")
            continue
        if items:
            yield "\n".join(items)
            items = []
        if block.kind in ("title", "heading"):
            yield f"### {_run(block.sentences)}"
        elif block.kind == "caption":
            yield f"> {_run(block.sentences)}"
        else:
            yield _run(block.sentences)
    if items:
        yield "\n".join(items)


def _run(sentences: Iterable[SentencePart]) -> str:
    return " ".join(escape(sentence.text) + _marker(sentence) for sentence in sentences)


def _marker(sentence: SentencePart) -> str:
    number = f"[{sentence.id}]" if sentence.numbered else ""
    return number + (_MARKS[sentence.severity] if sentence.severity else "")


def _table(page: Page) -> str:
    rows = [
        f"| | {_cell(page.source_language_name)} | {_cell(page.language_name)} |",
        "|--:|:--|:--|",
    ]
    for block in page.blocks:
        strong = "**" if block.kind in ("title", "heading") else ""
        for s in block.sentences:
            mark = _MARKS[s.severity] if s.severity else ""
            cells = (_cell(text, strong) for text in (s.source, s.text))
            rows.append(f"| {s.id}{mark} | {' | '.join(cells)} |")
    return "\n".join(rows)


def _cell(text: str, delimiter: str = "") -> str:
    cell = escape(text).replace("|", r"\|")
    return f"{delimiter}{cell}{delimiter}" if cell else ""


def _finding(finding: FindingPart) -> str:
    number = f" [{finding.sentence}]" if finding.sentence is not None else ""
    evidence = " → ".join(escape(words) for words in finding.evidence)
    tail = f" ({escape(finding.kind)}: {evidence})" if evidence else ""
    return f"- {_MARKS[finding.severity]} **{finding.severity}**{number} {escape(finding.message)}{tail}"
