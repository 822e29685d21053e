"""The page as Markdown, read back with a CommonMark parser."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from markdown_it import MarkdownIt

from summarizer.render import RenderOptions, renderer
from summarizer.render.markdown import escape
from summarizer.untrusted import one_line
from tests.render.arbitrary import hostile_text
from tests.render.sample_report import sample_report, with_translations

_PARSER = MarkdownIt("commonmark").enable(["table", "strikethrough"])


def _blocks(markdown: str) -> list[tuple[str, str]]:
    """Opening block tokens, each inline part as ("inline", its text); fails on any inline markup."""
    blocks = []
    for token in _PARSER.parse(markdown):
        if token.type == "inline":
            assert {child.type for child in token.children or []} <= {"text"}, markdown
            blocks.append(("inline", "".join(child.content for child in token.children or [])))
        elif token.nesting >= 0:
            blocks.append((token.tag, ""))
    return blocks


@settings(max_examples=250, deadline=None)
@given(hostile_text().map(one_line).filter(bool))
def test_escaped_text_reads_back_as_it_was_wherever_it_stands(text: str) -> None:
    escaped = escape(text)
    assert _blocks(escaped) == [("p", ""), ("inline", text)]
    assert _blocks(f"# {escaped}") == [("h1", ""), ("inline", text)]
    assert _blocks(f"- {escaped}") == [("ul", ""), ("li", ""), ("p", ""), ("inline", text)]
    assert _blocks(f"> {escaped}") == [("blockquote", ""), ("p", ""), ("inline", text)]
    assert _blocks(f"{escaped}[3] {escaped}") == [("p", ""), ("inline", f"{text}[3] {text}")]


@pytest.mark.parametrize(
    "text",
    [
        "Costa 12 euro, non 13.50: «è troppo» (dice lei).",
        "Il 3. posto è suo; 1.200 persone - forse di più - lo sanno.",
        "facebook/m2m100_418M & AT&T",
        "10.30 di sera",
    ],
)
def test_ordinary_text_is_left_as_it_is(text: str) -> None:
    assert escape(text) == text


def test_a_pipe_does_not_end_a_table_cell() -> None:
    report = with_translations(sample_report(), "en", {3: "a | b \\| c", 8: "| --- |"})
    output = renderer("markdown").render(report, RenderOptions(view="side-by-side"))
    tokens = _PARSER.parse(output)
    cells = [tokens[i + 1] for i, token in enumerate(tokens) if token.type == "td_open"]
    assert len(cells) == 3 * 16
    texts = ["".join(child.content for child in cell.children or []) for cell in cells]
    assert "a | b \\| c" in texts and "| --- |" in texts


def test_bare_addresses_are_not_turned_into_links_by_github() -> None:
    assert escape("vedi https://esempio.it e WWW.esempio.it") == r"vedi https\://esempio.it e WWW\.esempio.it"


def test_headings_lists_and_captions_keep_their_form() -> None:
    output = renderer("markdown").render(sample_report(), RenderOptions())
    assert "\n\n### Times and tickets\n\n" in output
    assert "\n\n- Line 13 stops at Porta San Felice.\n- Lines 19 and 36" in output
    assert "\n\n> A test train in via Riva di Reno" in output
