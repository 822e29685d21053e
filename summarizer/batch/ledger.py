"""The ledger: what was done, to which bytes, with which configuration, and where it was written.

A row says "done" only after its documents are durably in place. SQLite with WAL and synchronous=FULL: a commit
survives the loss of power. One driver writes it at a time; `lock.py` sees to that.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from summarizer.batch.interface import Facts
from summarizer.errors import LedgerError
from summarizer.untrusted import one_line

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
    "ALTER TABLE article ADD COLUMN checksum TEXT NOT NULL DEFAULT ''",
    "CREATE TABLE progress (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID",
)
"""One statement each, in order; `user_version` counts those applied. Append only."""
_COLUMNS = (
    "path",
    "sha256",
    "configuration",
    "state",
    "attempts",
    "kind",
    "error",
    "outputs",
    "facts",
    "finished",
    "checksum",
)
_PAGE = 500


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
    """Fingerprint of what it was made with; empty where it is to be made anew (`--restart`)."""
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

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        """Opens the file, or makes it; with `read_only` it must exist and nothing is changed.

        Raises:
            LedgerError: it cannot be opened or written.
            DamagedLedger: it is not a ledger, or its content does not hold together.
        """
        self.path = path
        self._damaged: set[str | bytes] = set()
        self.created = False
        """True if there was nothing at the path."""
        db: sqlite3.Connection | None = None
        try:
            if read_only:
                db = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=30, isolation_level=None)
            else:
                db = sqlite3.connect(path, timeout=30, isolation_level=None)
            self._db = db
            # noise in a text need not be UTF-8; the checksum tells
            db.text_factory = lambda data: data.decode("utf-8", "surrogateescape")
            self._prepare(read_only)
        except sqlite3.DatabaseError as error:
            if db is not None:
                db.close()
            if _is_damage(error):
                raise DamagedLedger(f"{path}: the ledger is damaged ({error})") from error
            raise LedgerError(
                f"{path}: the ledger cannot be opened ({error}); see to its disk and rights, "
                "then run the same command again"
            ) from error
        except BaseException:
            if db is not None:
                db.close()
            raise

    def _prepare(self, read_only: bool) -> None:
        db = self._db
        (tables,) = db.execute("SELECT count(*) FROM sqlite_master").fetchone()
        (application,) = db.execute("PRAGMA application_id").fetchone()
        (version,) = db.execute("PRAGMA user_version").fetchone()
        self.created = not tables
        if tables:
            if application != _APPLICATION:
                raise sqlite3.DatabaseError("not a ledger of this program")
            if version > len(MIGRATIONS):
                raise LedgerError(f"{self.path}: written by a newer version of summarizer; use that one")
            if db.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
                raise sqlite3.DatabaseError("its pages do not hold together")
        if read_only:
            if version < len(MIGRATIONS):
                raise LedgerError(f"{self.path}: written by an older version of summarizer; run the batch once")
            return
        db.execute("PRAGMA synchronous=FULL")
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

    @property
    def damaged(self) -> int:
        """Rows met, each counted once, that are not as they were written; they count as unknown."""
        return len(self._damaged)

    def row(self, path: str) -> Row | None:
        """What is known of an article."""
        found = self._execute(f"SELECT {', '.join(_COLUMNS)} FROM article WHERE path = ?", _to_db(path)).fetchone()
        return self._sound(found) if found else None

    def rows(self) -> Iterator[Row]:
        """Every article, in the order of names, a page at a time."""
        cursor = self._execute(f"SELECT {', '.join(_COLUMNS)} FROM article ORDER BY path")
        while page := self._fetch(cursor):
            yield from (row for values in page if (row := self._sound(values)) is not None)

    def record(self, row: Row) -> None:
        """Writes one row; when it returns, the row survives a power cut."""
        self.record_all((row,))

    def record_all(self, rows: Iterable[Row], *, journal_end: int | None = None) -> None:
        """Writes all rows or none; when it returns, they survive a power cut.

        `journal_end` is kept with them: the length of the journal, in bytes, that holds no row the ledger lacks.
        """
        with self._transaction():
            marks = ", ".join("?" * len(_COLUMNS))
            for row in rows:
                values = _values(row)
                self._execute(f"INSERT OR REPLACE INTO article VALUES ({marks})", *values, _checksum(values))
            if journal_end is not None:
                self._execute("INSERT OR REPLACE INTO progress VALUES ('journal_end', ?)", journal_end)

    @property
    def journal_end(self) -> int:
        """The last `journal_end` recorded, 0 if there was none."""
        found = self._execute("SELECT value FROM progress WHERE name = 'journal_end'").fetchone()
        return int(found[0]) if found else 0

    def forget_configurations(self) -> None:
        """Marks every row as made with nobody knows what, so that all is done anew; no journal is known any more."""
        with self._transaction():
            self._execute("UPDATE article SET configuration = ''")
            self._execute("INSERT OR REPLACE INTO progress VALUES ('journal_end', 0)")

    def configuration(self, fingerprint: str) -> dict[str, str] | None:
        """The fields a fingerprint stands for."""
        found = self._execute("SELECT fields FROM configuration WHERE fingerprint = ?", fingerprint).fetchone()
        return dict(json.loads(found[0])) if found else None

    def remember_configuration(self, fingerprint: str, fields: dict[str, str]) -> None:
        """Keeps the fields of a fingerprint, to be able to say later what changed."""
        self._execute("INSERT OR REPLACE INTO configuration VALUES (?, ?)", fingerprint, json.dumps(fields))

    def _sound(self, values: tuple[Any, ...]) -> Row | None:
        """The row; None, and counted, if it is not what was written."""
        *values_, checksum = values
        # rows of the first versions have none
        if not checksum or checksum == _checksum(tuple(values_)):
            with contextlib.suppress(ValueError, TypeError, KeyError):
                return _row(tuple(values_))
        self._damaged.add(values[0])
        return None

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._execute("BEGIN IMMEDIATE")
        try:
            yield
            self._execute("COMMIT")
        except BaseException:
            if self._db.in_transaction:
                self._execute("ROLLBACK")
            raise

    def _execute(self, statement: str, *values: object) -> sqlite3.Cursor:
        with self._faults():
            return self._db.execute(statement, values)

    def _fetch(self, cursor: sqlite3.Cursor) -> list[tuple[Any, ...]]:
        with self._faults():
            return cursor.fetchmany(_PAGE)

    @contextmanager
    def _faults(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.DatabaseError as error:
            advice = (
                "run the same command again: it will be set aside and rebuilt"
                if _is_damage(error)
                else "see to its disk and rights, then run the same command again"
            )
            raise LedgerError(f"{self.path}: the ledger cannot be read or written ({error}); {advice}") from error


class DamagedLedger(LedgerError):
    """The file is there but is no sound ledger; it is to be set aside and built anew."""


def _is_damage(error: sqlite3.DatabaseError) -> bool:
    # SQLITE_CORRUPT and SQLITE_NOTADB arrive as the bare class; what passes by itself (busy, full) as a subclass
    return type(error) is sqlite3.DatabaseError or "malformed" in str(error)


def row_from_dict(data: dict[str, Any]) -> Row:
    """A row from what `dataclasses.asdict` made of it and JSON carried.

    Raises:
        ValueError, TypeError, KeyError: it is no row.
    """
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


def _values(row: Row) -> tuple[Any, ...]:
    """The columns of a row, but for its checksum. JSON escapes what SQLite could not hold: lone surrogates."""
    return (
        _to_db(row.path),
        row.sha256,
        row.configuration,
        row.state,
        row.attempts,
        row.kind,
        one_line(row.error),
        json.dumps([asdict(output) for output in row.outputs]),
        json.dumps(asdict(row.facts) if row.facts else None),
        row.finished,
    )


def _row(values: tuple[Any, ...]) -> Row:
    data = dict(zip(_COLUMNS, values, strict=False))
    path = data["path"].decode("utf-8", "surrogateescape") if isinstance(data["path"], bytes) else data["path"]
    documents = {name: json.loads(data[name]) for name in ("outputs", "facts")}
    return row_from_dict(data | documents | {"path": path})


def _checksum(values: tuple[Any, ...]) -> str:
    # the configuration is left out: noise in it means "do it again" anyway, and a restart changes it in every row
    sealed = [
        v.hex() if isinstance(v, bytes) else v
        for name, v in zip(_COLUMNS, values, strict=False)
        if name != "configuration"
    ]
    return hashlib.sha256(json.dumps(sealed).encode()).hexdigest()[:16]


def _to_db(path: str) -> str | bytes:
    """The path as SQLite can hold it: a name that is not UTF-8 goes in as its bytes."""
    try:
        path.encode("utf-8")
    except UnicodeEncodeError:
        return path.encode("utf-8", "surrogateescape")
    return path
