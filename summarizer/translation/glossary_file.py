"""Reads a glossary file: TSV, CSV or TOML, into terms.

A line that cannot be understood is an error with its number, never skipped: a glossary that is silently half in force
is worse than none.
"""

from __future__ import annotations

import csv
import io
import sys
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from summarizer.errors import GlossaryError
from summarizer.untrusted import one_line

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

MAX_FILE_BYTES = 8 * 1024 * 1024
MAX_TERMS = 50_000
MAX_TERM_CHARACTERS = 200
KEEP = "="
"""As a target: the term stays as it is, as does an empty target."""

_COLUMNS = ("source", "target", "avoid", "flags", "comment")
_SUFFIXES = (".tsv", ".tab", ".txt", ".csv", ".toml")


@dataclass(frozen=True, slots=True)
class GlossaryTerm:
    """A term and its one right rendering."""

    source: str
    target: str
    """Equal to `source` where the term must not be translated."""
    avoid: tuple[str, ...] = ()
    """Wrong renderings to be replaced by `target` where they turn up."""
    match_case: bool = False
    """Whether the term is only found in the case it is written in."""
    line: int = 0
    """Where it stands in its file; 0 if nowhere."""

    @property
    def keep(self) -> bool:
        """Whether the term must not be translated."""
        return self.source == self.target


def read_terms(path: Path) -> tuple[GlossaryTerm, ...]:
    """The terms of a glossary file, in file order.

    The ending tells the format: .tsv, .tab or .txt for tab-separated without quoting, .csv for comma- or
    semicolon-separated with quoting, .toml for a table `[terms]`. Raises GlossaryError, naming file and line, for
    anything it cannot take literally.
    """
    suffix = path.suffix.lower()
    if suffix not in _SUFFIXES:
        raise GlossaryError(f"{path}: not a known glossary format; use one of {', '.join(_SUFFIXES)}")
    text = _read(path)
    terms = _toml_terms(path, text) if suffix == ".toml" else _table_terms(path, text, quoted=suffix == ".csv")
    unique: dict[str, GlossaryTerm] = {}
    for term in terms:
        first = unique.setdefault(term.source, term)
        if replace(first, line=0) != replace(term, line=0):
            raise GlossaryError(
                f"{_place(path, term.line)}: {term.source!r} was given differently"
                f"{f' in line {first.line}' if first.line else ' before'}; keep one of the two"
            )
        if len(unique) > MAX_TERMS:
            raise GlossaryError(f"{_place(path, term.line)}: more than {MAX_TERMS} terms; split the glossary")
    if not unique:
        raise GlossaryError(f"{path}: holds no terms; write one a line: source, tab, target")
    return tuple(unique.values())


def _place(path: Path, line: int) -> str:
    return f"{path}: line {line}" if line else str(path)


def _read(path: Path) -> str:
    try:
        with path.open("rb") as file:
            data = file.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        raise GlossaryError(f"{path}: cannot be read ({error.strerror}); check the path and its rights") from error
    if len(data) > MAX_FILE_BYTES:
        raise GlossaryError(f"{path}: larger than {MAX_FILE_BYTES >> 20} MiB; split the glossary")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise GlossaryError(f"{path}: line {line}: not UTF-8; save the file as UTF-8") from error


def _term(
    path: Path, line: int, source: str, target: str, avoid: Iterable[str], match_case: bool | None
) -> GlossaryTerm:
    source, target = (one_line(unicodedata.normalize("NFC", text)) for text in (source, target))
    if target in ("", KEEP):
        target = source
    avoid = tuple(dict.fromkeys(filter(None, (one_line(unicodedata.normalize("NFC", text)) for text in avoid))))
    if not any(character.isalnum() for character in source):
        raise GlossaryError(f"{_place(path, line)}: the source term {source!r} has no letter or digit; write a term")
    for text in (source, target, *avoid):
        if len(text) > MAX_TERM_CHARACTERS:
            raise GlossaryError(
                f"{_place(path, line)}: {text[:30]!r}… is longer than {MAX_TERM_CHARACTERS} characters; "
                "a glossary holds terms, not sentences"
            )
    if any(wrong.casefold() == target.casefold() for wrong in avoid):
        raise GlossaryError(f"{_place(path, line)}: {target!r} is both wanted and to be avoided; remove one")
    return GlossaryTerm(source, target, avoid, source != source.lower() if match_case is None else match_case, line)


def _table_terms(path: Path, text: str, *, quoted: bool) -> Iterator[GlossaryTerm]:
    columns: tuple[str, ...] | None = None
    for line, cells in _rows(path, text, quoted):
        if columns is None:
            names = tuple(cell.strip().lower() for cell in cells)
            if "source" in names and "target" in names:
                if len(set(names)) < len(names) or not set(names) <= set(_COLUMNS):
                    raise GlossaryError(
                        f"{_place(path, line)}: columns {', '.join(names)!r} are not known; "
                        f"use {', '.join(_COLUMNS)}, each at most once"
                    )
                columns = names
                continue
            # Without a header a third column can only be a comment: taken as renderings to replace, it could do harm.
            columns = ("source", "target", "comment")
        if not 2 <= len(cells) <= len(columns):
            raise GlossaryError(
                f"{_place(path, line)}: {len(cells)} columns, not 2 to {len(columns)}; "
                "write source and target (= to keep the term as it is), and a header line for further columns"
            )
        row = dict(zip(columns, cells, strict=False))
        yield _term(
            path,
            line,
            row.get("source", ""),
            row.get("target", ""),
            row.get("avoid", "").split("|"),
            _match_case(path, line, row.get("flags", "")),
        )


def _rows(path: Path, text: str, quoted: bool) -> Iterator[tuple[int, list[str]]]:
    """Rows that hold anything, with the number of their last line; comments ("# …") are left out."""
    reader: Iterator[list[str]]
    if quoted:
        first = next((line for line in text.splitlines() if line.strip() and not _is_comment(line)), "")
        delimiter = ";" if first.count(";") > first.count(",") else ","
        reader = table = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    else:
        # quotation marks are part of the term: spreadsheets aside, nobody quotes tab-separated text
        reader = table = csv.reader(io.StringIO(text, newline=""), delimiter="\t", quoting=csv.QUOTE_NONE)
    try:
        for cells in reader:
            while cells and not cells[-1].strip() and len(cells) > 2:
                cells.pop()
            if any(cell.strip() for cell in cells) and not _is_comment(cells[0]):
                yield table.line_num, cells
    except csv.Error as error:
        raise GlossaryError(
            f"{path}: line {table.line_num}: not readable as a table ({error}); check its quotes"
        ) from error


def _is_comment(text: str) -> bool:
    return text.strip() == "#" or text.lstrip().startswith("# ")  # "#MeToo" is a term


def _match_case(path: Path, line: int, flags: str) -> bool | None:
    match_case = None
    for flag in flags.replace(",", " ").split():
        if flag not in ("case", "nocase"):
            raise GlossaryError(f"{_place(path, line)}: flag {flag!r} is not known; use case or nocase")
        match_case = flag == "case"
    return match_case


def _toml_terms(path: Path, text: str) -> Iterator[GlossaryTerm]:
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:  # its message ends with the line
        raise GlossaryError(f"{path}: not valid TOML: {one_line(str(error))}") from error
    terms = data.get("terms")
    if not isinstance(terms, dict) or len(data) > 1:
        raise GlossaryError(f'{path}: needs one table, [terms], with lines like "governo" = "government"')
    for source, value in terms.items():
        yield _toml_term(path, source, {"target": value} if isinstance(value, str) else value)


def _toml_term(path: Path, source: str, value: Mapping[str, Any] | Any) -> GlossaryTerm:
    if isinstance(value, dict) and set(value) <= {"target", "avoid", "case", "comment"}:
        target, avoid, case = value.get("target", ""), value.get("avoid", []), value.get("case")
        if (
            isinstance(target, str)
            and isinstance(avoid, list)
            and all(isinstance(wrong, str) for wrong in avoid)
            and (case is None or isinstance(case, bool))
        ):
            return _term(path, 0, source, target, avoid, case)
    raise GlossaryError(
        f"{path}: term {one_line(source)[:60]!r}: expected a text, or a table of target (text), avoid (list of texts), "
        "case (true or false) and comment"
    )
