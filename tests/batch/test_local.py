"""Worker processes that really die and really hang: each costs the article at fault, and no other."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from multiprocessing import active_children
from pathlib import Path

import pytest

from summarizer.batch.interface import BatchOptions, Event, Job, Result, Stop
from summarizer.batch.local import WINDOW_ARTICLES, LocalExecutor
from summarizer.errors import EngineError, ModelError
from summarizer.options import Options
from tests.batch.ill import DiesAtOnce, IllWorker, NoModel
from tests.batch.plain import TellsItsProcess


class Run:
    """One run of an executor over articles with these texts."""

    def __init__(self, folder: Path, texts: list[str], *, jobs: int = 1, seconds: float = 60) -> None:
        self.taken = self.most_ahead = 0
        self.results: list[Result] = []
        self.events: list[Event] = []
        self.stop = Stop()
        self._batch = BatchOptions(options=Options(cache=folder), jobs=jobs, article_seconds=seconds)
        self._jobs = []
        for number, text in enumerate(texts):
            path = folder / f"{number:03}.txt"
            path.write_text(text)
            self._jobs.append(Job(path.name, path, f"{number:064x}", len(text), ()))

    def __call__(
        self, worker: Callable[..., IllWorker] = IllWorker, after: Callable[[Result], None] = lambda result: None
    ) -> list[Result]:
        executor = LocalExecutor(worker=worker)
        executor.listener = self.events.append
        for result in executor.run(self._stream(), self._batch, self.stop):
            if result is not None:
                self.results.append(result)
                after(result)
        return sorted(self.results, key=lambda result: result.job.path)

    def _stream(self) -> Iterator[Job]:
        for job in self._jobs:
            self.taken += 1
            self.most_ahead = max(self.most_ahead, self.taken - len(self.results))
            yield job

    @property
    def failed(self) -> dict[str, str]:
        return {result.job.path: result.kind for result in self.results if not result.done}


def test_every_job_is_answered_once_and_few_are_read_ahead(tmp_path: Path) -> None:
    run = Run(tmp_path, ["Testo."] * 400, jobs=2)
    assert [result.job.path for result in run()] == [f"{n:03}.txt" for n in range(400)]
    assert run.failed == {}
    assert run.most_ahead <= 2 * (2 + 2) * WINDOW_ARTICLES


@pytest.mark.parametrize("death", ["muore leggendo", "muore traducendo"])
def test_an_article_that_kills_its_worker_fails_alone_with_the_reason(tmp_path: Path, death: str) -> None:
    texts = ["Testo."] * 12
    texts[5] = death
    run = Run(tmp_path, texts)
    results = run()
    assert run.failed == {"005.txt": "WorkerDied"}
    assert len(results) == 12
    how = "SIGKILL (often: out of memory)" if "leggendo" in death else "code 9"
    assert results[5].error.endswith(how)
    assert [event.name for event in run.events if event.name == "lost"] == ["lost", "lost"]


@pytest.mark.parametrize("sleep", ["dorme leggendo", "dorme traducendo"])
def test_an_article_that_hangs_is_ended_and_fails_alone(tmp_path: Path, sleep: str) -> None:
    texts = ["Testo."] * 7
    texts[3] = sleep
    run = Run(tmp_path, texts, seconds=2)
    assert len(run()) == 7
    assert run.failed == {"003.txt": "Timeout"}
    assert (
        run.results[-1].error or run.results[0].error or any("no sign of life for 2 s" in r.error for r in run.results)
    )


def test_an_article_that_was_there_when_a_worker_died_gets_another_chance(tmp_path: Path) -> None:
    run = Run(tmp_path, ["Testo.", "muore una volta", "Testo."])
    assert len(run()) == 3
    assert run.failed == {}


def test_a_slow_batch_that_makes_progress_is_not_taken_for_a_hung_one(tmp_path: Path) -> None:
    run = Run(tmp_path, ["lento"] * 44, seconds=2)
    assert len(run()) == 44
    assert run.failed == {}


def test_a_stop_finishes_what_is_in_flight_and_leaves_the_rest(tmp_path: Path) -> None:
    run = Run(tmp_path, ["Testo.", *["lento", "Testo.", "Testo."] * 30])
    run(after=lambda result: setattr(run.stop, "requested", True))
    assert len(run.results) <= 2 * WINDOW_ARTICLES
    assert run.failed == {}


def test_a_second_stop_does_not_wait(tmp_path: Path) -> None:
    run = Run(tmp_path, ["Testo.", *["dorme traducendo"] * 300])

    def stop(result: Result) -> None:
        run.stop.requested = run.stop.now = True

    # the first window holds the one good article only if it is small: so it is given by itself
    run._jobs[0] = Job(run._jobs[0].path, run._jobs[0].source, "0", 10**9, ())
    run(after=stop)
    assert [result.job.path for result in run.results] == ["000.txt"]


def test_a_model_that_is_missing_ends_the_batch_with_its_own_words(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="summarizer models pull opus-mt"):
        Run(tmp_path, ["Testo."])(NoModel)


def test_workers_that_die_before_they_are_ready_end_the_batch(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="a worker did not start: its worker ended with code 7"):
        Run(tmp_path, ["Testo."])(DiesAtOnce)


def test_a_warning_of_the_library_is_heard_once(tmp_path: Path) -> None:
    run = Run(tmp_path, ["avverte"] * 9)
    run()
    assert [event.message for event in run.events if event.name == "notice"] == ["the disk is full"]


def test_the_article_at_hand_is_named(tmp_path: Path) -> None:
    run = Run(tmp_path, ["Testo."] * 3)
    run()
    assert [event.path for event in run.events if event.name == "reading" and event.path] == [
        "000.txt",
        "001.txt",
        "002.txt",
    ]


def test_workers_that_are_to_stay_do_the_next_run_and_one_that_died_meanwhile_is_replaced(tmp_path: Path) -> None:
    executor = LocalExecutor(worker=TellsItsProcess, keep=True)
    batch = BatchOptions(options=Options(cache=tmp_path), jobs=1)

    def process() -> int:
        path = tmp_path / "a.txt"
        path.write_text("Testo.")
        (result,) = filter(None, executor.run(iter([Job("a.txt", path, "0" * 64, 6, ())]), batch, Stop()))
        return int(result.error)

    first = process()
    assert process() == first
    os.kill(first, signal.SIGKILL)
    second = process()
    assert second != first
    assert second in {child.pid for child in active_children()}
    executor.close()
    assert second not in {child.pid for child in active_children()}
