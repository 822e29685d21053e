"""Whatever an article, a model or a file name holds, no form of the report lets it act."""

from __future__ import annotations

import json
import re
import unicodedata
from html.parser import HTMLParser

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from summarizer.render import RenderOptions, renderer
from summarizer.report import Report, to_dict
from summarizer.untrusted import one_line
from tests.render.arbitrary import reports
from tests.render.sample_report import sample_report, with_translations

_SGR = re.compile(r"\x1b\[[0-9;]*m")
_VIEWS = st.sampled_from(("full", "summary", "translation", "side-by-side"))
_OPTIONS = st.builds(
    RenderOptions,
    view=_VIEWS,
    width=st.integers(1, 130),
    color_system=st.sampled_from((None, "standard", "256", "truecolor")),
    unicode=st.booleans(),
    verbose=st.booleans(),
)
_many = settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])

# Soft hyphen, directional marks, embeddings, overrides and isolates, invisible operators, BOM, tag characters.
_HIDING = re.compile("[\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\U000e0000-\U000e007f]")


def _unprintable(text: str) -> set[str]:
    """Control characters but newline and tab, line ends that are not newlines, lone surrogates, hidden characters."""
    return {c for c in text if unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp") and c not in "\n\t"} | set(
        _HIDING.findall(text)
    )


@pytest.mark.parametrize("form", ["text", "markdown", "html", "json"])
@_many
@given(report=reports(), options=_OPTIONS)
def test_no_control_character_reaches_a_file(form: str, report: Report, options: RenderOptions) -> None:
    output = renderer(form).render(report, options)
    assert not _unprintable(output)
    assert output.endswith("\n") and not output.endswith("\n\n")
    output.encode("utf-8")


@_many
@given(report=reports(), options=_OPTIONS)
def test_the_terminal_gets_no_sequence_but_the_programs_own_colours(report: Report, options: RenderOptions) -> None:
    output = renderer("rich").render(report, options)
    assert not _unprintable(_SGR.sub("", output))
    assert output.endswith("\n") and not output.endswith("\n\n")
    if options.color_system is None:
        assert "\x1b" not in output


@_many
@given(report=reports(), width=st.integers(20, 130))
def test_markup_in_an_article_is_shown_on_the_terminal_as_it_is_written(report: Report, width: int) -> None:
    output = renderer("rich").render(report, RenderOptions(width=width, color_system="truecolor"))
    shown = "".join(_SGR.sub("", output).split())
    for block in report.translation.blocks:
        if block.kind != "caption":  # the bar beside a caption stands between its lines
            for sentence in block.sentences:
                assert "".join(one_line(sentence.text).split()) in shown


def test_rich_markup_makes_neither_links_nor_colours() -> None:
    markup = "[link=https://evil.example]here[/link] [bold red]now[/] :warning:"
    report = with_translations(sample_report(), "en", {3: markup})
    plain = with_translations(sample_report(), "en", {3: "x" * len(markup)})
    options = RenderOptions(width=120, color_system="truecolor")
    output = renderer("rich").render(report, options)
    assert markup in output
    assert _SGR.findall(output) == _SGR.findall(renderer("rich").render(plain, options))


@_many
@given(report=reports())
def test_json_keeps_every_text_it_was_given(report: Report) -> None:
    def mended(value: object) -> object:
        if isinstance(value, str):
            return re.sub("[\ud800-\udfff]", "\ufffd", value)
        if isinstance(value, dict):
            return {mended(key): mended(item) for key, item in value.items()}
        return [mended(item) for item in value] if isinstance(value, list) else value

    assert json.loads(renderer("json").render(report, RenderOptions())) == mended(to_dict(report))


class _Page(HTMLParser):
    """Collects the elements of a page with their attributes and the text of the ones that carry sentences."""

    _VOID = frozenset({"meta"})

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.attributes: set[tuple[str, str]] = set()
        self.targets: set[str] = set()
        self.title = ""
        self.sentences: list[str] = []
        self.sources: list[str] = []
        self.open: list[tuple[str, str]] = []
        self.strays: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        self.attributes.update((tag, name) for name in (named or {"": None}))
        self.targets.update(value or "" for name, value in attrs if name in ("href", "src"))
        classes = (named.get("class") or "").split()
        if "sentence" in classes:
            self.sentences.append("")
        if "source" in classes:
            self.sources.append("")
        if tag not in self._VOID:
            self.open.append((tag, "sentence" if "sentence" in classes else "source" if "source" in classes else ""))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop()[0] == tag

    def handle_data(self, data: str) -> None:
        tag, role = self.open[-1] if self.open else ("", "")
        if role == "sentence":
            self.sentences[-1] += data
        elif role == "source":
            self.sources[-1] += data
        elif tag == "title":
            self.title += data

    def handle_comment(self, data: str) -> None:
        self.strays.append(data)

    def unknown_decl(self, data: str) -> None:
        self.strays.append(data)

    def handle_pi(self, data: str) -> None:
        self.strays.append(data)


_GLOBAL = {"", "class", "id", "lang", "dir", "title"}
_ELEMENTS = {
    *("html", "head", "title", "style", "body", "main", "header", "section", "footer", "div", "p", "h1", "h2", "h3"),
    *("ul", "li", "dl", "dt", "dd", "span", "sup", "bdi"),
}
_EXPECTED = {(element, attribute) for element in _ELEMENTS for attribute in _GLOBAL} | {
    *(("meta", name) for name in ("charset", "http-equiv", "content", "name")),
    *(("a", name) for name in ("href", "class", "title")),
}


@_many
@given(report=reports(), options=_OPTIONS)
def test_html_holds_the_text_it_was_given_and_no_element_of_its_making(report: Report, options: RenderOptions) -> None:
    page = _Page(renderer("html").render(report, options))
    assert page.attributes <= _EXPECTED
    assert not page.strays and not page.open
    assert all(re.fullmatch(r"#[sf]\d+", target) for target in page.targets)

    blocks = list(report.translation.blocks)
    headline = blocks.pop(0) if blocks and blocks[0].kind == "title" else None
    if options.view == "summary":
        blocks = []
    shown = [sentence for block in blocks for sentence in block.sentences]
    texts = [one_line(sentence.text) for sentence in shown]
    if headline is not None and any(one_line(sentence.text) for sentence in headline.sentences):
        texts = [one_line(sentence.text) for sentence in headline.sentences] + texts
    assert page.sentences == texts
    if options.view == "side-by-side":
        assert page.sources == [one_line(sentence.sentence.text) for sentence in shown]


def _tokens(tokens: list[Token]) -> list[Token]:
    return [t for token in tokens for t in (token, *_tokens(token.children or []))]


@_many
@given(report=reports(), options=_OPTIONS)
def test_markdown_from_an_article_makes_no_link_image_code_or_html(report: Report, options: RenderOptions) -> None:
    output = renderer("markdown").render(report, options)
    tokens = _tokens(MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(output))
    allowed = r"(heading|paragraph|bullet_list|list_item|blockquote|table|thead|tbody|tr|th|td|strong|em)_(open|close)"
    kinds = {token.type for token in tokens if not re.fullmatch(allowed, token.type)}
    assert kinds <= {"inline", "text", "hr"}
    assert sum(token.type == "heading_open" and token.tag == "h1" for token in tokens) == 1
    assert sum(token.type == "hr" for token in tokens) == 1
