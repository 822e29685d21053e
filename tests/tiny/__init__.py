"""Tiny checkpoints with random weights, in the exact file layout that each model family has on the Hugging Face hub."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from functools import cache
from pathlib import Path

import pytest

from tests.tiny.builders import FAMILIES, NEEDS_PROTOBUF, POSITIONS, TASKS, build
from tests.tiny.tokenizers import ENGLISH, ITALIAN, SENTENCES

__all__ = ["ENGLISH", "FAMILIES", "ITALIAN", "POSITIONS", "SENTENCES", "TASKS", "build", "checkpoint", "converted"]


@cache
def _shelf() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="tiny-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


@cache
def _built(family: str) -> Path:
    return build(family, _shelf() / family)


def checkpoint(family: str) -> Path:
    """The tiny checkpoint of a family, built once a run; not to be changed. Skips where it cannot be read."""
    if family in NEEDS_PROTOBUF:
        pytest.importorskip("google.protobuf", reason="transformers reads sentencepiece models with protobuf")
    return _built(family)


@cache
def _converted(family: str, quantization: str) -> Path:
    from summarizer.models.convert import convert

    output = _shelf() / f"{family}-{quantization}"
    convert(_built(family), output, quantization)
    return output


def converted(family: str, quantization: str = "float32") -> Path:
    """The CTranslate2 copy of a tiny checkpoint, made once a run."""
    checkpoint(family)
    return _converted(family, quantization)
