"""The forms a report can take: one renderer each, found by the name users know.

Renderers only make strings; writing them is the command line's business.
"""

from __future__ import annotations

from summarizer.errors import UsageError
from summarizer.render.interface import ColorSystem, Renderer, RenderOptions, View

FORMATS = ("rich", "text", "markdown", "html", "json", "tmx")

__all__ = ["FORMATS", "ColorSystem", "RenderOptions", "Renderer", "View", "renderer"]


def renderer(name: str) -> Renderer:
    """The renderer of that name, one of `FORMATS`.

    Raises `UsageError` for any other name.
    """
    # Imported one by one: a JSON batch has no need of Rich, nor a terminal of the HTML page.
    if name == "rich":
        from summarizer.render.terminal import TerminalRenderer

        return TerminalRenderer()
    if name == "text":
        from summarizer.render.text import TextRenderer

        return TextRenderer()
    if name == "markdown":
        from summarizer.render.markdown import MarkdownRenderer

        return MarkdownRenderer()
    if name == "html":
        from summarizer.render.html import HtmlRenderer

        return HtmlRenderer()
    if name == "json":
        from summarizer.render.json import JsonRenderer

        return JsonRenderer()
    if name == "tmx":
        from summarizer.render.tmx import TmxRenderer

        return TmxRenderer()
    raise UsageError(f"unknown format {name!r}; choose one of {', '.join(FORMATS)}")
