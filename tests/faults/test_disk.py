"""A full disk and a read-only one: an error in one line, nothing half written, and the next run completes the job."""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from summarizer.errors import EXIT_FAILED
from tests.faults.conftest import ARTICLES
from tests.faults.program import Program

FORMS = ("--format", "json", "--format", "markdown")


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 256 KB; needs the rights to mount one."""
    folder = tmp_path / "disk"
    folder.mkdir()
    if shutil.which("mount") is None or os.geteuid() != 0:
        pytest.skip("needs root to mount a small file system")
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(folder)], capture_output=True, text=True, check=False
    )
    if mounted.returncode != 0:
        pytest.skip(f"a small file system cannot be mounted here: {mounted.stderr.strip()}")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def remount(folder: Path, options: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{options}", str(folder)], check=True)


def test_a_full_disk_stops_the_batch_and_more_room_lets_it_go_on(
    program: Callable[..., Program], undisturbed: Program, small_disk: Path
) -> None:
    batch = program(articles=ARTICLES)
    batch.output = small_disk / "out"
    said = batch.run(*FORMS, "--jobs", "1", code=EXIT_FAILED)
    assert "No space left on device" in said or "full" in said
    assert "run the same command again" in said
    before = batch.times_recorded()
    assert len(before) < ARTICLES
    remount(small_disk, "size=16m")
    batch.run(*FORMS, "--jobs", "1")
    assert batch.tree() == undisturbed.tree()
    assert set(batch.times_recorded().values()) == {1}


def test_a_limit_on_the_size_of_files_is_met_in_the_same_way(
    program: Callable[..., Program], undisturbed: Program
) -> None:
    batch = program(articles=ARTICLES)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, hard))
    try:
        said = batch.run(*FORMS, "--jobs", "1", "--no-memory", code=EXIT_FAILED)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert "run the same command again" in said
    assert not list(batch.output.rglob("*.part"))
    batch.run(*FORMS, "--jobs", "1")
    assert batch.tree() == undisturbed.tree()
    assert set(batch.times_recorded().values()) == {1}


def test_a_read_only_output_folder_is_an_error_that_says_so(program: Callable[..., Program], small_disk: Path) -> None:
    batch = program(articles=3)
    batch.output = small_disk / "out"
    remount(small_disk, "ro")
    said = batch.run(code=EXIT_FAILED)
    assert "cannot be written (Read-only file system)" in said
    assert len(said.strip().splitlines()) == 1


def test_an_output_folder_that_turns_read_only_between_runs_is_an_error_too(
    program: Callable[..., Program], small_disk: Path
) -> None:
    batch = program(articles=3)
    batch.output = small_disk / "out"
    batch.run("--jobs", "1")
    remount(small_disk, "ro")
    said = batch.run("--restart", code=EXIT_FAILED)
    assert "cannot be written" in said
    remount(small_disk, "rw")
    assert "0 done, 0 failed, 3 done before" in batch.run()
