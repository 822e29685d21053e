"""The page as plain text: the terminal's page without colours, for pipes, mail and files.

It must never hold an escape sequence, and no line wider than asked for.
"""

from __future__ import annotations

from summarizer.render.interface import Renderer, RenderOptions
from summarizer.render.page import build_page
from summarizer.report import Report


class TextRenderer(Renderer):
    """Plain text, wrapped at `options.width`."""

    name = "text"
    suffix = ".txt"

    def render(self, report: Report, options: RenderOptions) -> str:
        """The page in lines of at most `options.width` columns; `options.color_system` changes nothing."""
        from summarizer.render.layout import ASCII, UNICODE, Layout

        glyphs = UNICODE if options.unicode else ASCII
        layout = Layout(width=options.width, measure=options.width, glyphs=glyphs)
        return "".join(line.plain + "\n" for line in layout.lines(build_page(report, options)))
