"""The part of the Ray executor that runs on the nodes: an actor, and the worker process that it looks after.

What an article does to its worker is seen to here, as on a single machine; a node that is lost is Ray's to see to.
"""

from __future__ import annotations

import pickle
import socket
from dataclasses import dataclass, replace
from typing import Any

from summarizer.batch.interface import BatchOptions, Event, Job, Result, Stop
from summarizer.batch.local import LocalExecutor
from summarizer.batch.process import DoesJobs, Fault, MakeWorker
from summarizer.errors import SummarizerError

Answer = Fault | tuple[list[Result], list[Event]]
"""What becomes of a window: results and what a person should hear about them, or why there can be none."""


@dataclass(frozen=True, slots=True)
class _OneThread:
    """Makes workers with a thread each: there are as many actors on a node as it has cores."""

    make: MakeWorker

    def __call__(self, batch: BatchOptions, *, threads: int) -> DoesJobs:
        return self.make(batch, threads=1)


class Actor:
    """What Ray makes for each place in the pool: a worker process, and what looks after it."""

    def __init__(self, batch: BatchOptions, worker: MakeWorker) -> None:
        """Starts nothing yet."""
        self._batch = batch
        self._executor = LocalExecutor(worker=_OneThread(worker), keep=True)

    def __call__(self, rows: dict[str, Any]) -> dict[str, Any]:
        """A column of pickled `Answer`s for one of pickled windows of jobs."""
        return {"answer": [pickle.dumps(self._answer(pickle.loads(window))) for window in rows["window"]]}

    def _answer(self, window: list[Job]) -> Answer:
        events: list[Event] = []

        def hear(event: Event) -> None:
            if event.name in ("lost", "notice"):
                events.append(event)

        self._executor.listener = hear
        try:
            results = [result for result in self._executor.run(iter(window), self._batch, Stop()) if result is not None]
        except SummarizerError as error:
            # to be said by the driver in its own words, not as a traceback from a node
            self._executor.close()
            return Fault(type(error).__name__, f"{error} (on {socket.gethostname()})")
        return results, events


def away(batch: BatchOptions) -> BatchOptions:
    """The options as they go to an actor: one worker, whole paths."""
    options = batch.options
    return replace(
        batch,
        jobs=1,
        options=replace(
            options,
            cache=options.cache.absolute(),
            glossary=options.glossary.absolute() if options.glossary else None,
            # one SQLite file in a home folder that several machines share would be damaged
            memory=False,
        ),
    )
