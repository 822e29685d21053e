"""kill -9 at any moment: the batch goes on where it was, repeats nothing it recorded, and ends in the same bytes."""

from __future__ import annotations

import random
import time
from collections.abc import Callable

import pytest

from tests.faults.conftest import ARTICLES
from tests.faults.program import LONG, Program

FORMS = ("--format", "json", "--format", "markdown")


@pytest.mark.timeout(3600 if LONG else 300)
def test_killed_at_random_moments_it_ends_as_if_nothing_had_happened(
    program: Callable[..., Program], undisturbed: Program
) -> None:
    batch = program(articles=ARTICLES)
    chance = random.Random(7)
    kills, wanted = 0, 30 if LONG else 4
    before = 0
    while kills < wanted:
        if len(batch.times_recorded()) == ARTICLES:
            # all done too early: begin anew, with an empty memory
            batch = again(batch)
            before = 0
        process = batch.start(*FORMS, "--jobs", str(chance.choice([1, 2])))
        # at work means: something was recorded since the start, or the moment comes before that
        until = time.monotonic() + chance.choice([0.2, 1, 2, 4])
        while time.monotonic() < until and len(batch.times_recorded()) <= before + chance.randint(0, 8):
            time.sleep(chance.random() / 20)
        batch.kill(process)
        kills += 1
        recorded = batch.times_recorded()
        assert set(recorded.values()) <= {1}, "an article was done again after it had been recorded"
        assert len(recorded) >= before
        before = len(recorded)
    batch.run(*FORMS)
    assert batch.tree() == undisturbed.tree()
    assert set(batch.times_recorded().values()) == {1}
    assert len(batch.times_recorded()) == ARTICLES


def again(batch: Program) -> Program:
    """The same folders as before anything was done, under new names."""
    number = len(list(batch.output.parent.iterdir()))
    return Program(batch.cache, batch.source, batch.output.with_name(f"out-{number}"))
