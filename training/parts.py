"""The training data on disk: token ids of sentence pairs in xz parts, and meta.json beside them. Knows no text.

A part is an xz stream of little-endian uint16. For each pair: group, n, the n source ids, m, the m target ids; both
sides end in </s>, and the source begins with the token of the target language. Ids: 0 </s>, 1 <unk>, then the other
pieces; <pad>, which is also the decoder's start token, comes after the last piece.
"""

from __future__ import annotations

import json
import lzma
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
import numpy.typing as npt

from summarizer.errors import UsageError

Ids = npt.NDArray[np.uint16]

MAX_TOKENS = 200
"""Longest side of a pair, without tag and end token."""
PART_BYTES = 115_000_000
"""Uncompressed size at which a part ends; about 52 MB compressed, under the 60 MB that many transfers allow."""
EOS, UNK = 0, 1


@dataclass(frozen=True, slots=True)
class Group:
    """All pairs of one source and one target language."""

    target: str
    source: str
    weight: float
    pairs: int


@dataclass(frozen=True, slots=True)
class DevPair:
    """A validation sentence."""

    source: list[int]
    target: list[int]
    reference: str


@dataclass(frozen=True, slots=True)
class Meta:
    """What meta.json says of a folder of parts."""

    vocabulary: int
    """Tokens, <pad> included."""
    pad: int
    groups: tuple[Group, ...]
    dev: Mapping[str, tuple[DevPair, ...]]
    """Validation sentences by target language."""

    def emphasised(self, factors: Mapping[str, float]) -> Meta:
        """The same with the weights of these target languages multiplied by their factors."""
        groups = tuple(replace(g, weight=g.weight * factors.get(g.target, 1.0)) for g in self.groups)
        return replace(self, groups=groups)


class PartWriter:
    """Writes pairs into numbered parts. A context manager."""

    def __init__(self, folder: Path, part_bytes: int = PART_BYTES) -> None:
        """Parts of an earlier run in the folder are removed, so that no stale one is read."""
        for old in folder.glob("part-*.xz"):
            old.unlink()
        self._folder, self._limit = folder, part_bytes
        self._number, self._size = 0, 0
        self._stream: lzma.LZMAFile | None = None

    def write(self, group: int, source: Sequence[int], target: Sequence[int]) -> None:
        """Adds a pair; both sides complete with tag and end token."""
        if self._stream is None:
            path = self._folder / f"part-{self._number:02d}.xz"
            self._stream = lzma.LZMAFile(path, "wb", preset=6)  # noqa: SIM115 - open until the part is full
        record = np.array([group, len(source), *source, len(target), *target], dtype="<u2").tobytes()
        self._stream.write(record)
        self._size += len(record)
        if self._size > self._limit:
            self.close()

    def close(self) -> None:
        """Ends the part that is open."""
        if self._stream is not None:
            self._stream.close()
            self._stream, self._size, self._number = None, 0, self._number + 1

    def __enter__(self) -> PartWriter:
        """The writer itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Ends the part that is open."""
        self.close()


@dataclass(frozen=True, slots=True)
class Corpus:
    """All pairs in one array of tokens; a pair's sides are views into it."""

    tokens: Ids
    source_start: npt.NDArray[np.int64]
    source_length: npt.NDArray[np.int64]
    target_start: npt.NDArray[np.int64]
    target_length: npt.NDArray[np.int64]
    group: npt.NDArray[np.int64]

    def __len__(self) -> int:
        """Number of pairs."""
        return len(self.group)

    def source(self, index: int) -> Ids:
        """Source ids of a pair, tag and end token included."""
        start = self.source_start[index]
        return self.tokens[start : start + self.source_length[index]]

    def target(self, index: int) -> Ids:
        """Target ids of a pair, end token included."""
        start = self.target_start[index]
        return self.tokens[start : start + self.target_length[index]]


def read_corpus(folder: Path) -> Corpus:
    """The pairs of all parts of a folder.

    Raises:
        UsageError: there are no parts, or one is damaged.
    """
    paths = sorted(folder.glob("part-*.xz"))
    if not paths:
        raise UsageError(f"{folder}: no part-NN.xz; run `python -m training.prepare` first")
    arrays, rows, offset = [], [], 0
    for path in paths:
        try:
            tokens = np.frombuffer(lzma.decompress(path.read_bytes()), dtype="<u2").astype(np.uint16, copy=False)
            rows.append(np.array(list(_records(tokens)), dtype=np.int64).reshape(-1, 5))
        except (OSError, lzma.LZMAError, ValueError, IndexError) as error:
            raise UsageError(f"{path}: not a whole training part ({error}); prepare or fetch it again") from error
        rows[-1][:, [1, 3]] += offset
        arrays.append(tokens)
        offset += len(tokens)
    table = np.concatenate(rows)
    return Corpus(np.concatenate(arrays), table[:, 1], table[:, 2], table[:, 3], table[:, 4], table[:, 0])


def _records(tokens: Ids) -> Iterator[tuple[int, int, int, int, int]]:
    position, end = 0, len(tokens)
    while position < end:
        source_length = int(tokens[position + 1])
        after = position + 2 + source_length
        target_length = int(tokens[after])
        yield int(tokens[position]), position + 2, source_length, after + 1, target_length
        position = after + 1 + target_length
    if position != end:
        raise ValueError("it ends within a pair")


def write_meta(folder: Path, meta: Meta, extra: Mapping[str, Any]) -> None:
    """Writes meta.json; `extra` holds facts that training does not read, such as counts and versions."""
    data = {
        "vocab": meta.vocabulary,
        "pad": meta.pad,
        "groups": [{"target": g.target, "source": g.source, "weight": g.weight, "pairs": g.pairs} for g in meta.groups],
        "dev": {t: [[p.source, p.target, p.reference] for p in pairs] for t, pairs in meta.dev.items()},
        **extra,
    }
    (folder / "meta.json").write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")


def read_meta(folder: Path) -> Meta:
    """What meta.json says.

    Raises:
        UsageError: it is missing or damaged.
    """
    path = folder / "meta.json"
    try:
        data = json.loads(path.read_bytes())
        return Meta(
            vocabulary=data["vocab"],
            pad=data["pad"],
            groups=tuple(Group(**group) for group in data["groups"]),
            dev={target: tuple(DevPair(*row) for row in rows) for target, rows in data["dev"].items()},
        )
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}; run `python -m training.prepare` first") from error
    except (ValueError, KeyError, TypeError) as error:
        raise UsageError(f"{path}: damaged ({error!r}); run `python -m training.prepare` again") from error
