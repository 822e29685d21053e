"""Ray on a real cluster of several nodes: the same bytes as without it, whatever dies."""

from __future__ import annotations

import dataclasses
import importlib.util
import os
import pickle
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from summarizer.batch import ray as ray_executor
from summarizer.batch import ray_actor
from summarizer.batch.interface import Event, Job, Result, Stop
from summarizer.batch.process import Fault
from summarizer.batch.ray import RayExecutor
from summarizer.batch.runner import Runner, Totals
from summarizer.errors import EngineError, ModelError, UsageError
from tests.batch.ill import NoModel
from tests.batch.plain import (
    PlainExecutor,
    PlainWorker,
    TellsItsProcess,
    articles,
    batch_options,
    plain_configuration,
    rows,
    tree,
)

__all__ = ["plain_configuration"]

INSTALLED = importlib.util.find_spec("ray") is not None
needs_ray = pytest.mark.skipif(not INSTALLED, reason="Ray is not installed: pip install 'summarizer[ray]'")
pytestmark = [pytest.mark.usefixtures("plain_configuration"), pytest.mark.timeout(900)]

ROOT = Path(__file__).parents[2]
NODE = {"object_store_memory": 100 << 20, "include_dashboard": False}


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    """A head without a core of its own, that only others do the work, and two nodes with one each."""
    # first of all: it imports Ray as it needs it
    RayExecutor()
    from ray.cluster_utils import Cluster

    with pytest.MonkeyPatch.context() as patch:
        # a real node has the program installed
        patch.setenv("PYTHONPATH", os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]))
        patch.setenv("RAY_USAGE_STATS_ENABLED", "0")
        cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 0, **NODE})
        for _ in range(2):
            cluster.add_node(num_cpus=1, **NODE)
        yield cluster
        cluster.shutdown()


@pytest.fixture
def source(tmp_path: Path) -> Path:
    articles(tmp_path / "in", 150)
    return tmp_path / "in"


def run(
    source: Path, output: Path, executor: Any, stop: Stop | None = None, **options: Any
) -> tuple[Totals, list[Event]]:
    events: list[Event] = []
    listener = options.pop("listener", lambda event: None)

    def hear(event: Event) -> None:
        events.append(event)
        listener(event)

    batch = batch_options(output, **{"formats": ("json", "text"), "article_seconds": 10.0, **options})
    return Runner(source, output, batch, executor, listener=hear).run(stop or Stop()), events


def same_as_without(source: Path, output: Path, alone: Path) -> None:
    run(source, alone, PlainExecutor())
    assert tree(output) == tree(alone)


@needs_ray
def test_a_cluster_makes_the_same_bytes_as_one_process(cluster: Any, source: Path, tmp_path: Path) -> None:
    totals, _ = run(source, tmp_path / "out", RayExecutor(cluster.address, worker=PlainWorker))
    assert (totals.done, totals.failed) == (150, 2)
    same_as_without(source, tmp_path / "out", tmp_path / "alone")
    again, _ = run(source, tmp_path / "out", RayExecutor(cluster.address, worker=PlainWorker))
    assert (again.done, again.skipped) == (0, 150)


@needs_ray
def test_an_article_that_kills_or_hangs_its_worker_fails_alone(cluster: Any, source: Path, tmp_path: Path) -> None:
    for name in ("MUORE", "DORME"):
        (source / "cronaca" / f"{name}.txt").write_text(f"{name}\n")
    totals, events = run(
        source, tmp_path / "out", RayExecutor(cluster.address, worker=PlainWorker), article_seconds=5.0
    )
    assert (totals.done, totals.failed) == (150, 4)
    failed = {row.path.rpartition("/")[2]: row.kind for row in rows(tmp_path / "out").values() if row.state == "failed"}
    assert failed["MUORE.txt"] == "WorkerDied"
    assert failed["DORME.txt"] == "Timeout"
    assert any(event.name == "lost" and "SIGKILL" in event.message for event in events)


@needs_ray
def test_a_stop_records_what_is_in_flight_and_the_next_run_goes_on(cluster: Any, source: Path, tmp_path: Path) -> None:
    stop = Stop()

    def ask(event: Event) -> None:
        stop.requested = stop.requested or event.name == "done"

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ray_executor, "WINDOW_ARTICLES", 10)
        first, _ = run(source, tmp_path / "out", RayExecutor(cluster.address, worker=PlainWorker), stop, listener=ask)
    assert first.stopped
    assert 0 < first.done < 150
    second, _ = run(source, tmp_path / "out", RayExecutor(cluster.address, worker=PlainWorker))
    assert first.done + second.done == 150
    same_as_without(source, tmp_path / "out", tmp_path / "alone")


@needs_ray
def test_a_model_that_a_node_lacks_ends_the_batch_with_its_name(cluster: Any, source: Path, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"opus-mt is not installed: .*\(on "):
        run(source, tmp_path / "out", RayExecutor(cluster.address, worker=NoModel))


# the last one with the cluster: who comes next may take the dead node for a living one for half a minute
@needs_ray
def test_a_node_that_is_killed_in_the_middle_loses_nothing(cluster: Any, source: Path, tmp_path: Path) -> None:
    for number in range(60):
        (source / f"lento-{number:02}.txt").write_text(f"LENTO {number}\n")
    node = cluster.add_node(num_cpus=1, **NODE)
    killed: list[str] = []

    def kill(event: Event) -> None:
        if event.name == "done" and not killed:
            killed.append(event.path)
            cluster.remove_node(node, allow_graceful=False)

    # small windows: each actor has some of them, and results come while others are at work
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ray_executor, "WINDOW_ARTICLES", 10)
        totals, _ = run(source, tmp_path / "out", RayExecutor(cluster.address, worker=PlainWorker), listener=kill)
    assert killed
    assert (totals.done, totals.failed) == (210, 2)
    assert all(row.attempts == 1 for row in rows(tmp_path / "out").values())
    same_as_without(source, tmp_path / "out", tmp_path / "alone")


def test_without_ray_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ray", "ray.data"):
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(UsageError, match=r"pip install 'summarizer\[ray\]'"):
        RayExecutor()


@needs_ray
def test_an_address_of_ray_client_is_refused() -> None:
    with pytest.raises(UsageError, match="Ray Client cannot carry a batch"):
        RayExecutor("ray://head:10001")


# -- what the driver makes of what comes back, without a cluster ------------------------------------------------------


class Script(RayExecutor):
    """Rounds whose answers are written down: those of each round, for the windows it is given."""

    def __init__(self, *answers: Any) -> None:
        super().__init__()
        self.rounds: list[list[list[str]]] = []
        self._answers = list(answers)

    def _connect(self, batch: object) -> None:
        pass

    def _actors(self, batch: object) -> int:
        return 2

    def _dataset(self, windows: list[list[Job]], actors: int, batch: object) -> Any:
        self.rounds.append([[job.path for job in window] for window in windows])
        answer = self._answers.pop(0) if self._answers else done
        return Rows(answer, windows)


class Rows:
    def __init__(self, answer: Any, windows: list[list[Job]]) -> None:
        self._answer = answer
        self._windows = windows

    def set_name(self, name: str) -> None:
        pass

    def iter_rows(self) -> Iterator[dict[str, bytes]]:
        for window in self._windows:
            if (answer := self._answer(window)) is not None:
                yield {"answer": pickle.dumps(answer)}


def done(window: list[Job]) -> tuple[list[Result], list[Event]]:
    return [Result(job, ((f"{job.path}.json", "x"),)) for job in window], []


def jobs(number: int) -> Iterator[Job]:
    return (Job(f"{n:04}.txt", Path(f"/in/{n:04}.txt"), "0" * 64, 100, ()) for n in range(number))


def results(executor: Script, number: int, tmp_path: Path) -> list[Result]:
    found = executor.run(jobs(number), batch_options(tmp_path), Stop())
    return [result for result in found if result is not None]


@needs_ray
def test_what_the_cluster_lost_is_asked_for_once_more_and_then_given_up(tmp_path: Path) -> None:
    def lossy(window: list[Job]) -> Any:
        return None if "0070.txt" in [job.path for job in window] else done(window)

    executor = Script(lossy, lossy)
    found = results(executor, 130, tmp_path)
    assert sorted(result.job.path for result in found) == [f"{n:04}.txt" for n in range(130)]
    assert [len(windows) for windows in executor.rounds] == [3, 1]
    failed = [result for result in found if not result.done]
    assert {result.kind for result in failed} == {"WorkerDied"}
    assert [result.job.path for result in failed] == executor.rounds[1][0]


@needs_ray
def test_a_window_that_comes_back_twice_counts_once(tmp_path: Path) -> None:
    def twice(window: list[Job]) -> Any:
        found, events = done(window)
        return found * 2, events

    assert len(results(Script(twice), 40, tmp_path)) == 40


@needs_ray
def test_a_fault_of_the_cluster_is_survived_if_anything_was_done_before_it(tmp_path: Path) -> None:
    answered: list[int] = []

    def breaking(window: list[Job]) -> Any:
        answered.append(1)
        if len(answered) > 1:
            raise RuntimeError("traceback\nThe node died")
        return done(window)

    executor = Script(breaking)
    assert all(result.done for result in results(executor, 130, tmp_path))
    assert len(executor.rounds) == 2


@needs_ray
def test_a_cluster_that_does_nothing_at_all_is_an_error_with_its_reason(tmp_path: Path) -> None:
    def broken(window: list[Job]) -> Any:
        raise RuntimeError("traceback\nModuleNotFoundError: No module named 'summarizer'\n")

    with pytest.raises(EngineError, match=r"No module named 'summarizer'.*installed on every node"):
        results(Script(broken), 10, tmp_path)


@needs_ray
def test_a_fault_of_the_options_is_raised_as_what_it_is(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="pull it"):
        results(Script(lambda window: Fault("ModelError", "no model: pull it (on node7)")), 10, tmp_path)


@needs_ray
def test_jobs_are_taken_a_round_at_a_time_however_many_there_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ray_executor, "WINDOWS_PER_ACTOR", 4)
    taken: list[str] = []

    def counted() -> Iterator[Job]:
        for job in jobs(10_000):
            taken.append(job.path)
            yield job

    executor = Script()
    back = 0
    for result in executor.run(counted(), batch_options(tmp_path), Stop()):
        back += result is not None
        assert len(taken) - back <= 3 * 4 * 2 * ray_executor.WINDOW_ARTICLES
    assert back == 10_000
    assert max(len(windows) for windows in executor.rounds) == 8


def test_an_actor_keeps_its_worker_from_one_window_to_the_next(tmp_path: Path) -> None:
    actor = ray_actor.Actor(ray_actor.away(batch_options(tmp_path)), TellsItsProcess)
    windows = [list(jobs(number)) for number in (40, 1, 70)]
    answers = [pickle.loads(actor({"window": [pickle.dumps(window)]})["answer"][0]) for window in windows]
    actor._executor.close()
    assert [len(results) for results, _ in answers] == [40, 1, 70]
    assert [events for _, events in answers] == [[], [], []]
    assert len({result.error for results, _ in answers for result in results}) == 1


@needs_ray
def test_nothing_to_do_starts_no_cluster(tmp_path: Path) -> None:
    class Refusing(Script):
        def _connect(self, batch: object) -> None:
            raise AssertionError("connected")

    assert results(Refusing(), 0, tmp_path) == []


@needs_ray
def test_what_goes_to_the_nodes_has_whole_paths_and_no_memory_to_share(tmp_path: Path) -> None:
    batch = batch_options(Path("cache"))
    batch = dataclasses.replace(batch, options=dataclasses.replace(batch.options, memory=True))
    sent = ray_actor.away(batch)
    assert sent.options.cache.is_absolute()
    assert not sent.options.memory
    assert sent.jobs == 1
