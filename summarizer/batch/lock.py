"""One output folder, one running batch: a lock that the system takes back when its holder dies, however it dies."""

from __future__ import annotations

import os
import socket
from pathlib import Path
from types import TracebackType
from typing import IO

from summarizer.errors import BatchLocked, OutputError

NAME = "lock"


class FolderLock:
    """An advisory lock on a file in the output folder; the file itself stays and means nothing."""

    def __init__(self, output: Path, folder: Path, *, shared: bool = False) -> None:
        """`folder` is a private folder of the output; it must exist.

        Any number of holders may share a lock; none of them goes together with an exclusive one.
        """
        self._output = output
        self._path = folder / NAME
        self._shared = shared
        self._file: IO[str] | None = None

    def __enter__(self) -> FolderLock:
        """Takes the lock.

        Raises:
            BatchLocked: another batch holds it; names its process where that is known.
            OutputError: the file cannot be made.
        """
        try:
            self._file = self._path.open("a+", encoding="utf-8")
        except OSError as error:
            raise OutputError(f"{self._path}: cannot be written ({error.strerror})") from error
        try:
            _lock(self._file, shared=self._shared)
        except OSError:
            self._file.seek(0)
            holder = self._file.read(200).strip()
            self._file.close()
            raise BatchLocked(
                f"{self._output}: another batch is at work here{f' ({holder})' if holder else ''}; "
                "wait for it, or give another output folder"
            ) from None
        if self._shared:
            return self
        self._file.seek(0)
        self._file.truncate()
        self._file.write(f"process {os.getpid()} on {socket.gethostname()}\n")
        self._file.flush()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Gives the lock back."""
        if self._file is not None:
            self._file.close()


def _lock(file: IO[str], *, shared: bool) -> None:
    if os.name == "nt":
        import msvcrt

        if shared:
            # only whole regions can be locked there, by one process: each shard's own lock has to do
            return
        file.seek(0)
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]
    else:
        import fcntl

        fcntl.flock(file, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
