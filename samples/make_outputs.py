"""Writes samples/output/: what the program makes of the first sample, as JSON and markdown.

    python samples/make_outputs.py

Times are left out and the path is relative to the repository, so that the files change only when the result does.
"""

from __future__ import annotations

import dataclasses
import os
from pathlib import Path

from summarizer.options import Options
from summarizer.pipeline import Pipeline
from summarizer.render import RenderOptions, renderer

ROOT = Path(__file__).parents[1]
SOURCE = "samples/article.it.txt"


def main() -> None:
    """Reads the sample with an English and an Italian summary and writes both forms."""
    os.chdir(ROOT)
    with Pipeline(Options(languages=("en", "it"), memory=False)) as pipeline:
        report = dataclasses.replace(pipeline.finish([pipeline.read(SOURCE)])[0], timings={})
    folder = ROOT / "samples" / "output"
    folder.mkdir(exist_ok=True)
    for form in ("json", "markdown"):
        made = renderer(form)
        (folder / f"article.it{made.suffix}").write_text(made.render(report, RenderOptions()), encoding="utf-8")


if __name__ == "__main__":
    main()
