"""What all commands share: how much is said on stderr, and how a terminal is to be written to."""

from __future__ import annotations

import logging
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TextIO, TypeVar

import click

from summarizer.render.interface import ColorSystem
from summarizer.untrusted import one_line

F = TypeVar("F", bound=Callable[..., Any])


def _to_stderr(line: str) -> None:
    click.echo(line, err=True)


@dataclass
class Context:
    """The state of one call of the command line."""

    quiet: bool = False
    verbose: bool = False
    debug: bool = False
    write: Callable[[str], None] = _to_stderr
    """Puts a harmless line on stderr; a live view has its own way, so that the two do not write over each other."""

    def error(self, message: str) -> None:
        """One line on stderr, whatever `--quiet` says; untrusted text in it cannot act."""
        self.write(f"summarizer: {one_line(message)}")

    def say(self, message: str) -> None:
        """One line on stderr, unless `--quiet`."""
        if not self.quiet:
            self.error(message)

    @property
    def live(self) -> bool:
        """True if progress may be shown: stderr is a terminal and `--quiet` is not given."""
        return not self.quiet and sys.stderr.isatty() and os.environ.get("TERM") != "dumb"


def verbosity_options(function: F) -> F:
    """Adds --quiet, --verbose and --debug; they may stand before or after the command's name."""

    def store(name: str) -> Callable[[click.Context, click.Parameter, bool], None]:
        def callback(ctx: click.Context, parameter: click.Parameter, value: bool) -> None:
            if value:
                setattr(ctx.ensure_object(Context), name, True)

        return callback

    for flags, name, text in (
        (("--debug",), "debug", "Show tracebacks and the library's log."),
        (("-v", "--verbose"), "verbose", "Say more: what was left out, how it was made."),
        (("-q", "--quiet"), "quiet", "Say nothing on stderr but errors."),
    ):
        function = click.option(*flags, is_flag=True, expose_value=False, callback=store(name), help=text)(function)
    return function


class _Handler(logging.Handler):
    """Shows the library's log on stderr as far as the context wants to hear it."""

    def __init__(self, state: Context) -> None:
        super().__init__()
        self._state = state

    def emit(self, record: logging.LogRecord) -> None:
        state = self._state
        needed = logging.DEBUG if state.debug else logging.INFO if state.verbose else logging.WARNING
        if record.levelno >= needed and not (state.quiet and record.levelno < logging.ERROR):
            state.error(record.getMessage())


@contextmanager
def context(state: Context) -> Iterator[None]:
    """While it lasts, the library's log goes to stderr."""
    logger = logging.getLogger("summarizer")
    handler = _Handler(state)
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG)
    try:
        yield
    finally:
        logger.removeHandler(handler)


def color_system(stream: TextIO) -> ColorSystem | None:
    """The colours a stream can show, by the conventions of no-color.org and force-color.org."""
    environment = os.environ
    if environment.get("NO_COLOR"):
        return None
    forced = environment.get("FORCE_COLOR") not in (None, "", "0")
    term = environment.get("TERM", "")
    if not forced and (not stream.isatty() or term in ("", "dumb")):
        return None
    if environment.get("COLORTERM", "").lower() in ("truecolor", "24bit"):
        return "truecolor"
    return "256" if "256" in term else "standard"


def width(stream: TextIO) -> int:
    """Columns to write for: the terminal's, else COLUMNS, else 80."""
    return shutil.get_terminal_size((80, 24)).columns if stream.isatty() or "COLUMNS" in os.environ else 80


def speaks_unicode(stream: TextIO) -> bool:
    """True if the stream's encoding has the marks and rules the renderers like to use."""
    try:
        "─•–“”".encode(stream.encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True
