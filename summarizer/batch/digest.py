"""Boils a ledger of any size down to what one page can show: totals, plots, and the articles that most need a look.

It goes through the ledger once and keeps no more rows than the page has room for.
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from summarizer.batch.ledger import Row

MAX_ROWS = 20_000
"""Rows of the table; a browser sorts and filters this many at once."""
_STEPS = (60, 300, 600, 900, 1800, 3600, 3 * 3600, 6 * 3600, 86400, 7 * 86400, 30 * 86400, 365 * 86400)
_MAX_BINS = 72


@dataclass(frozen=True, slots=True)
class Bin:
    """Articles finished in a stretch of time."""

    start: float
    """Seconds since the epoch."""
    done: int
    failed: int


@dataclass(frozen=True, slots=True)
class Throughput:
    """Articles over time, in bins of one length, without gaps."""

    seconds: int
    """Length of a bin."""
    bins: tuple[Bin, ...]


@dataclass(slots=True)
class Digest:
    """What a ledger says, in short."""

    done: int = 0
    failed: int = 0
    words: int = 0
    sentences: int = 0
    errors: int = 0
    warnings: int = 0
    notes: int = 0
    flagged: int = 0
    """Articles done with at least one error or warning."""
    seconds: float = 0.0
    """Time the workers spent on the articles, all together."""
    first: float = 0.0
    last: float = 0.0
    """When the first and the last article were finished, by the clocks of the machines that did it."""
    kinds: Counter[str] = field(default_factory=Counter)
    """Findings by kind."""
    faults: Counter[str] = field(default_factory=Counter)
    """Failed articles by the kind of the fault."""
    models: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    """Articles by (model, licence, attribution)."""
    signatures: Counter[str] = field(default_factory=Counter)
    rows: tuple[Row, ...] = ()
    """At most `MAX_ROWS`, those that most need a look first."""
    minutes: Counter[tuple[int, bool]] = field(default_factory=Counter)
    """Articles by minute since the epoch and whether they are done."""

    @property
    def articles(self) -> int:
        """All of them."""
        return self.done + self.failed

    def throughput(self) -> Throughput:
        """Articles over time, in bins of a length a reader knows, few enough to be seen."""
        if not self.minutes:
            return Throughput(_STEPS[0], ())
        begin, end = (bound(minute for minute, _ in self.minutes) * 60 for bound in (min, max))
        seconds = next((step for step in _STEPS if (end - begin) // step < _MAX_BINS), _STEPS[-1])
        binned: Counter[tuple[int, bool]] = Counter()
        for (minute, done), count in self.minutes.items():
            binned[minute * 60 // seconds, done] += count
        numbers = range(begin // seconds, end // seconds + 1)
        # beyond the longest step (a clock that was wrong by decades) the last ones are what there is room for
        return Throughput(
            seconds, tuple(Bin(n * seconds, binned[n, True], binned[n, False]) for n in numbers[-_MAX_BINS:])
        )


def digest(rows: Iterable[Row], *, limit: int = MAX_ROWS) -> Digest:
    """Goes through the rows once; keeps at most `limit` of them."""
    found = Digest()
    found.rows = tuple(heapq.nsmallest(limit, _counted(rows, found), key=_urgency))
    return found


def seconds_of(row: Row) -> float:
    """The time an article took, 0 where it is not known."""
    return dict(row.facts.timings).get("total", 0.0) if row.facts else 0.0


def _urgency(row: Row) -> tuple[bool, int, int, int, str]:
    facts = row.facts
    if facts is None:
        return row.state == "done", 0, 0, 0, row.path
    return row.state == "done", -facts.errors, -facts.warnings, -facts.notes, row.path


def _counted(rows: Iterable[Row], into: Digest) -> Iterator[Row]:
    for row in rows:
        done, facts = row.state == "done", row.facts
        into.done += done
        into.failed += not done
        into.minutes[int(row.finished // 60), done] += 1
        into.first = min(into.first or row.finished, row.finished)
        into.last = max(into.last, row.finished)
        if not done:
            into.faults[row.kind] += 1
        elif facts is not None:
            into.words += facts.words
            into.sentences += facts.sentences
            into.errors += facts.errors
            into.warnings += facts.warnings
            into.notes += facts.notes
            into.flagged += bool(facts.errors or facts.warnings)
            into.seconds += seconds_of(row)
            into.kinds.update(dict(facts.kinds))
            into.models[facts.model, facts.licence, facts.attribution] += 1
            into.signatures[facts.signature] += 1
        yield row
