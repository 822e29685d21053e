"""Writes files so that a crash at any moment leaves the old one or the whole new one, never half of either.

The order is that of restic's local backend (doc/design.rst): temporary file in the same folder, fsync, rename, fsync of
the folder. Only when all of it is done may anything refer to the new file.
"""

from __future__ import annotations

import errno
import os
import tempfile
from pathlib import Path

TEMPORARY_PREFIX = ".summarizer-"
TEMPORARY_SUFFIX = ".part"


def write_durably(path: Path, data: bytes, *, writer: str = "") -> None:
    """Replaces the file at `path`, or makes it, with the permissions the umask gives a new file.

    `writer` goes into the temporary file's name, for those who must tell their own left-overs from another's.

    Raises:
        OSError: it cannot be written; an older file is left as it was and no temporary one stays behind.
    """
    handle, name = tempfile.mkstemp(prefix=TEMPORARY_PREFIX + writer, suffix=TEMPORARY_SUFFIX, dir=path.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(0o666 & ~_umask())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


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


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
