"""Cuts a file into parts small enough for a transfer with a size limit, and joins them again, checked by their digest.

python -m training.transfer split FILE FOLDER --mib 15 [--first 0] [--count 4]
python -m training.transfer join FOLDER FILE
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from pathlib import Path

from summarizer.errors import ModelError, UsageError
from training import command

MANIFEST = "manifest.json"


def split(path: Path, folder: Path, part_bytes: int, first: int = 0, count: int | None = None) -> list[Path]:
    """Writes the parts from number `first` on, `count` of them or all, and a manifest that names them all.

    Raises:
        UsageError: the file cannot be read, or the numbers make no sense.
    """
    if part_bytes <= 0 or first < 0:
        raise UsageError("the size of a part must be positive and the first part's number not negative")
    content = command.read_bytes(path)
    pieces = [content[i : i + part_bytes] for i in range(0, len(content), part_bytes)]
    folder.mkdir(parents=True, exist_ok=True)
    manifest = {"bytes": len(content), "parts": len(pieces), "sha256": hashlib.sha256(content).hexdigest()}
    (folder / MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")
    written = []
    for number, piece in enumerate(pieces):
        if first <= number < first + (len(pieces) if count is None else count):
            written.append(folder / f"{number:03d}.part")
            written[-1].write_bytes(piece)
    return written


def join(folder: Path, path: Path) -> None:
    """Writes the whole file.

    Raises:
        ModelError: a part is missing, or the whole is not what was cut.
        UsageError: there is no manifest.
    """
    manifest = json.loads(command.read_bytes(folder / MANIFEST))
    missing = [n for n in range(manifest["parts"]) if not (folder / f"{n:03d}.part").exists()]
    if missing:
        raise ModelError(f"{folder}: parts {', '.join(map(str, missing))} are missing; fetch them with --first")
    content = b"".join(command.read_bytes(folder / f"{n:03d}.part") for n in range(manifest["parts"]))
    if hashlib.sha256(content).hexdigest() != manifest["sha256"]:
        raise ModelError(f"{folder}: the parts do not make up the file that was cut; fetch them again")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def main(arguments: list[str] | None = None) -> int:
    """Runs the command."""
    p = argparse.ArgumentParser(prog="python -m training.transfer", description=__doc__.splitlines()[0])
    commands = p.add_subparsers(dest="command", required=True)
    cut = commands.add_parser("split")
    cut.add_argument("file", type=Path)
    cut.add_argument("folder", type=Path)
    cut.add_argument("--mib", type=float, default=15, help="size of a part")
    cut.add_argument("--first", type=int, default=0)
    cut.add_argument("--count", type=int)
    put = commands.add_parser("join")
    put.add_argument("folder", type=Path)
    put.add_argument("file", type=Path)
    a = p.parse_args(arguments)
    if a.command == "split":
        for path in split(a.file, a.folder, int(a.mib * 2**20), a.first, a.count):
            command.note(f"{path}: {path.stat().st_size / 2**20:.1f} MiB")
    else:
        join(a.folder, a.file)
    return 0


if __name__ == "__main__":
    command.run(lambda: main(sys.argv[1:]))
