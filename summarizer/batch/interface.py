"""What the parts of a batch hand each other, and what an executor is.

A batch has one driver, which alone touches the output folder and the ledger, and any number of workers, which read
articles and give back finished documents. Executors bring the two together; nothing else differs between them.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from summarizer.options import Options
from summarizer.render.interface import View


@dataclass(frozen=True, slots=True)
class BatchOptions:
    """Everything a batch can be told, besides what a single article is told."""

    options: Options
    formats: tuple[str, ...] = ("json",)
    """Names of the output forms, each a file per article."""
    view: View = "full"
    include: tuple[str, ...] = ()
    """Globs over relative paths; empty takes every file that ingest can read by its ending."""
    exclude: tuple[str, ...] = ()
    jobs: int = 0
    """Worker processes; 0 takes as many as the machine has room for."""
    restart: bool = False
    retry_failed: bool = False
    shard: tuple[int, int] = (1, 1)
    """This shard's number, from 1, and how many there are."""
    article_seconds: float = 600.0
    """Longest time a worker may give no sign of life before it is ended, and the article at hand with it."""


@dataclass(frozen=True, slots=True)
class Job:
    """One article to do."""

    path: str
    """Relative to the input folder, with forward slashes; the article's name in ledger and reports."""
    source: Path
    sha256: str
    size: int
    outputs: tuple[tuple[str, str], ...]
    """(format, path relative to the output folder) for each document to write."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What the ledger and the morning report keep of a finished article."""

    sha256: str
    """Of the bytes that were really read."""
    title: str = ""
    translated_title: str = ""
    summary: str = ""
    """First sentence of the first summary."""
    language: str = ""
    model: str = ""
    """Of the translation and, after a +, of summaries that others wrote or translated."""
    licence: str = ""
    """Of all these."""
    attribution: str = ""
    """What their licences ask to be said where their output is used."""
    engine: str = ""
    signature: str = ""
    sentences: int = 0
    words: int = 0
    errors: int = 0
    warnings: int = 0
    notes: int = 0
    kinds: tuple[tuple[str, int], ...] = ()
    """Findings by kind."""
    timings: tuple[tuple[str, float], ...] = ()
    """Seconds by stage."""


@dataclass(frozen=True, slots=True)
class Result:
    """What a worker made of one job: documents and facts, or the reason why there are none."""

    job: Job
    documents: tuple[tuple[str, str], ...] = ()
    """(path relative to the output folder, text), in the order of `job.outputs`."""
    facts: Facts | None = None
    error: str = ""
    """One line; empty if all went well."""
    kind: str = ""
    """Class of the fault: "WrongLanguage", "Timeout", "WorkerDied" …"""
    sha256: str = ""
    """Of the bytes that were read where no facts came of them; empty if none were."""

    @property
    def done(self) -> bool:
        """True if there are documents to write."""
        return not self.error


@dataclass(slots=True)
class Stop:
    """Asked for by the user: the driver looks at it between steps."""

    requested: bool = False
    """Finish what is in flight, then stop."""
    now: bool = False
    """Do not even wait for that."""


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened, for the live view and the machine log."""

    name: str
    """One of `EVENTS`."""
    path: str = ""
    message: str = ""
    data: dict[str, object] = field(default_factory=dict)


EVENTS = {
    "start": "the batch begins; data: configuration",
    "planned": "an article will be done; message: why",
    "skipped": "done before, and nothing has changed since",
    "held": "failed before, and neither changed nor asked to be tried again; message: the reason it failed",
    "reading": "a worker takes up an article; path empty: it translates those it has read",
    "done": "documents written and recorded; data: words, sentences, errors, warnings",
    "failed": "recorded as failed; message: why; data: kind",
    "lost": "a worker died or hung; message: how, and what becomes of its articles",
    "deleted": "in the ledger, but no longer in the input folder",
    "notice": "something that a person should know; message: what",
    "stopping": "asked to stop",
    "tick": "nothing in particular: time passes",
    "end": "the batch ends; data: the totals",
}
"""Names of events, each with what it says."""

Listener = Callable[[Event], None]


def _deaf(event: Event) -> None:
    """Listens to nothing."""


class Executor(ABC):
    """Has jobs done somewhere and gives back results as they come, in any order."""

    listener: Listener = staticmethod(_deaf)
    """Hears of "reading" and "lost"; whoever runs the batch sets it."""

    @abstractmethod
    def run(self, jobs: Iterator[Job], batch: BatchOptions, stop: Stop) -> Iterator[Result | None]:
        """One result a job taken from `jobs`; takes no further jobs once `stop.requested`.

        None where nothing has come for the moment: the driver uses it to write down what it has. Results that come
        close behind each other are written together, which spares the disk.

        Jobs are taken as there is room for them, so that a folder of any size needs the same memory. A job that kills
        or hangs its worker comes back as a failed result and harms no other.

        Raises:
            ModelError, EngineError, UsageError: nothing at all can be done with these options.
        """

    def close(self) -> None:  # noqa: B027 - an executor without workers has nothing to end
        """Ends all workers."""
