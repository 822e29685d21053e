"""What every form of the report has in common: the options, and a renderer that turns a report into one string.

A renderer is a pure function of its arguments: it must never write, print, or read the environment.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar, Literal

from summarizer.report import Report

View = Literal["full", "summary", "translation", "side-by-side"]
ColorSystem = Literal["standard", "256", "truecolor"]


@dataclass(frozen=True, slots=True)
class RenderOptions:
    """How a report is to be shown; each form uses what applies to it."""

    view: View = "full"
    width: int = 100
    """Columns of the terminal or of the plain text; anything below 20 counts as 20."""
    color_system: ColorSystem | None = None
    """Colours the terminal can show; None for no escape sequence at all."""
    unicode: bool = True
    """Whether rules, bullets and marks may use characters beyond ASCII. Article text is never rewritten."""
    verbose: bool = False
    """Whether to add the engine, the signature, the timings and what was left out of the source."""


class Renderer(ABC):
    """One form of the report."""

    name: ClassVar[str]
    """The name users give it with `--format`."""
    suffix: ClassVar[str]
    """The usual ending of a file in this form, with its dot."""

    @abstractmethod
    def render(self, report: Report, options: RenderOptions) -> str:
        """The report in this form, ending with exactly one newline.

        Nothing from the article, the models or the file system reaches the result without passing
        `summarizer.untrusted` and the form's own escaping.
        """
