"""The SQLite file under the translation memory: opened, migrated, shared between processes, replaced when damaged.

It must never touch a database that another program made, and never lose a damaged file: that is renamed, not removed.
"""

from __future__ import annotations

import contextlib
import logging
import os
import sqlite3
import threading
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import TypeVar

from summarizer.errors import MemoryStoreError

log = logging.getLogger(__name__)
T = TypeVar("T")

BUSY_SECONDS = 30
"""How long to wait for another process that is writing."""
APPLICATION_ID = 0x53544D31
"""Marks the file as ours in its SQLite header ("STM1")."""
MIGRATIONS = (
    """
    CREATE TABLE entry (
        id INTEGER PRIMARY KEY,
        digest BLOB NOT NULL UNIQUE,
        source TEXT NOT NULL,
        source_language TEXT NOT NULL,
        target_language TEXT NOT NULL,
        model TEXT NOT NULL,
        decoding TEXT NOT NULL,
        target TEXT NOT NULL,
        origin TEXT NOT NULL,
        folded TEXT,
        created INTEGER NOT NULL,
        checksum BLOB NOT NULL
    )
    """,
    "CREATE INDEX entry_folded ON entry (folded) WHERE folded IS NOT NULL",
    "ALTER TABLE entry ADD COLUMN clean BLOB NOT NULL DEFAULT x''",
)
"""One statement each, applied in order; `user_version` counts those applied. Append only."""
COLUMNS = (
    "id",
    "digest",
    "source",
    "source_language",
    "target_language",
    "model",
    "decoding",
    "target",
    "origin",
    "folded",
    "created",
    "checksum",
    "clean",
)
"""Of table `entry` after the last migration."""


def companions(path: Path) -> tuple[Path, Path]:
    """The write-ahead log and its index, which SQLite keeps beside an open database."""
    return path.with_name(f"{path.name}-wal"), path.with_name(f"{path.name}-shm")


@contextlib.contextmanager
def transaction(db: sqlite3.Connection) -> Iterator[None]:
    """Hold the write lock from the first statement on; commit at the end, roll back on any exception."""
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
        db.execute("COMMIT")
    except BaseException:
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise


def _is_damage(error: sqlite3.Error) -> bool:
    # SQLITE_CORRUPT and SQLITE_NOTADB arrive as the bare class, what may pass by itself (busy, full) as a subclass.
    return type(error) is sqlite3.DatabaseError


def _create(path: Path) -> bool:
    """Create an empty file that only its owner may read; False if it is there already."""
    # An existing one is never opened: closing any descriptor of a database drops the POSIX locks that this process
    # holds on it through other connections (sqlite.org/howtocorrupt.html, 2.2).
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    except FileExistsError:
        return False
    return True


class MemoryFile:
    """One open database. Text columns come back as bytes, since a damaged one need not be UTF-8."""

    def __init__(self, path: Path) -> None:
        """Open or create the file. Raises MemoryStoreError where that cannot be done."""
        self.path = Path(os.path.realpath(path))
        self.notices: list[str] = []
        """One line for each damaged file that was set aside."""
        self.openings = 0
        """How often a file was opened at the path: more than once if it was replaced meanwhile."""
        self._db: sqlite3.Connection | None = None
        self._identity: tuple[int, int] | None = None
        self._process = os.getpid()
        self._threads = threading.RLock()
        with self._faults():
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._open()

    def close(self) -> None:
        """Let go of the file; harmless when repeated."""
        with self._threads:
            if self._db is not None and self._process == os.getpid():
                self._db.close()
            self._db = None

    def run(self, operation: Callable[[sqlite3.Connection], T]) -> T:
        """What `operation` returns; one at a time among threads.

        If the file proves damaged, it is set aside, a new one begun and the operation repeated there. Raises
        MemoryStoreError for every other fault of the file.
        """
        with self._threads, self._faults():
            try:
                return operation(self._connection())
            except sqlite3.Error as error:
                if not _is_damage(error) and not self._replaced():
                    raise
                self._open(damage=error if _is_damage(error) else None)
            return operation(self._connection())

    def _connection(self) -> sqlite3.Connection:
        if self._db is None:
            raise MemoryStoreError(f"{self.path}: the translation memory is closed")
        if self._process != os.getpid():  # SQLite must not be carried across a fork
            raise MemoryStoreError(f"{self.path}: was opened by another process; open the translation memory here")
        if self._replaced():
            self._open()
        return self._db

    def _replaced(self) -> bool:
        """Whether the path no longer leads to the file that is open: deleted by a user, or set aside by a process."""
        return self._identify() != self._identity

    def _identify(self) -> tuple[int, int] | None:
        try:
            status = self.path.stat()
        except FileNotFoundError:
            return None
        return status.st_dev, status.st_ino

    def _open(self, damage: sqlite3.Error | None = None) -> None:
        """Connect afresh; `damage` is what was found wrong with the file open until now."""
        with self._faults(), self._alone():
            if damage is not None and not self._replaced():
                self._set_aside(damage)
            try:
                self._connect_or_begin_anew()
            except BaseException:
                self.close()
                raise

    def _connect_or_begin_anew(self) -> None:
        try:
            self._connect()
        except UnicodeDecodeError:
            # SQLite quotes a damaged description of the table, and Python cannot read the quotation
            self._set_aside(sqlite3.DatabaseError("the description of its table is no text"))
            self._connect()
        except sqlite3.Error as error:
            if not _is_damage(error):
                raise
            self._set_aside(error)
            self._connect()

    def _connect(self) -> None:
        if self._db is not None:
            self._db.close()
        if _create(self.path):
            for left_over in companions(self.path):  # of a database that someone deleted
                left_over.unlink(missing_ok=True)
        elif self.path.stat().st_mode & 0o077:
            self.path.chmod(0o600)
        db = sqlite3.connect(self.path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
        self._db, self._identity = db, self._identify()
        self.openings += 1
        db.text_factory = bytes
        (owner,), (version,) = (db.execute(f"PRAGMA {name}").fetchone() for name in ("application_id", "user_version"))
        (tables,) = db.execute("SELECT count(*) FROM sqlite_master").fetchone()
        if owner != APPLICATION_ID and (owner or version or tables):
            raise MemoryStoreError(f"{self.path}: a database of another program; name another file for the memory")
        if version > len(MIGRATIONS):
            raise MemoryStoreError(
                f"{self.path}: written by a newer version of this program; update it, or delete the file"
            )
        db.execute("PRAGMA journal_mode = WAL").fetchone()
        db.execute("PRAGMA synchronous = NORMAL")  # a power cut may cost the last sentences, never the file
        with transaction(db):
            for statement in MIGRATIONS[version:]:
                db.execute(statement)
            db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            db.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")
        if [str(row[1], "utf-8", "replace") for row in db.execute("PRAGMA table_info(entry)")] != list(COLUMNS):
            raise sqlite3.DatabaseError("its table is not the expected one")

    def _set_aside(self, reason: sqlite3.Error) -> None:
        if self._db is not None:
            self._db.close()
        aside = next(
            place for n in count(1) if not (place := self.path.with_name(f"{self.path.name}.corrupt-{n}")).exists()
        )
        for old, new in zip((self.path, *companions(self.path)), (aside, *companions(aside)), strict=True):
            with contextlib.suppress(FileNotFoundError):
                old.replace(new)
        notice = f"{self.path}: was damaged ({reason}); set aside as {aside.name}, and a new memory begun"
        log.warning("%s", notice)
        self.notices.append(notice)

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        """Keep other processes from opening or replacing the file meanwhile.

        The lock is a transaction on an empty database beside it: it works on every system SQLite works on, and ends
        with the process that holds it.
        """
        path = self.path.with_name(f"{self.path.name}.lock")
        _create(path)
        lock = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)
        try:
            lock.execute("BEGIN EXCLUSIVE")
            yield
        finally:
            lock.close()

    @contextlib.contextmanager
    def _faults(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise self._fault(error.strerror or str(error)) from error
        except sqlite3.Error as error:
            raise self._fault(str(error)) from error

    def _fault(self, reason: str) -> MemoryStoreError:
        return MemoryStoreError(
            f"{self.path}: the translation memory cannot be used ({reason}); "
            "check the folder's rights and space, or go on without a memory"
        )
