"""Glossary files: every spreadsheet's way of writing them is read, and every fault names its file and line."""

from __future__ import annotations

from pathlib import Path

import pytest

from summarizer.errors import GlossaryError
from summarizer.translation import glossary_file
from summarizer.translation.glossary_file import GlossaryTerm, read_terms


def read(tmp_path: Path, name: str, content: str | bytes) -> tuple[GlossaryTerm, ...]:
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_terms(path)


def pairs(terms: tuple[GlossaryTerm, ...]) -> list[tuple[str, str]]:
    return [(term.source, term.target) for term in terms]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("g.tsv", "governo\tgovernment\nPD\tPD\n"),
        ("g.tsv", "\ufeffgoverno\tgovernment\r\n\r\nPD\t=\r\n"),
        ("g.txt", "# nostro\nsource\ttarget\ngoverno \t government\nPD\t\n"),
        ("G.TSV", "governo\tgovernment\ta comment\nPD\t\t\t\n"),
        ("g.tsv", "target\tcomment\tsource\ngovernment\tx\tgoverno\n=\t\tPD\n"),
        ("g.csv", "governo,government\nPD,\n"),
        ("g.csv", "Source;Target\ngoverno;government\nPD;=\n"),
        ("g.csv", '"governo","government"\n"PD","="'),
        ("g.toml", '[terms]\n"governo" = "government"\nPD = ""\n'),
        ("g.toml", '[terms]\ngoverno = {target = "government", comment = "x"}\nPD = "="\n'),
    ],
)
def test_tables_and_toml_say_the_same(tmp_path: Path, name: str, content: str) -> None:
    terms = read(tmp_path, name, content)
    assert pairs(terms) == [("governo", "government"), ("PD", "PD")]
    assert [term.keep for term in terms] == [False, True]
    assert [term.match_case for term in terms] == [False, True]


def test_renderings_to_avoid_and_flags_need_a_header(tmp_path: Path) -> None:
    table = "source\ttarget\tavoid\tflags\tcomment\npremier\tprime minister\tpremier | PM\tcase\twhy\n"
    (term,) = read(tmp_path, "g.tsv", table)
    assert (term.avoid, term.match_case, term.line) == (("premier", "PM"), True, 2)
    (term,) = read(tmp_path, "g.tsv", "premier\tprime minister\tPM\n")
    assert term.avoid == ()
    (term,) = read(tmp_path, "g.toml", '[terms]\npremier = {target = "prime minister", avoid = ["PM"], case = true}\n')
    assert (term.avoid, term.match_case) == (("PM",), True)


def test_a_quoted_cell_may_hold_the_separator_and_quotes(tmp_path: Path) -> None:
    assert pairs(read(tmp_path, "g.csv", '"sì, certo","yes, ""sure"""\n')) == [("sì, certo", 'yes, "sure"')]


def test_quotation_marks_in_tab_separated_text_are_part_of_the_term(tmp_path: Path) -> None:
    assert pairs(read(tmp_path, "g.tsv", '"Mani pulite"\t"Clean hands"\n')) == [('"Mani pulite"', '"Clean hands"')]


def test_a_hashtag_is_a_term_and_a_hash_with_a_space_a_comment(tmp_path: Path) -> None:
    assert pairs(read(tmp_path, "g.tsv", "# terms\n#\n#MeToo\t=\n")) == [("#MeToo", "#MeToo")]


def test_terms_are_made_safe_and_composed(tmp_path: Path) -> None:
    assert pairs(read(tmp_path, "g.tsv", "citta\u0300\tci\x1b[31mty\u202e\n")) == [("città", "city")]


def test_the_same_term_twice_counts_once(tmp_path: Path) -> None:
    assert len(read(tmp_path, "g.tsv", "governo\tgovernment\ngoverno\tgovernment\n")) == 1


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("g.xlsx", "", "not a known glossary format"),
        ("g.tsv", "", "holds no terms"),
        ("g.tsv", "a\tb\nsolo\n", "line 2: 1 columns"),
        ("g.tsv", "a\tb\tc\td\n", "line 1: 4 columns"),
        ("g.tsv", "source\ttarget\tavoids\na\tb\tc\n", "line 1: columns 'source, target, avoids' are not known"),
        ("g.tsv", "source\ttarget\tsource\n", "line 1: columns"),
        ("g.tsv", "a\tb\n\n!\tc\n", "line 3: the source term '!' has no letter"),
        ("g.tsv", "a\tb\n\tc\n", "line 2: the source term '' has no letter"),
        ("g.tsv", "a\tb\n# x\na\tc\n", "line 3: 'a' was given differently in line 1"),
        ("g.tsv", "a\t" + "b" * 201, "line 1: .* is longer than 200"),
        ("g.tsv", "source\ttarget\tavoid\na\tb\tB\n", "line 2: 'b' is both wanted and to be avoided"),
        ("g.tsv", "source\ttarget\tflags\na\tb\tCASE\n", "line 2: flag 'CASE' is not known"),
        ("g.tsv", b"a\tb\ncitt\xe0\tcity\n", "line 2: not UTF-8"),
        ("g.csv", 'a,b\n"c,d\n', "line 2: not readable as a table"),
        ("g.csv", 'a,b\n"c"x,d\n', "line 2: not readable as a table"),
        ("g.toml", '[terms]\na = "b"\na = "c"\n', "line 3"),
        ("g.toml", 'a = "b"\n', r"needs one table, \[terms\]"),
        ("g.toml", '[terms]\na = "b"\n[more]\n', r"needs one table, \[terms\]"),
        ("g.toml", "[terms]\na = 7\n", "term 'a': expected a text"),
        ("g.toml", '[terms]\na = {target = "b", avoids = ["c"]}\n', "term 'a': expected a text"),
        ("g.toml", '[terms]\na = {target = "b", avoid = "c"}\n', "term 'a': expected a text"),
    ],
)
def test_a_fault_names_the_file_and_the_line(tmp_path: Path, name: str, content: str | bytes, message: str) -> None:
    with pytest.raises(GlossaryError, match=message) as raised:
        read(tmp_path, name, content)
    assert str(raised.value).startswith(str(tmp_path / name))
    assert "\n" not in str(raised.value)


def test_a_missing_file_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(GlossaryError, match=r"none\.tsv: cannot be read \(No such file"):
        read_terms(tmp_path / "none.tsv")


def test_size_and_number_of_terms_are_capped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(glossary_file, "MAX_TERMS", 2)
    with pytest.raises(GlossaryError, match="line 3: more than 2 terms"):
        read(tmp_path, "g.tsv", "a\tA\nb\tB\nc\tC\n")
    monkeypatch.setattr(glossary_file, "MAX_FILE_BYTES", 2)
    with pytest.raises(GlossaryError, match="larger than"):
        read(tmp_path, "g.tsv", "a\tA\n")
