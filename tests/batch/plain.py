"""A plain executor and worker: real files, real ledger, no model."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from summarizer.batch import configuration, plan
from summarizer.batch.interface import BatchOptions, Executor, Facts, Job, Result, Stop
from summarizer.batch.ledger import NAME, Ledger, Row
from summarizer.options import Options

ILLS = ("GUASTO", "MUORE", "DORME", "ERRORE")
"""Words that make an article fail: for a reason, with its worker, never ending, or by a fault in the program."""


class PlainWorker:
    """Makes a document a form from an article's bytes, as a pure function of them."""

    def __init__(self, batch: BatchOptions, *, threads: int = 0) -> None:
        self._formats = batch.formats

    def close(self) -> None:
        pass

    def load(self) -> None:
        pass

    def do(self, jobs: Sequence[Job], alive: Callable[[str], None] = lambda path: None) -> list[Result]:
        results = []
        for job in jobs:
            alive(job.path)
            results.append(self._one(job))
        return results

    def _one(self, job: Job) -> Result:
        data = job.source.read_bytes()
        text = data.decode()
        if "GUASTO" in text:
            return Result(job, error=f"{job.path}: broken", kind="MalformedSource")
        if "ERRORE" in text:
            raise RuntimeError("a fault of the program's own")
        if "MUORE" in text:
            os.kill(os.getpid(), signal.SIGKILL)
        if "DORME" in text:
            time.sleep(3600)
        if "LENTO" in text:
            time.sleep(0.3)
        facts = Facts(sha256=job.sha256, title=text.partition("\n")[0], words=len(text.split()), sentences=1)
        return Result(job, tuple((path, f"{form}: {text.upper()}\n") for form, path in job.outputs), facts)


class TellsItsProcess(PlainWorker):
    """Fails each article with the number of the process it is in."""

    def _one(self, job: Job) -> Result:
        return Result(job, error=str(os.getpid()), kind="Told")


class PlainExecutor(Executor):
    """One worker in this process."""

    def __init__(self, between: Callable[[Job], None] = lambda job: None) -> None:
        self._between = between
        self.seen: list[str] = []

    def run(self, jobs: Iterator[Job], batch: BatchOptions, stop: Stop) -> Iterator[Result]:
        worker = PlainWorker(batch)
        for job in jobs:
            self.seen.append(job.path)
            self._between(job)
            yield from worker.do([job])
            if stop.requested:
                return


def batch_options(cache: Path, **options: object) -> BatchOptions:
    return BatchOptions(options=Options(cache=cache, memory=False), **options)  # type: ignore[arg-type]


@pytest.fixture
def plain_configuration(monkeypatch: pytest.MonkeyPatch) -> None:
    """A configuration that needs no model: what the options say."""

    def fields(batch: BatchOptions) -> dict[str, str]:
        return {"formats": " ".join(batch.formats), "length": batch.options.length.text}

    monkeypatch.setattr(configuration, "fields", fields)


def articles(folder: Path, number: int) -> None:
    """A tree of small articles, among them two alike, two of one stem, and two that fail."""
    for i in range(number):
        path = folder / ("cronaca" if i % 3 else "esteri/asia") / f"articolo-{i:03}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"Titolo {i}\n\n{'GUASTO' if i in (3, 7) else 'Testo'} numero {i // 2 * 2 if i > 8 else i}.\n")
    (folder / "gemello.txt").write_text("Gemello\n\nTesto.\n")
    (folder / "gemello.html").write_text("<p>Gemello</p>\n")


def tree(folder: Path) -> dict[str, bytes]:
    """Every document of an output folder: relative path to bytes."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and plan.PRIVATE not in path.parts
    }


def rows(output: Path, shard: tuple[int, int] = (1, 1)) -> dict[str, Row]:
    """What a ledger holds."""
    ledger = Ledger(plan.private_folder(output, shard) / NAME)
    try:
        return {row.path: row for row in ledger.rows()}
    finally:
        ledger.close()
