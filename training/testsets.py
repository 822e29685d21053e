"""The evaluation sets: FLORES-200 dev and PUD, read from the corpora folder. Never part of the training data."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from summarizer.errors import UsageError
from training.command import read_lines

TAGS = {"en": ">>eng<<", "fr": ">>fra<<", "de": ">>deu<<", "es": ">>spa<<", "pt": ">>por<<"}
"""Target languages and the token each is asked for with, in front of the source."""

NAMES = ("flores-dev", "pud")


@dataclass(frozen=True, slots=True)
class TestSet:
    """Italian sentences with their reference translations."""

    __test__ = False
    """Not a class of tests, whatever its name suggests to pytest."""
    name: str
    target: str
    sources: tuple[str, ...]
    references: tuple[str, ...]


def read(data: Path, name: str, target: str, limit: int | None = None) -> TestSet:
    """A test set by name, its first `limit` pairs at most.

    Raises:
        UsageError: the set is unknown, not there, or damaged.
    """
    folder = data / "dev"
    if name == "flores-dev":
        sources, references = (read_lines(folder / f"flores-dev.{language}") for language in ("it", target))
        if len(sources) != len(references):
            raise UsageError(f"{folder}: flores-dev.it and flores-dev.{target} differ in length; fetch them again")
        pairs = list(zip(sources, references, strict=True))
    elif name == "pud":
        path = folder / f"pud.it-{target}.tsv"
        rows = [line.split("\t") for line in read_lines(path)]
        if any(len(row) != 2 for row in rows):
            raise UsageError(f"{path}: every line must hold two columns")
        pairs = [(row[0], row[1]) for row in rows]
    else:
        raise UsageError(f"unknown test set {name!r}: choose from {', '.join(NAMES)}")
    pairs = pairs[:limit]
    return TestSet(name, target, tuple(p[0] for p in pairs), tuple(p[1] for p in pairs))


def held_out_lines(data: Path, *more: Path) -> list[str]:
    """All lines of all evaluation sets of the corpora folder, and of the files named besides.

    Raises:
        UsageError: there is no evaluation set, or a file cannot be read.
    """
    files = sorted(path for path in (data / "dev").glob("*") if path.is_file())
    if not files:
        raise UsageError(f"{data}: no evaluation sets in dev/; without them nothing can be held out")
    return [line for path in (*files, *more) for line in read_lines(path)]
