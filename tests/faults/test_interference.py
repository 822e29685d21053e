"""Others at the same folders, articles that change under the batch's hands, a clock that runs backwards."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from tests.faults.conftest import ARTICLES
from tests.faults.program import ITALIAN, Program
from tests.faults.test_signals import at_work

FORMS = ("--format", "json", "--format", "markdown")


def test_a_second_batch_on_the_same_output_is_refused_and_the_first_goes_on(
    program: Callable[..., Program], undisturbed: Program
) -> None:
    batch = program(articles=ARTICLES)
    first = batch.start(*FORMS, "--jobs", "1")
    at_work(batch, first, recorded=0)
    while not (batch.private / "lock").exists():
        time.sleep(0.02)
    said = batch.run(*FORMS, code=None)
    _, first_said = first.communicate(timeout=120)
    assert first.returncode == 0, first_said
    assert f"another batch is at work here (process {first.pid} on " in said
    assert batch.tree() == undisturbed.tree()
    assert set(batch.times_recorded().values()) == {1}


def test_articles_that_change_while_they_are_read_are_in_the_end_done_as_they_are(
    program: Callable[..., Program],
) -> None:
    batch = program(articles=30)
    victims = sorted(path for path in batch.source.rglob("*.txt"))[:8]
    stop = threading.Event()

    def write() -> None:
        version = 0
        while not stop.is_set():
            version += 1
            for path in victims:
                # in place and in pieces, as an editor that knows no better does it
                with path.open("w") as file:
                    for sentence in ITALIAN[: 1 + version % 6]:
                        file.write(sentence.format(a="Bari", n=2 + version % 20) + "\n")
                        file.flush()
            time.sleep(0.01)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        batch.run(*FORMS, "--jobs", "2", code=None)
    finally:
        stop.set()
        writer.join()
    batch.run(*FORMS, "--jobs", "1")
    fresh = replace(batch, output=batch.output.with_name("fresh"))
    fresh.run(*FORMS, "--jobs", "1")
    assert batch.tree() == fresh.tree()


def test_a_clock_set_back_changes_nothing(
    program: Callable[..., Program], undisturbed: Program, tmp_path: Path
) -> None:
    batch = program(articles=ARTICLES)
    process = batch.start(*FORMS, "--jobs", "1")
    at_work(batch, process)
    batch.kill(process)
    clock = tmp_path / "clock"
    clock.mkdir()
    # every look at the clock goes an hour further back
    (clock / "sitecustomize.py").write_text(
        "import itertools, time\n_real, _looks = time.time, itertools.count(24)\n"
        "time.time = lambda: _real() - 3600 * next(_looks)\n"
    )
    backwards = replace(batch, modules=str(clock))
    backwards.run(*FORMS, "--jobs", "1")
    assert backwards.tree() == undisturbed.tree()
    assert set(backwards.times_recorded().values()) == {1}
    assert f"0 done, 0 failed, {ARTICLES} done before" in batch.run(*FORMS)
