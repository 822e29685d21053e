"""Digests of files: of one file for checksums, of a whole checkpoint as its revision, remembered by size and time.

A remembered digest only saves reading the file again; whether a pulled model is what it was is checked by `verify`,
which always reads.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Sequence
from pathlib import Path

from summarizer.durable import write_durably
from summarizer.errors import ModelError

log = logging.getLogger(__name__)

_CHUNK = 1 << 20


def sha256(path: Path) -> str:
    """SHA-256 of a file in hexadecimal; raises OSError."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def git_blob(path: Path) -> str:
    """The id git gives a file (SHA-1 over a header and the content), which the hub states for small files."""
    digest = hashlib.sha1(f"blob {path.stat().st_size}\0".encode(), usedforsecurity=False)
    digest.update(path.read_bytes())
    return digest.hexdigest()


def checkpoint_digest(files: Sequence[Path], memo: Path) -> str:
    """One digest over the names and contents of a checkpoint's files.

    The contents are read anew only where a file's size or modification time is not the one remembered in the JSON file
    `memo`, which may be missing or unwritable.

    Raises:
        ModelError: a file cannot be read.
    """
    known = _recall(memo)
    learned: dict[str, list[object]] = {}
    total = hashlib.sha256()
    try:
        for path in files:
            state = path.stat()
            key = str(path.resolve())
            stamp = [state.st_size, state.st_mtime_ns]
            entry = known.get(key)
            if entry is None or entry[:2] != stamp:
                entry = learned[key] = [*stamp, sha256(path)]
            total.update(f"{path.name}\0{entry[2]}\n".encode())
    except OSError as error:
        raise ModelError(f"{error.filename}: the model's files are incomplete ({error.strerror})") from error
    if learned:
        _remember(memo, known | learned)
    return total.hexdigest()


def _recall(memo: Path) -> dict[str, list[object]]:
    try:
        data = json.loads(memo.read_text(encoding="utf-8"))
        return {key: value for key, value in data.items() if isinstance(value, list) and len(value) == 3}
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, AttributeError) as error:
        log.debug("%s: not used (%s)", memo, error)
        return {}


def _remember(memo: Path, entries: dict[str, list[object]]) -> None:
    here = {key: value for key, value in entries.items() if Path(key).exists()}
    try:
        memo.parent.mkdir(parents=True, exist_ok=True)
        write_durably(memo, json.dumps(here, indent=1).encode())
    except OSError as error:
        # the next start reads the files again, no more
        log.debug("%s: cannot be written (%s)", memo, error)
