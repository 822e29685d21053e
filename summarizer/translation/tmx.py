"""TMX 1.4b, the interchange format of translation memories: a streaming writer and a streaming reader.

A TMX file from outside is hostile until read: no entity is ever expanded, nothing outside the file is ever opened,
and sizes are capped. The writer holds no clock: the same units give the same bytes.
"""

from __future__ import annotations

import contextlib
import os
import re
import secrets
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING, TextIO
from xml.parsers import expat

from summarizer import __version__
from summarizer.errors import MemoryStoreError, OutputError
from summarizer.untrusted import one_line

if TYPE_CHECKING:
    from xml.parsers.expat import XMLParserType

TOOL_NAME = "summarizer"
ANY_LANGUAGE = "*all*"
"""TMX's own word for a file or unit whose source may be any of its languages."""

MAX_FILE_BYTES = 256 * 1024 * 1024
MAX_UNIT_CHARACTERS = 1024 * 1024
"""Of all text and attributes in one unit together; no sentence comes near it."""
MAX_DEPTH = 64
_CHUNK_BYTES = 64 * 1024

# What XML 1.0 does not allow in a document even as a character reference (production [2] Char).
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\r": "&#13;", "\n": "&#10;", "\t": "&#9;"}
_IN_TEXT = re.compile("[&<>\r]")
_IN_ATTRIBUTE = re.compile('[&<>"\r\n\t]')
# Inline elements that hold the formatting codes of another program, not words.
_CODES = frozenset({"bpt", "ept", "it", "ph", "ut"})


@dataclass(frozen=True, slots=True)
class TmxUnit:
    """One sentence pair of a TMX file."""

    source: str
    target: str
    source_language: str
    """BCP-47 tag, as is the next."""
    target_language: str
    tuid: str | None = None
    """The unit's name within its file; no white space."""
    properties: tuple[tuple[str, str], ...] = ()
    """(type, value) pairs in file order; types of our own begin with "x-"."""
    notes: tuple[str, ...] = ()
    created: datetime | None = None
    """Must be aware; written in UTC to the second. Not read back."""


def _text(text: str) -> str:
    return _IN_TEXT.sub(lambda found: _ESCAPES[found[0]], _FORBIDDEN.sub("", text))


def _attribute(text: str) -> str:
    return _IN_ATTRIBUTE.sub(lambda found: _ESCAPES[found[0]], _FORBIDDEN.sub("", text))


def _timestamp(moment: datetime) -> str:
    if moment.tzinfo is None:
        raise ValueError("a TMX date needs a time zone")
    return moment.astimezone(timezone.utc).strftime("%Y%m%dT%H%M%SZ")


def _unit_lines(unit: TmxUnit) -> Iterator[str]:
    attributes = f' tuid="{_attribute(unit.tuid)}"' if unit.tuid else ""
    if unit.created is not None:
        attributes += f' creationdate="{_timestamp(unit.created)}"'
    yield f'    <tu{attributes} srclang="{_attribute(unit.source_language)}">\n'
    for note in unit.notes:
        yield f"      <note>{_text(note)}</note>\n"
    for kind, value in unit.properties:
        yield f'      <prop type="{_attribute(kind)}">{_text(value)}</prop>\n'
    for language, text in ((unit.source_language, unit.source), (unit.target_language, unit.target)):
        yield f'      <tuv xml:lang="{_attribute(language)}"><seg>{_text(text)}</seg></tuv>\n'
    yield "    </tu>\n"


def _write(units: Iterable[TmxUnit], out: TextIO, version: str, source_language: str, created: datetime | None) -> int:
    date = "" if created is None else f' creationdate="{_timestamp(created)}"'
    out.write('<?xml version="1.0" encoding="UTF-8"?>\n<tmx version="1.4">\n')
    out.write(
        f'  <header creationtool="{TOOL_NAME}" creationtoolversion="{_attribute(version)}" segtype="sentence"'
        f' o-tmf="{TOOL_NAME}" adminlang="en" srclang="{_attribute(source_language)}" datatype="plaintext"{date}/>\n'
        "  <body>\n"
    )
    count = 0
    for unit in units:
        out.writelines(_unit_lines(unit))
        count += 1
    out.write("  </body>\n</tmx>\n")
    return count


def write_units(
    units: Iterable[TmxUnit],
    destination: Path | TextIO,
    *,
    tool_version: str = __version__,
    source_language: str = ANY_LANGUAGE,
    creation_date: datetime | None = None,
) -> int:
    """Write a TMX 1.4b document, one unit at a time, and return how many units it holds.

    A path is replaced only once the document is complete and on disk; a text stream must be UTF-8. Characters that
    XML 1.0 forbids are left out. Raises OutputError if the path cannot be written; ValueError for a naive date.
    """
    if not isinstance(destination, Path):
        return _write(units, destination, tool_version, source_language, creation_date)
    try:
        if destination.exists() and not destination.is_file():  # a device or a pipe cannot be replaced
            with destination.open("w", encoding="utf-8", newline="\n") as out:
                return _write(units, out, tool_version, source_language, creation_date)
        part = destination.with_name(f".{destination.name}.{secrets.token_hex(4)}.part")
        try:
            with part.open("x", encoding="utf-8", newline="\n") as out:
                count = _write(units, out, tool_version, source_language, creation_date)
                out.flush()
                os.fsync(out.fileno())
            part.replace(destination)
        except BaseException:
            with contextlib.suppress(OSError):
                part.unlink()
            raise
    except OSError as error:
        raise OutputError(f"{destination}: cannot be written ({error.strerror}); choose another place") from error
    return count


def same_language(requested: str, found: str) -> bool:
    """Whether `found` is the language `requested` or a regional form of it: "en" takes in "en-GB", not the reverse."""
    requested, found = (tag.strip().replace("_", "-").lower() for tag in (requested, found))
    return found == requested or found.startswith(f"{requested}-")


class _Reader:
    """Collects units from the events of one expat parser."""

    def __init__(self, parser: XMLParserType, name: str, source_language: str | None) -> None:
        self.done: deque[TmxUnit] = deque()
        self._parser, self._name = parser, name
        self._wanted = source_language
        self._header_language = ANY_LANGUAGE
        self._open: list[str] = []
        self._size = 0
        self._text: list[str] | None = None
        self._codes = 0
        self._unit_language = ""
        self._tuid: str | None = None
        self._properties: list[tuple[str, str]] = []
        self._notes: list[str] = []
        self._variants: list[tuple[str, str]] = []
        self._variant_language = self._property_type = ""
        parser.StartDoctypeDeclHandler = self._doctype
        parser.EntityDeclHandler = self._entity
        parser.SkippedEntityHandler = self._entity
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters

    def fault(self, message: str) -> MemoryStoreError:
        return MemoryStoreError(f"{self._name}: line {self._parser.CurrentLineNumber}: {message}")

    def _doctype(self, name: str, system: str | None, public: str | None, has_internal_subset: bool) -> None:
        # The reference to tmx14.dtd that many tools write is harmless, since it is never opened.
        if has_internal_subset:
            raise self.fault("declares its own document type, which is refused; remove the [...] from its DOCTYPE")

    def _entity(self, *_: object) -> None:
        raise self.fault("uses an XML entity, which is refused; write the character itself")

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        if not self._open and tag != "tmx":
            raise self.fault(f"not a TMX file: its root element is <{one_line(tag)[:40]}>; export it as TMX 1.4")
        self._open.append(tag)
        if len(self._open) > MAX_DEPTH:
            raise self.fault(f"elements nested more than {MAX_DEPTH} deep; export it again as TMX 1.4")
        if tag == "tu":
            self._size = 0
        self._count(sum(len(key) + len(value) for key, value in attributes.items()))
        if tag == "header":
            self._header_language = attributes.get("srclang", ANY_LANGUAGE)
        elif tag == "tu":
            self._unit_language = attributes.get("srclang", self._header_language)
            self._tuid = one_line(attributes.get("tuid", "")) or None
            self._properties, self._notes, self._variants = [], [], []
        elif tag == "tuv":
            self._variant_language = one_line(attributes.get("xml:lang", attributes.get("lang", "")))
        elif tag in ("seg", "note", "prop"):
            self._text, self._codes = [], 0
            self._property_type = one_line(attributes.get("type", ""))
        elif tag in _CODES:
            self._codes += 1

    def _characters(self, text: str) -> None:
        if self._text is not None:
            self._count(len(text))
            if not self._codes:
                self._text.append(text)

    def _count(self, characters: int) -> None:
        self._size += characters
        if self._size > MAX_UNIT_CHARACTERS:
            raise self.fault(f"a unit of more than {MAX_UNIT_CHARACTERS} characters; it is not a sentence, remove it")

    def _end(self, tag: str) -> None:
        self._open.pop()
        if tag in _CODES:
            self._codes -= 1
        elif tag in ("seg", "note", "prop") and self._text is not None:
            text, self._text = one_line("".join(self._text)), None
            parent = self._open[-1] if self._open else ""
            if tag == "seg" and parent == "tuv" and text and self._variant_language:
                self._variants.append((self._variant_language, text))
            elif tag == "note" and parent == "tu" and text:
                self._notes.append(text)
            elif tag == "prop" and parent == "tu":
                self._properties.append((self._property_type, text))
        elif tag == "tu":
            self._finish_unit()

    def _finish_unit(self) -> None:
        language = self._wanted or self._unit_language
        if language == ANY_LANGUAGE and self._variants:
            language = self._variants[0][0]
        source = next((variant for variant in self._variants if same_language(language, variant[0])), None)
        if source is None and not self._wanted:  # many tools declare "en-US" and then mark their segments "en"
            source = next((variant for variant in self._variants if same_language(variant[0], language)), None)
        if source is None:
            return
        language = source[0]
        self.done.extend(
            TmxUnit(
                source=source[1],
                target=text,
                source_language=source[0],
                target_language=target_language,
                tuid=self._tuid,
                properties=tuple(self._properties),
                notes=tuple(self._notes),
            )
            for target_language, text in self._variants
            if not same_language(language, target_language)
        )


def _feed(parser: XMLParserType, chunk: bytes, name: str) -> None:
    try:
        parser.Parse(chunk, not chunk)
    except expat.ExpatError as error:
        raise MemoryStoreError(
            f"{name}: line {error.lineno}: not well-formed XML ({expat.ErrorString(error.code)}); "
            "export it again as TMX 1.4"
        ) from error
    except (LookupError, ValueError) as error:
        raise MemoryStoreError(f"{name}: line 1: in an encoding that is not read; save it as UTF-8") from error


def read_units(path: Path, *, source_language: str | None = None) -> Iterator[TmxUnit]:
    """The sentence pairs of a TMX file, in file order, read piece by piece.

    The source of a unit is its segment in `source_language`, or where none is named in the language the file calls
    its source; every segment in another language gives one pair. Units without both sides are passed over. Texts are
    made safe and folded to one line, inline formatting codes are dropped.

    Raises MemoryStoreError, naming file and line, for a file that is missing, too large, not XML, not TMX, or that
    declares or uses entities. Pairs before the fault have been yielded by then.
    """
    parser = expat.ParserCreate()
    parser.buffer_text = True
    reader = _Reader(parser, str(path), source_language)
    fed = 0
    try:
        with path.open("rb") as file:
            while True:
                chunk = file.read(_CHUNK_BYTES)
                fed += len(chunk)
                if fed > MAX_FILE_BYTES:
                    raise MemoryStoreError(
                        f"{path}: larger than {MAX_FILE_BYTES >> 20} MiB; split it, import the parts"
                    )
                _feed(parser, chunk, str(path))
                if fed - parser.CurrentByteIndex > MAX_UNIT_CHARACTERS + 2 * _CHUNK_BYTES:
                    raise reader.fault("a single tag of more than a mebibyte; export it again as TMX 1.4")
                while reader.done:
                    yield reader.done.popleft()
                if not chunk:
                    return
    except OSError as error:
        raise MemoryStoreError(f"{path}: cannot be read ({error.strerror}); check the path and its rights") from error
