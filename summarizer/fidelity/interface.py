"""What every check of a translation against its source is given, and what it gives back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from summarizer.fidelity.figures import Figure, figures
from summarizer.fidelity.text import Text
from summarizer.report import Finding, Severity


@dataclass(frozen=True, slots=True)
class Pair:
    """A source sentence with its translation, both cut into tokens and figures once."""

    source: Text
    target: Text
    source_figures: tuple[Figure, ...]
    target_figures: tuple[Figure, ...]
    sentence: int | None
    """Id of the sentence, for the findings."""

    @classmethod
    def of(cls, source: str, target: str, language: str, sentence: int | None = None) -> Pair:
        """An Italian sentence and its translation into `language`, a BCP-47 tag."""
        source_text, target_text = Text(source, "it"), Text(target, language)
        return cls(source_text, target_text, figures(source_text), figures(target_text), sentence)

    def finding(self, kind: str, severity: Severity, message: str, *, source: str = "", target: str = "") -> Finding:
        """A finding on this sentence."""
        return Finding(kind, severity, self.sentence, source, target, message)


class Check(Protocol):
    """One kind of comparison. Must take linear time and never raise, whatever the texts are."""

    def __call__(self, pair: Pair) -> list[Finding]:
        """The findings, in the order of the source where they have one."""
        ...
