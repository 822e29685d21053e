"""The page as one HTML document."""

from __future__ import annotations

import base64
import hashlib
import re

import pytest

from summarizer.render import RenderOptions, View, renderer
from tests.render.sample_report import sample_report, with_translations


def _html(view: View = "full") -> str:
    return renderer("html").render(sample_report(), RenderOptions(view=view))


def test_the_policy_allows_this_style_and_nothing_else() -> None:
    html = _html()
    style = re.search(r"<style>(.*?)</style>", html, re.DOTALL)
    assert style is not None
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    policy = re.search(r'<meta http-equiv="Content-Security-Policy" content="(.*?)">', html)
    assert policy is not None
    assert policy[1] == f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    assert html.index(policy[0]) < html.index("<style>")


def test_the_page_needs_nothing_from_elsewhere() -> None:
    for view in ("full", "side-by-side"):
        html = _html(view)
        assert not re.search(
            r"<(script|link|img|iframe|object|embed|base|form)\b|\bsrc=|\bon\w+=|\bstyle=|url\(|@import", html
        )


@pytest.mark.parametrize("view", ["full", "side-by-side"])
def test_every_citation_leads_to_its_sentence_and_every_mark_to_its_finding(view: View) -> None:
    html = _html(view)
    ids = re.findall(r'\bid="(\w+)"', html)
    assert len(ids) == len(set(ids))
    targets = re.findall(r'href="#(\w+)"', html)
    assert {"s3", "s5", "s7", "s10", "f1", "f2", "f3"} <= set(targets) <= set(ids)


def test_a_citation_is_no_link_where_its_sentence_is_not_on_the_page() -> None:
    html = _html("summary")
    assert "[3][5]" in html and "href" not in html


def test_each_part_names_its_language() -> None:
    html = _html()
    assert '<h1 lang="en" dir="ltr">' in html
    assert '<p class="original" lang="it" dir="ltr">' in html
    assert '<p lang="fr" dir="ltr">' in html
    pair = re.search(r'<div class="pair body" id="s4">.*', _html("side-by-side"))
    assert pair is not None
    assert '<p class="source" lang="it" dir="ltr">' in pair[0] and '<p class="target" lang="en" dir="ltr">' in pair[0]


@pytest.mark.parametrize("language", ["ar", "he", "fa", "ur"])
def test_a_language_written_from_right_to_left_says_so(language: str) -> None:
    report = with_translations(sample_report(), language, {})
    html = renderer("html").render(report, RenderOptions())
    assert f'<h1 lang="{language}" dir="rtl">' in html
    assert f'<div lang="{language}" dir="rtl">' in html
    assert '<p class="original" lang="it" dir="ltr">' in html


def test_words_left_in_italian_are_marked_as_italian_in_a_page_of_another_direction() -> None:
    html = renderer("html").render(with_translations(sample_report(), "ar", {}), RenderOptions())
    assert '<span class="sentence error" id="s16" lang="it" dir="ltr">Mo sòccmel' in html
    assert '<span class="sentence" id="s17">' in html


def test_a_translation_cannot_open_an_element() -> None:
    report = with_translations(sample_report(), 'en" onload="x', {3: "</style><script>alert(1)</script>"})
    html = renderer("html").render(report, RenderOptions())
    assert "&lt;/style&gt;&lt;script&gt;alert(1)&lt;/script&gt;" in html
    assert 'lang="en&quot; onload=&quot;x"' in html
