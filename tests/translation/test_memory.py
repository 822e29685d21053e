"""The translation memory: what is put in comes out, for one process and for several."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sqlite3
import stat
import threading
from datetime import datetime, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summarizer.errors import MemoryStoreError
from summarizer.translation.memory import (
    MemoryEntry,
    MemoryGroup,
    MemoryKey,
    TranslationMemory,
    export_unit,
    import_entry,
)
from summarizer.translation.normalize import normalize
from summarizer.translation.tmx import TmxUnit

FORK = multiprocessing.get_context("fork")


def key(source: str, *, target: str = "en", model: str = "opus@1", decoding: str = "beam=4") -> MemoryKey:
    return MemoryKey(source, "it", target, model, decoding)


def entry(source: str, text: str, **parts: str) -> MemoryEntry:
    return MemoryEntry(key(source, **parts), text)


def hand_made(source: str, text: str, *, language: str = "it", target: str = "en") -> MemoryEntry:
    return import_entry(TmxUnit(source, text, language, target))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "memory.db"


def test_a_translation_is_found_again_after_the_memory_was_closed(path: Path) -> None:
    with TranslationMemory.open(path) as memory:
        memory.put_many([entry("Piove.", "It is raining.")])
    with TranslationMemory.open(path) as memory:
        assert memory.get_many([key("Piove."), key("Nevica.")])[key("Piove.")].text == "It is raining."
        assert key("Nevica.") not in memory.get_many([key("Nevica.")])


@pytest.mark.parametrize(
    "other",
    [
        key("Piove"),
        MemoryKey("Piove.", "es", "en", "opus@1", "beam=4"),
        key("Piove.", target="fr"),
        key("Piove.", model="opus@2"),
        key("Piove.", decoding="beam=1"),
        MemoryKey("Piove.i", "t", "en", "opus@1", "beam=4"),
    ],
    ids=["source", "source language", "target language", "revision", "decoding", "shifted boundary"],
)
def test_any_difference_in_the_key_is_another_translation(path: Path, other: MemoryKey) -> None:
    with TranslationMemory.open(path) as memory:
        memory.put_many([entry("Piove.", "It is raining.")])
        assert memory.get_many([other]) == {}


def test_the_first_machine_translation_of_a_key_stays(path: Path) -> None:
    with TranslationMemory.open(path) as memory:
        memory.put_many([entry("Piove.", "It is raining.")])
        memory.put_many([entry("Piove.", "It rains."), entry("Nevica.", "It is snowing.")])
        assert [found.text for found in memory.iterate()] == ["It is raining.", "It is snowing."]


def test_nothing_is_stored_when_the_entries_cannot_all_be_made(path: Path) -> None:
    def entries():  # type: ignore[no-untyped-def]
        yield entry("Piove.", "It is raining.")
        raise MemoryStoreError("line 7: not well-formed")

    with TranslationMemory.open(path) as memory:
        with pytest.raises(MemoryStoreError, match="line 7"):
            memory.put_many(entries())
        assert memory.stats().entries == 0


def test_ten_thousand_entries_go_in_and_come_out(path: Path) -> None:
    entries = [entry(f"Frase numero {n}.", f"Sentence number {n}.") for n in range(10_000)]
    with TranslationMemory.open(path) as memory:
        memory.put_many(entries)
        found = memory.get_many([wanted.key for wanted in entries])
        assert {k: e.text for k, e in found.items()} == {e.key: e.text for e in entries}
        assert [e.key for e in memory.iterate()] == [e.key for e in entries]
        assert memory.clear() == 10_000


@pytest.mark.parametrize(
    "text",
    [
        "perché «così» — l’età",
        "cafe\u0301",
        "😀 👩‍👩‍👧 \U0010ffff",
        "שלום العالم",
        "a\x00b",
        "'; DROP TABLE entry; --",
        "",
    ],
)
def test_every_text_comes_back_as_it_was(path: Path, text: str) -> None:
    with TranslationMemory.open(path) as memory:
        memory.put_many([entry(f"x{text}", text)])
        assert memory.get_many([key(f"x{text}")])[key(f"x{text}")].text == text
        assert memory.corrupt == 0


def test_stats_count_by_languages_and_model_and_give_the_span_of_time(path: Path) -> None:
    with TranslationMemory.open(path, clock=lambda: 1_700_000_000.9) as memory:
        memory.put_many([entry("a", "A"), entry("b", "B"), entry("a", "Ä", target="de"), hand_made("c", "C")])
        memory.put_many([MemoryEntry(key("z"), "Z", created=1_600_000_000)])
        stats = memory.stats()
        on_disk = sum(file.stat().st_size for file in path.parent.iterdir())
    assert stats.entries == 5
    assert stats.groups == (
        MemoryGroup("it", "de", "opus@1", "machine", 1),
        MemoryGroup("it", "en", "", "import", 1),
        MemoryGroup("it", "en", "opus@1", "machine", 3),
    )
    assert stats.oldest == datetime(2020, 9, 13, 12, 26, 40, tzinfo=timezone.utc)
    assert stats.newest == datetime(2023, 11, 14, 22, 13, 20, tzinfo=timezone.utc)
    assert stats.bytes == on_disk


def test_clear_forgets_everything_and_leaves_no_text_on_disk(path: Path) -> None:
    with TranslationMemory.open(path) as memory:
        memory.put_many([entry(f"segreto {n}", "embargoed") for n in range(500)])
        assert memory.clear() == 500
        assert memory.stats().entries == 0
        assert memory.stats().oldest is None
        assert not any(b"embargoed" in file.read_bytes() for file in path.parent.iterdir())


# -- translations by hand ----------------------------------------------------------------------------------------------


def test_a_translation_by_hand_is_found_whatever_the_model(path: Path) -> None:
    with TranslationMemory.open(path) as memory:
        memory.put_many([entry("Piove.", "It rains."), hand_made("Piove.", "It's raining.")])
        assert memory.imported("it", "en", ["Piove.", "Nevica."]) == {"Piove.": "It's raining."}
        assert memory.imported("it", "fr", ["Piove."]) == {}


def test_the_last_import_of_a_sentence_wins(path: Path) -> None:
    with TranslationMemory.open(path) as memory:
        memory.put_many([hand_made("Piove.", "It rains.")])
        memory.put_many([hand_made("Piove.", "It's raining.")])
        assert memory.imported("it", "en", ["Piove."]) == {"Piove.": "It's raining."}
        assert memory.stats().entries == 1


@pytest.mark.parametrize(
    ("stored", "asked"),
    [
        ("L’età dell’oro.", "L'età dell'oro."),
        ("«Sì», disse.", '"Sì", disse.'),
        ("Due  spazi\u00a0qui.", "Due spazi qui."),
        ("perche\u0301", "perché"),
        ("E poi…", "E poi..."),
    ],
)
def test_quotation_marks_and_white_space_do_not_hide_a_translation_by_hand(path: Path, stored: str, asked: str) -> None:
    with TranslationMemory.open(path) as memory:
        memory.put_many([hand_made(stored, "found")])
        assert memory.imported("it", "en", [asked]) == {asked: "found"}


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_a_sentence_is_found_by_the_form_that_models_are_given(
    tmp_path_factory: pytest.TempPathFactory, text: str
) -> None:
    folder = tmp_path_factory.mktemp("fold")
    with TranslationMemory.open(folder / "memory.db") as memory:
        memory.put_many([hand_made(text, "found")])
        assert memory.imported("it", "en", [normalize(text)]) == {normalize(text): "found"}


def test_a_regional_form_is_found_but_the_plain_language_goes_first(path: Path) -> None:
    with TranslationMemory.open(path) as memory:
        memory.put_many([hand_made("Colore.", "Colour.", language="it-IT", target="en-GB")])
        assert memory.imported("it", "en", ["Colore."]) == {"Colore.": "Colour."}
        memory.put_many([hand_made("Colore.", "Color.")])
        assert memory.imported("it", "en", ["Colore."]) == {"Colore.": "Color."}
        assert memory.imported("it", "en-GB", ["Colore."]) == {"Colore.": "Colour."}
        assert memory.imported("it", "e", ["Colore."]) == {}


def test_an_entry_must_be_either_by_a_model_or_by_hand() -> None:
    with pytest.raises(ValueError, match="machine entry"):
        TranslationMemory.open(Path(os.devnull).parent / "shm" / "unused.db").put_many(
            [entry("a", "A", model="", decoding="")]
        )


def test_an_exported_unit_names_its_model_licence_and_date() -> None:
    unit = export_unit(MemoryEntry(key("Piove."), "It rains.", created=0), {"opus": "CC-BY-4.0"})
    assert unit.properties == (("x-origin", "machine"), ("x-model", "opus@1"), ("x-licence", "CC-BY-4.0"))
    assert unit.created == datetime(1970, 1, 1, tzinfo=timezone.utc)
    assert import_entry(unit).key == MemoryKey("Piove.", "it", "en", "", "")


# -- rights, threads, processes ----------------------------------------------------------------------------------------


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


def run_together(target, *arguments) -> None:  # type: ignore[no-untyped-def]
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
