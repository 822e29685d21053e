"""What a batch would do and how long it would take: counted from the ledger, measured on a sample. Writes nothing."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

from summarizer import ingest, segmentation
from summarizer.batch import configuration, plan
from summarizer.batch.decision import Place, decide
from summarizer.batch.interface import BatchOptions, Event, Executor, Job, Stop
from summarizer.batch.ledger import NAME as LEDGER
from summarizer.batch.ledger import DamagedLedger, Ledger, Output, Row
from summarizer.batch.local import LocalExecutor, text_bytes
from summarizer.errors import SourceError

# Articles looked into for their sentences, and how long some of them are then translated for.
SAMPLE_ARTICLES = 200
SAMPLE_SECONDS = 8.0
# Windows small enough that something comes of the sample with a slow model too.
_WINDOW_BYTES = 4_000


@dataclass(frozen=True, slots=True)
class Estimate:
    """What is to be expected of a batch."""

    articles: int
    to_do: int
    skipped: int
    """Done before, and nothing has changed since."""
    held: int
    """Failed before, and neither changed nor asked to be tried again."""
    refused: int
    """Cannot be read or would lead out of the folder."""
    sentences: int
    """Of the articles to do."""
    words: int
    exact: bool
    """True if every article was looked into, False if the figures were drawn from a sample."""
    unreadable: int
    """Articles among those looked into that are none, or not Italian."""
    seconds: float
    words_per_minute: float
    """0 where there was nothing to measure."""


def estimate(
    source: Path,
    output: Path,
    batch: BatchOptions,
    *,
    executor: Callable[[], Executor] = lambda: LocalExecutor(_WINDOW_BYTES),
    seconds: float = SAMPLE_SECONDS,
) -> Estimate:
    """Looks at all articles and translates some of them, without the translation memory, for about `seconds`.

    Raises:
        UsageError: the folders cannot serve.
        LedgerError, ModelError, EngineError: in their kinds.
    """
    plan.check_folders(source, output)
    counts = {"do": 0, "skip": 0, "hold": 0, "refused": 0}
    sample, size = _sample(source, output, batch, counts)
    sentences, words, readable, unreadable, sampled = _look_into(sample, batch)
    share = size / sampled if sampled else 0.0
    sentences, words = round(sentences * share), round(words * share)
    start, rate = _measure(readable, batch, executor(), seconds)
    return Estimate(
        articles=sum(counts.values()),
        to_do=counts["do"],
        skipped=counts["skip"],
        held=counts["hold"],
        refused=counts["refused"],
        sentences=sentences,
        words=words,
        exact=len(sample) == counts["do"],
        unreadable=unreadable,
        seconds=start + words / rate if rate else 0.0,
        words_per_minute=60 * rate,
    )


def _sample(source: Path, output: Path, batch: BatchOptions, counts: dict[str, int]) -> tuple[list[Job], int]:
    """Some of the articles to do, each as likely as any other, and the text bytes of all; fills in the counts."""
    fingerprint = configuration.fingerprint(configuration.fields(batch))
    # the same sample every time
    chance = random.Random(0)
    sample: list[Job] = []
    size = 0

    def place(document: Output) -> Place:
        return plan.place(output / document.path, document.size)

    with closing(_Known(plan.private_folder(output, batch.shard) / LEDGER)) as known:
        for found in plan.find(source, output, batch):
            job, refused = plan.job(found)
            if not plan.in_shard(job.sha256 or plan.name_digest(found.path), batch.shard):
                continue
            action = decide(known.row(found.path), job, fingerprint, batch, place).action
            if batch.restart:
                action = "do"
            counts["refused" if refused else action] += 1
            if refused or action != "do":
                continue
            size += text_bytes(job)
            # reservoir sampling (Vitter 1985, doi:10.1145/3147.3165, algorithm R)
            if len(sample) < SAMPLE_ARTICLES:
                sample.append(job)
            elif (index := chance.randrange(counts["do"])) < SAMPLE_ARTICLES:
                sample[index] = job
    return sample, size


class _Known:
    """The ledger, if there is a sound one."""

    def __init__(self, path: Path) -> None:
        self._ledger: Ledger | None = None
        if path.exists() and path.stat().st_size:
            try:
                self._ledger = Ledger(path, read_only=True)
            except DamagedLedger:
                # the next run rebuilds it; what it holds cannot be told before
                return

    def row(self, path: str) -> Row | None:
        return self._ledger.row(path) if self._ledger is not None else None

    def close(self) -> None:
        if self._ledger is not None:
            self._ledger.close()


def _look_into(sample: list[Job], batch: BatchOptions) -> tuple[int, int, list[Job], int, int]:
    """Sentences and words of the articles, those that can be read, how many cannot, and the text bytes of all."""
    sentences = words = 0
    readable = []
    for job in sample:
        try:
            article = ingest.read(str(job.source), force=batch.options.force, offline=True)
        except SourceError:
            continue
        readable.append(job)
        found = segmentation.split(article)
        sentences += len(found)
        words += sum(len(sentence.text.split()) for sentence in found)
    return sentences, words, readable, len(sample) - len(readable), sum(map(text_bytes, sample))


def _measure(jobs: list[Job], batch: BatchOptions, executor: Executor, seconds: float) -> tuple[float, float]:
    """Seconds until the workers were ready, and words a second from then on."""
    batch = replace(batch, options=replace(batch.options, memory=False))
    begun = time.monotonic()
    ready: list[float] = []
    stop = Stop()
    words, last = 0, begun

    def hear(event: Event) -> None:
        if event.name == "reading" and not ready:
            ready.append(time.monotonic())

    executor.listener = hear
    for result in executor.run(iter(jobs), batch, stop):
        now = time.monotonic()
        if result is not None and result.facts is not None:
            words, last = words + result.facts.words, now
        if ready and now - ready[0] > seconds and words:
            stop.requested = stop.now = True
    if not words or not ready:
        return 0.0, 0.0
    return ready[0] - begun, words / max(last - ready[0], 1e-3)
