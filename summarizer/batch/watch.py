"""Keeps watch over a folder: articles are taken up once they are complete, round by round, until it is told to stop.

Each round is a batch like any other, over the files that have come or changed since the last one; a file that is still
being written must never be taken for an article.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

from summarizer.batch import configuration, plan
from summarizer.batch.interface import BatchOptions, Event, Executor, Listener, Stop
from summarizer.batch.runner import Runner, Totals
from summarizer.errors import BatchLocked

SETTLE_SECONDS = 2.0
# The system's word that something changed comes at once on a local disk, and never for what another machine writes
# into a network folder: so the folder is looked at from time to time in any case.
LOOK_SECONDS = 10.0
LOOK_SECONDS_POLLING = 2.0
_STEP_SECONDS = 0.25

_Stamp = tuple[int, int, int, int]


@dataclass(slots=True)
class _Seen:
    """What is known of a file."""

    stamp: _Stamp
    since: float
    """When it was first seen like this."""
    look: int
    """The last look at the folder that met it."""
    given: bool = False
    """Handed to a round as it is now."""


class Arrivals:
    """Tells which files of a folder are complete: those that have not changed for a settling time.

    Keeps some 300 bytes a file. Times are its own, by a clock that nobody can set back; those of the file system are
    only compared for being the same.
    """

    def __init__(self, settle: float = SETTLE_SECONDS, clock: Callable[[], float] = time.monotonic) -> None:
        """Knows no file yet; `settle` in seconds."""
        self._settle = settle
        self._clock = clock
        self._seen: dict[str, _Seen] = {}
        self._looks = 0
        self.ready = 0
        """Files that are complete and have not been handed on."""
        self.moving = 0
        """Files that may still be being written."""

    def look(self, files: Iterable[plan.Found]) -> None:
        """Takes in how the files are now; forgets those that are gone."""
        self._looks += 1
        self.ready = self.moving = 0
        for found in files:
            stamp = _stamp(found)
            if stamp is None:
                continue
            seen = self._seen.get(found.path)
            if seen is None or seen.stamp != stamp:
                seen = self._seen[found.path] = _Seen(stamp, self._clock(), self._looks)
            seen.look = self._looks
            if not seen.given:
                complete = self._complete(seen)
                self.ready += complete
                self.moving += not complete
        for path in [path for path, seen in self._seen.items() if seen.look != self._looks]:
            del self._seen[path]

    def take(self, found: plan.Found) -> bool:
        """True if the file is to be done now: complete, as it was when last looked at, and not handed on before."""
        seen = self._seen.get(found.path)
        if seen is None or seen.given or not self._complete(seen) or seen.stamp != _stamp(found):
            return False
        seen.given = True
        return True

    def _complete(self, seen: _Seen) -> bool:
        return self._clock() - seen.since >= self._settle


class Lasting:
    """Gives every round the same executor, whose workers are loaded already, until a round asks for other models."""

    def __init__(self, make: Callable[[], Executor], batch: BatchOptions) -> None:
        """Makes none yet; what `make` makes must keep its workers from one run to the next."""
        self._make = make
        self._batch = batch
        self._executor: Executor | None = None
        self._fingerprint = ""

    def __call__(self) -> Executor:
        """The executor for a round.

        Raises:
            LanguageUnavailable, ModelError, GlossaryError, UsageError: as `configuration.fields`.
        """
        # models can be pulled and glossaries edited between two rounds
        fingerprint = configuration.fingerprint(configuration.fields(self._batch))
        if self._executor is None or fingerprint != self._fingerprint:
            self.close()
            self._executor, self._fingerprint = self._make(), fingerprint
        return self._executor

    def close(self) -> None:
        """Ends the workers."""
        if self._executor is not None:
            self._executor.close()
            self._executor = None


class Watch:
    """A batch without an end over one pair of folders."""

    def __init__(
        self,
        source: Path,
        output: Path,
        batch: BatchOptions,
        executor: Callable[[], Executor],
        *,
        listener: Listener | None = None,
        settle: float = SETTLE_SECONDS,
        polling: bool = False,
    ) -> None:
        """Touches nothing yet; `executor` gives one for each round, `polling` asks the system for no word.

        Raises:
            UsageError: the folders cannot serve.
        """
        plan.check_folders(source, output)
        self._source = source
        self._output = output
        self._batch = batch
        self._executor = executor
        self._listener = listener
        self._settle = settle
        self._polling = polling
        self._arrivals = Arrivals(settle)
        self._told: set[str] = set()

    def rounds(self, stop: Stop) -> Iterator[Totals]:
        """What each round did, as it ends; comes to an end itself once `stop.requested`.

        Raises:
            BatchLocked: another batch is at work on the output folder at the start; a later one is waited for.
            OutputError, LedgerError, ModelError, EngineError: as `Runner.run`.
        """
        batch = self._batch
        first, told = True, False
        for _ in self._looks(stop):
            self._arrivals.look(plan.find(self._source, self._output, batch))
            if not self._arrivals.ready:
                continue
            runner = Runner(
                self._source,
                self._output,
                batch,
                self._executor(),
                listener=self._hear,
                accept=self._arrivals.take,
            )
            try:
                totals = runner.run(stop)
            except BatchLocked as error:
                if first:
                    raise
                if not told:
                    self._notice(f"{error}; going on when it has ended")
                told = True
                continue
            yield totals
            first = told = False
            # what is asked for once is not asked for in every round
            batch = replace(batch, restart=False, retry_failed=False)

    def _looks(self, stop: Stop) -> Iterator[None]:
        """A value whenever it is time to look at the folder."""
        with closing(self._changes(stop)) as changes:
            # the system is to watch before the first look, else what comes between the two is seen late
            next(changes, False)
            while not stop.requested:
                looked = time.monotonic()
                yield None
                idle = LOOK_SECONDS_POLLING if self._polling else LOOK_SECONDS
                wait = self._settle if self._arrivals.moving or self._arrivals.ready else idle
                while not stop.requested and time.monotonic() < looked + wait:
                    if next(changes, False):
                        # at most one look in a settling time, however busy the folder is
                        wait = min(wait, self._settle)

    def _changes(self, stop: Stop) -> Generator[bool, None, None]:
        """Every so often: True if something in the folder has changed since the last time."""
        if not self._polling:
            try:
                yield from self._told_by_system(stop)
            except (OSError, RuntimeError) as error:
                self._notice(f"{self._source}: the system cannot watch it ({error}); looking at it every few seconds")
                self._polling = True
        while not stop.requested:
            time.sleep(_STEP_SECONDS)
            yield False

    def _told_by_system(self, stop: Stop) -> Iterator[bool]:
        from watchfiles import watch

        milliseconds = int(_STEP_SECONDS * 1000)
        changes = watch(
            self._source,
            watch_filter=None,
            debounce=milliseconds,
            stop_event=_StopEvent(stop),
            rust_timeout=milliseconds,
            yield_on_timeout=True,
            ignore_permission_denied=True,
        )
        for changed in changes:
            yield bool(changed)

    def _hear(self, event: Event) -> None:
        """Hands on what is news; what every round meets again (what is passed over, what was taken away) is not."""
        if event.name in ("notice", "deleted"):
            told = f"{event.name} {event.path} {event.message}"
            if told in self._told:
                return
            self._told.add(told)
        if self._listener is not None:
            self._listener(event)

    def _notice(self, message: str) -> None:
        if self._listener is not None:
            self._listener(Event("notice", message=message))


@dataclass(frozen=True, slots=True)
class _StopEvent:
    """What watchfiles asks whether to go on."""

    stop: Stop

    def is_set(self) -> bool:
        return self.stop.requested


def _stamp(found: plan.Found) -> _Stamp | None:
    """What changes when a file changes; None if it is gone. The time of change of its inode tells new permissions."""
    try:
        state = found.source.lstat() if found.refused else found.source.stat()
    except OSError:
        return None
    return state.st_size, state.st_mtime_ns, state.st_ctime_ns, state.st_ino
