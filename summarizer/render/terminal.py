"""The page for a reader at a terminal, with colours and weights from Rich.

Rich parses nothing here and strips little: that no escape sequence but its own reaches the output rests on `page.py`.
"""

from __future__ import annotations

from io import StringIO

from summarizer.render.interface import Renderer, RenderOptions
from summarizer.render.page import build_page
from summarizer.report import Report

_MEASURE = 100
"""Columns; prose in longer lines is hard to read, however wide the terminal is."""


class TerminalRenderer(Renderer):
    """A calm page: the headline, the summaries, the translation, and what to check."""

    name = "rich"
    suffix = ".txt"

    def render(self, report: Report, options: RenderOptions) -> str:
        """The page in lines of at most `options.width` columns, with SGR sequences as `options.color_system` allows."""
        from rich.console import Console

        from summarizer.render.layout import ASCII, UNICODE, Layout

        layout = Layout(width=options.width, measure=_MEASURE, glyphs=UNICODE if options.unicode else ASCII)
        output = StringIO()
        # Everything is said here, so that Rich asks neither the environment nor the terminal.
        console = Console(
            file=output,
            force_terminal=True,
            force_interactive=False,
            force_jupyter=False,
            color_system=options.color_system,
            no_color=False,
            legacy_windows=False,
            width=options.width,
            height=25,
            markup=False,
            emoji=False,
            highlight=False,
        )
        for line in layout.lines(build_page(report, options)):
            console.print(line, soft_wrap=True)
        return output.getvalue()
