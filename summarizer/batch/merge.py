"""Joins what shards did, in one output folder or several, into one ledger, one list of failures, one folder of results.

It changes nothing in a shard but mends its state as that shard's next run would, and may be run again at any time: rows
that are there already stay as they are, documents that an editor has changed since are not touched.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from itertools import islice
from pathlib import Path, PurePosixPath

from summarizer.batch import configuration, failures, journal, plan
from summarizer.batch.interface import Event, Listener
from summarizer.batch.ledger import NAME as LEDGER
from summarizer.batch.ledger import Row
from summarizer.batch.lock import FolderLock
from summarizer.batch.state import State
from summarizer.durable import make_folder, write_durably
from summarizer.errors import LedgerError, OutputError, UsageError

_SHARD = re.compile(r"shard-([1-9][0-9]*)-of-([1-9][0-9]*)\Z")
# Rows written in one transaction: large enough that waiting for the disk does not count, small enough for any memory.
_ROWS = 500


@dataclass(slots=True)
class Merged:
    """What a merge found and did."""

    shards: int = 0
    """States that were read."""
    missing: tuple[str, ...] = ()
    """Shards that belong to the others and are nowhere to be found: "3/16" …"""
    done: int = 0
    """Articles the joined ledger holds as done."""
    failed: int = 0
    taken: int = 0
    """Rows that are new or changed by this merge."""
    copied: int = 0
    """Documents brought in from other output folders."""
    left_out: int = 0
    """Articles whose documents are not as their ledger says: to be done again."""
    stale: int = 0
    """Articles done with other options than the shards' last."""


@dataclass(frozen=True, slots=True)
class _Shard:
    """The private folder of a shard, or of a whole batch elsewhere."""

    output: Path
    private: Path

    @property
    def name(self) -> str:
        return str(self.private)

    @property
    def number(self) -> tuple[int, int] | None:
        found = _SHARD.fullmatch(self.private.name)
        return (int(found[1]), int(found[2])) if found else None


class Merger:
    """Joins shards into the ledger of one output folder."""

    def __init__(
        self, source: Path, output: Path, further: Sequence[Path] = (), *, listener: Listener | None = None
    ) -> None:
        """Touches nothing yet; `further` are output folders that shards filled elsewhere.

        Raises:
            UsageError: the folders cannot serve.
        """
        plan.check_folders(source, output)
        for folder in further:
            if not plan.private_folder(folder).is_dir():
                raise UsageError(
                    f"{folder}: no batch has been at work here; name output folders of shards after --merge"
                )
        self._source = source
        self._output = output
        self._further = [folder for folder in dict.fromkeys(further) if folder.resolve() != output.resolve()]
        self._listener = listener
        self._current = ""
        self.totals = Merged()

    def run(self) -> Merged:
        """Joins everything there is; returns what that was.

        Raises:
            UsageError: there is nothing to join, or the shards were run with different options.
            BatchLocked: one of them is still at work.
            LedgerError: a ledger cannot be read, or names documents outside its folder.
            OutputError: the results cannot be written; what was joined before is recorded.
        """
        with ExitStack() as stack:
            for folder in (self._output, *self._further):
                try:
                    make_folder(plan.private_folder(folder))
                except OSError as error:
                    raise OutputError(f"{folder}: cannot be written ({error.strerror or error})") from error
                stack.enter_context(FolderLock(folder, plan.private_folder(folder)))
            shards = list(self._shards())
            own = plan.private_folder(self._output)
            if not shards and not (own / LEDGER).exists():
                raise UsageError(f"{self._output}: no shard has been at work here; run `--shard I/N` first")
            self.totals.shards = len(shards)
            self.totals.missing = _missing([shard.number for shard in shards if shard.number])
            self._current = self._agreed(shards)
            target = stack.enter_context(closing(self._open(_Shard(self._output, own))))
            for shard in shards:
                with closing(self._open(shard)) as state:
                    self._join(shard, state, target)
            self._finish(target)
        return self.totals

    # -- which shards -------------------------------------------------------------------------------------------------

    def _shards(self) -> Iterator[_Shard]:
        for folder in (self._output, *self._further):
            whole = _Shard(folder, plan.private_folder(folder))
            parts = (_Shard(folder, found) for found in whole.private.glob("shard-*"))
            shards = [] if folder == self._output else [whole]
            shards += sorted((part for part in parts if part.number), key=lambda part: (part.number or (0, 0))[::-1])
            yield from (shard for shard in shards if (shard.private / LEDGER).is_file())

    def _agreed(self, shards: list[_Shard]) -> str:
        """The fingerprint that all shards were last run with; empty if nothing has been done at all."""
        first: tuple[_Shard, str, dict[str, str]] | None = None
        for shard in shards:
            last = journal.last(shard.private / journal.NAME)
            if last is None:
                continue
            with closing(self._open(shard)) as state:
                fields = state.ledger.configuration(last.configuration) or {}
            if first is None:
                first = (shard, last.configuration, fields)
            elif last.configuration != first[1]:
                raise UsageError(
                    f"{shard.name}: not done with the same options as {first[0].name} "
                    f"({configuration.difference(first[2], fields)}); run it again with theirs, then merge"
                )
        return first[1] if first else ""

    # -- joining ------------------------------------------------------------------------------------------------------

    def _join(self, shard: _Shard, state: State, target: State) -> None:
        rows = self._better(shard, state, target)
        seen: set[str] = set()
        while batch := list(islice(rows, _ROWS)):
            for fingerprint in {row.configuration for row in batch} - seen:
                seen.add(fingerprint)
                if fields := state.ledger.configuration(fingerprint):
                    target.ledger.remember_configuration(fingerprint, fields)
            target.record(batch)
            self.totals.taken += len(batch)

    def _better(self, shard: _Shard, state: State, target: State) -> Iterator[Row]:
        """Rows that are to replace what the target has, their documents in place."""
        for row in state.ledger.rows():
            if any(_leads_out(name) for name in (row.path, *(output.path for output in row.outputs))):
                raise LedgerError(f"{shard.name}: names a file outside its folder ({row.path}); not joined")
            known = target.ledger.row(row.path)
            if known == row:
                continue
            if known is None:
                take = shard.output == self._output or self._bring(shard, row, None)
            elif self._prefer(row, known):
                take = self._bring(shard, row, known)
            else:
                # two shards wrote one name into one folder, and the last one's bytes are there, not the better one's
                take = not self._in_place(known) and self._in_place(row)
                if not take:
                    continue
            if take:
                yield row
            else:
                self.totals.left_out += 1
                self._notice(f"{row.path}: its documents in {shard.output} are not as recorded; left out, to be redone")

    def _in_place(self, row: Row) -> bool:
        return all(_read(self._output / output.path, output.sha256) is not None for output in row.outputs)

    def _prefer(self, row: Row, known: Row) -> bool:
        # an article that changed while shards were at work moved from one to another: what it holds now decides
        now = self._digest(row.path) if row.sha256 != known.sha256 else row.sha256

        def rank(row: Row) -> tuple[bool, bool, bool, float]:
            return row.configuration == self._current, row.sha256 == now, row.state == "done", row.finished

        return rank(row) > rank(known)

    def _digest(self, path: str) -> str:
        try:
            return plan.digest(self._source / path)[0]
        except OSError:
            # gone since: neither row is nearer to it
            return ""

    def _bring(self, shard: _Shard, row: Row, known: Row | None) -> bool:
        """Copies an article's documents here; False if one of them is missing or is not what was recorded.

        Nor is anything put in the place of a file that this program has not written: the run that does the article
        again knows how to set it aside.
        """
        ours = {output.path: output.sha256 for output in known.outputs} if known else {}
        for output in row.outputs:
            to = self._output / output.path
            if _read(to, output.sha256) is not None:
                continue
            data = _read(shard.output / output.path, output.sha256)
            if data is None or (to.exists() and _read(to, ours.get(output.path, "")) is None):
                return False
            try:
                make_folder(to.parent)
                write_durably(to, data)
            except OSError as error:
                raise OutputError(
                    f"{to}: cannot be written ({error.strerror or error}); make room and merge again"
                ) from error
            self.totals.copied += 1
        return True

    def _finish(self, target: State) -> None:
        for row in target.ledger.rows():
            self.totals.done += row.state == "done"
            self.totals.failed += row.state == "failed"
            self.totals.stale += bool(self._current) and row.configuration != self._current
        path = self._output / failures.NAME
        try:
            if table := failures.table(target.ledger.rows()):
                write_durably(path, table)
            else:
                path.unlink(missing_ok=True)
        except OSError as error:
            raise OutputError(f"{path}: cannot be written ({error.strerror or error})") from error

    def _open(self, shard: _Shard) -> State:
        state = State(shard.private, shard.output)
        for notice in state.notices:
            self._notice(notice)
        return state

    def _notice(self, message: str) -> None:
        if self._listener is not None:
            self._listener(Event("notice", message=message))


def _missing(shards: list[tuple[int, int]]) -> tuple[str, ...]:
    """The shards that nobody has seen, unless some count of them is complete."""
    counts = sorted({count for _, count in shards})
    gone = [[f"{n}/{count}" for n in range(1, count + 1) if (n, count) not in shards] for count in counts]
    return () if not all(gone) else tuple(name for names in gone for name in names)


def _leads_out(name: str) -> bool:
    path = PurePosixPath(name)
    return path.is_absolute() or ".." in path.parts


def _read(path: Path, sha256: str) -> bytes | None:
    try:
        data = path.read_bytes()
    except OSError:
        return None
    return data if hashlib.sha256(data).hexdigest() == sha256 else None
