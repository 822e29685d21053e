"""What the disk does to ledger, journal, translation memory and model between two runs costs time and nothing else."""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from summarizer.batch import journal, ledger
from summarizer.errors import EXIT_FAILED
from summarizer.translation.memory_file import companions
from tests.faults.conftest import ARTICLES
from tests.faults.program import MODEL, Program

FORMS = ("--format", "json", "--format", "markdown")


def noise(path: Path) -> None:
    path.write_bytes(random.Random(3).randbytes(path.stat().st_size))


@pytest.mark.parametrize("harm", ["truncated", "noise", "gone"])
def test_a_damaged_ledger_is_set_aside_and_rebuilt_and_no_article_is_done_again(
    program: Callable[..., Program], undisturbed: Program, harm: str
) -> None:
    batch = program(done=True)
    path = batch.private / ledger.NAME
    if harm == "truncated":
        os.truncate(path, path.stat().st_size // 2)
    elif harm == "gone":
        path.unlink()
    else:
        noise(path)
    said = batch.run(*FORMS)
    assert f"rebuilt from the journal: {ARTICLES} articles are known" in said
    assert harm == "gone" or "set aside as ledger.sqlite3.damaged-1" in said
    assert f"0 done, 0 failed, {ARTICLES} done before" in said
    assert batch.tree() == undisturbed.tree()


def test_without_ledger_and_journal_all_is_done_again_to_the_same_bytes(
    program: Callable[..., Program], undisturbed: Program
) -> None:
    batch = program(done=True)
    for name in (ledger.NAME, journal.NAME):
        noise(batch.private / name)
    assert f"{ARTICLES} done, 0 failed" in batch.run(*FORMS)
    assert batch.tree() == undisturbed.tree()


def test_a_corrupted_row_of_the_memory_never_reaches_a_document(
    program: Callable[..., Program], undisturbed: Program
) -> None:
    batch = program(done=True)
    [path] = batch.cache.rglob("memory.sqlite3")
    db = sqlite3.connect(path)
    with db:
        changed = db.execute("UPDATE entry SET target = 'Something else altogether.' WHERE id % 2 = 0").rowcount
        assert changed > 10
    db.close()
    batch.output = batch.output.with_name("again")
    batch.run(*FORMS, "--jobs", "1")
    assert batch.tree() == undisturbed.tree()


def test_a_memory_that_is_noise_is_set_aside_and_done_without(
    program: Callable[..., Program], undisturbed: Program
) -> None:
    batch = program(done=True)
    [path] = batch.cache.rglob("memory.sqlite3")
    noise(path)
    for companion in companions(path):  # a log that a worker left would bring the pages back
        companion.unlink(missing_ok=True)
    batch.output = batch.output.with_name("again")
    said = batch.run(*FORMS)
    assert "set aside" in said
    assert batch.tree() == undisturbed.tree()


def test_a_converted_model_truncated_between_runs_is_converted_again(
    program: Callable[..., Program], undisturbed: Program
) -> None:
    batch = program(articles=ARTICLES)
    [weights] = batch.cache.rglob("model.bin")
    os.truncate(weights, weights.stat().st_size // 3)
    batch.run(*FORMS, "--jobs", "1")
    assert batch.tree() == undisturbed.tree()


def test_a_damaged_model_ends_the_batch_before_anything_is_recorded(
    program: Callable[..., Program], tmp_path: Path
) -> None:
    batch = program(articles=4)
    batch.model = tmp_path / "model"
    shutil.copytree(MODEL, batch.model)
    weights = batch.model / "model.safetensors"
    os.truncate(weights, weights.stat().st_size // 2)
    said = batch.run(code=EXIT_FAILED)
    assert str(batch.model) in said
    assert len(said.strip().splitlines()) == 1
    assert (batch.times_recorded(), batch.tree()) == ({}, {})
