"""One memory file for one user and many processes: rights, threads, forks, kills."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sqlite3
import stat
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from summarizer.errors import MemoryStoreError
from summarizer.translation.memory import MemoryEntry, MemoryKey, TranslationMemory

FORK = multiprocessing.get_context("fork")


def key(source: str) -> MemoryKey:
    return MemoryKey(source, "it", "en", "opus@1", "beam=4")


def entry(source: str, text: str) -> MemoryEntry:
    return MemoryEntry(key(source), text)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "memory.db"


def test_only_the_owner_can_read_the_files(path: Path) -> None:
    with TranslationMemory.open(path) as memory:
        memory.put_many([entry("a", "A")])
        modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()}
    assert set(modes) == {"memory.db", "memory.db-wal", "memory.db-shm", "memory.db.lock"}
    assert set(modes.values()) == {0o600}
    path.chmod(0o644)
    with TranslationMemory.open(path):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize("read_only", ["folder", "file"])
def test_a_place_without_write_permission_is_a_clear_error(tmp_path: Path, read_only: str) -> None:
    folder = tmp_path / "shared"
    folder.mkdir()
    path = folder / "memory.db"
    if read_only == "file":
        TranslationMemory.open(path).close()
        path.chmod(0o400)
    else:
        folder.chmod(0o555)
    root = os.geteuid() == 0
    if root:  # who may write anywhere: become somebody else meanwhile
        for place in (*tmp_path.parents[:-2], tmp_path):
            place.chmod(place.stat().st_mode | 0o011)
        os.seteuid(65534)
    try:
        with pytest.raises(MemoryStoreError, match=r"memory\.db: the translation memory cannot be used"):
            TranslationMemory.open(path)
    finally:
        if root:
            os.seteuid(0)


def test_threads_can_share_one_memory(path: Path) -> None:
    with TranslationMemory.open(path) as memory:

        def work(name: int) -> None:
            for n in range(20):
                memory.put_many([entry(f"{name}-{n}", f"{name}+{n}")])

        threads = [threading.Thread(target=work, args=(name,)) for name in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert memory.stats().entries == 80


def _write_and_read(path: Path, name: int, start: threading.Barrier) -> None:
    start.wait()
    with TranslationMemory.open(path) as memory:
        for batch in range(20):
            own = [entry(f"{name}/{batch}/{n}", f"own {name}/{batch}/{n}") for n in range(10)]
            shared = [entry(f"shared/{batch}/{n}", f"shared {batch}/{n}") for n in range(10)]
            memory.put_many([*own, *shared])
            found = memory.get_many([e.key for e in (*own, *shared)])
            assert {k: e.text for k, e in found.items()} == {e.key: e.text for e in (*own, *shared)}
        assert (memory.notices, memory.corrupt) == ([], 0)


def run_together(target: Callable[..., None], *arguments: object) -> None:
    start = FORK.Barrier(4)
    processes = [FORK.Process(target=target, args=(*arguments, name, start)) for name in range(4)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(120)
    assert [process.exitcode for process in processes] == [0, 0, 0, 0]


def test_four_processes_create_fill_and_read_one_memory_at_once(path: Path) -> None:
    run_together(_write_and_read, path)
    with TranslationMemory.open(path) as memory:
        assert memory.stats().entries == 4 * 200 + 200
        assert sum(1 for _ in memory.iterate()) == 1000


def _write_until_killed(path: Path, ready: threading.Event) -> None:
    with TranslationMemory.open(path) as memory:
        for n in range(1_000_000):
            memory.put_many([entry(f"{n}.{m}", f"text {n}.{m}") for m in range(5)])
            if n == 20:
                ready.set()


def test_a_writer_killed_in_the_middle_leaves_whole_batches_behind(path: Path) -> None:
    ready = FORK.Event()
    writer = FORK.Process(target=_write_until_killed, args=(path, ready))
    writer.start()
    assert ready.wait(60)
    os.kill(writer.pid, signal.SIGKILL)
    writer.join()
    with TranslationMemory.open(path) as memory:
        texts = [e.text for e in memory.iterate()]
        assert (memory.notices, memory.corrupt) == ([], 0)
    assert len(texts) >= 100
    assert texts == [f"text {n}.{m}" for n in range(len(texts) // 5) for m in range(5)]
    with sqlite3.connect(path) as db:
        assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    db.close()


def _use(memory: TranslationMemory) -> None:
    with pytest.raises(MemoryStoreError, match="another process"):
        memory.stats()


def test_a_memory_carried_across_a_fork_refuses_to_work_there(path: Path) -> None:
    with TranslationMemory.open(path) as memory:
        child = FORK.Process(target=_use, args=(memory,))
        child.start()
        child.join(60)
        assert child.exitcode == 0
        memory.put_many([entry("a", "A")])


def test_a_closed_memory_says_so(path: Path) -> None:
    memory = TranslationMemory.open(path)
    memory.close()
    memory.close()
    with pytest.raises(MemoryStoreError, match="closed"):
        memory.get_many([key("a")])
