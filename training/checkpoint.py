"""The state of a training run on disk: whole or as it was before, never half written."""

from __future__ import annotations

import os
import pickle
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from summarizer.errors import ModelError, OutputError

FILE = "state.pt"


@dataclass(slots=True)
class Progress:
    """How far a run is."""

    step: int = 0
    tokens: int = 0
    """Target tokens learnt from, end tokens included."""
    spent: float = 0.0
    """Seconds of training, validation and loading left out."""
    epoch: int = 0
    batch: int = 0
    """Batches taken from the epoch."""

    @classmethod
    def of(cls, saved: Mapping[str, Any]) -> Progress:
        """From a saved run; one that did not note its place in the data starts a pass that no run has drawn yet."""
        return cls(
            step=int(saved["step"]),
            tokens=int(saved["tokens"]),
            spent=float(saved.get("spent", 0.0)),
            epoch=int(saved.get("epoch", saved["step"])),
            batch=int(saved.get("batch", 0)),
        )


@dataclass(slots=True)
class State:
    """All that a run needs to go on."""

    model: Mapping[str, Tensor]
    """Float32 weights by name."""
    adam: Mapping[str, Any]
    """AdamW's state_dict."""
    muon: list[Tensor]
    """Muon's momentum, stacked by shape; empty without Muon."""
    ema: list[Tensor]
    """Averaged weights of the trained parameters, in the model's order."""
    progress: Progress
    branch: dict[str, Any] | None = None
    """Of a cool-down: at which token of the stable run it began, its length, the seconds spent in it, if it is done."""


def save(path: Path, state: State) -> None:
    """Writes the state beside its place, flushes it to disk and renames it into place.

    Raises:
        OutputError: it cannot be written.
    """
    data = {"model": dict(state.model), "adam": state.adam, "muon": state.muon, "ema": state.ema}
    data |= {"st": asdict(state.progress)} | ({"branch": state.branch} if state.branch else {})
    partial = path.with_suffix(".tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with partial.open("wb") as file:
            torch.save(data, file)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    except (OSError, RuntimeError) as error:  # torch wraps a full disk in a RuntimeError
        raise OutputError(f"{path}: the state cannot be written ({error}); the one before is kept") from error


def load(path: Path, device: torch.device | str = "cpu") -> State:
    """A saved state; never runs code from the file.

    Raises:
        ModelError: missing, damaged, or not a state.
    """
    try:
        data = torch.load(path, map_location=device, weights_only=True)
        return State(
            data["model"], data["adam"], data["muon"], data["ema"], Progress.of(data["st"]), data.get("branch")
        )
    except (OSError, RuntimeError, EOFError, KeyError, TypeError, ValueError, pickle.UnpicklingError) as error:
        raise ModelError(f"{path}: not a whole training state ({str(error).splitlines()[0]})") from error
