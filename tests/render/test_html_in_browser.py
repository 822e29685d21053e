"""The HTML page in a real browser: headless Chromium, where it is installed."""

from __future__ import annotations

import shutil
import struct
import subprocess
import zlib
from html import escape
from pathlib import Path

import pytest

from summarizer.render import RenderOptions, View, renderer
from tests.render.sample_report import sample_report, with_translations

_CHROMIUM = "/usr/bin/chromium"
pytestmark = pytest.mark.skipif(
    shutil.which(_CHROMIUM) is None, reason=f"needs a browser: {_CHROMIUM} is not installed"
)

_PAPER, _DARK_PAPER = (0xFD, 0xFC, 0xFA), (0x19, 0x1A, 0x1B)


def _chromium(page: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [
        *(_CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-sync"),
        *("--disable-background-networking", "--disable-component-update", "--hide-scrollbars"),
        *("--enable-logging=stderr", f"--user-data-dir={page.parent / 'profile'}"),
    ]
    return subprocess.run([*command, *options, page.as_uri()], check=True, capture_output=True, text=True, timeout=120)


def _page(folder: Path, view: View = "full") -> Path:
    report = with_translations(sample_report(), "en", {9: "x" * 400, 12: "<script>document.title = 'taken'</script>"})
    page = folder / "page.html"
    page.write_text(renderer("html").render(report, RenderOptions(view=view, verbose=True)), encoding="utf-8")
    return page


def _console(result: subprocess.CompletedProcess[str]) -> list[str]:
    return [line for line in result.stderr.splitlines() if "CONSOLE" in line]


def _first_pixel(png: bytes) -> tuple[int, ...]:
    """The colour of the top left pixel; no filter of the PNG format changes the first one."""
    data = b""
    place = 8
    while place < len(png):
        (length,) = struct.unpack(">I", png[place : place + 4])
        if png[place + 4 : place + 8] == b"IDAT":
            data += png[place + 8 : place + 8 + length]
        place += length + 12
    return tuple(zlib.decompress(data)[1:4])


def _size(png: bytes) -> tuple[int, int]:
    width, height = struct.unpack(">II", png[16:24])
    return width, height


@pytest.mark.parametrize(("view", "size"), [("full", (420, 900)), ("side-by-side", (1280, 900))])
def test_the_page_is_drawn_with_its_style_and_without_a_complaint(
    tmp_path: Path, view: View, size: tuple[int, int]
) -> None:
    picture = tmp_path / "page.png"
    result = _chromium(_page(tmp_path, view), f"--screenshot={picture}", f"--window-size={size[0]},{size[1]}")
    assert _size(picture.read_bytes()) == size
    assert _first_pixel(picture.read_bytes()) == _PAPER
    assert _console(result) == []


def test_the_page_is_dark_for_readers_who_prefer_it(tmp_path: Path) -> None:
    picture = tmp_path / "page.png"
    _chromium(_page(tmp_path), f"--screenshot={picture}", "--blink-settings=preferredColorScheme=0")
    assert _first_pixel(picture.read_bytes()) == _DARK_PAPER


def test_a_style_or_a_script_smuggled_in_is_refused_by_the_policy(tmp_path: Path) -> None:
    page = _page(tmp_path)
    smuggled = "<style>body { background: red !important }</style><script>document.title = 'taken'</script></body>"
    page.write_text(page.read_text(encoding="utf-8").replace("</body>", smuggled), encoding="utf-8")
    picture = tmp_path / "page.png"
    result = _chromium(page, f"--screenshot={picture}")
    assert _first_pixel(picture.read_bytes()) == _PAPER
    complaints = "\n".join(_console(result))
    assert "style-src" in complaints and "script" in complaints


@pytest.mark.parametrize("view", ["full", "side-by-side"])
def test_on_a_telephone_nothing_sticks_out_sideways(tmp_path: Path, view: View) -> None:
    html = _page(tmp_path, view).read_text(encoding="utf-8")
    harness = tmp_path / "harness.html"
    # The page itself runs no script, so it is measured from outside, in a frame as wide as a small telephone.
    harness.write_text(
        f'<iframe width="340" height="700" frameborder="0" srcdoc="{escape(html)}"></iframe>'
        "<script>onload = () => { const page = document.querySelector('iframe').contentDocument;"
        "document.title = [page.title, page.documentElement.scrollWidth, page.querySelectorAll('script').length]"
        ".join(' | ') }</script>",
        encoding="utf-8",
    )
    result = _chromium(harness, "--dump-dom", "--virtual-time-budget=2000")
    headline = "Bologna, the tram reaches the station: first runs on 14 March"
    assert f"<title>{headline} | 340 | 0</title>" in result.stdout
