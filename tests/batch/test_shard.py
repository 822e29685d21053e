"""Shards share nothing, may write into one folder side by side, and make together what one run makes alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from summarizer.batch import plan
from summarizer.batch.interface import Job, Stop
from summarizer.batch.merge import Merger
from summarizer.batch.runner import Runner
from summarizer.durable import TEMPORARY_PREFIX, TEMPORARY_SUFFIX
from summarizer.errors import BatchLocked
from tests.batch.plain import PlainExecutor, articles, batch_options, plain_configuration, rows, tree

__all__ = ["plain_configuration"]

pytestmark = pytest.mark.usefixtures("plain_configuration")


def run(source: Path, output: Path, shard: tuple[int, int] = (1, 1), executor: PlainExecutor | None = None) -> None:
    options = batch_options(output, shard=shard, formats=("text", "json"))
    Runner(source, output, options, executor or PlainExecutor()).run(Stop())


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(count=st.integers(2, 9), apart=st.booleans())
def test_any_number_of_shards_makes_the_same_bytes_as_one_run(
    tmp_path_factory: pytest.TempPathFactory, count: int, apart: bool
) -> None:
    source, whole, output = (tmp_path_factory.mktemp(name) for name in ("articles", "whole", "output"))
    articles(source, 14)
    run(source, whole)

    folders = [tmp_path_factory.mktemp("shard") if apart else output for _ in range(count)]
    for number, folder in enumerate(folders, 1):
        run(source, folder, (number, count))
    merged = Merger(source, output, folders if apart else ()).run()

    assert tree(output) == tree(whole)
    assert merged.shards == count
    assert merged.missing == ()
    assert {r.path: (r.state, r.sha256, r.outputs) for r in rows(output).values()} == {
        r.path: (r.state, r.sha256, r.outputs) for r in rows(whole).values()
    }


def test_each_article_belongs_to_exactly_one_shard(tmp_path: Path) -> None:
    articles(tmp_path / "in", 30)
    done: list[str] = []
    for number in (1, 2, 3, 4):
        executor = PlainExecutor()
        run(tmp_path / "in", tmp_path / "out", (number, 4), executor)
        done += executor.seen
    everything = [found.path for found in plan.find(tmp_path / "in", tmp_path / "out", batch_options(tmp_path))]
    assert sorted(done) == sorted(everything)


def test_equal_articles_meet_in_one_shard_whatever_they_are_called(tmp_path: Path) -> None:
    for name in ("a.txt", "b.txt", "sotto/c.txt"):
        (tmp_path / "in" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "in" / name).write_text("La stessa notizia.\n")
    executors = [PlainExecutor() for _ in range(5)]
    for number, executor in enumerate(executors, 1):
        run(tmp_path / "in", tmp_path / "out", (number, 5), executor)
    assert sorted(executor.seen for executor in executors) == [[], [], [], [], ["a.txt", "b.txt", "sotto/c.txt"]]


def test_a_shard_goes_on_where_it_stopped(tmp_path: Path) -> None:
    articles(tmp_path / "in", 12)
    stop, first, second = Stop(), PlainExecutor(), PlainExecutor()
    first._between = lambda job: setattr(stop, "requested", len(first.seen) >= 3)
    options = batch_options(tmp_path, shard=(2, 2), formats=("text", "json"))
    assert Runner(tmp_path / "in", tmp_path / "out", options, first).run(stop).stopped
    run(tmp_path / "in", tmp_path / "out", (2, 2), second)
    assert len(first.seen) == 3
    assert not set(first.seen) & set(second.seen)


def test_a_shard_leaves_the_unfinished_files_of_another_alone_but_removes_its_own(tmp_path: Path) -> None:
    articles(tmp_path / "in", 4)
    (tmp_path / "out").mkdir()
    own, other = (
        tmp_path / "out" / f"{TEMPORARY_PREFIX}{plan.shard_name(shard)}-x{TEMPORARY_SUFFIX}"
        for shard in ((1, 2), (2, 2))
    )
    own.touch()
    other.touch()
    run(tmp_path / "in", tmp_path / "out", (1, 2))
    assert other.exists()
    assert not own.exists()


def test_a_whole_batch_does_not_start_while_a_shard_is_at_work_and_shards_do(tmp_path: Path) -> None:
    articles(tmp_path / "in", 6)
    met: list[str] = []

    def meanwhile(job: Job) -> None:
        if not met:
            run(tmp_path / "in", tmp_path / "out", (2, 2))
            met.append("a shard may")
            for attempt in (
                lambda: run(tmp_path / "in", tmp_path / "out"),
                lambda: run(tmp_path / "in", tmp_path / "out", (1, 2)),
                lambda: Merger(tmp_path / "in", tmp_path / "out").run(),
            ):
                with pytest.raises(BatchLocked, match="another batch is at work here"):
                    attempt()
                met.append("refused")

    run(tmp_path / "in", tmp_path / "out", (1, 2), PlainExecutor(meanwhile))
    assert met == ["a shard may", "refused", "refused", "refused"]


def test_each_shard_keeps_its_own_list_of_failures(tmp_path: Path) -> None:
    articles(tmp_path / "in", 9)
    for number in (1, 2, 3):
        run(tmp_path / "in", tmp_path / "out", (number, 3))
    assert not (tmp_path / "out" / "failures.csv").exists()
    lists = [plan.private_folder(tmp_path / "out", (number, 3)) / "failures.csv" for number in (1, 2, 3)]
    text = "".join(path.read_text() for path in lists if path.exists())
    assert text.count("MalformedSource") == 2
