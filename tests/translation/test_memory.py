"""The translation memory: what is put in comes out, and translations by hand go first."""

from __future__ import annotations

from datetime import datetime, timezone
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from summarizer.errors import MemoryStoreError
from summarizer.translation.memory import (
    MemoryEntry,
    MemoryGroup,
    MemoryKey,
    TranslationMemory,
    export_unit,
    import_entry,
    text_digest,
)
from summarizer.translation.normalize import normalize
from summarizer.translation.tmx import TmxUnit, read_units, write_units


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


@pytest.mark.parametrize("clean", [b"", text_digest("Piove.")])
def test_what_is_known_of_a_translation_is_found_with_it(path: Path, clean: bytes) -> None:
    with TranslationMemory.open(path) as memory:
        memory.put_many([MemoryEntry(key("Piove."), "It is raining.", clean=clean)])
    with TranslationMemory.open(path) as memory:
        assert memory.get_many([key("Piove.")])[key("Piove.")].clean == clean


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
    assert stats.pairs == {("it", "de"): 1, ("it", "en"): 4}
    assert stats.models == {"opus@1": 4, "": 1}
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


@settings(max_examples=50, deadline=None)
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


def test_an_entry_must_be_either_by_a_model_or_by_hand(path: Path) -> None:
    with TranslationMemory.open(path) as memory, pytest.raises(ValueError, match="machine entry"):
        memory.put_many([entry("a", "A", model="", decoding="")])


def test_an_exported_unit_names_its_model_licence_and_date() -> None:
    unit = export_unit(MemoryEntry(key("Piove."), "It rains.", created=0), {"opus": "CC-BY-4.0"})
    assert unit.properties == (("x-origin", "machine"), ("x-model", "opus@1"), ("x-licence", "CC-BY-4.0"))
    assert unit.created == datetime(1970, 1, 1, tzinfo=timezone.utc)
    assert import_entry(unit).key == MemoryKey("Piove.", "it", "en", "", "")


def test_what_is_exported_can_be_imported_elsewhere(path: Path, tmp_path: Path) -> None:
    with TranslationMemory.open(path) as memory, TranslationMemory.open(tmp_path / "other.db") as other:
        memory.put_many([entry("Piove.", "It is raining."), hand_made("Nevica.", "It is snowing.")])
        write_units(memory.units(), tmp_path / "all.tmx")
        assert other.import_units(read_units(tmp_path / "all.tmx")) == 2
        found = other.imported("it", "en", ["Piove.", "Nevica."])
        assert found == {"Piove.": "It is raining.", "Nevica.": "It is snowing."}


def test_a_broken_tmx_file_imports_nothing(path: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.tmx"
    write_units([TmxUnit(f"a{n}", "b", "it", "en") for n in range(5000)], broken)
    broken.write_bytes(broken.read_bytes()[:-20])
    with TranslationMemory.open(path) as memory:
        with pytest.raises(MemoryStoreError, match="line 2"):
            memory.import_units(read_units(broken))
        assert memory.stats().entries == 0
