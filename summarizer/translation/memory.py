"""The translation memory: sentences already translated, kept in one SQLite file that several processes may share.

It must never return a text that is not exactly what was put in, and never stand between a user and a translation:
whatever is wrong with the file, the worst case is that sentences are translated again.
"""

from __future__ import annotations

import contextlib
import sqlite3
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any, Literal

from summarizer.errors import MemoryStoreError
from summarizer.translation.memory_entry import (
    MemoryEntry,
    MemoryKey,
    Origin,
    export_unit,
    fold,
    from_row,
    import_entry,
    key_digest,
    text_digest,
    to_row,
)
from summarizer.translation.memory_file import COLUMNS, MemoryFile, companions, transaction
from summarizer.translation.tmx import TmxUnit, same_language

__all__ = [
    "MemoryEntry",
    "MemoryGroup",
    "MemoryKey",
    "MemoryStats",
    "Origin",
    "TranslationMemory",
    "export_unit",
    "import_entry",
    "text_digest",
]

_CHUNK = 500
"""Rows per query; SQLite before 3.32 allows 999 variables in one."""
_SELECT = f"SELECT {', '.join(COLUMNS)} FROM entry"
# Whoever stores a machine translation first decides, so that all processes go by one text; the last import decides.
_INSERT = (
    f"INSERT INTO entry ({', '.join(COLUMNS[1:])}) VALUES ({', '.join('?' * len(COLUMNS[1:]))})"
    f" ON CONFLICT (digest) DO UPDATE SET {', '.join(f'{name} = excluded.{name}' for name in COLUMNS[2:])}"
    " WHERE excluded.origin = 'import'"
)


@dataclass(frozen=True, slots=True)
class MemoryGroup:
    """How many entries one model has for one pair of languages."""

    source_language: str
    target_language: str
    model: str
    origin: Origin
    entries: int


@dataclass(frozen=True, slots=True)
class MemoryStats:
    """What `summarizer memory stats` shows."""

    entries: int
    groups: tuple[MemoryGroup, ...]
    """Sorted by languages, then model."""
    bytes: int
    """On disk, with the write-ahead log."""
    oldest: datetime | None
    newest: datetime | None
    corrupt: int
    """Damaged entries found and dropped since the memory was opened."""

    @property
    def pairs(self) -> dict[tuple[str, str], int]:
        """Entries by (source language, target language)."""
        pairs: Counter[tuple[str, str]] = Counter()
        for group in self.groups:
            pairs[group.source_language, group.target_language] += group.entries
        return dict(pairs)

    @property
    def models(self) -> dict[str, int]:
        """Entries by model; those made by hand under the empty name."""
        models: Counter[str] = Counter()
        for group in self.groups:
            models[group.model] += group.entries
        return dict(models)


def _page(db: sqlite3.Connection, after: int) -> list[Any]:
    return db.execute(f"{_SELECT} WHERE id > ? ORDER BY id LIMIT {_CHUNK}", (after,)).fetchall()


def _chosen(db: sqlite3.Connection, column: str, values: Sequence[bytes | str]) -> list[Any]:
    marks = ", ".join("?" * len(values))
    return db.execute(f"{_SELECT} WHERE {column} IN ({marks}) ORDER BY created, id", values).fetchall()


def _has_imports(db: sqlite3.Connection) -> bool:
    return db.execute("SELECT 1 FROM entry WHERE folded IS NOT NULL LIMIT 1").fetchone() is not None


def _drop_damaged(db: sqlite3.Connection, ids: Sequence[int]) -> None:
    with transaction(db):
        for number in ids:  # looked at again: another process may have put a sound row in its place
            row = db.execute(f"{_SELECT} WHERE id = ?", (number,)).fetchone()
            if row is not None and from_row(row) is None:
                db.execute("DELETE FROM entry WHERE id = ?", (number,))


def _label(value: object) -> str:
    return str(value, "utf-8", "replace") if isinstance(value, bytes) else str(value)


def _moment(seconds: object) -> datetime | None:
    try:
        return datetime.fromtimestamp(seconds, timezone.utc) if isinstance(seconds, int) else None
    except (OverflowError, ValueError, OSError):  # a damaged entry may claim any time
        return None


class TranslationMemory:
    """An open memory. Use as a context manager; one object may be shared between threads, not across a fork.

    Every method raises MemoryStoreError when the file cannot be read or written; the caller may go on without it.
    A file found damaged is replaced by an empty one on the spot, and `notices` says so.
    """

    def __init__(self, file: MemoryFile, clock: Callable[[], float]) -> None:
        """Use `open`."""
        self._file, self._clock = file, clock
        self.corrupt = 0
        """Damaged entries found and dropped."""

    @classmethod
    def open(cls, path: Path, *, clock: Callable[[], float] = time.time) -> TranslationMemory:
        """Open the memory at `path`, creating it (mode 0600) and its folders where they are missing.

        A file that is damaged or no SQLite database at all is renamed NAME.corrupt-N and a new one begun. Raises
        MemoryStoreError if the place cannot be written, or if the file belongs to another program or to a newer
        version of this one.
        """
        return cls(MemoryFile(path), clock)

    def __enter__(self) -> TranslationMemory:
        """The memory itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close it."""
        self.close()

    def close(self) -> None:
        """Let go of the file; harmless when repeated."""
        self._file.close()

    @property
    def path(self) -> Path:
        """Where the file is, symbolic links resolved."""
        return self._file.path

    @property
    def notices(self) -> list[str]:
        """What the user should hear about, one line each: a damaged file that was set aside."""
        return self._file.notices

    def get_many(self, keys: Sequence[MemoryKey]) -> dict[MemoryKey, MemoryEntry]:
        """The machine entries at hand for these keys; absent and damaged ones are left out."""
        wanted = dict.fromkeys(keys)
        found = {entry.key: entry for entry in self._select("digest", [key_digest(key) for key in wanted])}
        return {key: entry for key, entry in found.items() if key in wanted}

    def imported(self, source_language: str, target_language: str, sources: Sequence[str]) -> dict[str, str]:
        """Translations by hand for these sentences: they win over any machine's, whatever its model and options.

        A sentence matches whatever its quotation marks and white space; "en" also finds "en-GB", after "en" itself.
        """
        if not self._file.run(_has_imports):
            # as most have not, which saves folding the sentences
            return {}
        folds = {source: fold(source) for source in sources}
        best: dict[str, tuple[tuple[int, int, str, str], str]] = {}
        for entry in self._select("folded", list(set(folds.values()))):
            key = entry.key
            if same_language(source_language, key.source_language) and same_language(
                target_language, key.target_language
            ):
                rank = (len(key.target_language), len(key.source_language), key.target_language, key.source_language)
                folded = fold(key.source)
                if folded not in best or rank <= best[folded][0]:
                    best[folded] = (rank, entry.text)
        return {source: best[folded][1] for source, folded in folds.items() if folded in best}

    def put_many(self, entries: Iterable[MemoryEntry]) -> None:
        """Store all of them or none, in one transaction.

        A machine entry that is already there stays as it is, so that all processes agree on one text; an imported
        one replaces the earlier import of the same sentence.
        """
        now = int(self._clock())
        rows = [to_row(entry, now) for entry in entries]

        def write(db: sqlite3.Connection) -> None:
            with transaction(db):
                db.executemany(_INSERT, rows)

        if rows:
            self._file.run(write)

    def import_units(self, units: Iterable[TmxUnit]) -> int:
        """Take in sentence pairs from TMX as translations by hand, all or none; returns how many there were."""
        entries = [import_entry(unit) for unit in units]
        self.put_many(entries)
        return len(entries)

    def units(self, licences: Mapping[str, str] | None = None) -> Iterator[TmxUnit]:
        """All sound entries for a TMX file, as `iterate` gives them; `licences` by model id without revision."""
        for entry in self.iterate():
            yield export_unit(entry, licences)

    def iterate(self) -> Iterator[MemoryEntry]:
        """All sound entries in the order they came in; others may write meanwhile.

        Raises MemoryStoreError rather than ending early when the file is found damaged or replaced on the way.
        """
        last = opening = 0
        while True:
            page = self._file.run(partial(_page, after=last))
            if last and self._file.openings != opening:
                raise MemoryStoreError(f"{self.path}: was replaced while it was being read; start again")
            if not page:
                return
            last, opening = page[-1][0], self._file.openings
            yield from self._sound(page)

    def stats(self) -> MemoryStats:
        """Counts and sizes. Texts are not read, so damaged entries count until they are met."""

        def read(db: sqlite3.Connection) -> tuple[list[Any], Any]:
            groups = db.execute(
                "SELECT source_language, target_language, model, origin, count(*) FROM entry GROUP BY 1, 2, 3, 4"
            ).fetchall()
            return groups, db.execute("SELECT min(created), max(created) FROM entry").fetchone()

        rows, (oldest, newest) = self._file.run(read)
        groups = tuple(
            MemoryGroup(source, target, model, "import" if origin == "import" else "machine", entries)
            for source, target, model, origin, entries in sorted((*map(_label, row[:4]), row[4]) for row in rows)
        )
        size = 0
        for file in (self.path, *companions(self.path)):
            with contextlib.suppress(FileNotFoundError):
                size += file.stat().st_size
        return MemoryStats(
            sum(group.entries for group in groups), groups, size, _moment(oldest), _moment(newest), self.corrupt
        )

    def clear(self) -> int:
        """Forget everything, hand the disk space back, and say how many entries there were.

        Files set aside earlier (NAME.corrupt-N) are not touched.
        """

        def wipe(db: sqlite3.Connection) -> int:
            with transaction(db):
                (entries,) = db.execute("SELECT count(*) FROM entry").fetchone()
                db.execute("DELETE FROM entry")
            db.execute("VACUUM")
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            return int(entries)

        return self._file.run(wipe)

    def _select(self, column: Literal["digest", "folded"], values: Sequence[bytes | str]) -> Iterator[MemoryEntry]:
        for start in range(0, len(values), _CHUNK):
            chosen = partial(_chosen, column=column, values=values[start : start + _CHUNK])
            yield from self._sound(self._file.run(chosen))

    def _sound(self, rows: Sequence[Sequence[Any]]) -> list[MemoryEntry]:
        """The entries of these rows; damaged rows are deleted and counted."""
        entries = [from_row(row) for row in rows]
        damaged = [row[0] for row, entry in zip(rows, entries, strict=True) if entry is None]
        if damaged:
            self.corrupt += len(damaged)
            self._file.run(partial(_drop_damaged, ids=damaged))
        return [entry for entry in entries if entry is not None]
