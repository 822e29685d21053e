"""Finds the articles of a folder, in one order, and names what will be written for each. Reads names and bytes only."""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from summarizer.batch.decision import Place
from summarizer.batch.interface import BatchOptions, Job
from summarizer.errors import UnreadableSource, UsageError
from summarizer.ingest import FORMAT_OF_SUFFIX, MAX_FILE_BYTES
from summarizer.render import renderer

PRIVATE = ".summarizer"
"""Folder inside the output folder that holds the ledger and the lock."""
# What a file system takes for a name, and what of a longer one is kept.
_NAME_BYTES, _SHORT_BYTES = 255, 180


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


def find(
    source: Path, output: Path, batch: BatchOptions, *, passed_over: Counter[str] | None = None
) -> Iterator[Found]:
    """Every article below `source`, folder by folder in the order of names; never more than one folder in memory.

    Hidden files, temporary files and the output folder are passed over, links to folders are not followed. Names are
    mirrored with the form's ending in place of the article's; `_stems` says what becomes of two articles with one name.
    `passed_over` counts the endings of files that are of no kind that is read.

    Raises:
        UnreadableSource: the folder itself cannot be listed.
    """
    root, own = source.resolve(), output.resolve()
    suffixes = {form: renderer(form).suffix for form in batch.formats}
    waiting = [""]
    while waiting:
        parent = waiting.pop()
        try:
            with os.scandir(source / parent) as listing:
                entries = sorted(listing, key=lambda entry: entry.name)
        except OSError as error:
            reason = f"cannot be listed ({error.strerror or error})"
            if not parent:
                raise UnreadableSource(str(source), f"{reason}; check the path and its rights") from error
            yield Found(parent, source / parent, (), reason)
            continue
        folders = [entry for entry in entries if entry.is_dir(follow_symlinks=False)]
        inner = [e.name for e in folders if not e.name.startswith(".") and Path(e.path).resolve() != own]
        waiting += [_joined(parent, name) for name in reversed(inner)]
        taken: dict[str, os.DirEntry[str]] = {}
        for entry in entries:
            if not (entry.is_dir(follow_symlinks=False) or _hidden(entry.name)):
                if _wanted(_joined(parent, entry.name), entry, batch):
                    taken[entry.name] = entry
                elif passed_over is not None and not batch.include and entry.is_file():
                    passed_over[Path(entry.name).suffix.lower()] += 1
        stems = _stems(list(taken), inner, tuple(suffixes.values()))
        for name, entry in taken.items():
            outputs = tuple((form, _joined(parent, stems[name] + suffix)) for form, suffix in suffixes.items())
            yield Found(_joined(parent, name), Path(entry.path), outputs, _refusal(entry, root))


def job(found: Found) -> tuple[Job, str]:
    """The article with what its bytes are now, and why it cannot be read, or empty."""
    refused, sha256, size = found.refused, "", 0
    if not refused:
        try:
            sha256, size = digest(found.source)
        except OSError as error:
            refused = f"cannot be read ({error.strerror or error})"
    return Job(found.path, found.source, sha256, size, found.outputs), refused


def place(path: Path, size: int) -> Place:
    """How a document that was written with that size is now."""
    try:
        now = path.stat().st_size
    except OSError:
        return "missing"
    return "whole" if now == size else "changed" if now else "missing"


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


def name_digest(path: str) -> str:
    """Stands in for the digest of what cannot be read."""
    return hashlib.sha256(path.encode("utf-8", "surrogateescape")).hexdigest()


def _joined(parent: str, name: str) -> str:
    return f"{parent}/{name}" if parent else name


def _hidden(name: str) -> bool:
    return name.startswith((".", "~$")) or name.endswith(("~", ".tmp", ".part", ".crdownload", ".swp"))


def _wanted(relative: str, entry: os.DirEntry[str], batch: BatchOptions) -> bool:
    def matches(globs: tuple[str, ...]) -> bool:
        return any(fnmatchcase(relative, glob) or fnmatchcase(entry.name, glob) for glob in globs)

    if matches(batch.exclude):
        return False
    if batch.include:
        return matches(batch.include)
    # a link to a folder is wanted for being refused: a folder's articles must not be missing without a word
    return Path(entry.name).suffix.lower() in FORMAT_OF_SUFFIX or (entry.is_symlink() and entry.is_dir())


def _refusal(entry: os.DirEntry[str], root: Path) -> str:
    """Why an entry will not be read, or empty."""
    try:
        if entry.is_symlink():
            if not Path(entry.path).resolve().is_relative_to(root):
                return "a link that leads out of the folder"
            if entry.is_dir():
                return "a link to a folder, which is not followed"
            if not Path(entry.path).exists():
                return "a link that leads nowhere"
        return "" if entry.is_file() else "a pipe or device, not a file"
    except (OSError, RuntimeError) as error:
        return f"cannot be looked at ({error})"


def _stems(names: list[str], folders: list[str], suffixes: tuple[str, ...]) -> dict[str, str]:
    """What comes before the form's ending, for each article of a folder; no two results fall on each other.

    The article's name without its ending; where two would be the same (also in a file system that makes no difference
    between capitals and small letters), or be that of a folder, with its ending (a.txt, a.html -> a.txt.json,
    a.html.json); where that does not help either, or the name is too long for one more ending, with a digest. It
    depends on the names alone, not on their order.
    """
    blocked = {name.casefold() for name in folders}

    def free(stems: dict[str, str]) -> dict[str, str]:
        count = Counter(stem.casefold() for stem in stems.values())
        return {
            name: stem
            for name, stem in stems.items()
            if count[stem.casefold()] == 1
            and not any((stem + suffix).casefold() in blocked for suffix in suffixes)
            and len(os.fsencode(stem)) + max(map(len, suffixes), default=0) <= _NAME_BYTES
        }

    plain = free({name: Path(name).stem for name in names})
    whole = {name: name for name in names if name not in plain}
    # a name kept whole must not fall on a plain one: "a.txt" of a.txt and a.html, and the plain one of "a.txt.md"
    settled = free(plain | whole)
    marked = {name: f"{_shortened(name)}-{name_digest(name)[:12]}" for name in names if name not in settled}
    return settled | marked


def _shortened(name: str) -> str:
    return os.fsencode(name)[:_SHORT_BYTES].decode("utf-8", "ignore")
