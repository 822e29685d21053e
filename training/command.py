"""What the recipe's commands share: a user's mistake ends in one line and an exit code, never in a traceback."""

from __future__ import annotations

import ctypes
import math
import os
import sys
from collections.abc import Callable, Collection
from pathlib import Path
from typing import NoReturn

from summarizer.errors import SummarizerError, UsageError


def run(main: Callable[[], int]) -> NoReturn:
    """Runs a command's `main` and exits with the code it returns, or with that of the fault it raises."""
    try:
        code = main()
    except SummarizerError as error:
        print(error, file=sys.stderr)
        code = error.exit_code
    sys.exit(code)


def note(message: str) -> None:
    """One line of progress on stderr."""
    print(message, file=sys.stderr, flush=True)


def named_numbers(text: str, known: Collection[str], what: str) -> dict[str, float]:
    """The numbers of "one=0.02,two=0.05" by name; none of "".

    Args:
        text: what the user wrote.
        known: the names there are.
        what: what a name stands for, for the message.

    Raises:
        UsageError: an unknown name, or what is not a number of at least 0.
    """
    numbers = {}
    for item in filter(None, (part.strip() for part in text.split(","))):
        name, _, value = item.partition("=")
        if name not in known:
            raise UsageError(f"unknown {what} {name!r}: choose from {', '.join(known)}")
        try:
            numbers[name] = float(value)
        except ValueError:
            raise UsageError(f"{what} {name}: {value!r} is no number; write {name}=NUMBER") from None
        if not 0 <= numbers[name] < math.inf:
            raise UsageError(f"{what} {name}: {value} must be a number of at least 0")
    return numbers


def read_bytes(path: Path) -> bytes:
    """The file's bytes.

    Raises:
        UsageError: it cannot be read.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path}: cannot be read ({error.strerror})") from error


def read_lines(path: Path) -> list[str]:
    """The lines of a UTF-8 file, without their ends.

    Raises:
        UsageError: it cannot be read, or is not UTF-8.
    """
    try:
        return read_bytes(path).decode("utf-8").splitlines()
    except UnicodeDecodeError as error:
        raise UsageError(f"{path}: not UTF-8; convert it first") from error


def prepare_processor() -> None:
    """Makes steps on a CPU as fast as they can be; call it before there are threads, which inherit it.

    Gradients hold denormal numbers, for which zero does as well, and for which some processors take a hundred times as
    long.
    """
    import torch  # most commands do without it

    os.environ.setdefault("ONEDNN_PRIMITIVE_CACHE_CAPACITY", str(8192))
    torch.set_flush_denormal(True)
    _keep_freed_memory()


def _keep_freed_memory() -> None:
    """Lets the process keep the memory that it frees, to use it again.

    glibc gives large blocks back to the system as soon as they are free and trims its heap. A training step frees and
    takes gigabytes, whose pages the system then clears anew every time: a third of the time of a run on two cores.
    Does nothing where the C library has no `mallopt`.
    """
    mmap_max, trim_threshold, never = -4, -1, -1  # malloc.h
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (OSError, TypeError, AttributeError):
        return
    mallopt(mmap_max, 0)
    mallopt(trim_threshold, never)
