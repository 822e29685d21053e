"""The page as one self-contained HTML document, for a browser, a phone or a printer.

It must never load anything, run a script, or let text from outside become an element or an attribute.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Iterator
from functools import cache
from html import escape
from importlib import resources

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
    is_right_to_left,
)
from summarizer.report import Report

_MARKS = {"error": "✗", "warning": "▲", "note": "○"}


class HtmlRenderer(Renderer):
    """A page that is read on a telephone as well as on a desk, in light and dark, and on paper."""

    name = "html"
    suffix = ".html"

    def render(self, report: Report, options: RenderOptions) -> str:
        """The page with its signature at the end; width and colours change nothing."""
        page = build_page(report, options)
        style = _style()
        # The style is allowed by its hash, so that a style smuggled in would be refused even if escaping failed.
        digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
        policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
        head = (
            '<meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{escape(policy, quote=False)}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            _element("title", page.heading),
            f"<style>{style}</style>",
        )
        body = _container("main", _body(page), class_="wide" if page.side_by_side else None)
        lines = (
            "<!DOCTYPE html>",
            '<html lang="en">',
            "<head>",
            *head,
            "</head>",
            "<body>",
            body,
            "</body>",
            "</html>",
        )
        return "\n".join(lines) + "\n"


@cache
def _style() -> str:
    return resources.files("summarizer.render").joinpath("page.css").read_text(encoding="utf-8")


def _attributes(attributes: dict[str, str | None]) -> str:
    named = ((name.rstrip("_"), value) for name, value in attributes.items() if value)
    return "".join(f' {name}="{escape(value)}"' for name, value in named)


def _element(name: str, text: str, **attributes: str | None) -> str:
    """An element around plain text."""
    return _inline(name, escape(text, quote=False), **attributes)


def _inline(name: str, html: str, **attributes: str | None) -> str:
    """An element around HTML made here."""
    return f"<{name}{_attributes(attributes)}>{html}</{name}>"


def _container(name: str, children: Iterable[str], **attributes: str | None) -> str:
    """An element around elements, each on a line of its own."""
    return _inline(name, "\n" + "\n".join(children) + "\n", **attributes)


def _language(tag: str) -> dict[str, str]:
    return {"lang": tag, "dir": "rtl" if is_right_to_left(tag) else "ltr"}


def _body(page: Page) -> Iterator[str]:
    yield _container("header", _header(page))
    shown = {s.id for block in page.blocks for s in block.sentences} | {s.id for s in page.headline}
    for summary in page.summaries:
        yield _container("section", _summary(summary, shown), class_="summary")
    if page.blocks and page.side_by_side:
        yield _container("section", _pairs(page), class_="pairs")
    elif page.blocks:
        yield _container("section", _translation(page), class_="translation")
    if page.findings:
        findings = (_finding(index, finding, shown) for index, finding in enumerate(page.findings))
        heading = _element("h2", FINDINGS_HEADING)
        yield _container("section", (heading, _container("ul", findings)), class_="findings")
    if page.details:
        rows = (_element("dt", label) + _element("dd", value) for label, value in page.details)
        heading = _element("h2", DETAILS_HEADING)
        yield _container("section", (heading, _container("dl", rows, class_="details")))
    yield _container("footer", _footer(page))


def _header(page: Page) -> Iterator[str]:
    if page.headline:
        yield _inline("h1", _run(page.headline), **_language(page.language))
    else:
        yield _element("h1", page.heading, dir="auto")
    if page.original:
        yield _element("p", page.original, class_="original", **_language(page.source_language))
    if page.byline:
        yield _inline("p", _separated(page.byline), class_="byline")


def _footer(page: Page) -> Iterator[str]:
    yield _inline("p", _separated(page.footer))
    if not page.details and page.signature:
        yield _element("p", page.signature)


def _separated(items: Iterable[str]) -> str:
    return " · ".join(_element("bdi", item) for item in items)


def _summary(summary: SummaryPart, shown: set[int]) -> Iterator[str]:
    yield _element("h2", summary.heading)
    sentences = []
    for sentence in summary.sentences:
        citation = "".join(_reference(id, shown) for id in sentence.sources)
        if not citation:
            citation = _element("span", "[?]", class_="unsupported", title="Nothing in the article supports this")
        html = _element("span", sentence.text) + _inline("span", citation, class_="cite")
        if sentence.support is not None:
            html += " " + _element("span", f"({sentence.support})", class_="support")
        sentences.append(html)
    if summary.prose:
        yield _inline("p", " ".join(sentences), **_language(summary.language))
    else:
        yield _container("ul", (_inline("li", s) for s in sentences), **_language(summary.language))


def _reference(id: int, shown: set[int]) -> str:
    """The number of a sentence, as a link where the sentence is on the page."""
    return _element("a", f"[{id}]", href=f"#s{id}") if id in shown else escape(f"[{id}]")


def _translation(page: Page) -> Iterator[str]:
    yield _element("h2", page.translation_heading)
    yield _container("div", _blocks(page.blocks), **_language(page.language))


def _blocks(blocks: Iterable[BlockPart]) -> Iterator[str]:
    items: list[str] = []
    for block in blocks:
        if block.kind == "list":
            items.append(_inline("li", _run(block.sentences)))
            continue
        if items:
            yield _container("ul", items)
            items = []
        if block.kind in ("title", "heading"):
            yield _inline("h3", _run(block.sentences))
        else:
            yield _inline("p", _run(block.sentences), class_="caption" if block.kind == "caption" else None)
    if items:
        yield _container("ul", items)


def _run(sentences: Iterable[SentencePart]) -> str:
    return " ".join(_sentence(sentence, id=f"s{sentence.id}") + _marker(sentence) for sentence in sentences)


def _sentence(sentence: SentencePart, **attributes: str) -> str:
    classes = f"sentence {sentence.severity or ''}".strip()
    if sentence.kept is not None:
        attributes |= _language(sentence.kept)
    return _element("span", sentence.text, class_=classes, **attributes)


def _marker(sentence: SentencePart) -> str:
    if not sentence.numbered:
        return ""
    return _inline("sup", escape(str(sentence.id)) + _mark(sentence))


def _mark(sentence: SentencePart) -> str:
    """The sign that there is something to check, leading to the first finding about the sentence."""
    if sentence.severity is None:
        return ""
    mark = _MARKS[sentence.severity]
    if not sentence.findings:
        return _element("span", mark, class_=f"severity {sentence.severity}", title=sentence.severity)
    link = f"#f{sentence.findings[0] + 1}"
    return _element("a", mark, class_=sentence.severity, href=link, title=sentence.severity)


def _pairs(page: Page) -> Iterator[str]:
    yield _element("h2", page.pairs_heading)
    names = (page.source_language_name, page.language_name)
    yield _inline("div", "".join(_element("span", name) for name in names), class_="columns")
    for block in page.blocks:
        for index, sentence in enumerate(block.sentences):
            number = escape(str(sentence.id)) + _mark(sentence)
            yield _inline(
                "div",
                _inline("span", number, class_="number")
                + _element("p", sentence.source, class_="source", **_language(page.source_language))
                + _inline("p", _sentence(sentence), class_="target", **_language(page.language)),
                class_=f"pair {block.kind}{'' if index else ' first'}",
                id=f"s{sentence.id}",
            )


def _finding(index: int, finding: FindingPart, shown: set[int]) -> str:
    parts = [_element("span", f"{_MARKS[finding.severity]} {finding.severity}", class_=f"severity {finding.severity}")]
    if finding.sentence is not None:
        parts.append(_reference(finding.sentence, shown))
    parts.append(_element("span", finding.message))
    if finding.evidence:
        evidence = " → ".join(_element("bdi", words) for words in finding.evidence)
        parts.append(_inline("span", f"{escape(finding.kind)}: {evidence}", class_="evidence"))
    return _inline("li", " ".join(parts), id=f"f{index + 1}")
