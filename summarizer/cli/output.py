"""Writes results: to stdout, or to a file that is either the old one or the whole new one."""

from __future__ import annotations

import sys
from pathlib import Path

from summarizer.durable import write_durably
from summarizer.errors import OutputError

_SUFFIXES = {
    ".html": "html", ".htm": "html", ".md": "markdown", ".markdown": "markdown", ".json": "json", ".jsonl": "json",
    ".txt": "text", ".tmx": "tmx",
}  # fmt: skip


def format_for(path: Path) -> str:
    """The form that a file's ending asks for; plain text where it says nothing."""
    return _SUFFIXES.get(path.suffix.lower(), "text")


def write_stdout(text: str, *, utf8: bool) -> None:
    """Writes to stdout and flushes.

    `utf8` for forms with an encoding of their own; others follow the terminal's, with a mark for what it lacks.
    """
    encoding = "utf-8" if utf8 else sys.stdout.encoding or "utf-8"
    sys.stdout.flush()
    sys.stdout.buffer.write(text.encode(encoding, errors="replace"))
    sys.stdout.buffer.flush()


def write_file(path: Path, text: str) -> None:
    """Writes a UTF-8 file by way of a temporary one beside it.

    Raises:
        OutputError: it cannot be written; an older file is left as it was.
    """
    try:
        if path.exists() and not path.is_file():
            # /dev/null, /dev/stderr, a named pipe: nothing to rename over
            if path.is_dir():
                raise OutputError(f"{path}: is a folder; name a file")
            path.write_text(text, encoding="utf-8")
            return
        write_durably(path, text.encode("utf-8"))
    except OSError as error:
        raise OutputError(f"{path}: cannot be written ({error.strerror or error})") from error
