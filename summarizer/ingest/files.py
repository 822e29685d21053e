"""Bytes from a path or a stream, bounded. It opens regular files only, so no pipe or device is waited on."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path
from typing import BinaryIO, Final

from summarizer.errors import SourceTooLarge, UnreadableSource

_CHUNK_BYTES: Final = 1 << 20


def read_file(path: str, *, max_bytes: int) -> bytes:
    """The bytes of a regular file. Raises UnreadableSource, or SourceTooLarge before reading if its size says so."""
    try:
        # looked at before it is opened: opening a device can already act on it
        _check_regular(Path(path).stat(), path)
        # and again behind the open file, which may be another one by now; O_NONBLOCK keeps a pipe from blocking here
        flags = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0)
        with os.fdopen(os.open(path, flags), "rb") as file:
            status = os.fstat(file.fileno())
            _check_regular(status, path)
            if status.st_size > max_bytes:
                raise too_large(path, max_bytes, status.st_size)
            return read_stream(file, name=path, max_bytes=max_bytes)
    except (OSError, ValueError) as fault:
        raise UnreadableSource(path, _advice(fault)) from fault


def read_stdin(stdin: BinaryIO | None, *, max_bytes: int) -> bytes:
    """The bytes of standard input, or of the stream given in its place."""
    stream = stdin or getattr(sys.stdin, "buffer", None)
    if stream is None:
        raise UnreadableSource("-", "standard input is closed; give a file or a URL")
    try:
        return read_stream(stream, name="-", max_bytes=max_bytes)
    except (OSError, ValueError) as fault:
        raise UnreadableSource("-", _advice(fault)) from fault


def read_stream(stream: BinaryIO, *, name: str, max_bytes: int) -> bytes:
    """All bytes of a stream, SourceTooLarge as soon as there are more than `max_bytes`."""
    chunks: list[bytes] = []
    size = 0
    while chunk := stream.read(min(_CHUNK_BYTES, max_bytes + 1 - size)):
        chunks.append(chunk)
        size += len(chunk)
        if size > max_bytes:
            raise too_large(name, max_bytes, None)
    return b"".join(chunks)


def too_large(name: str, max_bytes: int, size: int | None) -> SourceTooLarge:
    """The error for a source over the size limit; `size` in bytes if it is known."""
    stated = "has more" if size is None else f"has {size} bytes, more"
    return SourceTooLarge(name, f"{stated} than the {max_bytes} bytes that are read; give the article alone")


def _check_regular(status: os.stat_result, path: str) -> None:
    if stat.S_ISDIR(status.st_mode):
        raise UnreadableSource(path, 'is a folder; use "summarizer batch" for folders')
    if not stat.S_ISREG(status.st_mode):
        raise UnreadableSource(path, 'is a pipe or device, not a file; pipe it in and give "-" as the source')


def _advice(fault: Exception) -> str:
    if isinstance(fault, FileNotFoundError):
        return "does not exist; check the path"
    if isinstance(fault, PermissionError):
        return "may not be read (permission denied); change its permissions or copy it"
    reason = fault.strerror if isinstance(fault, OSError) and fault.strerror else str(fault)
    return f"cannot be read ({reason}); check the path and the disk"
