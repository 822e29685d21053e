"""What every check of a translation against its source is given, and what it gives back."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
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
        source_text, source_figures = _source(source)
        target_text = Text(target, language)
        return cls(source_text, target_text, source_figures, figures(target_text), sentence)

    def finding(self, kind: str, severity: Severity, message: str, *, source: str = "", target: str = "") -> Finding:
        """A finding on this sentence."""
        return Finding(kind, severity, self.sentence, source, target, message)


@lru_cache(maxsize=8)  # the hypotheses of one sentence are compared with it one after the other
def _source(text: str) -> tuple[Text, tuple[Figure, ...]]:
    cut = Text(text, "it")
    return cut, figures(cut)


class Check(Protocol):
    """One kind of comparison. Must take linear time and never raise, whatever the texts are."""

    def __call__(self, pair: Pair) -> list[Finding]:
        """The findings, in the order of the source where they have one."""
        ...
