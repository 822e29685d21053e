"""Writes finished articles down in the order that loses nothing: documents, then journal, then ledger.

The documents go to temporary files, are fsynced, renamed, and their folders fsynced; then, and only then, the rows are
written. Whatever the moment of a crash, the next run finds either the row, and leaves the article alone, or no row,
and makes the same bytes again.
"""

from __future__ import annotations

import errno
import hashlib
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

from summarizer.batch.interface import Result
from summarizer.batch.ledger import Output, Row
from summarizer.batch.state import State
from summarizer.durable import make_folder, sync_folder, write_all_durably
from summarizer.errors import OutputError

REPLACED = "replaced"
"""Folder, beside the ledger, for files of others that stood where a result belongs."""
_THREADS = 8
# What a file system may have against one name; all else (full, read-only, broken) is true of the next article too.
_OF_ONE_ARTICLE = frozenset(
    {
        errno.ENAMETOOLONG, errno.EILSEQ, errno.EINVAL, errno.EISDIR, errno.ENOTDIR, errno.EEXIST, errno.ENOTEMPTY,
        errno.ELOOP, errno.EACCES, errno.EPERM,
    }
)  # fmt: skip


class Recorder:
    """Writes results into one output folder and its state."""

    def __init__(self, output: Path, private: Path, state: State, fingerprint: str, *, writer: str = "") -> None:
        """`writer` marks the temporary files of a shard."""
        self._output = output
        self._private = private
        self._state = state
        self._fingerprint = fingerprint
        self._writer = writer
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="write")
        self.set_aside = 0
        """Files of others that stood where a result belongs; they are in `REPLACED`."""

    def close(self) -> None:
        """Ends its threads."""
        self._threads.shutdown()

    def record(self, results: Sequence[Result]) -> list[tuple[Result, Row]]:
        """Writes the results; when it returns them with their rows, all of it survives a power cut.

        A result that cannot be written for a reason of its own (a name the file system does not take) comes back as
        a failed one.

        Raises:
            OutputError, LedgerError: nothing can be written any more; what was recorded before is safe.
        """
        before = {result.job.path: self._state.ledger.row(result.job.path) for result in results}
        documents = {path: text.encode("utf-8", "replace") for result in results for path, text in result.documents}
        try:
            self._write(documents, {o.path: o.sha256 for row in before.values() if row for o in row.outputs})
        except OSError as error:
            if len(results) > 1:
                # each by itself, so that one that cannot be written does not keep the others from being recorded
                return [pair for result in results for pair in self.record([result])]
            results = [self._refused(results[0], error, documents)]
        pairs = [(result, self._row(result, before[result.job.path], documents)) for result in results]
        for _, row in pairs:
            self._remove_stale(before[row.path], row)
        self._state.record([row for _, row in pairs])
        return pairs

    def write(self, relative: str, data: bytes) -> None:
        """Writes a file that is no article's result; raises OutputError."""
        try:
            self._write({relative: data}, None)
        except OSError as error:
            raise self._fault(error) from error

    # -- documents ----------------------------------------------------------------------------------------------------

    def _write(self, documents: dict[str, bytes], known: dict[str, str] | None) -> None:
        for folder in dict.fromkeys((self._output / path).parent for path in documents):
            make_folder(folder)
        if known is not None:
            for path, data in documents.items():
                self._make_way(path, data, known.get(path, ""))
        files = [(self._output / path, data) for path, data in documents.items()]
        write_all_durably(files, writer=self._writer, threads=self._threads)

    def _make_way(self, relative: str, data: bytes, known: str) -> None:
        """Sets aside what somebody else wrote, or changed, where a document belongs."""
        path = self._output / relative
        try:
            old = path.read_bytes()
        except FileNotFoundError:
            return
        if not old or old == data or _sha256(old) == known:
            return
        aside = self._private / REPLACED / relative
        number = 1
        while aside.exists():
            number += 1
            aside = (self._private / REPLACED / relative).with_name(f"{path.name}.{number}")
        make_folder(aside.parent)
        path.replace(aside)
        sync_folder(aside.parent)
        self.set_aside += 1

    def _refused(self, result: Result, error: OSError, documents: dict[str, bytes]) -> Result:
        """The result as a failed one, if the fault is its own; none of its documents stays."""
        if error.errno not in _OF_ONE_ARTICLE:
            raise self._fault(error) from error
        for path, data in documents.items():
            self._remove(path, _sha256(data))
        sha256 = result.facts.sha256 if result.facts else result.sha256
        reason = f"{result.job.path}: its result cannot be written ({error.strerror}: {error.filename})"
        return replace(result, documents=(), facts=None, error=reason, kind="OutputError", sha256=sha256)

    def _remove_stale(self, before: Row | None, now: Row) -> None:
        """Removes what an earlier run wrote for this article and what is not to stand there any more."""
        kept = {output.path for output in now.outputs}
        for output in before.outputs if before else ():
            if output.path not in kept:
                self._remove(output.path, output.sha256)

    def _remove(self, relative: str, sha256: str) -> None:
        path = self._output / relative
        try:
            # only what is still exactly what this program wrote: an editor's changes stay
            if _sha256(path.read_bytes()) == sha256:
                path.unlink()
                sync_folder(path.parent)
        except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
            return
        except OSError as error:
            raise self._fault(error) from error

    # -- rows ---------------------------------------------------------------------------------------------------------

    def _row(self, result: Result, before: Row | None, documents: dict[str, bytes]) -> Row:
        facts = result.facts
        sha256 = facts.sha256 if facts else result.sha256 or result.job.sha256
        outputs = tuple(Output(path, _sha256(documents[path]), len(documents[path])) for path, _ in result.documents)
        if not result.done and before is not None and before.sha256 == sha256:
            # the article is as it was: what was once made of it is still true, if not of today's options
            outputs = before.outputs
        return Row(
            path=result.job.path,
            sha256=sha256,
            configuration=self._fingerprint,
            state="done" if result.done else "failed",
            attempts=(before.attempts if before else 0) + 1,
            kind=result.kind,
            error=result.error,
            outputs=outputs,
            facts=facts,
            finished=time.time(),
        )

    def _fault(self, error: OSError) -> OutputError:
        return OutputError(
            f"{error.filename or self._output}: cannot be written ({error.strerror or error}); what was done before "
            "it is safe: see to the disk and run the same command again"
        )


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
