"""What comes out: the report on one article, and its JSON form, schema 1.

`to_dict` is the only place that knows the JSON keys; `schema/report-1.json` in this package describes them to others.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from summarizer.article import Article, BlockKind, Sentence

SCHEMA_VERSION = 1

Severity = Literal["error", "warning", "note"]


@dataclass(frozen=True, slots=True)
class Finding:
    """Something an editor should look at: in a translated sentence, or in a summary sentence."""

    kind: str
    """"untranslated", "number", "date", "name", "quotation", "unsupported" …"""
    severity: Severity
    sentence: int | None
    """Id of the sentence concerned; None if it concerns the article as a whole."""
    source: str
    """The Italian words concerned, or "" where nothing in the source answers to them."""
    target: str
    """The words of the output concerned, or "" where they are missing."""
    message: str
    """One line, in English, that says what to check."""


@dataclass(frozen=True, slots=True)
class TranslatedSentence:
    """A source sentence with its translation."""

    sentence: Sentence
    text: str
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class TranslatedBlock:
    """A block of the article, sentence by sentence; `sentences` is never empty."""

    kind: BlockKind
    sentences: tuple[TranslatedSentence, ...]


@dataclass(frozen=True, slots=True)
class Translation:
    """The whole article in one language."""

    language: str
    model: str
    engine: str
    licence: str
    blocks: tuple[TranslatedBlock, ...]
    attribution: str = ""
    """What the models' licences ask to be said where their output is used."""

    @property
    def sentences(self) -> tuple[TranslatedSentence, ...]:
        """All sentences in reading order."""
        return tuple(s for block in self.blocks for s in block.sentences)


@dataclass(frozen=True, slots=True)
class SummarySentence:
    """One sentence of a summary and the sentences of the article it stands on."""

    text: str
    sources: tuple[int, ...]
    """Sentence ids, in reading order; empty only if nothing in the article supports it."""
    support: float
    """0 to 1: how far the sources carry the sentence; 1.0 for a sentence taken from the article as it is."""


@dataclass(frozen=True, slots=True)
class Summary:
    """A summary in one language."""

    language: str
    style: Literal["extractive", "abstractive"]
    model: str | None
    """Id of the model that wrote or translated it; None where no model was needed."""
    licence: str | None
    sentences: tuple[SummarySentence, ...]
    attribution: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """Everything the program has to say about one article."""

    article: Article
    translation: Translation
    summaries: tuple[Summary, ...]
    findings: tuple[Finding, ...]
    """All findings: those of the sentences in reading order, then those of the summaries and the article."""
    signature: str
    """One line that says how this was made: versions, model and revision, engine, precision, beam, segmentation."""
    timings: Mapping[str, float] = field(default_factory=dict)
    """Seconds by stage: "ingest", "segmentation", "translation", "summarization", "total" …"""

    @property
    def title(self) -> str | None:
        """The headline in the translation's language."""
        for block in self.translation.blocks:
            if block.kind == "title":
                return " ".join(s.text for s in block.sentences)
        return None


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "kind": finding.kind,
        "severity": finding.severity,
        "sentence": finding.sentence,
        "source": finding.source,
        "target": finding.target,
        "message": finding.message,
    }


def to_dict(report: Report) -> dict[str, Any]:
    """The report as JSON-ready data, schema 1."""
    article, translation = report.article, report.translation
    return {
        "schema": SCHEMA_VERSION,
        "signature": report.signature,
        "source": {
            "path": article.path,
            "sha256": article.sha256,
            "format": article.format,
            "language": article.language,
            "title": article.title,
            "author": article.author,
            "date": article.date,
        },
        "translation": {
            "language": translation.language,
            "model": translation.model,
            "engine": translation.engine,
            "licence": translation.licence,
            "attribution": translation.attribution,
            "blocks": [
                {
                    "kind": block.kind,
                    "sentences": [
                        {
                            "id": s.sentence.id,
                            "source": s.sentence.text,
                            "text": s.text,
                            "findings": [_finding(f) for f in s.findings],
                        }
                        for s in block.sentences
                    ],
                }
                for block in translation.blocks
            ],
        },
        "summaries": [
            {
                "language": summary.language,
                "style": summary.style,
                "model": summary.model,
                "licence": summary.licence,
                "attribution": summary.attribution,
                "sentences": [
                    {"text": s.text, "sources": list(s.sources), "support": round(s.support, 3)}
                    for s in summary.sentences
                ],
            }
            for summary in report.summaries
        ],
        "findings": [_finding(f) for f in report.findings],
        "timings": {stage: round(seconds, 4) for stage, seconds in report.timings.items()},
    }
