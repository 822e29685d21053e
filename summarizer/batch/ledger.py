"""The ledger: what was done, to which bytes, with which configuration, and where it was written.

A row says "done" only after its documents are durably in place. SQLite with WAL and synchronous=FULL: a commit
survives the loss of power. One driver writes it at a time; `lock.py` sees to that.
"""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from summarizer.batch.interface import Facts
from summarizer.errors import LedgerError

NAME = "ledger.sqlite3"
_APPLICATION = 0x534D4C47

MIGRATIONS = (
    """
    CREATE TABLE article (
        path TEXT PRIMARY KEY,
        sha256 TEXT NOT NULL,
        configuration TEXT NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('done', 'failed')),
        attempts INTEGER NOT NULL,
        kind TEXT NOT NULL,
        error TEXT NOT NULL,
        outputs TEXT NOT NULL,
        facts TEXT NOT NULL,
        finished REAL NOT NULL
    ) WITHOUT ROWID
    """,
    "CREATE TABLE configuration (fingerprint TEXT PRIMARY KEY, fields TEXT NOT NULL) WITHOUT ROWID",
)
"""One statement each, in order; `user_version` counts those applied. Append only."""


@dataclass(frozen=True, slots=True)
class Output:
    """A document that was written."""

    path: str
    """Relative to the output folder."""
    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Row:
    """What the ledger knows of one article."""

    path: str
    sha256: str
    configuration: str
    state: Literal["done", "failed"]
    attempts: int
    kind: str = ""
    error: str = ""
    outputs: tuple[Output, ...] = ()
    facts: Facts | None = None
    finished: float = 0.0
    """Seconds since the epoch; for people only, nothing is decided by it."""


class Ledger:
    """The ledger of one output folder."""

    def __init__(self, path: Path) -> None:
        """Opens the file, or makes it.

        Raises:
            LedgerError: it cannot be opened or written.
            DamagedLedger: it is not a ledger, or its content does not hold together.
        """
        self.path = path
        existed = path.exists()
        try:
            self._db = sqlite3.connect(path, timeout=30, isolation_level=None)
            self._prepare(existed)
        except sqlite3.DatabaseError as error:
            self._db.close()
            if _is_damage(error):
                raise DamagedLedger(f"{path}: the ledger is damaged ({error})") from error
            raise LedgerError(f"{path}: the ledger cannot be opened ({error})") from error

    def _prepare(self, existed: bool) -> None:
        db = self._db
        db.execute("PRAGMA synchronous=FULL")
        version = db.execute("PRAGMA user_version").fetchone()[0]
        if existed and path_has_content(self.path):
            if db.execute("PRAGMA application_id").fetchone()[0] != _APPLICATION and version:
                raise sqlite3.DatabaseError("file is not a database of this program")
            if db.execute("PRAGMA quick_check").fetchone()[0] != "ok":
                raise sqlite3.DatabaseError("database disk image is malformed")
        if version > len(MIGRATIONS):
            raise LedgerError(f"{self.path}: written by a newer version of summarizer; use that one")
        db.execute("PRAGMA journal_mode=WAL")
        if version < len(MIGRATIONS):
            db.execute("BEGIN IMMEDIATE")
            for statement in MIGRATIONS[version:]:
                db.execute(statement)
            db.execute(f"PRAGMA user_version={len(MIGRATIONS)}")
            db.execute(f"PRAGMA application_id={_APPLICATION}")
            db.execute("COMMIT")

    def close(self) -> None:
        """Closes the file; what was recorded is safe without it."""
        self._db.close()

    def row(self, path: str) -> Row | None:
        """What is known of an article."""
        found = self._execute("SELECT * FROM article WHERE path = ?", path).fetchone()
        return _row(found) if found else None

    def rows(self) -> Iterator[Row]:
        """Every article, in the order of names, a page at a time."""
        after = ""
        while page := self._execute("SELECT * FROM article WHERE path > ? ORDER BY path LIMIT 500", after).fetchall():
            yield from map(_row, page)
            after = page[-1][0]

    def record(self, row: Row) -> None:
        """Writes one row; when it returns, the row survives a power cut."""
        self._put(row)

    def record_all(self, rows: Iterable[Row]) -> None:
        """Writes all rows or none; when it returns, they survive a power cut."""
        self._execute("BEGIN IMMEDIATE")
        try:
            for row in rows:
                self._put(row)
        except BaseException:
            self._execute("ROLLBACK")
            raise
        self._execute("COMMIT")

    def _put(self, row: Row) -> None:
        self._execute(
            "INSERT OR REPLACE INTO article VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            row.path,
            row.sha256,
            row.configuration,
            row.state,
            row.attempts,
            row.kind,
            row.error,
            json.dumps([asdict(output) for output in row.outputs], ensure_ascii=False),
            json.dumps(asdict(row.facts) if row.facts else None, ensure_ascii=False),
            row.finished or time.time(),
        )

    def forget(self, path: str) -> None:
        """Removes an article's row."""
        self._execute("DELETE FROM article WHERE path = ?", path)

    def clear(self) -> None:
        """Removes every row."""
        self._execute("DELETE FROM article")

    def configuration(self, fingerprint: str) -> dict[str, str] | None:
        """The fields a fingerprint stands for."""
        found = self._execute("SELECT fields FROM configuration WHERE fingerprint = ?", fingerprint).fetchone()
        return dict(json.loads(found[0])) if found else None

    def remember_configuration(self, fingerprint: str, fields: dict[str, str]) -> None:
        """Keeps the fields of a fingerprint, to be able to say later what changed."""
        self._execute(
            "INSERT OR IGNORE INTO configuration VALUES (?, ?)", fingerprint, json.dumps(fields, ensure_ascii=False)
        )

    def _execute(self, statement: str, *values: object) -> sqlite3.Cursor:
        try:
            return self._db.execute(statement, values)
        except sqlite3.DatabaseError as error:
            raise LedgerError(f"{self.path}: the ledger cannot be written or read ({error})") from error


class DamagedLedger(LedgerError):
    """The file is there but is no sound ledger; it is to be set aside and built anew."""


def path_has_content(path: Path) -> bool:
    """False for a file of no bytes, which SQLite takes for a new database."""
    return path.stat().st_size > 0


def _is_damage(error: sqlite3.DatabaseError) -> bool:
    return not isinstance(error, sqlite3.OperationalError) or "malformed" in str(error)


def row_from_dict(data: dict[str, Any]) -> Row:
    """A row from what `dataclasses.asdict` made of it and JSON carried."""
    facts = data["facts"]
    pairs = {name: tuple((key, value) for key, value in facts[name]) for name in ("kinds", "timings")} if facts else {}
    return Row(
        **(
            data
            | {
                "outputs": tuple(Output(**output) for output in data["outputs"]),
                "facts": Facts(**(facts | pairs)) if facts else None,
            }
        )
    )


def _row(values: tuple[Any, ...]) -> Row:
    names = ("path", "sha256", "configuration", "state", "attempts", "kind", "error", "outputs", "facts", "finished")
    data = dict(zip(names, values, strict=True))
    return row_from_dict(data | {"outputs": json.loads(data["outputs"]), "facts": json.loads(data["facts"])})
