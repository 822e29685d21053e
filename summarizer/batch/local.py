"""The executor on one machine: worker processes, each with its own engine, fed windows of jobs through pipes.

A process of its own for each worker is what keeps a fault in its place: an article that crashes the engine, eats all
memory or never ends takes down one worker, and with it nothing but itself. What else that worker had in hand is done
again by another.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import pickle
import queue
import signal
import threading
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess

from summarizer import errors
from summarizer.batch.interface import BatchOptions, Event, Executor, Job, Result, Stop
from summarizer.batch.process import Fault, MakeWorker, Message, Notice, Reading, Ready, main, usual_worker
from summarizer.batch.resources import worker_count
from summarizer.engines.ctranslate2 import usable_cores
from summarizer.errors import EngineError, SummarizerError

# A window's sentences share batches: large enough to fill them with rows of like length, small enough that results
# come often, a stop need not wait long, and little is lost with a worker.
WINDOW_ARTICLES = 64
WINDOW_SECONDS = 10.0
FIRST_WINDOW_BYTES = 40_000
MAX_WINDOW_BYTES = 400_000
"""Of text, roughly: markup and pictures count for little, see `text_bytes`."""
# Beyond this, starting up (imports, conversion of a large model) has failed.
START_SECONDS = 900.0
# A window that waits in a worker's pipe must fit there, or driver and worker could wait for each other for ever.
_PIPE_BYTES = 32_768
# A process costs about a second of a core before it does anything.
_ARTICLES_WORTH_A_WORKER = 4
_MOST_LOST_STARTS = 3
_GOODBYE_SECONDS = 5.0
_ABSENCE_SECONDS = 2.0
_POLL_SECONDS = 0.2
_FILL_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class _Window:
    """Jobs that are done together."""

    jobs: tuple[Job, ...]
    alone: bool = False
    """A single article under suspicion: if its worker is lost once more, it has failed."""


@dataclass(slots=True, eq=False)
class _Slot:
    """One worker process and what it is doing."""

    process: BaseProcess
    pipe: Connection
    deadline: float
    ready: bool = False
    since: float = 0.0
    """When it began with the first of its windows."""
    windows: deque[_Window] = field(default_factory=deque)
    """The one at work and the one that waits behind it."""
    at: str = ""
    """The article it said it is reading or rendering; empty while it translates."""

    def end(self) -> None:
        """Ends the process; its listener ends with it, and closes the pipe."""
        self.process.kill()
        self.process.join()


_Inbox = queue.SimpleQueue[tuple[_Slot, Message | None]]


class LocalExecutor(Executor):
    """Worker processes on this machine."""

    def __init__(
        self, first_window: int = FIRST_WINDOW_BYTES, *, worker: MakeWorker = usual_worker, keep: bool = False
    ) -> None:
        """Starts nothing yet; the first windows hold so many bytes of text, later ones what proves right.

        `worker` makes what works in each process; it must be importable there. With `keep` the workers stay from one
        run to the next, until `close`.
        """
        self._keep = keep
        self._worker = worker
        self._slots: list[_Slot] = []
        self._pending: deque[Job] = deque()
        self._again: deque[_Window] = deque()
        self._more = True
        self._number = 1
        self._window_bytes = first_window
        self._lost_starts = 0
        self._looked = time.monotonic()
        self._inbox: _Inbox = queue.SimpleQueue()
        self._told: set[str] = set()
        # spawn, not fork: the parent may hold threads, and a worker must not inherit the lock or the ledger
        self._processes = multiprocessing.get_context("spawn")

    def run(self, jobs: Iterator[Job], batch: BatchOptions, stop: Stop) -> Iterator[Result | None]:  # noqa: D102
        self._number = worker_count(batch)
        self._looked = time.monotonic()
        self._more = True
        kept = False
        try:
            while not stop.now:
                if not stop.requested:
                    self._fill(jobs)
                elif self._more or self._pending or self._again:
                    self._wind_down()
                self._feed(batch)
                if not (self._more or self._pending or self._again or any(slot.windows for slot in self._slots)):
                    kept = self._keep
                    if not kept:
                        self._say_goodbye()
                    return
                yield from self._collect(batch)
                yield None
        finally:
            if not kept:
                self.close()

    def close(self) -> None:  # noqa: D102
        for slot in self._slots:
            slot.end()
        self._slots.clear()
        self._pending.clear()
        self._again.clear()

    # -- handing out --------------------------------------------------------------------------------------------------

    def _fill(self, jobs: Iterator[Job]) -> None:
        """Reads ahead: enough to keep everybody at work, never more; not so long that results must wait."""
        until = time.monotonic() + _FILL_SECONDS
        while self._more and len(self._pending) < 2 * WINDOW_ARTICLES * self._number:
            job = next(jobs, None)
            if job is None:
                self._more = False
            else:
                self._pending.append(job)
            if time.monotonic() > until:
                return

    def _wind_down(self) -> None:
        """Hands out nothing more, and has each worker end after the window that it is at."""
        self._pending.clear()
        self._again.clear()
        self._more = False
        for slot in self._slots:
            self._write(slot, pickle.dumps(None))

    def _say_goodbye(self) -> None:
        """Lets the workers close what they have open."""
        for slot in self._slots:
            self._write(slot, pickle.dumps(None))
        until = time.monotonic() + _GOODBYE_SECONDS
        for slot in self._slots:
            slot.process.join(max(0.0, until - time.monotonic()))

    def _feed(self, batch: BatchOptions) -> None:
        self._start_workers(batch)
        # first a window for everybody, then one to go on with
        for depth in (0, 1):
            for slot in self._slots:
                if slot.ready and len(slot.windows) == depth and (window := self._next_window(depth)) is not None:
                    self._send(slot, window, batch)

    def _start_workers(self, batch: BatchOptions) -> None:
        work = -(-len(self._pending) // _ARTICLES_WORTH_A_WORKER) + len(self._again)
        free = sum(not slot.windows for slot in self._slots)
        while free < work and len(self._slots) < self._number:
            self._slots.append(self._start(batch))
            free += 1

    def _next_window(self, depth: int) -> _Window | None:
        if self._again and (depth == 0 or not self._again[0].alone):
            return self._again.popleft()
        if self._more and len(self._pending) < WINDOW_ARTICLES:
            # the rest of the window is still being looked for
            return None
        # towards the end the windows grow smaller, so that all workers end at about the same time
        share = WINDOW_ARTICLES if self._more else -(-len(self._pending) // (2 * self._number))
        jobs: list[Job] = []
        size = 0
        while self._pending and len(jobs) < min(WINDOW_ARTICLES, share) and size < self._window_bytes:
            job = self._pending.popleft()
            jobs.append(job)
            size += text_bytes(job)
        return _Window(tuple(jobs)) if jobs else None

    def _start(self, batch: BatchOptions) -> _Slot:
        ours, theirs = self._processes.Pipe()
        threads = max(1, usable_cores() // self._number)
        process = self._processes.Process(target=main, args=(theirs, batch, threads, self._worker), daemon=True)
        process.start()
        theirs.close()
        slot = _Slot(process, ours, deadline=time.monotonic() + START_SECONDS)
        threading.Thread(target=_listen, args=(slot, self._inbox), daemon=True).start()
        return slot

    def _send(self, slot: _Slot, window: _Window, batch: BatchOptions) -> None:
        data = pickle.dumps(window.jobs)
        if slot.windows and len(data) > _PIPE_BYTES:
            self._again.appendleft(window)
            return
        if not slot.windows:
            slot.since = time.monotonic()
            slot.deadline = slot.since + batch.article_seconds
        slot.windows.append(window)
        self._write(slot, data)

    @staticmethod
    def _write(slot: _Slot, data: bytes) -> None:
        # where it has just died, reading from its pipe will say so
        with contextlib.suppress(OSError):
            slot.pipe.send_bytes(data)

    # -- taking in ----------------------------------------------------------------------------------------------------

    def _collect(self, batch: BatchOptions) -> Iterator[Result]:
        timeout = _POLL_SECONDS
        while True:
            try:
                slot, message = self._inbox.get(timeout=timeout)
            except queue.Empty:
                break
            # the rest of what has come is taken without waiting for more
            timeout = 0.0
            if slot not in self._slots:
                continue
            if message is None:
                slot.process.join(timeout=10)
                yield from self._lost(slot, "WorkerDied", _death(slot.process.exitcode))
                continue
            slot.deadline = time.monotonic() + batch.article_seconds
            yield from self._hear(slot, message)
        self._forgive_own_absence()
        for slot in list(self._slots):
            if time.monotonic() > slot.deadline and (slot.windows or not slot.ready):
                limit = f"no sign of life for {batch.article_seconds if slot.ready else START_SECONDS:.0f} s"
                yield from self._lost(slot, "Timeout", limit)

    def _forgive_own_absence(self) -> None:
        """Time in which this process did not look (stopped by Ctrl-Z, a disk that hung) counts against nobody."""
        now = time.monotonic()
        if now - self._looked > _ABSENCE_SECONDS:
            for slot in self._slots:
                slot.deadline += now - self._looked
        self._looked = now

    def _hear(self, slot: _Slot, message: Message) -> Iterator[Result]:
        if isinstance(message, Fault):
            # it could not even start; no other worker could
            kind = getattr(errors, message.kind, SummarizerError)
            raise kind(message.message)
        if isinstance(message, Ready):
            slot.ready = True
            self._lost_starts = 0
        elif isinstance(message, Reading):
            slot.at = message.path
            self.listener(Event("reading", path=message.path))
        elif isinstance(message, Notice):
            # every worker meets the same full disk
            if message.message not in self._told:
                self._told.add(message.message)
                self.listener(Event("notice", message=message.message))
        else:
            window, now = slot.windows.popleft(), time.monotonic()
            if message:
                size = sum(map(text_bytes, window.jobs))
                rate = size / max(now - slot.since, 0.01)
                self._window_bytes = int(min(max(WINDOW_SECONDS * rate, 1), MAX_WINDOW_BYTES))
            slot.at, slot.since = "", now
            yield from message

    def _lost(self, slot: _Slot, kind: str, reason: str) -> Iterator[Result]:
        """Ends a worker and sees to what it had in hand: the article at fault, if it can be told, is set apart."""
        self._slots.remove(slot)
        slot.end()
        if not slot.ready:
            self._lost_starts += 1
            if self._lost_starts == _MOST_LOST_STARTS or not self._slots:
                raise EngineError(f"a worker did not start: {reason}; `summarizer doctor` shows what is wrong")
        if not slot.windows:
            return
        window, *behind = slot.windows
        self._again.extendleft(reversed(behind))
        suspects = [job for job in window.jobs if job.path == slot.at] or list(window.jobs)
        others = tuple(job for job in window.jobs if job not in suspects)
        # who was seen to hang has hung; who was there when a worker died may have been struck by what another did
        if window.alone or (kind == "Timeout" and len(suspects) == 1):
            fate = "it has failed"
            for job in suspects:
                yield Result(job, error=f"{job.path}: {reason}", kind=kind)
        else:
            fate = f"{len(suspects)} of its articles are tried one by one"
            self._again.extendleft(_Window((job,), alone=True) for job in reversed(suspects))
        if others:
            self._again.append(_Window(others))
        self.listener(Event("lost", path=suspects[0].path if len(suspects) == 1 else "", message=f"{reason}; {fate}"))


def _listen(slot: _Slot, inbox: _Inbox) -> None:
    """Takes what a worker says, at once, so that it need not wait while the driver writes; None when it has ended."""
    try:
        while True:
            inbox.put((slot, slot.pipe.recv()))
    except (EOFError, OSError):
        inbox.put((slot, None))
    finally:
        slot.pipe.close()


def text_bytes(job: Job) -> int:
    """About how much text a file holds: what a window is to be filled with."""
    suffix = job.path.rpartition(".")[2].lower()
    return job.size // {"html": 12, "htm": 12, "xhtml": 12, "pdf": 20, "docx": 4}.get(suffix, 1)


def _death(code: int | None) -> str:
    if code is not None and code < 0:
        name = signal.Signals(-code).name if -code in signal.Signals._value2member_map_ else str(-code)
        why = " (often: out of memory)" if name == "SIGKILL" else ""
        return f"its worker was ended by {name}{why}"
    return f"its worker ended with code {code}"
