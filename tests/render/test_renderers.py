"""Renderers are found by name, and are pure."""

from __future__ import annotations

import subprocess
import sys

import pytest

from summarizer.errors import UsageError
from summarizer.render import FORMATS, RenderOptions, renderer
from tests.render.sample_report import sample_report

_SUFFIXES = {"rich": ".txt", "text": ".txt", "markdown": ".md", "html": ".html", "json": ".json", "tmx": ".tmx"}


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_has_its_renderer(name: str) -> None:
    found = renderer(name)
    assert (found.name, found.suffix) == (name, _SUFFIXES[name])


def test_an_unknown_format_is_a_wrong_usage_that_names_the_known_ones() -> None:
    with pytest.raises(UsageError, match=r"unknown format 'word'; choose one of rich, text, markdown, html, json, tmx"):
        renderer("word")


@pytest.mark.parametrize("name", FORMATS)
def test_rendering_twice_gives_the_same_and_prints_nothing(name: str, capfd: pytest.CaptureFixture[str]) -> None:
    first = renderer(name).render(sample_report(), RenderOptions(color_system="256"))
    assert first == renderer(name).render(sample_report(), RenderOptions(color_system="256"))
    assert first.endswith("\n") and not first.endswith("\n\n")
    assert capfd.readouterr() == ("", "")


def test_finding_a_renderer_loads_no_heavy_library() -> None:
    code = (
        "import sys, summarizer.render as r; [r.renderer(n) for n in r.FORMATS if n != 'tmx']; "
        "sys.exit(any(m in sys.modules for m in ('rich', 'torch', 'transformers', 'ctranslate2')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
