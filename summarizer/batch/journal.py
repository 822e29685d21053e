"""A second, simpler record of what was done, from which a damaged ledger is rebuilt.

One line of JSON an article, appended and fsynced before the ledger's commit, each with a checksum of its own: noise
in the file costs the lines it hits and no more.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import asdict, replace
from pathlib import Path
from types import TracebackType

from summarizer.batch.ledger import Ledger, Row, row_from_dict

NAME = "journal.jsonl"


class Journal:
    """The append-only journal of one output folder."""

    def __init__(self, path: Path) -> None:
        """Opens the file for appending; raises OSError."""
        self._file = path.open("ab")
        if self._file.tell() and not path.read_bytes().endswith(b"\n"):
            # a line that a crash cut short must not run into the next one
            self._file.write(b"\n")

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

    def append_all(self, rows: Iterable[Row]) -> None:
        """Writes rows; they are durable when this returns; raises OSError."""
        for row in rows:
            body = json.dumps(asdict(row), ensure_ascii=False, separators=(",", ":"))
            self._file.write(f"{_checksum(body)} {body}\n".encode("utf-8", "surrogateescape"))
        self._file.flush()
        os.fsync(self._file.fileno())


def read(path: Path) -> Iterator[Row]:
    """The sound lines of a journal, in the order they were written; none if there is no journal."""
    try:
        file = path.open("rb")
    except FileNotFoundError:
        return
    with file:
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
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - (1 << 20)))
        return next((row for line in reversed(file.read().split(b"\n")) if (row := _parse(line))), None)


def _parse(line: bytes) -> Row | None:
    text = line.decode("utf-8", "surrogateescape").rstrip("\n")
    checksum, _, body = text.partition(" ")
    return row_from_dict(json.loads(body)) if checksum == _checksum(body) else None


def rebuild(ledger: Ledger, journal: Path, output: Path) -> int:
    """Fills an empty ledger from the journal; returns the number of articles that need not be done again.

    Only rows whose documents are in place, byte for byte, are taken.
    """
    latest = {row.path: row for row in read(journal)}
    taken = 0
    for row in latest.values():
        if all(_same(output / written.path, written.sha256) for written in row.outputs):
            ledger.record(replace(row))
            taken += 1
    return taken


def _same(path: Path, sha256: str) -> bool:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest() == sha256
    except OSError:
        return False


def _checksum(body: str) -> str:
    return hashlib.sha256(body.encode("utf-8", "surrogateescape")).hexdigest()[:16]
