"""Reads the labelled paragraphs and scores splits against them; `benchmarks/segmentation.py` uses it too."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent / "labelled"
GLUED = "¬"


@dataclass(frozen=True)
class Paragraph:
    """A labelled paragraph."""

    subject: str
    text: str
    spans: tuple[tuple[int, int], ...]

    @property
    def inner_ends(self) -> set[int]:
        """Where its sentences but the last end, counted in characters that are no white space."""
        return {len("".join(self.text[:end].split())) for _, end in self.spans[:-1]}


@dataclass(frozen=True)
class Score:
    """Counts of boundaries found, false and missed."""

    found: int
    false: int
    missed: int

    @property
    def precision(self) -> float:
        return self.found / (self.found + self.false)

    @property
    def recall(self) -> float:
        return self.found / (self.found + self.missed)

    @property
    def f1(self) -> float:
        return 2 * self.found / (2 * self.found + self.false + self.missed)


def load(half: str) -> list[Paragraph]:
    """The paragraphs of `development` or `held_out`."""
    paragraphs = []
    subject = ""
    for group in (FOLDER / f"{half}.txt").read_text(encoding="utf-8").strip().split("\n\n"):
        lines = group.split("\n")
        if lines[0].startswith("# "):
            subject = lines.pop(0)[2:]
        paragraphs.append(paragraph(subject, lines))
    return paragraphs


def paragraph(subject: str, lines: list[str]) -> Paragraph:
    """A paragraph of the sentences in `lines`, joined by spaces but where a line begins with ¬."""
    text, spans = "", []
    for line in lines:
        sentence = line.removeprefix(GLUED)
        if text and not line.startswith(GLUED):
            text += " "
        spans.append((len(text), len(text) + len(sentence)))
        text += sentence
    return Paragraph(subject, text, tuple(spans))


def score(pairs: Iterable[tuple[set[int], set[int]]]) -> Score:
    """Sums up (expected, given) boundaries."""
    found = false = missed = 0
    for expected, given in pairs:
        found += len(expected & given)
        false += len(given - expected)
        missed += len(expected - given)
    return Score(found, false, missed)
