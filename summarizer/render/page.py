"""What a reader gets to see of a report: the parts of the page, chosen by the view, every text made harmless.

The forms that people read (terminal, text, Markdown, HTML) are written from a `Page` alone and must never go back to
the report for text: `untrusted.one_line` is applied here, once, to all of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from summarizer.article import BlockKind
from summarizer.errors import UsageError
from summarizer.languages import Language, language
from summarizer.render.interface import RenderOptions
from summarizer.report import Finding, Report, Severity, Summary, TranslatedBlock, TranslatedSentence
from summarizer.untrusted import one_line

FINDINGS_HEADING = "To check"
DETAILS_HEADING = "Details"

_WORST_FIRST: tuple[Severity, ...] = ("error", "warning", "note")
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_ISO_DATE = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:[T ][\d:.,+\-Z]*)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class SentencePart:
    """A sentence of the article in both languages."""

    id: int
    source: str
    text: str
    kept: str | None
    """The source language, if the original words stand in the place of a translation."""
    cited: bool
    """Whether a summary on this page stands on it."""
    severity: Severity | None
    """The worst of its findings; None if it has none."""
    findings: tuple[int, ...]
    """The findings of this page that name it, as indices into `Page.findings`."""

    @property
    def numbered(self) -> bool:
        """Whether something else on the page refers to it, so that its number has to be seen."""
        return self.cited or self.severity is not None or bool(self.findings)


@dataclass(frozen=True, slots=True)
class BlockPart:
    """A paragraph, heading, caption or list item of the translation."""

    kind: BlockKind
    sentences: tuple[SentencePart, ...]


@dataclass(frozen=True, slots=True)
class SummarySentencePart:
    """A sentence of a summary; without `sources` nothing in the article supports it."""

    text: str
    sources: tuple[int, ...]
    support: str | None
    """How far the sources carry it, "0.87"; None unless the page is verbose."""


@dataclass(frozen=True, slots=True)
class SummaryPart:
    """One summary, under its heading."""

    language: str
    heading: str
    prose: bool
    """Sentences written to follow each other read as a paragraph; sentences picked from an article, as a list."""
    sentences: tuple[SummarySentencePart, ...]


@dataclass(frozen=True, slots=True)
class FindingPart:
    """Something to check."""

    severity: Severity
    kind: str
    sentence: int | None
    message: str
    evidence: tuple[str, ...]
    """The words concerned: those of the source and those of the output, one if both are the same, none if none are."""


@dataclass(frozen=True, slots=True)
class Page:
    """Everything a view shows, in the order in which it is shown."""

    language: str
    language_name: str
    source_language: str
    source_language_name: str
    heading: str
    """The headline in the translation's language, or else whatever names the article; never empty."""
    headline: tuple[SentencePart, ...]
    """The sentences of the headline; empty where the article has none."""
    original: str
    """The headline in the source language; empty where there is none or it says the same."""
    byline: tuple[str, ...]
    summaries: tuple[SummaryPart, ...]
    blocks: tuple[BlockPart, ...]
    """The translation but for the headline; empty in a view without it."""
    side_by_side: bool
    findings: tuple[FindingPart, ...]
    details: tuple[tuple[str, str], ...]
    """Label and value, for the curious; empty unless the page is verbose."""
    signature: str
    footer: tuple[str, ...]
    """Models with their licences and attributions, the seconds it took, and how many findings this view leaves out."""

    @property
    def translation_heading(self) -> str:
        """Stands over the translation."""
        return f"Translation into {self.language_name}"

    @property
    def pairs_heading(self) -> str:
        """Stands over the two columns."""
        return f"{self.source_language_name} and {self.language_name}"


def build_page(report: Report, options: RenderOptions) -> Page:
    """The page that `options.view` makes of the report."""
    article, translation = report.article, report.translation
    summaries = () if options.view == "translation" else report.summaries
    findings = () if options.view == "summary" else report.findings
    cited = frozenset(id for summary in summaries for sentence in summary.sentences for id in sentence.sources)
    named: dict[int, tuple[int, ...]] = {}
    for index, finding in enumerate(findings):
        if finding.sentence is not None:
            named[finding.sentence] = (*named.get(finding.sentence, ()), index)

    def sentence_part(sentence: TranslatedSentence) -> SentencePart:
        source, text, id = one_line(sentence.sentence.text), one_line(sentence.text), sentence.sentence.id
        return SentencePart(
            id=id,
            source=source,
            text=text,
            kept=one_line(article.language) if text == source else None,
            cited=id in cited,
            severity=_worst(finding.severity for finding in sentence.findings),
            findings=named.get(id, ()),
        )

    def block_part(block: TranslatedBlock) -> BlockPart:
        return BlockPart(block.kind, tuple(map(sentence_part, block.sentences)))

    blocks = tuple(block_part(block) for block in translation.blocks)
    titled = bool(blocks) and blocks[0].kind == "title"
    headline = blocks[0].sentences if titled else ()
    heading = " ".join(s.text for s in headline if s.text) or one_line(article.title or "") or _file_name(article.path)
    original = " ".join(s.source for s in headline if s.source) or one_line(article.title or "")
    return Page(
        language=one_line(translation.language),
        language_name=_language_name(translation.language),
        source_language=one_line(article.language),
        source_language_name=_language_name(article.language),
        heading=heading,
        headline=headline if any(s.text for s in headline) else (),
        original="" if original == heading else original,
        byline=tuple(item for item in (one_line(article.author or ""), _date(article.date or "")) if item),
        summaries=tuple(_summary(summary, verbose=options.verbose) for summary in summaries),
        blocks=() if options.view == "summary" else blocks[1:] if titled else blocks,
        side_by_side=options.view == "side-by-side",
        findings=tuple(_finding(finding) for finding in findings),
        details=_details(report) if options.verbose else (),
        signature=one_line(report.signature),
        footer=_footer(report, summaries, unlisted=len(report.findings) - len(findings)),
    )


def is_right_to_left(tag: str) -> bool:
    """Whether the language of this tag is written from right to left; no for a tag that is not known."""
    known = _known_language(tag)
    return known is not None and known.right_to_left


def _language_name(tag: str) -> str:
    known = _known_language(tag)
    if known is None:
        return one_line(tag)
    return known.name if known.tag == tag else f"{known.name} ({one_line(tag)})"


def _known_language(tag: str) -> Language | None:
    try:
        return language(tag)
    except UsageError:
        # A report may carry any tag (`--force` reads an article in any language); it is then shown as it is.
        return None


def _worst(severities: Iterable[Severity]) -> Severity | None:
    return min(severities, key=_WORST_FIRST.index, default=None)


def _summary(summary: Summary, *, verbose: bool) -> SummaryPart:
    return SummaryPart(
        language=one_line(summary.language),
        heading=f"Summary in {_language_name(summary.language)}",
        prose=summary.style == "abstractive",
        sentences=tuple(
            SummarySentencePart(one_line(s.text), s.sources, f"{s.support:.2f}" if verbose else None)
            for s in summary.sentences
        ),
    )


def _finding(finding: Finding) -> FindingPart:
    return FindingPart(
        severity=finding.severity,
        kind=one_line(finding.kind),
        sentence=finding.sentence,
        message=one_line(finding.message),
        evidence=_evidence(one_line(finding.source), one_line(finding.target)),
    )


def _evidence(source: str, target: str) -> tuple[str, ...]:
    if source == target:
        return (source,) if source else ()
    return (source or "(nothing)", target or "(nothing)")


def _details(report: Report) -> tuple[tuple[str, str], ...]:
    article, translation = report.article, report.translation
    details = [
        ("Source", f"{article.path} ({article.format}, sha256 {article.sha256})"),
        ("Engine", translation.engine),
        ("Signature", report.signature),
        ("Timings", ", ".join(f"{stage} {_seconds(seconds)}" for stage, seconds in report.timings.items())),
        *(("Left out", f"{dropped.text} ({dropped.reason})") for dropped in article.dropped),
    ]
    return tuple((label, one_line(value)) for label, value in details if one_line(value))


def _footer(report: Report, summaries: tuple[Summary, ...], *, unlisted: int) -> tuple[str, ...]:
    translation = report.translation
    parts = [_model(translation.model, translation.licence, translation.attribution)]
    parts += [
        "summary: " + _model(summary.model, summary.licence or "", summary.attribution)
        for summary in summaries
        if summary.model and summary.model != translation.model
    ]
    if "total" in report.timings:
        parts.append(_seconds(report.timings["total"]))
    if unlisted:
        parts.append(f"{unlisted} {'finding' if unlisted == 1 else 'findings'} to check")
    return tuple(dict.fromkeys(part for part in parts if part))


def _model(model: str, licence: str, attribution: str) -> str:
    model, licence, attribution = one_line(model), one_line(licence), one_line(attribution)
    named = f"{model} ({licence})" if licence else model
    return f"{named}: {attribution}" if attribution else named


def _seconds(seconds: float) -> str:
    if seconds < 0.1:
        return f"{seconds * 1000:.0f} ms"
    return f"{seconds:.2f} s" if seconds < 10 else f"{seconds:.0f} s"


def _date(text: str) -> str:
    """ "2026-03-14T08:30" as "14 March 2026"; anything that is not an ISO 8601 date as it is."""
    text = one_line(text)
    match = _ISO_DATE.fullmatch(text)
    if match is None:
        return text
    try:
        day = date(*(int(group) for group in match.groups()))
    except ValueError:
        return text
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def _file_name(path: str) -> str:
    name = one_line(path)
    if "://" not in name:
        name = re.split(r"[/\\]", name.rstrip("/\\"))[-1]
    return name if name not in ("", "-") else "Untitled article"
