"""The executor on one machine: worker processes, each with its own engine, fed windows of jobs through pipes.

A process of its own for each worker is what keeps a fault in its place: an article that crashes the engine, eats all
memory or never ends takes down one worker, and with it nothing but itself. Its window is done again,
article by article.
"""

from __future__ import annotations

import multiprocessing
import signal
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess

from summarizer.batch.interface import BatchOptions, Executor, Job, Result, Stop
from summarizer.engines.ctranslate2 import usable_cores
from summarizer.errors import EngineError, SummarizerError

# A window's sentences share batches: large enough to fill them with rows of like length, small enough that results
# come often and little is lost with a worker.
WINDOW_ARTICLES = 32
WINDOW_BYTES = 160_000
# Beyond this, starting up (imports, conversion of a large model) has failed.
START_SECONDS = 900.0
_POLL_SECONDS = 0.2


@dataclass(slots=True)
class _Slot:
    """One worker process and what it is doing."""

    process: BaseProcess
    pipe: Connection
    ready: bool = False
    window: list[Job] = field(default_factory=list)
    deadline: float = 0.0


class LocalExecutor(Executor):
    """`jobs` worker processes on this machine."""

    def __init__(self) -> None:
        """Starts nothing yet."""
        self._slots: list[_Slot] = []
        # spawn, not fork: the parent may hold threads, and a worker must not inherit the lock or the ledger
        self._processes = multiprocessing.get_context("spawn")

    def run(self, jobs: Iterator[Job], batch: BatchOptions, stop: Stop) -> Iterator[Result]:  # noqa: D102
        waiting: deque[list[Job]] = deque()
        more = True
        number = batch.jobs or usable_cores()
        threads = max(1, usable_cores() // number)
        try:
            while True:
                if stop.now:
                    return
                while more and not stop.requested and len(waiting) < max(1, number - self._busy()):
                    window = _window(jobs)
                    more = bool(window)
                    if window:
                        waiting.append(window)
                if stop.requested:
                    waiting.clear()
                    more = False
                if not waiting and not self._busy():
                    if not more:
                        return
                    continue
                self._feed(waiting, batch, number, threads)
                yield from self._collect(waiting, batch)
        finally:
            self.close()

    def close(self) -> None:  # noqa: D102
        for slot in self._slots:
            slot.pipe.close()
            slot.process.kill()
            slot.process.join()
        self._slots.clear()

    def _busy(self) -> int:
        return sum(bool(slot.window) for slot in self._slots)

    def _feed(self, waiting: deque[list[Job]], batch: BatchOptions, number: int, threads: int) -> None:
        idle = sum(not slot.window for slot in self._slots)
        while len(self._slots) < number and idle < len(waiting):
            self._slots.append(self._start(batch, threads))
            idle += 1
        for slot in self._slots:
            if waiting and not slot.window and slot.ready:
                slot.window = waiting.popleft()
                slot.deadline = time.monotonic() + batch.article_seconds * len(slot.window)
                slot.pipe.send(slot.window)

    def _start(self, batch: BatchOptions, threads: int) -> _Slot:
        ours, theirs = self._processes.Pipe()
        process = self._processes.Process(target=_main, args=(theirs, batch, threads), daemon=True)
        process.start()
        theirs.close()
        return _Slot(process, ours, deadline=time.monotonic() + START_SECONDS)

    def _collect(self, waiting: deque[list[Job]], batch: BatchOptions) -> Iterator[Result]:
        ready = wait([slot.pipe for slot in self._slots], timeout=_POLL_SECONDS)
        for slot in list(self._slots):
            if slot.pipe in ready:
                try:
                    answer = slot.pipe.recv()
                except (EOFError, OSError):
                    slot.process.join(timeout=10)
                    yield from self._lost(slot, waiting, "WorkerDied", _death(slot.process.exitcode))
                    continue
                if isinstance(answer, SummarizerError):
                    # it could not even start; no other worker could
                    raise answer
                if answer == _READY:
                    slot.ready = True
                else:
                    slot.window = []
                    yield from answer
            elif time.monotonic() > slot.deadline and (slot.window or not slot.ready):
                limit = f"took longer than {batch.article_seconds:.0f} s"
                yield from self._lost(slot, waiting, "Timeout", limit)

    def _lost(self, slot: _Slot, waiting: deque[list[Job]], kind: str, reason: str) -> Iterator[Result]:
        """Ends a worker and sees to its window: one article has failed, several are tried one by one."""
        self._slots.remove(slot)
        slot.process.kill()
        slot.process.join()
        slot.pipe.close()
        if not slot.ready:
            raise EngineError(f"a worker did not start: {reason}; `summarizer doctor` shows what is wrong")
        if len(slot.window) == 1:
            yield Result(slot.window[0], error=f"{slot.window[0].path}: {reason}", kind=kind)
        else:
            waiting.extendleft([job] for job in reversed(slot.window))


def _window(jobs: Iterator[Job]) -> list[Job]:
    window: list[Job] = []
    size = 0
    for job in jobs:
        window.append(job)
        size += job.size
        if len(window) >= WINDOW_ARTICLES or size >= WINDOW_BYTES:
            break
    return window


def _death(code: int | None) -> str:
    if code is not None and code < 0:
        name = signal.Signals(-code).name if -code in signal.Signals._value2member_map_ else str(-code)
        why = " (often: out of memory)" if name == "SIGKILL" else ""
        return f"its worker was ended by {name}{why}"
    return f"its worker ended with code {code}"


_READY = "ready"


def _main(pipe: Connection, batch: BatchOptions, threads: int) -> None:
    """A worker process: jobs in, results out, until the driver goes away."""
    # Ctrl-C reaches the whole process group; the driver decides what it means
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    from summarizer.batch.worker import Worker

    try:
        worker = Worker(batch, threads=threads)
    except SummarizerError as error:
        pipe.send(error)
        return
    pipe.send(_READY)
    while True:
        try:
            window = pipe.recv()
        except (EOFError, OSError):
            return
        try:
            pipe.send(worker.do(window))
        except OSError:
            # the driver is gone; whatever was not recorded is done by the next run
            return
