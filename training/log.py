"""The record of a run, one JSON object a line: settings, progress, validation. Curve and card are made of it."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from training.command import note, read_lines

_PROGRESS = re.compile(r"(\d+) ([\d.]+)M loss ([\d.]+) (\d+) tok/s f ([\d.]+)")


@dataclass(frozen=True, slots=True)
class TrainPoint:
    """Progress since the point before."""

    step: int
    tokens: int
    """Target tokens in all."""
    loss: float
    """Negative log-likelihood of the training pairs, nats per token, without smoothing."""
    tokens_per_second: float
    factor: float
    """Of the peak learning rates."""
    branch: bool = False
    """True if it belongs to a cool-down."""


@dataclass(frozen=True, slots=True)
class DevPoint:
    """One validation, of the averaged weights."""

    tokens: int
    target: str
    loss: float
    """Nats per token."""
    bleu: float
    chrf: float
    branch: bool
    """True if it was measured in a cool-down."""


class Log:
    """Appends to a JSON Lines file, and tells stderr the same in fewer words."""

    def __init__(self, path: Path) -> None:
        """The file's folder is made if it is not there; half a line that a killed run left is ended."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path = path
        if path.exists() and not path.read_bytes().endswith(b"\n"):
            with path.open("a", encoding="utf-8") as file:
                file.write("\n")

    def event(self, kind: str, **fields: Any) -> None:
        """One line: the kind, the time in seconds since 1970, the fields."""
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps({"event": kind, "time": round(time.time(), 1), **fields}, ensure_ascii=False) + "\n")

    def train(self, point: TrainPoint, **more: Any) -> None:
        """Progress."""
        self.event("train", **_fields(point), **more)
        note(
            f"{point.step} {point.tokens / 1e6:.2f}M loss {point.loss:.3f} {point.tokens_per_second:.0f} tok/s "
            f"f {point.factor:.2f}"
        )

    def validation(self, point: DevPoint, examples: list[str]) -> None:
        """A validation, with a few translations to look at."""
        self.event("validation", **_fields(point), examples=examples)
        note(
            f"validation {point.tokens / 1e6:.2f}M {point.target} loss {point.loss:.4f} BLEU {point.bleu:.2f} "
            f"chrF {point.chrf:.2f}"
        )
        for example in examples:
            note(f"  {example}")


def _fields(point: TrainPoint | DevPoint) -> dict[str, Any]:
    return {name: getattr(point, name) for name in type(point).__slots__}


def read(paths: Iterable[Path]) -> tuple[list[TrainPoint], list[DevPoint]]:
    """The points of one or more logs, in order; a log may also be what a run printed on stderr.

    Lines that are neither are passed over: a run that was killed may leave half a line.

    Raises:
        UsageError: a file cannot be read.
    """
    trained: list[TrainPoint] = []
    validated: list[DevPoint] = []
    for path in paths:
        for line in read_lines(path):
            if match := _PROGRESS.fullmatch(line.strip()):
                step, tokens, loss, speed, factor = map(float, match.groups())
                trained.append(TrainPoint(int(step), round(tokens * 1e6), loss, speed, factor))
            elif line.startswith("{"):
                _read_event(line, trained, validated)
    return trained, validated


def _read_event(line: str, trained: list[TrainPoint], validated: list[DevPoint]) -> None:
    try:
        data = json.loads(line)
    except ValueError:
        return
    if data.get("event") == "train":
        trained.append(TrainPoint(**{name: data[name] for name in TrainPoint.__slots__}))
    elif data.get("event") == "validation":
        validated.append(DevPoint(**{name: data[name] for name in DevPoint.__slots__}))
