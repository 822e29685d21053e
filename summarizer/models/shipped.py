"""Checks the shipped models' files against the checksums that pip recorded when the program was installed."""

from __future__ import annotations

import base64
import hashlib
from importlib.metadata import PackageNotFoundError, files
from pathlib import Path

from summarizer.errors import ModelError


def damage(folder: Path) -> list[str]:
    """What is wrong with the files, a line each.

    Raises:
        ModelError: there are no recorded checksums, as in a source checkout.
    """
    try:
        recorded = files("summarizer") or []
    except PackageNotFoundError:
        recorded = []
    found, checked = [], 0
    for entry in recorded:
        path = Path(str(entry.locate()))
        if entry.hash is None or entry.hash.mode != "sha256" or path.parent != folder:
            continue
        checked += 1
        try:
            digest = hashlib.sha256(path.read_bytes()).digest()
        except OSError as error:
            found.append(f"{path.name}: cannot be read ({error.strerror})")
            continue
        if base64.urlsafe_b64encode(digest).rstrip(b"=").decode() != entry.hash.value:
            found.append(f"{path.name}: is not the file that was installed; reinstall the package")
    if not checked:
        raise ModelError(f"{folder.name}: this is a source checkout, which has no recorded checksums to compare with")
    return found
