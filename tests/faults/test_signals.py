"""Ctrl-C and its like: what is in flight is finished, or not even that, and nothing is lost either way."""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from summarizer.errors import EXIT_INTERRUPTED
from tests.faults.program import Program

ARTICLES = 70


def at_work(batch: Program, process: subprocess.Popen[str], recorded: int = 1) -> None:
    """Waits until so many articles have been recorded."""
    while len(batch.times_recorded()) < recorded:
        assert process.poll() is None, process.communicate()
        time.sleep(0.02)


def children(pid: int) -> set[int]:
    found: set[int] = set()
    for task in Path(f"/proc/{pid}/task").iterdir():
        found |= {int(child) for child in (task / "children").read_text().split()}
    return found


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["SIGINT", "SIGTERM"])
def test_asked_once_it_finishes_what_is_in_flight_and_says_how_to_go_on(
    program: Callable[..., Program], number: signal.Signals
) -> None:
    batch = program(articles=ARTICLES)
    process = batch.start("--jobs", "1", "--no-memory")
    at_work(batch, process)
    process.send_signal(number)
    _, said = process.communicate(timeout=120)
    assert process.returncode == EXIT_INTERRUPTED
    assert "stopping after what is in flight" in said
    assert "stopped; the same command goes on from here" in said
    done = batch.times_recorded()
    assert 0 < len(done) < ARTICLES
    assert len(batch.tree()) == len(done)
    assert f"{ARTICLES - len(done)} done, 0 failed, {len(done)} done before" in batch.run("--jobs", "1")
    assert set(batch.times_recorded().values()) == {1}


def test_asked_twice_it_stops_at_once_and_still_nothing_is_lost(program: Callable[..., Program]) -> None:
    batch = program(articles=ARTICLES)
    process = batch.start("--jobs", "1")
    at_work(batch, process)
    process.send_signal(signal.SIGINT)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=120)
    assert process.returncode == EXIT_INTERRUPTED
    done = batch.times_recorded()
    assert f"{ARTICLES - len(done)} done, 0 failed, {len(done)} done before" in batch.run("--jobs", "1")
    assert set(batch.times_recorded().values()) == {1}


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="needs /proc to find the workers")
def test_workers_end_by_themselves_when_the_driver_is_killed(program: Callable[..., Program]) -> None:
    batch = program(articles=ARTICLES)
    process = batch.start("--jobs", "2")
    at_work(batch, process)
    workers = children(process.pid)
    assert workers
    batch.kill(process)
    for _ in range(600):
        workers = {pid for pid in workers if alive(pid)}
        if not workers:
            return
        time.sleep(0.05)
    pytest.fail(f"still running: {workers}")


def alive(pid: int) -> bool:
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
