"""The golden files: what every form makes of the sample report.

After a change that is meant to be seen, write them anew from the repository's root and read the difference:

    python -m tests.render.golden_files && git diff tests/render/golden
"""

from __future__ import annotations

from pathlib import Path

from summarizer.render import RenderOptions, renderer
from tests.render.sample_report import sample_report

GOLDEN = Path(__file__).with_name("golden")

CASES: dict[str, tuple[str, RenderOptions]] = {
    "terminal-80.txt": ("rich", RenderOptions(width=80)),
    "terminal-80-summary.txt": ("rich", RenderOptions(width=80, view="summary")),
    "terminal-80-translation.txt": ("rich", RenderOptions(width=80, view="translation")),
    "terminal-80-side-by-side.txt": ("rich", RenderOptions(width=80, view="side-by-side")),
    "terminal-40-side-by-side.txt": ("rich", RenderOptions(width=40, view="side-by-side")),
    "text-80-verbose-ascii.txt": ("text", RenderOptions(width=80, verbose=True, unicode=False)),
    "page.md": ("markdown", RenderOptions()),
    "side-by-side.md": ("markdown", RenderOptions(view="side-by-side", verbose=True)),
    "page.html": ("html", RenderOptions()),
    "side-by-side.html": ("html", RenderOptions(view="side-by-side", verbose=True)),
    "report.json": ("json", RenderOptions()),
}


def rendered(name: str) -> str:
    """What the golden file of that name ought to hold."""
    form, options = CASES[name]
    return renderer(form).render(sample_report(), options)


if __name__ == "__main__":
    for name in CASES:
        GOLDEN.joinpath(name).write_text(rendered(name), encoding="utf-8", newline="\n")
