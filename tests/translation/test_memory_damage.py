"""A damaged translation memory costs time, never correctness: no wrong text, no crash, nothing thrown away."""

from __future__ import annotations

import multiprocessing
import random
import resource
import shutil
import sqlite3
import threading
from pathlib import Path

import pytest

from summarizer.errors import MemoryStoreError
from summarizer.translation.memory import MemoryEntry, MemoryKey, TranslationMemory, import_entry
from summarizer.translation.tmx import TmxUnit

FORK = multiprocessing.get_context("fork")


def key(n: int) -> MemoryKey:
    return MemoryKey(f"Frase {n}.", "it", "en", "opus@1", "beam=4")


def fill(path: Path, entries: int = 100) -> None:
    with TranslationMemory.open(path) as memory:
        memory.put_many([MemoryEntry(key(n), f"Sentence {n}.") for n in range(entries)])
        memory.put_many([import_entry(TmxUnit("A mano.", "By hand.", "it", "en"))])


def assert_nothing_wrong_comes_out(memory: TranslationMemory) -> None:
    for found, entry in memory.get_many([key(n) for n in range(100)]).items():
        assert entry.text == f"Sentence {found.source.split()[1]}"
    assert set(memory.imported("it", "en", ["A mano."]).values()) <= {"By hand."}


def assert_works(memory: TranslationMemory) -> None:
    memory.put_many([MemoryEntry(key(1000), "Sentence 1000.")])
    assert memory.get_many([key(1000)])[key(1000)].text == "Sentence 1000."


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "memory.db"
    fill(path)
    return path


def tamper(path: Path, statement: str, *values: object) -> None:
    db = sqlite3.connect(path)
    with db:
        assert db.execute(statement, values).rowcount == 1
    db.close()


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("target", "Sentence 8."),
        ("target", b"\xff\xfe"),
        ("target", 7),
        ("source", "Frase 8."),
        ("source_language", "es"),
        ("target_language", "fr"),
        ("model", "opus@2"),
        ("decoding", "beam=1"),
        ("origin", "import"),
        ("folded", "Frase 7."),
        ("created", 1),
        ("created", "never"),
        ("checksum", b"\0" * 16),
        ("checksum", "x"),
        ("clean", b"\0" * 16),
        ("clean", 7),
        ("clean", "x"),
    ],
)
def test_a_row_changed_in_any_column_is_dropped_and_counted(path: Path, column: str, value: object) -> None:
    tamper(path, f"UPDATE entry SET {column} = ? WHERE source = 'Frase 7.'", value)
    with TranslationMemory.open(path) as memory:
        assert memory.get_many([key(6), key(7)]).keys() == {key(6)}
        assert memory.corrupt == memory.stats().corrupt == 1
        assert memory.stats().entries == 100
        memory.put_many([MemoryEntry(key(7), "Sentence 7.")])
        assert memory.get_many([key(7)])[key(7)].text == "Sentence 7."


def test_a_damaged_translation_by_hand_is_not_used(path: Path) -> None:
    tamper(path, "UPDATE entry SET target = 'By foot.' WHERE origin = 'import'")
    with TranslationMemory.open(path) as memory:
        assert memory.imported("it", "en", ["A mano."]) == {}
        assert memory.corrupt == 1


def test_a_row_under_the_digest_of_another_key_is_not_returned_for_it(path: Path) -> None:
    db = sqlite3.connect(path)
    with db:
        (digest,) = db.execute("SELECT digest FROM entry WHERE source = 'Frase 8.'").fetchone()
        db.execute("DELETE FROM entry WHERE source = 'Frase 8.'")
        db.execute("UPDATE entry SET digest = ? WHERE source = 'Frase 7.'", (digest,))
    db.close()
    with TranslationMemory.open(path) as memory:
        assert memory.get_many([key(7), key(8)]) == {}


def test_damaged_rows_are_left_out_of_an_export(path: Path) -> None:
    tamper(path, "UPDATE entry SET target = 'x' WHERE source = 'Frase 7.'")
    with TranslationMemory.open(path) as memory:
        assert len(list(memory.iterate())) == 100
        assert memory.corrupt == 1


def test_a_flipped_byte_anywhere_in_the_file_never_gives_a_wrong_text(path: Path, tmp_path: Path) -> None:
    original, chance = path.read_bytes(), random.Random(20)
    places = [*range(0, 100, 2), *(chance.randrange(len(original)) for _ in range(70))]
    for place in places:
        damaged = tmp_path / "damaged" / "memory.db"
        shutil.rmtree(damaged.parent, ignore_errors=True)
        damaged.parent.mkdir()
        data = bytearray(original)
        data[place] ^= 1 << chance.randrange(8)
        damaged.write_bytes(data)
        try:
            with TranslationMemory.open(damaged) as memory:
                assert_nothing_wrong_comes_out(memory)
                assert sum(1 for _ in memory.iterate()) <= 101
        except MemoryStoreError as error:  # the caller goes on without
            assert str(damaged) in str(error)


@pytest.mark.parametrize("size", [2, 99, 100, 511, 4096, 4097, 12_000, 20_000])
def test_a_truncated_file_is_set_aside_and_begun_anew(path: Path, size: int) -> None:
    data = path.read_bytes()[:size]
    path.write_bytes(data)
    with TranslationMemory.open(path) as memory:
        assert_nothing_wrong_comes_out(memory)
        assert_works(memory)
        assert len(memory.notices) == 1
        assert "set aside as memory.db.corrupt-1" in memory.notices[0]
    assert path.with_name("memory.db.corrupt-1").stat().st_size >= size


def test_a_file_that_is_no_database_is_kept_under_another_name(tmp_path: Path) -> None:
    path = tmp_path / "memory.db"
    for n in (1, 2):
        path.write_bytes(b"Caro diario, " * n * 1000)
        with TranslationMemory.open(path) as memory:
            assert f"memory.db.corrupt-{n}" in memory.notices[0]
            assert_works(memory)
        assert path.with_name(f"memory.db.corrupt-{n}").read_bytes() == b"Caro diario, " * n * 1000
    with TranslationMemory.open(path) as memory:
        assert memory.notices == []
        assert_works(memory)


def test_an_empty_file_is_a_new_memory(tmp_path: Path) -> None:
    (tmp_path / "memory.db").touch()
    with TranslationMemory.open(tmp_path / "memory.db") as memory:
        assert_works(memory)
        assert memory.notices == []


def test_a_memory_without_its_table_is_begun_anew(path: Path) -> None:
    db = sqlite3.connect(path)
    db.execute("ALTER TABLE entry RENAME COLUMN target TO text")
    db.close()
    with TranslationMemory.open(path) as memory:
        assert len(memory.notices) == 1
        assert_works(memory)


def test_a_memory_whose_description_of_its_table_is_no_text_is_begun_anew(path: Path) -> None:
    data = path.read_bytes()
    assert b"NOT NULL UNIQUE" in data
    path.write_bytes(data.replace(b"NOT NULL UNIQUE", b"NOT \xac\xac\xac UNIQUE"))
    with pytest.raises(UnicodeDecodeError):
        sqlite3.connect(path).execute("SELECT count(*) FROM sqlite_master")
    with TranslationMemory.open(path) as memory:
        assert len(memory.notices) == 1
        assert_works(memory)


def test_the_database_of_another_program_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "places.sqlite"
    db = sqlite3.connect(path)
    db.execute("CREATE TABLE bookmarks (url)")
    db.close()
    before = path.read_bytes()
    with pytest.raises(MemoryStoreError, match="another program"):
        TranslationMemory.open(path)
    assert path.read_bytes() == before


def test_a_memory_from_before_it_knew_what_is_clean_goes_on(path: Path) -> None:
    db = sqlite3.connect(path)
    db.execute("ALTER TABLE entry DROP COLUMN clean")
    db.execute("PRAGMA user_version = 2")
    db.close()
    with TranslationMemory.open(path) as memory:
        found = memory.get_many([key(6)])[key(6)]
        assert (found.text, found.clean) == ("Sentence 6.", b"")
        assert memory.notices == []
        assert_nothing_wrong_comes_out(memory)
        assert_works(memory)


def test_a_memory_of_a_newer_version_is_left_alone(path: Path) -> None:
    db = sqlite3.connect(path)
    db.execute("PRAGMA user_version = 99")
    db.close()
    with pytest.raises(MemoryStoreError, match="newer version"):
        TranslationMemory.open(path)
    assert path.exists()


@pytest.mark.parametrize("place", ["/dev/null/memory.db", "/proc/none/memory.db", "."])
def test_an_impossible_place_is_a_clear_error(place: str) -> None:
    with pytest.raises(MemoryStoreError, match="cannot be used"):
        TranslationMemory.open(Path(place))


def test_damage_that_appears_while_the_memory_is_open_is_survived(path: Path) -> None:
    with TranslationMemory.open(path) as memory:
        with path.open("r+b") as file:
            file.seek(4096)  # all pages but the first, which is in memory by now
            file.write(b"\xaa" * (path.stat().st_size - 4096))
        assert_nothing_wrong_comes_out(memory)
        assert_works(memory)
        assert len(memory.notices) == 1


def test_a_memory_deleted_while_it_is_open_begins_anew(path: Path) -> None:
    with TranslationMemory.open(path) as first, TranslationMemory.open(path) as second:
        path.unlink()
        assert first.get_many([key(1)]) == {}
        assert_works(first)
        assert second.get_many([key(1000)])[key(1000)].text == "Sentence 1000."


def _hold_open(path: Path, opened: threading.Event, done: threading.Event) -> None:
    with TranslationMemory.open(path) as memory:
        memory.put_many([MemoryEntry(key(n), "held") for n in range(2000, 2300)])
        opened.set()
        done.wait(60)
        assert len(memory.get_many([key(1), key(2000), key(3000)])) == 1


def test_a_memory_deleted_while_another_process_holds_it_open_does_not_mix_with_the_new_one(path: Path) -> None:
    opened, done = FORK.Event(), FORK.Event()
    holder = FORK.Process(target=_hold_open, args=(path, opened, done))
    holder.start()
    assert opened.wait(60)
    path.unlink()
    with TranslationMemory.open(path) as memory:
        memory.put_many([MemoryEntry(key(n), f"Sentence {n}.") for n in range(3000, 3300)])
        done.set()
        holder.join(60)
        assert holder.exitcode == 0
        assert [entry.text for entry in memory.iterate()] == [f"Sentence {n}." for n in range(3000, 3300)]
        assert (memory.notices, memory.corrupt) == ([], 0)


def test_an_export_does_not_end_early_without_a_word(path: Path) -> None:
    fill(path, entries=1500)
    with TranslationMemory.open(path) as memory:
        entries = memory.iterate()
        next(entries)
        path.unlink()
        with pytest.raises(MemoryStoreError, match="replaced while it was being read"):
            list(entries)


def _open_and_write(path: Path, name: int, start: threading.Barrier) -> None:
    start.wait()
    with TranslationMemory.open(path) as memory:
        memory.put_many([MemoryEntry(key(name), f"Sentence {name}.")])


def test_four_processes_that_meet_a_damaged_file_set_it_aside_once(tmp_path: Path) -> None:
    path = tmp_path / "memory.db"
    path.write_bytes(b"no database" * 1000)
    start = FORK.Barrier(4)
    processes = [FORK.Process(target=_open_and_write, args=(path, name, start)) for name in range(4)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
    assert [process.exitcode for process in processes] == [0, 0, 0, 0]
    assert [file.name for file in tmp_path.glob("*corrupt*")] == ["memory.db.corrupt-1"]
    with TranslationMemory.open(path) as memory:
        assert len(memory.get_many([key(n) for n in range(4)])) == 4


def _fill_the_disk(path: Path) -> None:
    with TranslationMemory.open(path) as memory:
        resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))
        with pytest.raises(MemoryStoreError, match="cannot be used"):
            memory.put_many([MemoryEntry(key(n), "x" * 1000) for n in range(1000, 3000)])
        assert memory.get_many([key(1)])[key(1)].text == "Sentence 1."


def test_a_full_disk_is_an_error_and_loses_nothing(path: Path) -> None:
    child = FORK.Process(target=_fill_the_disk, args=(path,))
    child.start()
    child.join(60)
    assert child.exitcode == 0
    with TranslationMemory.open(path) as memory:
        assert memory.stats().entries == 101
        assert_works(memory)
