"""A second, simpler record of what was done, from which a damaged ledger is rebuilt.

One line of JSON an article, appended and fsynced before the ledger's commit, each with a checksum of its own: noise
in the file costs the lines it hits and no more.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from itertools import islice
from pathlib import Path
from types import TracebackType

from summarizer.batch.ledger import Ledger, Row, row_from_dict
from summarizer.durable import sync_folder, write_durably

NAME = "journal.jsonl"
_ROWS = 500
_TAIL_BYTES = 1 << 20


class Journal:
    """The append-only journal of one output folder."""

    def __init__(self, path: Path) -> None:
        """Opens the file for appending; raises OSError."""
        existed = path.exists()
        self._file = path.open("ab")
        try:
            if self._file.tell() and not _ends_a_line(path):
                # a line that a crash cut short must not run into the next one
                self._file.write(b"\n")
                self._file.flush()
            if not existed:
                sync_folder(path.parent)
        except BaseException:
            self._file.close()
            raise

    def __enter__(self) -> Journal:
        """Itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Closes the file."""
        self._file.close()

    def append(self, row: Row) -> None:
        """Writes a row; it is durable when this returns; raises OSError."""
        self.append_all((row,))

    def append_all(self, rows: Iterable[Row]) -> int:
        """Writes rows; they are durable when this returns the journal's length in bytes; raises OSError."""
        self._file.write(b"".join(map(_line, rows)))
        self._file.flush()
        os.fsync(self._file.fileno())
        return self._file.tell()


def read(path: Path, start: int = 0) -> Iterator[Row]:
    """The sound lines of a journal from a byte on, in the order they were written; none if there is no journal."""
    try:
        file = path.open("rb")
    except FileNotFoundError:
        return
    with file:
        file.seek(start)
        for line in file:
            if row := _parse(line):
                yield row


def last(path: Path) -> Row | None:
    """The last sound line of a journal, found from its end; None if there is none in the last megabyte."""
    try:
        file = path.open("rb")
    except FileNotFoundError:
        return None
    with file:
        file.seek(max(0, file.seek(0, os.SEEK_END) - _TAIL_BYTES))
        return next((row for line in reversed(file.read().split(b"\n")) if (row := _parse(line))), None)


def write(path: Path, rows: Iterable[Row]) -> None:
    """Puts a new journal of these rows in place of what is there; raises OSError."""
    write_durably(path, b"")
    with Journal(path) as journal:
        for page in _pages(rows):
            journal.append_all(page)


def rebuild(ledger: Ledger, journal: Path, output: Path, *, start: int = 0) -> int:
    """Brings the rows of a journal from a byte on into the ledger; returns how many it took.

    Only rows whose documents are in place, byte for byte, are taken: so an article is either as it says, or done again.
    """
    taken = 0
    end = journal.stat().st_size if journal.exists() else 0
    for page in _pages(read(journal, start)):
        latest = {row.path: row for row in page}
        sound = [row for row in latest.values() if all(_same(output / o.path, o.sha256) for o in row.outputs)]
        ledger.record_all(sound)
        taken += len(sound)
    ledger.record_all((), journal_end=end)
    return taken


def _pages(rows: Iterable[Row]) -> Iterator[list[Row]]:
    rows = iter(rows)
    while page := list(islice(rows, _ROWS)):
        yield page


def _line(row: Row) -> bytes:
    # all ASCII: a name that is not UTF-8 and any character of an article come through as JSON escapes
    body = json.dumps(asdict(row), separators=(",", ":"))
    return f"{_checksum(body)} {body}\n".encode()


def _parse(line: bytes) -> Row | None:
    text = line.decode("utf-8", "surrogateescape").rstrip("\n")
    checksum, _, body = text.partition(" ")
    if checksum != _checksum(body):
        return None
    try:
        return row_from_dict(json.loads(body))
    except (ValueError, TypeError, KeyError):
        # sound, but of a version that wrote other rows
        return None


def _ends_a_line(path: Path) -> bool:
    with path.open("rb") as file:
        file.seek(-1, os.SEEK_END)
        return file.read(1) == b"\n"


def _same(path: Path, sha256: str) -> bool:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest() == sha256
    except OSError:
        return False


def _checksum(body: str) -> str:
    return hashlib.sha256(body.encode("utf-8", "surrogateescape")).hexdigest()[:16]
