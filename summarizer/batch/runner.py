"""The driver of a batch: decides what is to be done, has it done, and writes it down in the order that loses nothing.

The order, for every article: documents to temporary files, fsync, rename, fsync of the folder; then, and only then,
the ledger's row. Whatever the moment of a crash, the next run finds either the row, and leaves the article alone, or
no row, and makes the same bytes again.
"""

from __future__ import annotations

import hashlib
import logging
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from summarizer.batch import configuration, failures, journal, plan
from summarizer.batch.interface import BatchOptions, Event, Executor, Job, Listener, Result, Stop
from summarizer.batch.ledger import NAME as LEDGER
from summarizer.batch.ledger import DamagedLedger, Ledger, Output, Row
from summarizer.batch.lock import FolderLock
from summarizer.durable import TEMPORARY_PREFIX, TEMPORARY_SUFFIX, write_durably
from summarizer.errors import OutputError

log = logging.getLogger(__name__)


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
        self._journal: journal.Journal
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
            private = self._private
            try:
                private.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise OutputError(f"{self._output}: cannot be written ({error.strerror})") from error
            if private.parent != self._output:
                stack.enter_context(FolderLock(self._output, private.parent, shared=True))
            stack.enter_context(FolderLock(self._output, private))
            ledger = self._open_ledger(private)
            stack.callback(ledger.close)
            self._journal = stack.enter_context(journal.Journal(private / journal.NAME))
            self._sweep()
            fields = configuration.fields(self._batch)
            fingerprint = configuration.fingerprint(fields)
            ledger.remember_configuration(fingerprint, fields)
            self._emit("start", data={"configuration": fields})
            jobs = self._jobs(ledger, fingerprint, fields)
            try:
                for result in self._executor.run(jobs, self._batch, stop):
                    self._commit(ledger, result, fingerprint)
            finally:
                self._executor.close()
            if not (stop.requested or stop.now):
                self._report_deleted(ledger)
            self.totals.stopped = stop.requested or stop.now
            self._write_failures(ledger)
        self.totals.seconds = time.monotonic() - started
        self._emit("end")
        return self.totals

    # -- what is to be done -------------------------------------------------------------------------------------------

    def _jobs(self, ledger: Ledger, fingerprint: str, fields: dict[str, str]) -> Iterator[Job]:
        """The articles that need doing, found as they are needed."""
        told: set[str] = set()
        for found in plan.find(self._source, self._output, self._batch):
            if self._accept is not None and not self._accept(found):
                continue
            try:
                sha256, size = plan.digest(found.source) if not found.refused else ("", 0)
            except OSError as error:
                sha256, size, refused = "", 0, (error.strerror or str(error))
            else:
                refused = found.refused
            if not plan.in_shard(sha256 or _name_digest(found.path), self._batch.shard):
                continue
            self.totals.found += 1
            job = Job(found.path, found.source, sha256, size, found.outputs)
            row = ledger.row(found.path)
            if refused:
                self._commit(ledger, Result(job, error=f"{job.path}: {refused}", kind="Refused"), fingerprint)
                continue
            reason = self._reason(row, job, fingerprint)
            if reason is None:
                continue
            if reason == "configuration" and row is not None and row.configuration not in told:
                told.add(row.configuration)
                before = ledger.configuration(row.configuration) or {}
                self._emit("notice", message=f"done again: {configuration.difference(before, fields)}")
            self.totals.reasons[reason] = self.totals.reasons.get(reason, 0) + 1
            self._emit("planned", path=job.path, message=reason)
            yield job

    def _reason(self, row: Row | None, job: Job, fingerprint: str) -> str | None:
        """Why an article is to be done, or None if it is not."""
        if row is None:
            return "new"
        if self._batch.restart:
            return "restart"
        if row.sha256 != job.sha256:
            return "changed"
        if row.configuration != fingerprint:
            return "configuration"
        if row.state == "failed":
            if self._batch.retry_failed:
                return "failed before"
            self.totals.held += 1
            self._emit("held", path=row.path, message=row.error)
            return None
        if [output.path for output in row.outputs] != [path for _, path in job.outputs]:
            return "renamed"
        if not all(self._in_place(output) for output in row.outputs):
            return "output missing"
        self.totals.skipped += 1
        self._emit("skipped", path=row.path)
        return None

    def _in_place(self, output: Output) -> bool:
        try:
            return (self._output / output.path).stat().st_size == output.size
        except OSError:
            return False

    # -- what was done ------------------------------------------------------------------------------------------------

    def _commit(self, ledger: Ledger, result: Result, fingerprint: str) -> None:
        before = ledger.row(result.job.path)
        outputs = tuple(self._write(path, text.encode("utf-8")) for path, text in result.documents)
        facts = result.facts
        row = Row(
            path=result.job.path,
            sha256=facts.sha256 if facts else result.job.sha256,
            configuration=fingerprint,
            state="done" if result.done else "failed",
            attempts=(before.attempts if before else 0) + 1,
            kind=result.kind,
            error=result.error,
            outputs=outputs,
            facts=facts,
            finished=time.time(),
        )
        self._keep(ledger, row)
        if before is not None:
            # what an earlier run wrote under another name, or for an article that can no longer be read
            self._remove_stale(before.outputs, keep={output.path for output in outputs})
        if result.done:
            self.totals.done += 1
            self.totals.sentences += facts.sentences if facts else 0
            self.totals.words += facts.words if facts else 0
            self._emit("done", path=result.job.path, data={"words": facts.words if facts else 0})
        else:
            self.totals.failed += 1
            self._emit("failed", path=result.job.path, message=result.error, data={"kind": result.kind})

    def _keep(self, ledger: Ledger, row: Row) -> None:
        try:
            self._journal.append(row)
        except OSError as error:
            raise OutputError(f"{self._output}: the journal cannot be written ({error.strerror or error})") from error
        ledger.record(row)

    def _write(self, relative: str, data: bytes) -> Output:
        path = self._output / relative
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            write_durably(path, data, writer=self._writer)
        except OSError as error:
            raise OutputError(
                f"{path}: cannot be written ({error.strerror or error}); what was done before it is safe: "
                "make room and run the same command again"
            ) from error
        return Output(relative, hashlib.sha256(data).hexdigest(), len(data))

    def _remove_stale(self, outputs: tuple[Output, ...], keep: set[str]) -> None:
        for output in outputs:
            path = self._output / output.path
            if output.path in keep or not path.is_file():
                continue
            # only what is still exactly what this program wrote; an editor's changes stay
            if hashlib.sha256(path.read_bytes()).hexdigest() == output.sha256:
                path.unlink()

    def _report_deleted(self, ledger: Ledger) -> None:
        for row in ledger.rows():
            if not (self._source / row.path).exists():
                self.totals.deleted += 1
                self._emit("deleted", path=row.path, message="no longer in the input folder; its results are kept")

    def _write_failures(self, ledger: Ledger) -> None:
        """failures.csv: every article the ledger holds as failed; no file where there is none."""
        # a shard's list stays with its state: beside the results there is room for one list only
        folder = self._private if self._writer else self._output
        path = folder / failures.NAME
        if table := failures.table(ledger.rows()):
            self._write(path.relative_to(self._output).as_posix(), table)
        else:
            path.unlink(missing_ok=True)

    # -- the folder ---------------------------------------------------------------------------------------------------

    def _open_ledger(self, private: Path) -> Ledger:
        path = private / LEDGER
        try:
            return Ledger(path)
        except DamagedLedger as error:
            aside = _set_aside(path)
            ledger = Ledger(path)
            kept = journal.rebuild(ledger, private / journal.NAME, self._output)
            self._emit(
                "notice",
                message=f"{error}; set aside as {aside.name} and rebuilt: {kept} articles need not be done again",
            )
            return ledger

    def _sweep(self) -> None:
        """Removes temporary files that a killed run left behind; the lock says that no other run is writing them."""
        for path in self._output.rglob(f"{TEMPORARY_PREFIX}{self._writer}*{TEMPORARY_SUFFIX}"):
            path.unlink(missing_ok=True)

    def _emit(self, name: str, *, path: str = "", message: str = "", data: dict[str, object] | None = None) -> None:
        if self._listener is not None:
            self._listener(Event(name, path, message, data or {}))


def _name_digest(path: str) -> str:
    return hashlib.sha256(path.encode("utf-8", "surrogateescape")).hexdigest()


def _set_aside(path: Path) -> Path:
    number = 1
    while (aside := path.with_name(f"{path.name}.damaged-{number}")).exists():
        number += 1
    path.replace(aside)
    for suffix in ("-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    return aside
