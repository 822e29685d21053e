"""Decides for each article whether it is to be done, from what the ledger knows of it. Changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from summarizer.batch.interface import BatchOptions, Job
from summarizer.batch.ledger import Output, Row

Place = Literal["whole", "changed", "missing"]
"""A document that was written: as long as it was, of another length, or gone (or emptied)."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What becomes of an article in this run."""

    action: Literal["do", "skip", "hold"]
    """"hold": it has failed before, and nothing says that it would not fail again."""
    reason: str = ""
    """Why it is done: "new", "changed", "configuration" …"""
    edited: int = 0
    """Documents of a skipped article that are not as they were written: somebody's work, which stays."""


def decide(
    row: Row | None, job: Job, fingerprint: str, batch: BatchOptions, place: Callable[[Output], Place]
) -> Decision:
    """What to do with an article that the ledger has this row of."""
    if row is None:
        return Decision("do", "new")
    if not row.configuration:
        return Decision("do", "restart")
    if row.sha256 != job.sha256:
        return Decision("do", "changed")
    if row.configuration != fingerprint:
        return Decision("do", "configuration")
    if row.state == "failed":
        return Decision("do", "failed before") if batch.retry_failed else Decision("hold")
    if [output.path for output in row.outputs] != [path for _, path in job.outputs]:
        return Decision("do", "renamed")
    places = [place(output) for output in row.outputs]
    if "missing" in places:
        return Decision("do", "output missing")
    return Decision("skip", edited=places.count("changed"))
