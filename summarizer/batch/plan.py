"""Finds the articles of a folder, in one order, and names what will be written for each. Reads names and bytes only."""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from summarizer.batch.interface import BatchOptions
from summarizer.errors import UsageError
from summarizer.ingest import FORMAT_OF_SUFFIX, MAX_FILE_BYTES
from summarizer.render import renderer

PRIVATE = ".summarizer"
"""Folder inside the output folder that holds the ledger and the lock."""


def private_folder(output: Path, shard: tuple[int, int] = (1, 1)) -> Path:
    """Where a batch keeps its own state; each shard has a folder of its own there, so that they share nothing."""
    return output / PRIVATE if shard[1] == 1 else output / PRIVATE / shard_name(shard)


def shard_name(shard: tuple[int, int]) -> str:
    """ "shard-3-of-16"."""
    return f"shard-{shard[0]}-of-{shard[1]}"


@dataclass(frozen=True, slots=True)
class Found:
    """A file of the input folder that is taken for an article, before it is read."""

    path: str
    """Relative, with forward slashes."""
    source: Path
    outputs: tuple[tuple[str, str], ...]
    refused: str = ""
    """Why it will not be read, or empty."""


def check_folders(source: Path, output: Path) -> None:
    """Refuses folders that cannot serve.

    Raises:
        UsageError: the input is no folder, or both are the same.
    """
    if not source.is_dir():
        raise UsageError(f"{source}: not a folder; `summarizer read` takes single articles")
    if output.exists() and not output.is_dir():
        raise UsageError(f"{output}: not a folder; name one for the results")
    if output.exists() and source.resolve() == output.resolve():
        raise UsageError(f"{output}: the results need a folder of their own, not that of the articles")


def find(source: Path, output: Path, batch: BatchOptions) -> Iterator[Found]:
    """Every article below `source`, folder by folder in the order of names; never more than one folder in memory.

    Hidden files, temporary files and the output folder are passed over. Names are mirrored with the form's ending in
    place of the article's; where two articles of a folder would get the same name, both keep their own ending too
    (a.txt, a.html -> a.txt.json, a.html.json).
    """
    root, own = source.resolve(), output.resolve()
    suffixes = {form: renderer(form).suffix for form in batch.formats}
    for folder, folders, names in os.walk(source):
        here = Path(folder)
        folders[:] = sorted(d for d in folders if not d.startswith(".") and (here / d).resolve() != own)
        taken = [name for name in sorted(names) if _wanted(_relative(here / name, source), name, batch)]
        stems = Counter(Path(name).stem.casefold() for name in taken)
        for name in taken:
            relative = _relative(here / name, source)
            stem = name if stems[Path(name).stem.casefold()] > 1 else Path(name).stem
            parent = relative.rpartition("/")[0]
            outputs = tuple(
                (form, f"{parent}/{stem}{suffixes[form]}" if parent else f"{stem}{suffixes[form]}")
                for form in batch.formats
            )
            refused = "" if (here / name).resolve().is_relative_to(root) else "a link that leads out of the folder"
            yield Found(relative, here / name, outputs, refused)


def digest(path: Path) -> tuple[str, int]:
    """SHA-256 and size of a file's bytes, those beyond the limit of what is read left out.

    Raises:
        OSError: it cannot be read.
    """
    sha, size = hashlib.sha256(), 0
    with path.open("rb") as file:
        while size <= MAX_FILE_BYTES and (chunk := file.read(1 << 18)):
            sha.update(chunk)
            size += len(chunk)
    return sha.hexdigest(), size


def in_shard(sha256: str, shard: tuple[int, int]) -> bool:
    """True if an article belongs to a shard: its content decides, so that equal articles meet and names may change."""
    number, count = shard
    return int(sha256[:16], 16) % count == number - 1


def _relative(path: Path, root: Path) -> str:
    return path.relative_to(root).as_posix()


def _wanted(relative: str, name: str, batch: BatchOptions) -> bool:
    if name.startswith((".", "~$")) or name.endswith(("~", ".tmp", ".part", ".crdownload", ".swp")):
        return False
    if any(fnmatchcase(relative, glob) or fnmatchcase(name, glob) for glob in batch.exclude):
        return False
    if batch.include:
        return any(fnmatchcase(relative, glob) or fnmatchcase(name, glob) for glob in batch.include)
    return Path(name).suffix.lower() in FORMAT_OF_SUFFIX
