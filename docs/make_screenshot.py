"""Writes docs/terminal.svg: the README's picture, exported by Rich from a real run on the first sample.

python docs/make_screenshot.py
"""

from __future__ import annotations

import os
import re
from pathlib import Path

from rich.console import Console
from rich.text import Text

from summarizer.options import Options
from summarizer.pipeline import Pipeline
from summarizer.render import RenderOptions, renderer

ROOT = Path(__file__).parents[1]
COLUMNS = 96


def main() -> None:
    """Reads the sample as `summarizer read samples/article.it.txt --length short` does and exports the page."""
    os.chdir(ROOT)
    from summarizer.summarization.interface import Length

    with Pipeline(Options(length=Length("short"), memory=False)) as pipeline:
        report = pipeline.finish([pipeline.read("samples/article.it.txt")])[0]
    page = renderer("rich").render(report, RenderOptions(width=COLUMNS, color_system="truecolor"))
    with Path(os.devnull).open("w", encoding="utf-8") as nowhere:
        console = Console(record=True, width=COLUMNS, file=nowhere, force_terminal=True, color_system="truecolor")
        console.print(Text("$ summarizer read samples/article.it.txt --length short", style="bold"), "")
        console.print(Text.from_ansi(page))
        svg = console.export_svg(title="summarizer", unique_id="summarizer")
    # the fonts it would fetch from elsewhere: a page of ours asks nobody for anything
    svg = re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.DOTALL)
    (ROOT / "docs" / "terminal.svg").write_text(svg, encoding="utf-8")


if __name__ == "__main__":
    main()
