"""The program on a real terminal, through a pseudo-terminal."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

import pytest

pexpect = pytest.importorskip("pexpect")
ROOT = Path(__file__).parents[2]
SAMPLE = str(ROOT / "samples" / "article.it.txt")
SGR = re.compile(r"\x1b\[[0-9;]*m")


def on_terminal(*arguments: str, columns: int = 80, **environment: str) -> str:
    child = pexpect.spawn(
        sys.executable,
        ["-m", "summarizer", *arguments],
        dimensions=(50, columns),
        env=os.environ | {"TERM": "xterm-256color"} | environment,
        encoding="utf-8",
        timeout=120,
    )
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 0
    return str(child.before)


def test_a_terminal_gets_colour_and_the_page_fits_its_width() -> None:
    seen = on_terminal("read", "-q", SAMPLE, columns=72)
    assert "\x1b[" in seen
    lines = [SGR.sub("", line).rstrip("\r") for line in seen.split("\n")]
    assert max(map(len, lines)) <= 72
    assert "Summary" in SGR.sub("", seen)


def test_no_color_leaves_no_escape_at_all() -> None:
    assert "\x1b" not in on_terminal("read", "-q", SAMPLE, NO_COLOR="1")


def test_progress_is_shown_on_a_terminal_and_leaves_nothing_behind() -> None:
    seen = on_terminal("read", "--no-memory", "-f", "json", SAMPLE)
    assert "sentences" in SGR.sub("", seen)
