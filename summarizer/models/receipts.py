"""Receipts: what was pulled, from which commit, with which checksums, under which licence. One JSON file a model.

A model without a whole receipt is not installed, whatever lies in the hub's cache; a file that no longer has the size
on its receipt makes its model unusable until it is pulled again.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from summarizer.durable import make_folder, write_durably
from summarizer.errors import ModelError
from summarizer.models.digests import sha256

FORMAT = 1
_REPOSITORY = re.compile(r"[A-Za-z0-9][\w.-]{0,95}(/[\w.-]{1,95})?")


@dataclass(frozen=True, slots=True)
class FileRecord:
    """One file as it was when it was pulled."""

    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """What is known of one pulled model."""

    id: str
    commit: str
    folder: Path
    """Where the checkpoint lies: a snapshot in the hub's cache, or our own copy of what had to be converted."""
    files: Mapping[str, FileRecord]
    licence: str
    accepted: bool
    """True if the user accepted a licence that restricts use, or the lack of one."""
    date: str
    """When it was pulled, ISO 8601 in UTC."""
    converted: bool = False
    """True if the weights were pickled and have been converted to safetensors."""
    card: Mapping[str, Any] | None = None
    """Fields of the card, for a model that is not in the catalogue."""

    @property
    def digest(self) -> str:
        """One digest over the names and checksums of all files."""
        total = hashlib.sha256()
        for name in sorted(self.files):
            total.update(f"{name}\0{self.files[name].sha256}\n".encode())
        return total.hexdigest()

    def damage(self, *, thorough: bool = False) -> list[str]:
        """What is wrong with the files, a line each: sizes only, or `thorough`, their checksums too."""
        found = []
        for name, record in self.files.items():
            path = self.folder / name
            try:
                size = path.stat().st_size
                if size != record.size:
                    found.append(f"{name}: {size} bytes, {record.size} expected")
                elif thorough and sha256(path) != record.sha256:
                    found.append(f"{name}: the checksum differs from that of the file that was pulled")
            except FileNotFoundError:
                found.append(f"{name}: is missing")
            except OSError as error:
                found.append(f"{name}: cannot be read ({error.strerror})")
        return found


class Receipts:
    """The folder of receipts."""

    def __init__(self, folder: Path) -> None:
        """`folder` is made when the first receipt is written."""
        self._folder = folder

    def __iter__(self) -> Any:
        """Every readable receipt, by file name."""
        if not self._folder.is_dir():
            return
        for path in sorted(self._folder.glob("*.json")):
            if (receipt := _read(path)) is not None:
                yield receipt

    def get(self, model_id: str) -> Receipt | None:
        """The receipt of a model; None if it was not pulled or the receipt is damaged."""
        receipt = _read(self._path(model_id))
        return receipt if receipt is not None and receipt.id == model_id else None

    def write(self, receipt: Receipt) -> None:
        """Writes a receipt, durably, as the last act of a pull.

        Raises:
            ModelError: it cannot be written.
        """
        data = {"format": FORMAT, **asdict(receipt), "folder": str(receipt.folder)}
        path = self._path(receipt.id)
        try:
            make_folder(path.parent)
            write_durably(path, json.dumps(data, indent=1, ensure_ascii=False).encode())
        except OSError as error:
            raise ModelError(f"{path}: the receipt cannot be written ({error.strerror})") from error

    def remove(self, model_id: str) -> None:
        """Forgets a model; nothing happens where there is no receipt."""
        self._path(model_id).unlink(missing_ok=True)

    def _path(self, model_id: str) -> Path:
        return self._folder / f"{file_name(model_id)}.json"


def is_repository(model_id: str) -> bool:
    """True if the id has the form of a repository on the hub: "org/name", or a name alone."""
    return _REPOSITORY.fullmatch(model_id) is not None and ".." not in model_id


def file_name(model_id: str) -> str:
    """A model id as part of a file name: "org--name" as in the hub's cache; folders by their name and a digest."""
    if is_repository(model_id):
        return model_id.replace("/", "--")
    return f"{Path(model_id).name[:60]}-{hashlib.sha256(model_id.encode()).hexdigest()[:8]}"


def _read(path: Path) -> Receipt | None:
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        if data.pop("format") != FORMAT:
            return None
        files = {str(name): FileRecord(int(r["size"]), str(r["sha256"])) for name, r in data.pop("files").items()}
        return Receipt(files=files, folder=Path(data.pop("folder")), **data)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        # half a receipt, or one of another version of the program: the model counts as not pulled
        return None
