"""The driver of a batch: finds what is to be done, has it done by an executor, and has it written down.

It alone touches the output folder and the ledger. `decision.py` says what is done, `recorder.py` in which order it is
written, `state.py` what is remembered.
"""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from pathlib import Path

from summarizer.batch import configuration, failures, plan
from summarizer.batch.decision import Place, decide
from summarizer.batch.interface import BatchOptions, Event, Executor, Job, Listener, Result, Stop
from summarizer.batch.ledger import Output
from summarizer.batch.lock import FolderLock
from summarizer.batch.recorder import REPLACED, Recorder
from summarizer.batch.state import State
from summarizer.durable import TEMPORARY_PREFIX, TEMPORARY_SUFFIX, make_folder
from summarizer.errors import OutputError

# Results written down together, and how long the first of them may wait for more.
GROUP = 32
GROUP_SECONDS = 0.5


@dataclass(slots=True)
class Totals:
    """What a run did."""

    found: int = 0
    skipped: int = 0
    """Done before, and nothing has changed since."""
    held: int = 0
    """Failed before, and neither changed nor asked to be tried again."""
    done: int = 0
    failed: int = 0
    deleted: int = 0
    """In the ledger, but no longer in the input folder."""
    edited: int = 0
    """Documents that somebody has changed since they were written; they stay as they are."""
    sentences: int = 0
    words: int = 0
    seconds: float = 0.0
    stopped: bool = False
    reasons: dict[str, int] = field(default_factory=dict)
    """Why articles were done: "new", "changed", "configuration", "output missing", "failed before", "restart"."""


class Runner:
    """One batch over one pair of folders."""

    def __init__(
        self,
        source: Path,
        output: Path,
        batch: BatchOptions,
        executor: Executor,
        *,
        listener: Listener | None = None,
        accept: Callable[[plan.Found], bool] | None = None,
    ) -> None:
        """Touches nothing yet; what `accept` says no to is left for another run, as if it were not there.

        Raises:
            UsageError: the folders cannot serve.
        """
        plan.check_folders(source, output)
        self._source = source
        self._output = output
        self._batch = batch
        self._executor = executor
        self._listener = listener
        self._accept = accept
        self._private = plan.private_folder(output, batch.shard)
        # shards may write into one folder at the same time: each must know its own temporary files
        self._writer = f"{plan.shard_name(batch.shard)}-" if batch.shard[1] > 1 else ""
        self._state: State
        self._recorder: Recorder
        self._stopping = False
        self._passed_over: Counter[str] = Counter()
        self.totals = Totals()

    def run(self, stop: Stop) -> Totals:
        """Does what is to be done; returns what it did.

        Raises:
            BatchLocked: another batch is at work on the output folder.
            OutputError: results cannot be written; what was done so far is recorded.
            LedgerError, ModelError, EngineError: in their kinds.
        """
        started = time.monotonic()
        with ExitStack() as stack:
            # first what may be refused, so that a slip of the pen leaves no trace
            fields = configuration.fields(self._batch)
            fingerprint = configuration.fingerprint(fields)
            self._lock(stack)
            self._open(stack, fingerprint)
            self._state.ledger.remember_configuration(fingerprint, fields)
            self._emit("start", data={"configuration": fields, "fingerprint": fingerprint})
            for notice in self._state.notices:
                self._emit("notice", message=notice)
            self._work(self._jobs(fingerprint, fields, stop), stop)
            self.totals.stopped = stop.requested or stop.now
            if not self.totals.stopped:
                self._report_deleted()
            self._write_failures()
            self._say_what_was_met()
        self.totals.seconds = time.monotonic() - started
        self._emit("end", data=asdict(self.totals))
        return self.totals

    # -- the folder ---------------------------------------------------------------------------------------------------

    def _lock(self, stack: ExitStack) -> None:
        # a shard that is refused must leave no folder behind, or a merge would ask for its results
        if self._private.parent != self._output:
            self._make(self._private.parent)
            stack.enter_context(FolderLock(self._output, self._private.parent, shared=True))
        self._make(self._private)
        stack.enter_context(FolderLock(self._output, self._private))

    def _make(self, folder: Path) -> None:
        try:
            make_folder(folder)
        except OSError as error:
            raise OutputError(
                f"{self._output}: cannot be written ({error.strerror or error}); name a folder that can"
            ) from error

    def _open(self, stack: ExitStack, fingerprint: str) -> None:
        self._state = State(self._private, self._output)
        stack.callback(self._state.close)
        if self._batch.restart:
            self._state.restart()
        self._recorder = Recorder(self._output, self._private, self._state, fingerprint, writer=self._writer)
        stack.callback(self._recorder.close)
        self._sweep()

    def _sweep(self) -> None:
        """Removes temporary files that a killed run left behind; the lock says that no other run is writing them."""
        for folder, folders, names in os.walk(self._output):
            here = Path(folder)
            # a folder of results inside this one may have a batch of its own at work
            folders[:] = [name for name in folders if not (here / name / plan.PRIVATE).is_dir()]
            for name in names:
                if name.startswith(TEMPORARY_PREFIX + self._writer) and name.endswith(TEMPORARY_SUFFIX):
                    _remove(here / name)

    # -- what is to be done -------------------------------------------------------------------------------------------

    def _jobs(self, fingerprint: str, fields: dict[str, str], stop: Stop) -> Iterator[Job]:
        """The articles that need doing, found as they are needed."""
        told: set[str] = set()
        for found in plan.find(self._source, self._output, self._batch, passed_over=self._passed_over):
            if stop.requested:
                return
            if self._accept is not None and not self._accept(found):
                continue
            job, refused = plan.job(found)
            if not plan.in_shard(job.sha256 or plan.name_digest(found.path), self._batch.shard):
                continue
            self.totals.found += 1
            row = self._state.ledger.row(found.path)
            decision = decide(row, job, fingerprint, self._batch, self._place)
            if decision.action == "hold":
                self.totals.held += 1
                self._emit("held", path=job.path, message=row.error if row else "")
                continue
            if decision.action == "skip":
                self.totals.skipped += 1
                self.totals.edited += decision.edited
                self._emit("skipped", path=job.path)
                continue
            if decision.reason == "configuration" and row is not None and row.configuration not in told:
                told.add(row.configuration)
                before = self._state.ledger.configuration(row.configuration) or {}
                self._emit("notice", message=f"done again: {configuration.difference(before, fields)}")
            self.totals.reasons[decision.reason] = self.totals.reasons.get(decision.reason, 0) + 1
            if refused:
                self._commit([Result(job, error=f"{job.path}: {refused}", kind="Refused")])
                continue
            self._emit("planned", path=job.path, message=decision.reason)
            yield job

    def _place(self, output: Output) -> Place:
        return plan.place(self._output / output.path, output.size)

    # -- what was done ------------------------------------------------------------------------------------------------

    def _work(self, jobs: Iterator[Job], stop: Stop) -> None:
        self._executor.listener = self._hear
        group: list[Result] = []
        since = 0.0
        try:
            for result in self._executor.run(jobs, self._batch, stop):
                if result is not None:
                    since = since if group else time.monotonic()
                    group.append(result)
                if group and (result is None or len(group) >= GROUP or time.monotonic() > since + GROUP_SECONDS):
                    ready, group = group, []
                    self._commit(ready)
                self._look_up(stop)
        finally:
            self._executor.close()
            self._commit(group)

    def _look_up(self, stop: Stop) -> None:
        if stop.requested and not self._stopping:
            self._stopping = True
            self._emit("stopping", message="stopping after what is in flight; once more stops now")
        self._emit("tick")

    def _commit(self, results: Sequence[Result]) -> None:
        if not results:
            return
        totals = self.totals
        for result, row in self._recorder.record(results):
            path, facts = result.job.path, result.facts
            if facts is None:
                totals.failed += 1
                self._emit("failed", path=path, message=row.error, data={"kind": result.kind})
                continue
            totals.done += 1
            totals.sentences += facts.sentences
            totals.words += facts.words
            counts = {name: getattr(facts, name) for name in ("words", "sentences", "errors", "warnings", "notes")}
            self._emit("done", path=path, data=counts)
            if facts.sha256 != result.job.sha256:
                self._emit("notice", path=path, message=f"{path}: changed while the batch was at it; run it once more")

    def _report_deleted(self) -> None:
        for row in self._state.ledger.rows():
            if not os.path.lexists(self._source / row.path):
                self.totals.deleted += 1
                self._emit("deleted", path=row.path, message="no longer in the input folder; its results are kept")

    def _write_failures(self) -> None:
        """failures.csv: every article that is there and that the ledger holds as failed; no file if there is none."""
        # a shard's list stays with its state: beside the results there is room for one list only
        folder = self._private if self._writer else self._output
        path = folder / failures.NAME
        failed = (row for row in self._state.ledger.rows() if row.state == "failed")
        table = failures.table(row for row in failed if os.path.lexists(self._source / row.path))
        if table:
            self._recorder.write(path.relative_to(self._output).as_posix(), table)
        else:
            _remove(path)

    def _say_what_was_met(self) -> None:
        damaged, moved, edited = self._state.ledger.damaged, self._recorder.set_aside, self.totals.edited
        for number, one, many in (
            (
                damaged,
                "a row of the ledger was damaged; its article is done again",
                "rows of the ledger were damaged; their articles are done again",
            ),
            (
                moved,
                f"a file stood where a result belongs; it is now in {self._private / REPLACED}",
                f"files stood where results belong; they are now in {self._private / REPLACED}",
            ),
            (
                edited,
                "a result was changed since it was written; it stays as it is",
                "results were changed since they were written; they stay as they are",
            ),
        ):
            if number:
                self._emit("notice", message=one if number == 1 else f"{number:,} {many}")
        if self._passed_over and not self.totals.stopped:
            kinds = ", ".join(f"{suffix or 'no ending'} ({n})" for suffix, n in self._passed_over.most_common(5))
            self._emit("notice", message=f"passed over, being no kind of file that is read: {kinds}")
        if not self.totals.found and not self.totals.stopped and self._batch.shard[1] == 1 and self._accept is None:
            chosen = "that --include and --exclude leave " if self._batch.include or self._batch.exclude else ""
            self._emit("notice", message=f"{self._source}: no article {chosen}in this folder or below it")

    # -- events -------------------------------------------------------------------------------------------------------

    def _hear(self, event: Event) -> None:
        if self._listener is not None:
            self._listener(event)

    def _emit(self, name: str, *, path: str = "", message: str = "", data: dict[str, object] | None = None) -> None:
        self._hear(Event(name, path, message, data or {}))


def _remove(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise OutputError(f"{path}: cannot be removed ({error.strerror or error}); see to its rights") from error
