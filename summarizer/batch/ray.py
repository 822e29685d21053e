"""The executor for a Ray cluster: Ray Data `map_batches` over a pool of actors, each with a worker process of its own.

Ray moves the work, starts the actors, and repeats what was lost with a machine. What an article does to its worker is
seen to in the actor, as on a single machine; only the driver, which is not part of this, writes results.

Ray Data begins with a whole data set, and a batch's jobs are a stream of unknown length: so jobs are handed over in
rounds of some thousand per actor. Actors live for a round; the driver gathers the next one while the last is at work.
"""

from __future__ import annotations

import gc
import logging
import os
import pickle
import queue
import signal
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from summarizer import errors
from summarizer.batch.interface import BatchOptions, Executor, Job, Result, Stop
from summarizer.batch.local import MAX_WINDOW_BYTES, text_bytes
from summarizer.batch.process import Fault, MakeWorker, usual_worker
from summarizer.batch.ray_actor import Actor, Answer, away
from summarizer.errors import EngineError, SummarizerError, UsageError

WINDOW_ARTICLES = 64
"""What an actor is given at a time: done again elsewhere if its node is lost, waited for when the batch is stopped."""
# The first round is short, that results come soon; later ones are long, that loading the models does not count.
FIRST_WINDOWS_PER_ACTOR = 2
WINDOWS_PER_ACTOR = 32
MAX_WINDOWS = 4096
"""Of one round, whatever the cluster's size: some hundred megabytes of jobs in the driver."""
# Longer than any window can take: then it is the cluster that no longer gets anywhere.
_STALLED_SECONDS = 7200.0
_LOCAL_STORE_BYTES = 256 << 20
_POLL_SECONDS = 0.2
_END_SECONDS = 15.0
# Ray can be told these in no other way: a cluster of our own reports its use to nobody; its core, which writes to our
# standard error, says only what it dies of; and what is late after a shutdown starts no new cluster.
_SETTINGS = {"RAY_USAGE_STATS_ENABLED": "0", "RAY_BACKEND_LOG_LEVEL": "fatal", "RAY_ENABLE_AUTO_CONNECT": "0"}


class RayExecutor(Executor):
    """Actors on the nodes of a cluster, or on this machine."""

    def __init__(self, address: str | None = None, *, worker: MakeWorker = usual_worker) -> None:
        """Connects to nothing yet; without an address a cluster of this machine alone is started.

        `worker` makes what works in each actor's process; it must be importable on every node.

        Raises:
            UsageError: Ray is not installed, or the address is that of Ray Client.
        """
        try:
            with _environment(_SETTINGS):
                import ray.data  # noqa: F401
        except ImportError as error:
            raise UsageError(f"--executor ray needs Ray ({error}): pip install 'summarizer[ray]'") from error
        if address is not None and address.startswith("ray://"):
            raise UsageError(
                f"{address}: Ray Client cannot carry a batch; run the command on a node of the cluster, with "
                "--ray-address auto or HOST:PORT"
            )
        self._address = address
        self._worker = worker
        self._connected = False

    def run(self, jobs: Iterator[Job], batch: BatchOptions, stop: Stop) -> Iterator[Result | None]:  # noqa: D102
        rounds = _Rounds(jobs)
        rounds.gather()
        try:
            while rounds.windows and not stop.requested:
                self._connect(batch)
                actors = self._actors(batch)
                while not (stop.requested or rounds.full(actors)):
                    rounds.gather()
                    yield None
                yield from self._round(rounds.begin(), rounds, actors, batch, stop)
                if not rounds.windows:
                    rounds.gather()
        finally:
            self.close()

    def close(self) -> None:  # noqa: D102
        if self._connected:
            import ray

            self._connected = False
            # handles of actors in cycles, let go of later, would be a use of Ray after its end
            gc.collect()
            ray.shutdown()

    # -- the cluster --------------------------------------------------------------------------------------------------

    def _connect(self, batch: BatchOptions) -> None:
        import ray

        if ray.is_initialized():
            return
        main = threading.current_thread() is threading.main_thread()
        handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)} if main else {}
        options: dict[str, Any] = {"address": self._address}
        if self._address is None:
            local = {"num_cpus": batch.jobs or None, "object_store_memory": _LOCAL_STORE_BYTES}
            options = {"address": "local", "include_dashboard": False, **local}
        try:
            with _environment(_SETTINGS):
                ray.init(log_to_driver=False, logging_level=logging.ERROR, **options)
        except (OSError, RuntimeError, ValueError) as error:
            where = self._address or "this machine"
            raise EngineError(f"{where}: no Ray cluster answers there ({_reason(error)})") from error
        finally:
            # Ray takes SIGTERM for itself; in a batch it means: finish what is in flight
            for number, handler in handlers.items():
                signal.signal(number, handler)
        self._connected = True
        _silence()

    def _actors(self, batch: BatchOptions) -> int:
        """How many actors the cluster has room for now."""
        import ray
        from ray.exceptions import RayError

        kind = "GPU" if batch.options.device == "cuda" else "CPU"
        try:
            number = int(ray.cluster_resources().get(kind, 0))
        except (RayError, OSError, RuntimeError) as error:
            raise EngineError(f"the Ray cluster is gone ({_reason(error)}); run the same command again") from error
        if number < 1:
            raise EngineError(f"{self._address or 'this machine'}: the Ray cluster has no {kind} to work with")
        return min(batch.jobs, number) if batch.jobs else number

    # -- one round ----------------------------------------------------------------------------------------------------

    def _round(
        self, windows: list[list[Job]], rounds: _Rounds, actors: int, batch: BatchOptions, stop: Stop
    ) -> Iterator[Result | None]:
        waiting = {job.path: job for window in windows for job in window}
        before = len(waiting)
        fault: Exception | None = None
        reader = _Reader(self._dataset(windows, actors, batch), actors, stop)
        try:
            while not stop.now:
                answer = reader.answer(None if stop.requested or rounds.full(actors) else rounds.gather)
                if answer is None:
                    yield None
                    continue
                if isinstance(answer, _End):
                    fault = answer.fault
                    break
                for result in self._hear(answer):
                    if job := waiting.pop(result.job.path, None):
                        yield replace(result, job=job)
        finally:
            reader.close()
        left = [left for window in windows if (left := [job for job in window if job.path in waiting])]
        if stop.requested or not left:
            return
        if fault is not None and len(waiting) == before:
            raise EngineError(
                f"the Ray cluster does not work ({_reason(fault)}); what is done is safe: see that summarizer is "
                "installed on every node, and run the same command again"
            ) from fault
        # what the cluster lost, for all its repeating; a second time it is given up
        given_up = [job for window in left for job in window if job.path in rounds.lost]
        rounds.again([[job for job in window if job.path not in rounds.lost] for window in left])
        for job in given_up:
            yield Result(job, error=f"{job.path}: lost with its worker twice; Ray's log says more", kind="WorkerDied")

    def _hear(self, answer: Answer) -> list[Result]:
        if isinstance(answer, Fault):
            kind: type[SummarizerError] = getattr(errors, answer.kind, SummarizerError)
            raise kind(answer.message)
        results, events = answer
        for event in events:
            self.listener(event)
        return results

    def _dataset(self, windows: list[list[Job]], actors: int, batch: BatchOptions) -> Any:
        from ray.data import ActorPoolStrategy, from_items

        jobs = [[replace(job, source=job.source.absolute()) for job in window] for window in windows]
        dataset = from_items([{"window": pickle.dumps(window)} for window in jobs], override_num_blocks=len(jobs))
        dataset = dataset.map_batches(
            Actor,
            fn_constructor_args=(away(batch), self._worker),
            batch_size=1,
            batch_format="numpy",
            compute=ActorPoolStrategy(size=min(actors, len(jobs))),
            num_cpus=1,
            num_gpus=1 if batch.options.device == "cuda" else None,
        )
        context = dataset.context
        # a window that fails for good is missed by the driver, which knows what to do; it must not end the round
        context.max_errored_blocks = -1
        context.print_on_execution_start = False
        context.execution_no_progress_timeout_s = max(_STALLED_SECONDS, 4 * batch.article_seconds)
        return dataset


@dataclass(slots=True)
class _Rounds:
    """Takes jobs from their stream, no more than the next round needs."""

    jobs: Iterator[Job]
    number: int = 0
    more: bool = True
    windows: list[list[Job]] = field(default_factory=list)
    lost: set[str] = field(default_factory=set)
    """Paths of articles that came back from no actor once."""

    def full(self, actors: int) -> bool:
        per_actor = WINDOWS_PER_ACTOR if self.number else FIRST_WINDOWS_PER_ACTOR
        return not self.more or len(self.windows) >= min(MAX_WINDOWS, per_actor * actors)

    def gather(self) -> None:
        """Takes one window more."""
        window: list[Job] = []
        size = 0
        while len(window) < WINDOW_ARTICLES and size < MAX_WINDOW_BYTES:
            job = next(self.jobs, None)
            if job is None:
                self.more = False
                break
            window.append(job)
            size += text_bytes(job)
        if window:
            self.windows.append(window)

    def begin(self) -> list[list[Job]]:
        windows, self.windows = self.windows, []
        self.number += 1
        return windows

    def again(self, windows: list[list[Job]]) -> None:
        self.lost.update(job.path for window in windows for job in window)
        self.windows[:0] = [window for window in windows if window]


@dataclass(frozen=True, slots=True)
class _End:
    """No more answers come."""

    fault: Exception | None = None


class _Reader:
    """Reads a data set's answers in a thread, so that the driver may look up between them.

    Whoever uses Ray after it has been shut down has the whole process ended by it: so this ends cleanly, and first.
    """

    def __init__(self, dataset: Any, actors: int, stop: Stop) -> None:
        # few, so that what is finished waits in the cluster and not here
        self._answers: queue.Queue[Answer | _End] = queue.Queue(maxsize=4)
        self._closed = threading.Event()
        self._name = f"summarizer-{uuid.uuid4().hex}"
        dataset.set_name(self._name)
        self._thread = threading.Thread(target=self._read, args=(dataset, actors, stop), daemon=True)
        self._thread.start()

    def answer(self, meanwhile: Callable[[], None] | None) -> Answer | _End | None:
        """The next answer or the end; None if there is nothing yet, after a bit of `meanwhile`."""
        try:
            return self._answers.get(timeout=_POLL_SECONDS) if meanwhile is None else self._answers.get_nowait()
        except queue.Empty:
            if meanwhile is not None:
                meanwhile()
            return None

    def close(self) -> None:
        """Ends the execution, wherever it is, and waits for what works at it in this process."""
        self._closed.set()
        for thread in threading.enumerate():
            # Ray has no other way to end what another thread waits for; there is none left if all has been read
            if self._name in thread.name and hasattr(thread, "shutdown"):
                thread.shutdown(force=True)
                thread.join(_END_SECONDS)
        self._thread.join(_END_SECONDS)

    def _read(self, dataset: Any, actors: int, stop: Stop) -> None:
        in_flight = actors
        fault: Exception | None = None
        try:
            for row in dataset.iter_rows():
                answer: Answer = pickle.loads(row["answer"])
                # of what is in flight when a stop is asked for, each actor has one window
                in_flight -= stop.requested
                if not self._put(answer) or isinstance(answer, Fault) or not in_flight:
                    break
        except Exception as error:  # noqa: BLE001 - Ray's faults have no common base; the driver decides
            fault = error
        self._put(_End(fault))

    def _put(self, answer: Answer | _End) -> bool:
        while not self._closed.is_set():
            try:
                self._answers.put(answer, timeout=_POLL_SECONDS)
            except queue.Full:
                continue
            return True
        return False


def _reason(error: BaseException) -> str:
    """The last line: Ray puts the tracebacks of its processes before it."""
    lines = [line for line in str(error).splitlines() if line.strip()]
    return lines[-1].strip() if lines else type(error).__name__


def _silence() -> None:
    """Keeps Ray Data's log in Ray's files, and its progress bars and log out of our standard error."""
    from ray.data import DataContext

    DataContext.get_current().enable_progress_bars = False
    logger = logging.getLogger("ray.data")
    for handler in list(logger.handlers):
        if isinstance(handler, logging.StreamHandler):
            logger.removeHandler(handler)


@contextmanager
def _environment(values: dict[str, str]) -> Iterator[None]:
    """While it lasts, the environment has these values where it has none of its own."""
    added = {name: value for name, value in values.items() if name not in os.environ}
    os.environ.update(added)
    try:
        yield
    finally:
        for name in added:
            del os.environ[name]
