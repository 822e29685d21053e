"""Folders of tiny articles through `summarizer batch`: does time grow as the folder does, and memory not at all?

    python benchmarks/batch_growth.py [TEXT] [--articles 2500 5000 10000]

TEXT is a file of Italian sentences, as `batch_throughput.py` takes it; each article is a headline and a sentence of it.
Without it sentences of the samples are numbered. Each folder is done from nothing, with an empty translation memory,
and then once more, when there is nothing left to do. Memory is the most that the driver and any of its workers ever
had resident, from /proc, so Linux only; "half way" is the driver's peak when half of the articles were done: were it
to keep anything of each article, its peak at the end would stand above that.
"""

from __future__ import annotations

import argparse
import itertools
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from batch_throughput import ROOT, lines_of

from summarizer import ingest, segmentation

POLL_SECONDS = 0.2
FOLDERS = 100


@dataclass(frozen=True)
class Run:
    """What one call of the command took."""

    seconds: float
    processor_seconds: float
    """Of all its processes: what grows with the work, whatever else the machine does."""
    half_way_mb: float
    driver_mb: float
    worker_mb: float


def sentences(text: Path | None) -> Iterator[str]:
    """Italian sentences, as many as are wanted where they are numbered."""
    if text is not None:
        yield from lines_of(text)
        return
    samples = sorted((ROOT / "samples").glob("*.it.txt"))
    found = [s.text for path in samples for s in segmentation.split(ingest.read(str(path)))]
    for number, sentence in enumerate(itertools.cycle([s for s in found if len(s) > 40])):
        yield f"{sentence.rstrip('.')}, notizia numero {number}."


def build_folder(folder: Path, number: int, text: Path | None) -> int:
    """Writes that many articles of a headline and a sentence, and returns their words."""
    source = sentences(text)
    words = 0
    for i, (first, second) in enumerate(itertools.islice(zip(source, source, strict=False), number)):
        path = folder / f"{i % FOLDERS:02}" / f"notizia-{i:06}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{first}\n\n{second}\n", encoding="utf-8")
        words += len(first.split()) + len(second.split())
    made = sum(1 for _ in folder.rglob("*.txt"))
    if made < number:
        raise SystemExit(f"the text is enough for {made} articles only")
    return words


def peak_mb(pid: int) -> float:
    """The most a process ever had resident; 0 if it has ended."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmHWM:")), 0.0)


def children(pid: int) -> list[int]:
    """The processes a process has started and that are still there."""
    try:
        return [int(child) for task in Path(f"/proc/{pid}/task").iterdir() for child in _children_of(task)]
    except OSError:
        return []


def _children_of(task: Path) -> list[str]:
    return (task / "children").read_text().split()


def run(source: Path, output: Path, cache: Path, number: int) -> Run:
    """Calls the command and looks at its processes until it ends."""
    log = output.with_name(f"{output.name}.jsonl")
    environment = dict(os.environ, XDG_CACHE_HOME=str(cache), HF_HUB_OFFLINE="1")
    command = [sys.executable, "-m", "summarizer", "batch", str(source), str(output), "--force", "--quiet"]
    started, used = time.perf_counter(), _processor_seconds()
    half_way = driver = worker = 0.0
    with (
        subprocess.Popen([*command, "--log-json", str(log)], env=environment, cwd=ROOT) as process,
        Follower(log) as events,
    ):
        while process.poll() is None:
            driver = max(driver, peak_mb(process.pid))
            worker = max([worker, *map(peak_mb, children(process.pid))])
            if events.done() < number / 2:
                half_way = driver
            time.sleep(POLL_SECONDS)
    if process.returncode not in (0, 3):
        raise SystemExit(f"the batch ended with {process.returncode}")
    return Run(time.perf_counter() - started, _processor_seconds() - used, half_way, driver, worker)


def _processor_seconds() -> float:
    """What the processes that this one started, and that have ended, used of the processor."""
    times = os.times()
    return times.children_user + times.children_system


class Follower:
    """Counts the articles that the log of events says are done, reading each line once."""

    def __init__(self, log: Path) -> None:
        """The log need not be there yet."""
        log.touch()
        self._file = log.open("rb")
        self._done = 0

    def __enter__(self) -> Follower:
        """Itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Closes the log."""
        self._file.close()

    def done(self) -> int:
        """Articles done, or left as they are, until now."""
        self._done += sum(b'"event": "done"' in line or b'"event": "skipped"' in line for line in self._file)
        return self._done


def main() -> None:
    """Measures and prints a markdown table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("text", nargs="?", type=Path, metavar="TEXT")
    parser.add_argument("--articles", type=int, nargs="+", default=[2500, 5000, 10_000])
    arguments = parser.parse_args()
    print(f"{len(os.sched_getaffinity(0))} cores\n")
    print("| articles | words | seconds | processor s | again, s | driver half way, MB | driver, MB | a worker, MB |")
    print("|---:|---:|---:|---:|---:|---:|---:|---:|")
    for number in arguments.articles:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            words = build_folder(folder / "in", number, arguments.text)
            first = run(folder / "in", folder / "out", folder / "cache", number)
            again = run(folder / "in", folder / "out", folder / "cache", number)
        print(
            f"| {number} | {words} | {first.seconds:.1f} | {first.processor_seconds:.1f} | {again.seconds:.1f} "
            f"| {first.half_way_mb:.0f} | {first.driver_mb:.0f} | {first.worker_mb:.0f} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
