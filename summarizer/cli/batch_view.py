"""What a batch says while it runs: a live view on a terminal, a plain line now and then elsewhere, events for machines.

It only listens; nothing it does may hold up or end the batch.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from summarizer.cli.context import Context
from summarizer.errors import OutputError, SummarizerError
from summarizer.untrusted import one_line

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.live import Live

    from summarizer.batch.interface import Event

LINE_SECONDS = 30.0
DRAW_SECONDS = 0.25
# What was done in so many seconds tells how fast it goes: long enough that windows coming in bursts even out.
RATE_SECONDS = 120.0
_TOLD = frozenset({"failed", "notice", "lost", "stopping"})
_NAMED = 3


class Tally:
    """Counts what the events tell, and how fast it goes."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """`clock` in seconds; the counting starts now."""
        self._clock = clock
        self.started = clock()
        self._recent: deque[tuple[float, int]] = deque()
        self.counts: Counter[str] = Counter()
        """Articles by what became of them: "done", "failed", "skipped", "held"."""
        self.at = ""
        """The article at hand."""
        self.total: int | None = None
        """Articles in the folder, once they have been counted."""

    def hear(self, event: Event) -> None:
        """Takes an event in."""
        if event.name in ("done", "failed"):
            words = event.data.get("words", 0)
            self._recent.append((self._clock(), words if isinstance(words, int) else 0))
        if event.name in ("done", "failed", "skipped", "held"):
            self.counts[event.name] += 1
        elif event.name == "reading" and event.path:
            self.at = event.path

    @property
    def finished(self) -> int:
        """Articles that need nothing more in this run."""
        return self.counts.total()

    @property
    def waiting(self) -> int | None:
        """Articles still to be done or looked at."""
        return None if self.total is None else max(0, self.total - self.finished)

    @property
    def rates(self) -> tuple[float, float]:
        """Articles and words a minute, of late."""
        now = self._clock()
        while self._recent and self._recent[0][0] < now - RATE_SECONDS:
            self._recent.popleft()
        minutes = max(min(now - self.started, RATE_SECONDS), 1.0) / 60
        return len(self._recent) / minutes, sum(words for _, words in self._recent) / minutes

    @property
    def seconds_left(self) -> float | None:
        """Until all is done, if it goes on like this; None as long as that cannot be told."""
        articles, _ = self.rates
        return None if self.waiting is None or not articles else 60 * self.waiting / articles

    def parts(self) -> list[str]:
        """Done, failed and waiting; the rates; the time left: each in words."""
        counts, (articles, words) = self.counts, self.rates
        said = [f"{counts['done']:,} done", f"{counts['failed']:,} failed"]
        said += [f"{counts['skipped']:,} done before"] if counts["skipped"] else []
        said += [f"{counts['held']:,} failed before"] if counts["held"] else []
        said += [f"{self.waiting:,} waiting"] if self.waiting is not None else []
        speed = f"{articles:,.1f} articles and {words:,.0f} words a minute"
        left = [f"about {duration(self.seconds_left)} left"] if self.seconds_left is not None else []
        return [", ".join(said), *([", ".join([speed, *left])] if articles else [])]


def duration(seconds: float) -> str:
    """A length of time for people: "40 s", "12 min", "3 h 20 min"."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 90 else f"{minutes // 60} h {minutes % 60} min"


class View:
    """Listens to a batch and says what is worth saying, in the way the surroundings allow."""

    def __init__(self, state: Context, tally: Tally, log: TextIO | None) -> None:
        """Use `view`."""
        self._state = state
        self._tally = tally
        self._log = log
        self._line_at = tally.started + LINE_SECONDS
        self._drawn_at = 0.0
        self._live: Live | None = None
        self._deleted: list[str] = []
        self._deleted_more = 0

    def __call__(self, event: Event) -> None:
        """Takes an event in."""
        self._tally.hear(event)
        self._write_log(event)
        if event.name in _TOLD:
            self._state.say(event.message)
        elif event.name == "deleted":
            if len(self._deleted) < _NAMED:
                self._deleted.append(event.path)
            else:
                self._deleted_more += 1
        elif event.name == "end" and self._deleted:
            names = ", ".join(self._deleted) + (f" and {self._deleted_more} more" if self._deleted_more else "")
            self._state.say(f"no longer in the input folder, their results are kept: {names}")
        now = time.monotonic()
        if self._live is not None:
            if now > self._drawn_at + DRAW_SECONDS:
                self._drawn_at = now
                self._live.refresh()
        elif now > self._line_at:
            self._line_at = now + LINE_SECONDS
            at = f"; at {self._tally.at}" if self._tally.at else ""
            self._state.say("; ".join(self._tally.parts()) + at)

    @contextmanager
    def live(self) -> Iterator[None]:
        """While it lasts, the state of things stands below whatever is said."""
        from rich.console import Console
        from rich.live import Live
        from rich.text import Text

        # drawn by the thread that counts, as events come, so that nothing is counted while it is drawn
        live = Live(
            get_renderable=self._render,
            console=Console(stderr=True),
            auto_refresh=False,
            transient=True,
            redirect_stdout=False,
            redirect_stderr=False,
        )

        def above(line: str) -> None:
            live.console.print(Text(line), soft_wrap=True)

        before, self._state.write = self._state.write, above
        with live:
            self._live = live
            try:
                yield
            finally:
                self._live = None
                self._state.write = before

    def _render(self) -> RenderableType:
        """The live view as it is now."""
        from rich.console import Group
        from rich.progress_bar import ProgressBar
        from rich.table import Table
        from rich.text import Text

        tally = self._tally
        bar = Table.grid()
        bar.add_row(ProgressBar(total=tally.total, completed=tally.finished, width=60, pulse=tally.total is None))
        at = [Text(f"at {one_line(tally.at)}", style="dim", no_wrap=True, overflow="ellipsis")] if tally.at else []
        return Group(bar, *(Text(part) for part in tally.parts()), *at)

    def _write_log(self, event: Event) -> None:
        if self._log is None or event.name == "tick" or (event.name == "reading" and not event.path):
            return
        entry: dict[str, object] = {
            "time": datetime.now(timezone.utc).isoformat(timespec="milliseconds"),
            "event": event.name,
        }
        entry |= {name: value for name, value in (("path", event.path), ("message", event.message)) if value}
        try:
            self._log.write(json.dumps(entry | event.data) + "\n")
            self._log.flush()
        except OSError as error:
            # whoever reads the log has gone away, or the disk is full: the articles matter more
            if self._log is sys.stdout:
                _drop_stdout()
            self._log = None
            self._state.say(f"the log of events cannot be written any more ({error.strerror}); going on without it")


@contextmanager
def view(state: Context, log: str | None, count: Callable[[], int] | None) -> Iterator[View]:
    """A view for as long as the batch runs; `count` counts the folder's articles, which may take its time.

    Raises:
        OutputError: the log file cannot be opened.
    """
    tally = Tally()
    with ExitStack() as stack:
        shown = View(state, tally, _open_log(log, stack))
        if not state.quiet and count is not None:
            threading.Thread(target=_count, args=(tally, count), daemon=True).start()
        if state.live:
            stack.enter_context(shown.live())
        yield shown


def _count(tally: Tally, count: Callable[[], int]) -> None:
    try:
        tally.total = count()
    except (OSError, SummarizerError):
        # the batch itself meets the same folder, and says what is wrong with it
        return


def _drop_stdout() -> None:
    """What is still buffered must not complain at exit that nobody reads it."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _open_log(name: str | None, stack: ExitStack) -> TextIO | None:
    if name is None:
        return None
    if name == "-":
        return sys.stdout
    try:
        return stack.enter_context(Path(name).open("a", encoding="utf-8"))
    except OSError as error:
        raise OutputError(f"{name}: the log cannot be written ({error.strerror}); name another file") from error
