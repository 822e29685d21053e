"""Reads Italian articles: an English translation, and a summary in the language you choose.

>>> import summarizer
>>> report = summarizer.read_article("article.it.txt", languages=("en",))   # doctest: +SKIP
>>> report.summaries[0].sentences[0].text                                   # doctest: +SKIP
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from summarizer.report import Report

__version__ = "0.1.0"
__all__ = ["__version__", "read_article"]

logging.getLogger(__name__).addHandler(logging.NullHandler())


def read_article(source: str, *, languages: Sequence[str] = ("en",), **options: Any) -> Report:
    """Translates and summarises one Italian article.

    Args:
        source: a file path, an http(s) URL, or "-" for standard input.
        languages: languages of the summaries, as BCP-47 tags or English names.
        **options: any other field of `summarizer.options.Options` (to, length, model, engine, beam_size …); `length`
            may be given as text ("short", "5").

    Raises:
        summarizer.errors.SummarizerError: in its kinds; the message says what to do.
    """
    import sys

    from summarizer.options import Options
    from summarizer.pipeline import Pipeline
    from summarizer.summarization.interface import Length

    if isinstance(options.get("length"), str | int):
        options["length"] = Length(str(options["length"]))
    with Pipeline(Options(languages=tuple(languages), **options)) as pipeline:
        return pipeline.finish([pipeline.read(source, stdin=sys.stdin.buffer)])[0]
