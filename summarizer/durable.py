"""Writes files so that a crash at any moment leaves the old one or the whole new one, never half of either.

The order is that of restic's local backend (doc/design.rst): temporary file in the same folder, fsync, rename, fsync of
the folder. Only when all of it is done may anything refer to the new file.
"""

from __future__ import annotations

import errno
import os
import secrets
from collections.abc import Sequence
from concurrent.futures import Executor
from pathlib import Path

TEMPORARY_PREFIX = ".summarizer-"
TEMPORARY_SUFFIX = ".part"


def write_durably(path: Path, data: bytes, *, writer: str = "") -> None:
    """Replaces the file at `path`, or makes it, with the permissions the umask gives a new file.

    `writer` goes into the temporary file's name, for those who must tell their own left-overs from another's.

    Raises:
        OSError: it cannot be written; an older file is left as it was and no temporary one stays behind.
    """
    write_all_durably([(path, data)], writer=writer)


def write_all_durably(
    files: Sequence[tuple[Path, bytes]], *, writer: str = "", threads: Executor | None = None
) -> None:
    """As `write_durably`, for several files that need not come into being together.

    Each folder is synced once. With `threads` the files are written side by side, which is what a disk that takes its
    time over every fsync wants.

    Raises:
        OSError: one cannot be written; its `filename` says which. Others may have been.
    """

    def write(file: tuple[Path, bytes]) -> None:
        _replace(*file, writer)

    for _ in threads.map(write, files) if threads is not None and len(files) > 1 else map(write, files):
        pass
    for folder in dict.fromkeys(path.parent for path, _ in files):
        sync_folder(folder)


def make_folder(folder: Path) -> None:
    """Makes a folder and those above it, durably; raises OSError."""
    if folder.is_dir():
        return
    make_folder(folder.parent)
    folder.mkdir(exist_ok=True)
    sync_folder(folder.parent)


def sync_folder(folder: Path) -> None:
    """Makes the folder's entries durable, where the system can do that."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        # some network and container file systems have no such operation for folders
        if error.errno not in (errno.EINVAL, errno.ENOTSUP):
            raise
    finally:
        os.close(descriptor)


def _replace(path: Path, data: bytes, writer: str) -> None:
    # made by open and not by tempfile, which would give it to its owner alone: the umask decides, as for any file
    temporary = path.with_name(f"{TEMPORARY_PREFIX}{writer}{secrets.token_hex(8)}{TEMPORARY_SUFFIX}")
    try:
        try:
            with temporary.open("xb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(path)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
    except OSError as error:
        # a failed write has no name in its error, and the temporary one means nothing to anybody
        error.filename, error.filename2 = str(path), None
        raise
