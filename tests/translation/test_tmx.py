"""TMX: what is written is valid and comes back; what comes from outside is read, or refused with its line."""

from __future__ import annotations

import io
import re
import tracemalloc
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from summarizer.errors import MemoryStoreError, OutputError
from summarizer.translation import tmx
from summarizer.translation.tmx import TmxUnit, read_units, same_language, write_units
from summarizer.untrusted import one_line
from tests.translation.tmx_structure import checked

MORNING = datetime(2024, 3, 5, 8, 30, 15, tzinfo=timezone.utc)
PIOVE = TmxUnit("Piove.", "It is raining.", "it", "en")


def written(*units: TmxUnit, **options: str) -> str:
    out = io.StringIO()
    assert write_units(units, out, tool_version="1.0", creation_date=MORNING, **options) == len(units)
    return out.getvalue()


def units_of(tmp_path: Path, document: str | bytes, **options: str) -> list[TmxUnit]:
    path = tmp_path / "memory.tmx"
    path.write_bytes(document if isinstance(document, bytes) else document.encode())
    return list(read_units(path, **options))


def document(body: str, *, header: str = '<header srclang="it"/>', start: str = "") -> str:
    return f'{start}<tmx version="1.4">{header}<body>{body}</body></tmx>'


def pair(source: str, target: str) -> str:
    return f'<tu><tuv xml:lang="it"><seg>{source}</seg></tuv><tuv xml:lang="en"><seg>{target}</seg></tuv></tu>'


# -- writing -----------------------------------------------------------------------------------------------------------


def test_a_full_unit_is_valid_tmx() -> None:
    unit = TmxUnit(
        "«Sì» & <no>",
        'a "b"\r\n]]>',
        "it",
        "en",
        tuid="x-1",
        properties=(("x-model", "m<1>"),),
        notes=("check",),
        created=MORNING,
    )
    root = checked(written(unit, PIOVE, source_language="it").encode())
    assert root.xpath("//seg/text()") == ["«Sì» & <no>", 'a "b"\r\n]]>', "Piove.", "It is raining."]
    assert root.xpath("//prop/text()") == ["m<1>"]
    assert dict(root[0].attrib) == {
        "creationtool": "summarizer",
        "creationtoolversion": "1.0",
        "segtype": "sentence",
        "o-tmf": "summarizer",
        "adminlang": "en",
        "srclang": "it",
        "datatype": "plaintext",
        "creationdate": "20240305T083015Z",
    }


def test_the_same_units_give_the_same_bytes_and_dates_are_in_utc() -> None:
    rome = MORNING.astimezone(timezone(timedelta(hours=1)))
    assert written(TmxUnit("a", "b", "it", "en", created=rome)) == written(
        TmxUnit("a", "b", "it", "en", created=MORNING)
    )
    with pytest.raises(ValueError, match="time zone"):
        write_units([], io.StringIO(), tool_version="1", creation_date=datetime(2024, 1, 1))


def test_a_document_without_units_or_date_is_valid() -> None:
    out = io.StringIO()
    write_units([], out, tool_version="1")
    assert checked(out.getvalue().encode()).xpath("//header/@creationdate") == []


def test_a_file_is_replaced_only_once_it_is_complete(tmp_path: Path) -> None:
    path = tmp_path / "out.tmx"
    path.write_text("old")

    def failing() -> Iterator[TmxUnit]:
        yield PIOVE
        raise MemoryStoreError("damaged")

    with pytest.raises(MemoryStoreError, match="damaged"):
        write_units(failing(), path, tool_version="1")
    assert path.read_text() == "old"
    assert write_units([PIOVE], path, tool_version="1") == 1
    assert list(tmp_path.iterdir()) == [path]
    assert list(read_units(path)) == [PIOVE]


def test_a_device_is_written_as_it_is_and_an_impossible_place_is_an_error(tmp_path: Path) -> None:
    write_units([PIOVE], Path("/dev/null"), tool_version="1")
    assert Path("/dev/null").is_char_device()
    with pytest.raises(OutputError, match=r"none.*cannot be written"):
        write_units([PIOVE], tmp_path / "none" / "out.tmx", tool_version="1")


# -- there and back ----------------------------------------------------------------------------------------------------

texts = st.text(st.characters()).filter(one_line)
names = st.text(st.characters(exclude_categories=["Z", "C"]), min_size=1)
languages = st.sampled_from(["en", "en-GB", "zh-Hant", "pt-BR"])
units = st.builds(
    TmxUnit,
    source=texts,
    target=texts,
    source_language=st.sampled_from(["it", "it-CH"]),
    target_language=languages,
    tuid=st.none() | names,
    properties=st.lists(st.tuples(names.map("x-{}".format), st.text()), max_size=3).map(tuple),
    notes=st.lists(texts, max_size=2).map(tuple),
)


def safe(unit: TmxUnit) -> TmxUnit:
    """The unit as a reader may see it: without what XML forbids, made safe, on one line."""

    def clean(text: str) -> str:
        return one_line(re.sub("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "", text))

    return TmxUnit(
        clean(unit.source),
        clean(unit.target),
        unit.source_language,
        unit.target_language,
        unit.tuid and (clean(unit.tuid) or None),
        tuple((clean(kind), clean(value)) for kind, value in unit.properties),
        tuple(filter(None, map(clean, unit.notes))),
    )


@settings(deadline=None)
@given(st.lists(units, max_size=5))
def test_every_unit_comes_back(tmp_path_factory: pytest.TempPathFactory, written_units: list[TmxUnit]) -> None:
    path = tmp_path_factory.getbasetemp() / "round.tmx"
    write_units(written_units, path, tool_version="1.0")
    checked(path.read_bytes())
    expected = [safe(unit) for unit in written_units]
    assert list(read_units(path)) == [unit for unit in expected if unit.source and unit.target]


# -- reading what others write -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "iso-8859-1"])
def test_every_usual_encoding_is_read(tmp_path: Path, encoding: str) -> None:
    declared = encoding.removesuffix("-sig")
    text = document(pair("Perché?", "Why?"), start=f'<?xml version="1.0" encoding="{declared}"?>\n')
    assert [unit.source for unit in units_of(tmp_path, text.encode(encoding))] == ["Perché?"]


def test_a_reference_to_the_tmx_document_type_is_accepted_and_not_opened(tmp_path: Path) -> None:
    (tmp_path / "tmx14.dtd").write_text("<!ELEMENT broken")
    text = document(pair("a", "b"), start='<!DOCTYPE tmx SYSTEM "tmx14.dtd">')
    assert len(units_of(tmp_path, text)) == 1


def test_inline_codes_are_dropped_and_the_words_they_mark_are_kept(tmp_path: Path) -> None:
    bold = '<bpt i="1">&lt;b&gt;</bpt>Po<ept i="1">&lt;/b&gt;</ept>'
    source = f"Il {bold}<ph>[x]<sub>no</sub></ph>, un <hi>fiume</hi>\n  lungo"
    (unit,) = units_of(tmp_path, document(pair(source, "x")))
    assert unit.source == "Il Po, un fiume lungo"


def test_every_language_of_a_unit_makes_a_pair_with_the_source(tmp_path: Path) -> None:
    body = "<tu>" + "".join(f'<tuv xml:lang="{x}"><seg>{x}</seg></tuv>' for x in ("en", "it", "fr")) + "</tu>"
    assert [(u.source, u.target) for u in units_of(tmp_path, document(body))] == [("it", "en"), ("it", "fr")]
    found = units_of(tmp_path, document(body), source_language="fr")
    assert [(u.source, u.target) for u in found] == [("fr", "en"), ("fr", "it")]
    found = units_of(tmp_path, document(body, header='<header srclang="*all*"/>'))
    assert [(u.source, u.target) for u in found] == [("en", "it"), ("en", "fr")]


@pytest.mark.parametrize("declared", ["IT", "it-IT", "it_IT", "it"])
def test_the_source_is_found_whatever_its_region_and_case(tmp_path: Path, declared: str) -> None:
    text = document(pair("a", "b"), header=f'<header srclang="{declared}"/>')
    assert [(u.source, u.source_language) for u in units_of(tmp_path, text)] == [("a", "it")]


def test_old_lang_attributes_and_the_units_own_source_language_are_read(tmp_path: Path) -> None:
    body = '<tu srclang="en" tuid="7"><tuv lang="it"><seg>b</seg></tuv><tuv lang="en"><seg>a</seg></tuv></tu>'
    (unit,) = units_of(tmp_path, document(body))
    assert (unit.source, unit.target_language, unit.tuid) == ("a", "it", "7")


def test_units_without_both_sides_are_passed_over(tmp_path: Path) -> None:
    body = pair("a", "") + pair("", "b") + "<tu/>" + pair("c", "d")
    assert [unit.source for unit in units_of(tmp_path, document(body))] == ["c"]


def test_properties_and_notes_of_the_header_and_of_one_side_are_not_the_units(tmp_path: Path) -> None:
    body = pair("a", "b").replace("<seg>a", '<prop type="x">1</prop><note>2</note><seg>a')
    header = '<header srclang="it"><prop type="x">3</prop><note>4</note></header>'
    (unit,) = units_of(tmp_path, document(body, header=header))
    assert (unit.properties, unit.notes) == ((), ())


def test_texts_are_made_safe(tmp_path: Path) -> None:
    (unit,) = units_of(tmp_path, document(pair("a\u202eb", "c&#x9b;31md")))
    assert (unit.source, unit.target) == ("ab", "cd")


@pytest.mark.parametrize(
    ("requested", "found", "same"),
    [("en", "en-GB", True), ("EN", "en_us", True), ("en-GB", "en", False), ("e", "en", False), ("en", "eng", False)],
)
def test_a_language_takes_in_its_regional_forms(requested: str, found: str, same: bool) -> None:
    assert same_language(requested, found) is same


# -- hostile and broken files ------------------------------------------------------------------------------------------

BILLION_LAUGHS = '<!DOCTYPE tmx [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]>\n'
EXTERNAL = '<!DOCTYPE tmx [<!ENTITY c SYSTEM "file:///etc/passwd">]>\n'
PARAMETER = '<!DOCTYPE tmx [<!ENTITY % c SYSTEM "http://127.0.0.1:9/x"> %c;]>\n'


@pytest.mark.parametrize("start", [BILLION_LAUGHS, EXTERNAL, PARAMETER], ids=["internal", "external", "parameter"])
def test_entities_are_refused_before_any_is_expanded(tmp_path: Path, start: str) -> None:
    with pytest.raises(MemoryStoreError, match=r"memory\.tmx: line 1: declares its own document type"):
        units_of(tmp_path, document(pair("&c;", "b"), start=start))


def test_an_entity_of_an_outside_document_type_is_refused_and_not_left_out(tmp_path: Path) -> None:
    with pytest.raises(MemoryStoreError, match="line 2: uses an XML entity"):
        units_of(tmp_path, document(pair("caff&egrave;", "coffee"), start='<!DOCTYPE tmx SYSTEM "tmx14.dtd">\n'))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "line 1: not well-formed XML"),
        (b"Piove.", "line 1: not well-formed XML"),
        (b"<html><body/></html>", "line 1: not a TMX file: its root element is <html>"),
        (document("\n\n<tu>").encode(), "line 3: not well-formed XML"),
        (document(pair("a", "b")).encode()[:-8], "line 1: not well-formed XML"),
        (document(pair("a&nbsp;b", "c")).encode(), "line 1: not well-formed XML"),
        (document(pair("citt\xe0", "x")).encode("latin-1"), "line 1: not well-formed XML"),
        (document("\n" + pair("a\x01", "x")).encode(), "line 2: not well-formed XML"),
        (b'<?xml version="1.0" encoding="klingon"?><tmx/>', "encoding that is not read"),
        (document("<x>" * 100 + "</x>" * 100).encode(), "nested more than 64 deep"),
        (
            document("\n" + pair("a" * 600_000, "b" * 600_000)).encode(),
            "line 2: a unit of more than 1048576 characters",
        ),
        (document("\n" + f'<tu tuid="{"x" * 1_300_000}">').encode(), "line 2: a single tag of more than a mebibyte"),
    ],
)
def test_a_broken_or_oversized_file_is_an_error_with_its_line(tmp_path: Path, content: bytes, message: str) -> None:
    with pytest.raises(MemoryStoreError, match=re.escape(message)) as raised:
        units_of(tmp_path, content)
    assert str(raised.value).startswith(str(tmp_path))
    assert "\n" not in str(raised.value)


def test_a_missing_file_and_one_over_the_cap_are_errors(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(MemoryStoreError, match="cannot be read"):
        list(read_units(tmp_path / "none.tmx"))
    monkeypatch.setattr(tmx, "MAX_FILE_BYTES", 100)
    with pytest.raises(MemoryStoreError, match="larger than"):
        units_of(tmp_path, document(pair("a", "b")))


def test_a_large_file_is_read_and_written_piece_by_piece(tmp_path: Path) -> None:
    path = tmp_path / "large.tmx"
    tracemalloc.start()
    many = (TmxUnit(f"Frase {n}. " + "x" * 500, f"Sentence {n}.", "it", "en") for n in range(10_000))
    assert write_units(many, path, tool_version="1") == 10_000
    assert sum(1 for _ in read_units(path)) == 10_000
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert path.stat().st_size > 5_000_000
    assert peak < 2_000_000
