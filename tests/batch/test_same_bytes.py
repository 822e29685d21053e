"""Any order, any windows, any number of shards, any moment of death: the same bytes, and nothing done twice.

The driver, the ledger and the files are real; the worker is a pure function of the article.
"""

from __future__ import annotations

import os
import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from summarizer.batch import journal, plan
from summarizer.batch.interface import BatchOptions, Executor, Job, Result, Stop
from summarizer.batch.merge import Merger
from summarizer.batch.runner import Runner
from tests.batch.plain import PlainWorker, articles, batch_options, plain_configuration, tree
from tests.faults.program import LONG

__all__ = ["plain_configuration"]

pytestmark = pytest.mark.usefixtures("plain_configuration")


class Killed(BaseException):
    """Stands for kill -9: nothing in the program catches it."""


class Shuffled(Executor):
    """Takes windows of jobs, and gives back their results in any order."""

    def __init__(self, window: int, seed: int) -> None:
        self._window = window
        self._chance = random.Random(seed)

    def run(self, jobs: Iterator[Job], batch: BatchOptions, stop: Stop) -> Iterator[Result | None]:
        worker = PlainWorker(batch)
        held: list[Result] = []
        while True:
            window = [job for _, job in zip(range(self._window), jobs, strict=False)]
            held += worker.do(window)
            self._chance.shuffle(held)
            if not window and not held:
                return
            for _ in range(len(held) if not window else self._chance.randint(0, len(held))):
                yield held.pop()
            yield None


def run(source: Path, output: Path, window: int, seed: int, shard: tuple[int, int] = (1, 1)) -> None:
    batch = batch_options(output, shard=shard, formats=("json", "text"))
    Runner(source, output, batch, Shuffled(window, seed)).run(Stop())


def killed_at(moment: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The process dies at the n-th call that changes the disk, before or after it is done."""
    counter = iter(range(moment, -1, -1))

    def dying(function: object, *, after: bool) -> object:
        def call(*arguments: object, **options: object) -> object:
            due = next(counter, 0) == 0
            if due and not after:
                raise Killed
            result = function(*arguments, **options)  # type: ignore[operator]
            if due:
                raise Killed
            return result

        return call

    monkeypatch.setattr(os, "fsync", dying(os.fsync, after=bool(moment % 2)))
    monkeypatch.setattr(Path, "replace", dying(Path.replace, after=bool(moment % 3)))
    monkeypatch.setattr(Path, "mkdir", dying(Path.mkdir, after=bool(moment % 2)))


@pytest.mark.timeout(3600 if LONG else 300)
@settings(
    max_examples=300 if LONG else 15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    window=st.integers(1, 9),
    seed=st.integers(0, 99),
    shards=st.sampled_from([1, 1, 2, 3]),
    kills=st.lists(st.integers(0, 60), max_size=3),
)
def test_the_same_bytes_whatever_happens(
    tmp_path_factory: pytest.TempPathFactory, window: int, seed: int, shards: int, kills: list[int]
) -> None:
    source, whole, output = (tmp_path_factory.mktemp(name) for name in ("articles", "whole", "output"))
    articles(source, 9)
    run(source, whole, 4, 0)

    for kill in kills:
        with pytest.MonkeyPatch.context() as patch:
            killed_at(kill, patch)
            try:
                for number in range(1, shards + 1):
                    run(source, output, window, seed, (number, shards))
            except Killed:
                continue
    for number in range(1, shards + 1):
        run(source, output, window, seed, (number, shards))
    if shards > 1:
        Merger(source, output).run()

    assert tree(output) == tree(whole)
    for number in range(1, shards + 1):
        recorded = journal.read(plan.private_folder(output, (number, shards)) / journal.NAME)
        assert set(Counter(row.path for row in recorded).values()) <= {1}, "done again after it was recorded"
