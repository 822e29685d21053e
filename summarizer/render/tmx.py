"""The report as TMX 1.4b: its sentence pairs, for translators' tools and for our own memory.

It must never offer a sentence that was left in Italian as if that were its translation.
"""

from __future__ import annotations

import io
from collections.abc import Iterator

from summarizer.render.interface import Renderer, RenderOptions
from summarizer.report import Report
from summarizer.translation.tmx import TmxUnit, write_units
from summarizer.untrusted import one_line


def units(report: Report) -> Iterator[TmxUnit]:
    """One unit per translated sentence, in reading order, named by article digest and sentence id.

    Each carries the model, its licence and the source file as properties, and its findings as notes. Sentences with
    an "untranslated" finding have no translation to give and are left out.
    """
    article, translation = report.article, report.translation
    properties = tuple(
        (kind, one_line(value))
        for kind, value in (
            ("x-model", translation.model),
            ("x-licence", translation.licence),
            ("x-attribution", translation.attribution),
            ("x-file", article.path),
        )
        if value
    )
    for sentence in translation.sentences:
        source, target = one_line(sentence.sentence.text), one_line(sentence.text)
        if not source or not target or any(finding.kind == "untranslated" for finding in sentence.findings):
            continue
        yield TmxUnit(
            source=source,
            target=target,
            source_language=one_line(article.language),
            target_language=one_line(translation.language),
            tuid=f"{one_line(article.sha256)[:16]}-{sentence.sentence.id}",
            properties=properties,
            notes=tuple(one_line(f"{finding.severity}: {finding.message}") for finding in sentence.findings),
        )


class TmxRenderer(Renderer):
    """Sentence pairs without the summaries; no date, so that one report always gives one document."""

    name = "tmx"
    suffix = ".tmx"

    def render(self, report: Report, options: RenderOptions) -> str:
        """The whole translation, whatever the view: a translation memory has no use for a part of it."""
        out = io.StringIO()
        write_units(units(report), out, source_language=one_line(report.article.language))
        return out.getvalue()
