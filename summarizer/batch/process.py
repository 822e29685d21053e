"""A worker process of the local executor: windows of jobs in, results and signs of life out, until the driver goes.

It ends at once when the driver does, however that ends: nothing it does counts without the driver.
"""

from __future__ import annotations

import contextlib
import logging
import os
import pickle
import signal
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from multiprocessing import parent_process
from multiprocessing.connection import Connection, wait
from typing import Protocol

from summarizer.batch.interface import BatchOptions, Job, Result
from summarizer.errors import SummarizerError

# How often a worker that translates says that it is alive.
_SIGN_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Ready:
    """The models are loaded."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Nothing can be done with these options."""

    kind: str
    """Name of the class in `summarizer.errors`."""
    message: str


@dataclass(frozen=True, slots=True)
class Reading:
    """A sign of life, with the path of the article at hand; empty while sentences of several are translated."""

    path: str


@dataclass(frozen=True, slots=True)
class Notice:
    """A warning of the library's, for a person."""

    message: str


Message = Ready | Fault | Reading | Notice | list[Result]


class _Handler(logging.Handler):
    """Hands the library's warnings on to the driver, which knows how much is to be said."""

    def __init__(self, sender: _Sender) -> None:
        super().__init__(logging.WARNING)
        self._sender = sender

    def emit(self, record: logging.LogRecord) -> None:
        self._sender.put(Notice(record.getMessage()))


class _Sender:
    """Tells the driver everything in the order in which it happens, and goes on only when it is told.

    So whatever ends this process, the driver knows what it was doing. Waiting costs nothing: the driver always listens.
    """

    def __init__(self, pipe: Connection) -> None:
        self._pipe = pipe
        self._lock = threading.Lock()
        self._last = ("", 0.0)

    def put(self, message: Message) -> None:
        # the driver is gone if this fails; whatever was not recorded is done by the next run
        with self._lock, contextlib.suppress(OSError):
            self._pipe.send(message)

    def alive(self, path: str) -> None:
        now = time.monotonic()
        if path != self._last[0] or now - self._last[1] > _SIGN_SECONDS:
            self._last = (path, now)
            self.put(Reading(path))


class DoesJobs(Protocol):
    """What a process needs of a worker; `worker.Worker` says what each does."""

    def load(self) -> None:
        """Makes ready."""

    def do(self, jobs: Sequence[Job], alive: Callable[[str], None]) -> list[Result]:
        """One result a job."""

    def close(self) -> None:
        """Lets go of everything."""


MakeWorker = Callable[..., DoesJobs]
"""Called with the batch's options and the keyword `threads`."""


def usual_worker(batch: BatchOptions, *, threads: int) -> DoesJobs:
    """The pipeline, imported where it works and not in the driver."""
    from summarizer.batch.worker import Worker

    return Worker(batch, threads=threads)


def main(pipe: Connection, batch: BatchOptions, threads: int, make: MakeWorker) -> None:
    """Works until the driver closes the pipe or is gone."""
    # Ctrl-C reaches the whole process group; the driver decides what it means
    for number in (signal.SIGINT, signal.SIGTERM, getattr(signal, "SIGHUP", signal.SIGTERM)):
        signal.signal(number, signal.SIG_IGN)
    threading.Thread(target=_follow_the_driver, daemon=True).start()
    sender = _Sender(pipe)
    logging.getLogger("summarizer").addHandler(_Handler(sender))
    try:
        worker = make(batch, threads=threads)
        worker.load()
    except SummarizerError as error:
        sender.put(Fault(type(error).__name__, str(error)))
        return
    sender.put(Ready())
    waiting: deque[list[Job] | None] = deque()
    while True:
        try:
            while not waiting or pipe.poll():
                waiting.append(pickle.loads(pipe.recv_bytes()))
        except (EOFError, OSError):
            return
        if None in waiting:
            # the end: what has not been begun is left to the next run
            for _ in filter(None, waiting):
                sender.put([])
            worker.close()
            return
        sender.put(worker.do(waiting.popleft() or (), sender.alive))


def _follow_the_driver() -> None:
    driver = parent_process()
    if driver is not None:
        wait([driver.sentinel])
        os._exit(1)
