"""Runs the command line in this process and gives back what a user would see."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from summarizer.cli.app import run


@dataclass(frozen=True)
class Seen:
    code: int
    out: str
    err: str


Cli = Callable[..., Seen]


class _Piped(io.TextIOWrapper):
    def __init__(self, data: bytes) -> None:
        super().__init__(io.BytesIO(data), encoding="utf-8")


@pytest.fixture
def cli(capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch) -> Cli:
    """`cli("read", "a.txt")`; `stdin=b"…"` pipes something in."""

    def call(*arguments: str, stdin: bytes = b"") -> Seen:
        monkeypatch.setattr(sys, "stdin", _Piped(stdin))
        capfdbinary.readouterr()
        code = run(list(arguments))
        sys.stdout.flush()
        sys.stderr.flush()
        out, err = capfdbinary.readouterr()
        return Seen(code, out.decode("utf-8"), err.decode("utf-8"))

    return call
