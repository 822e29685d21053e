"""An entry of the translation memory and its row in the database, sealed so that no damage to it goes unseen.

The seal covers every column: a row that was not written by `to_row`, byte for byte, is never taken for an entry.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any, Literal

from summarizer.translation.tmx import TmxUnit

Origin = Literal["machine", "import"]

# Part of the file format, so not shared with `normalize`: a change here needs a migration that folds all rows again.
_STRAIGHT = str.maketrans(dict.fromkeys("’‘‛ʼ`‹›", "'") | dict.fromkeys("“”„‟«»", '"'))


@dataclass(frozen=True, slots=True)
class MemoryKey:
    """All that a translation depends on: the same key means the same translation."""

    source: str
    source_language: str
    target_language: str
    model: str
    """As "id@revision"; empty for a sentence translated by hand."""
    decoding: str
    """Fingerprint of the decoding options and of the normalisation; empty for a sentence translated by hand."""


@dataclass(frozen=True, slots=True)
class MemoryEntry:
    """One translation in the memory."""

    key: MemoryKey
    text: str
    origin: Origin = "machine"
    created: int | None = None
    """Seconds since the epoch; None before it is stored."""
    clean: bytes = b""
    """`text_digest` of the words, as they stood in the article, that it was compared with when there was nothing to say
    about it; empty where that is not known."""


def fold(source: str) -> str:
    """The form by which hand-made translations are found: NFKC, straight quotation marks, single spaces.

    A sentence and what `normalize.normalize` makes of it fold to the same.
    """
    return " ".join(unicodedata.normalize("NFKC", source).translate(_STRAIGHT).split())


def to_row(entry: MemoryEntry, now: int) -> tuple[object, ...]:
    """The columns of `memory_file.COLUMNS` after the id; `now` (seconds since the epoch) dates an undated entry.

    Raises ValueError if a machine entry has no model or decoding options, or an imported one has either.
    """
    key, origin = entry.key, entry.origin
    if (origin == "import") != (not key.model and not key.decoding):
        raise ValueError("a machine entry needs a model and decoding options; an imported one has neither")
    created = now if entry.created is None else entry.created
    digest = key_digest(key)
    texts = (key.source, key.source_language, key.target_language, key.model, key.decoding, entry.text)
    folded = fold(key.source) if origin == "import" else None
    seal = _seal(digest, entry.text, origin, folded, created, entry.clean)
    return (digest, *texts, origin, folded, created, seal, entry.clean)


def from_row(row: Sequence[Any]) -> MemoryEntry | None:
    """The entry in a row of `memory_file.COLUMNS` with texts as bytes, or None where it is not as it was written."""
    _, digest, *texts, origin_text, folded_text, created, seal, clean = row
    try:
        source, source_language, target_language, model, decoding, text = (str(value, "utf-8") for value in texts)
        origin = str(origin_text, "utf-8")
        folded = None if folded_text is None else str(folded_text, "utf-8")
    except (TypeError, UnicodeDecodeError):  # a damaged record may hold any type in any column
        return None
    key = MemoryKey(source, source_language, target_language, model, decoding)
    if not isinstance(clean, bytes) or digest != key_digest(key):
        return None
    if seal != _seal(digest, text, origin, folded, created, clean):
        return None
    return MemoryEntry(key, text, "import" if origin == "import" else "machine", created, clean)


def _seal(digest: bytes, text: str, origin: str, folded: str | None, created: int, clean: bytes) -> bytes:
    parts = [part.encode() for part in (text, origin, repr(folded), repr(created))]
    # without it the seal is the one of the time before there was this column
    return _hash(digest, *parts, *([clean] if clean else []))


def key_digest(key: MemoryKey) -> bytes:
    """16 bytes that stand for the key."""
    parts = (key.source, key.source_language, key.target_language, key.model, key.decoding)
    return _hash(*(part.encode() for part in parts))


def text_digest(text: str) -> bytes:
    """16 bytes that stand for a text."""
    return _hash(text.encode())


def _hash(*parts: bytes) -> bytes:
    # the length in front keeps ("ab", "c") and ("a", "bc") apart
    sized = b"".join([piece for part in parts for piece in (len(part).to_bytes(8, "big"), part)])
    return hashlib.blake2b(sized, digest_size=16).digest()


def import_entry(unit: TmxUnit) -> MemoryEntry:
    """A sentence pair from a TMX file as a translation by hand, which wins over every machine translation."""
    key = MemoryKey(unit.source, unit.source_language, unit.target_language, model="", decoding="")
    return MemoryEntry(key, unit.target, origin="import")


def export_unit(entry: MemoryEntry, licences: Mapping[str, str] | None = None) -> TmxUnit:
    """An entry as a TMX unit; `licences` gives the licence of each model by its id without revision."""
    key = entry.key
    properties: list[tuple[str, str]] = [("x-origin", entry.origin)]
    if key.model:
        properties.append(("x-model", key.model))
    licence = (licences or {}).get(key.model.partition("@")[0])
    if licence:
        properties.append(("x-licence", licence))
    return TmxUnit(
        source=key.source,
        target=entry.text,
        source_language=key.source_language,
        target_language=key.target_language,
        tuid=key_digest(key).hex(),
        properties=tuple(properties),
        created=None if entry.created is None else datetime.fromtimestamp(entry.created, timezone.utc),
    )
