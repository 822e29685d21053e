"""The way from a source to an Article: bytes, format, draft, furniture out, kinds in, language check.

It opens nothing and knows no format itself; every text it hands on has passed `untrusted.one_line`.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, BinaryIO, Final

from summarizer.article import Article, Block, Dropped, SourceFormat
from summarizer.errors import FetchError, MalformedSource, SourceTooLarge
from summarizer.ingest import boilerplate, credits, files, language, structure
from summarizer.ingest.dates import iso_date
from summarizer.ingest.interface import Draft, DraftBlock
from summarizer.ingest.limits import MAX_BLOCKS, MAX_FILE_BYTES, MAX_METADATA_CHARACTERS
from summarizer.ingest.sniffing import FORMAT_OF_MEDIA_TYPE, READERS, format_of
from summarizer.untrusted import one_line

if TYPE_CHECKING:
    from summarizer.ingest.url import Fetch

STANDARD_INPUT: Final = "-"
# of any scheme: the fetcher refuses all but http and https
_ADDRESS: Final = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)


def read(
    source: str,
    *,
    force: bool = False,
    stdin: BinaryIO | None = None,
    max_bytes: int = MAX_FILE_BYTES,
    offline: bool = False,
    fetch: Fetch | None = None,
) -> Article:
    """The article in a file, at an http(s) address, or, for "-", on standard input.

    `force` lets an article through that is not Italian; `stdin` stands in for standard input; `max_bytes` bounds what
    is read of a file or stream; `offline` refuses addresses without touching the network; `fetch` replaces the
    guarded `url.Fetcher`. Raises a SourceError of the kind that fits, and nothing else.
    """
    if source == STANDARD_INPUT:
        return _article(files.read_stdin(stdin, max_bytes=max_bytes), name=source, force=force)
    if not _ADDRESS.match(source):
        return _article(files.read_file(source, max_bytes=max_bytes), name=source, force=force)
    if offline:
        raise FetchError(source, "is not fetched because of --offline; save the page and give the file")
    if fetch is None:
        from summarizer.ingest.url import Fetcher

        fetch = Fetcher(max_bytes=max_bytes)
    fetched = fetch(source)
    stated = FORMAT_OF_MEDIA_TYPE.get(fetched.media_type or "")
    return _article(fetched.data, name=source, format=stated, charset=fetched.charset, force=force)


def read_bytes(data: bytes, *, name: str, format: SourceFormat | None = None, force: bool = False) -> Article:
    """The article in `data`, which was read from `name`.

    The format is told by the name's ending and by the bytes unless it is given. Raises a SourceError of the kind that
    fits, and nothing else, whatever the bytes are.
    """
    if len(data) > MAX_FILE_BYTES:
        raise files.too_large(name, MAX_FILE_BYTES, len(data))
    return _article(data, name=name, format=format, force=force)


def _article(
    data: bytes, *, name: str, format: SourceFormat | None = None, charset: str | None = None, force: bool
) -> Article:
    if not data.strip(b" \t\r\n\f\v\0\xef\xbb\xbf\xff\xfe"):
        raise MalformedSource(name, "is empty; give a file with an article in it")
    format = format or format_of(name, data)
    draft = READERS[format].parse(data, name=name, charset=charset)
    if len(draft.blocks) > MAX_BLOCKS:
        raise SourceTooLarge(
            name, f"has {len(draft.blocks)} paragraphs; at most {MAX_BLOCKS} are read: give the article alone"
        )
    blocks, furniture = boilerplate.clean(_visible(draft.blocks))
    blocks, stated, lines = credits.take(blocks)
    blocks = structure.classify(blocks)
    if not blocks:
        found = "holds nothing but page furniture" if furniture or lines else "holds no text"
        raise MalformedSource(name, f"{found}; give a file with an article in it")
    clean = _titled(tuple(Block(block.kind or "body", block.text) for block in blocks), draft)
    tag = language.check("\n".join(block.text for block in clean), source=name, force=force)
    return Article(
        path=name,
        sha256=hashlib.sha256(data).hexdigest(),
        format=format,
        language=tag,
        blocks=clean,
        title=clean[0].text if clean[0].kind == "title" else None,
        author=_metadata(draft.author) or _metadata(stated.author),
        date=(iso_date(draft.date) if draft.date else None) or stated.date,
        dropped=(*_visible_drops(draft.dropped), *furniture, *lines),
    )


def _clean(text: str) -> str:
    # composed letters, as the models and the segmentation expect them; it brings no control character back
    return unicodedata.normalize("NFC", one_line(text))


def _visible(blocks: Sequence[DraftBlock]) -> list[DraftBlock]:
    cleaned = (replace(block, text=_clean(block.text)) for block in blocks)
    return [block for block in cleaned if block.text]


def _visible_drops(dropped: Iterable[Dropped]) -> Iterable[Dropped]:
    cleaned = (Dropped(_clean(piece.text), piece.reason) for piece in dropped)
    return (piece for piece in cleaned if piece.text)


def _metadata(value: str | None) -> str | None:
    """A field of metadata made harmless; None where it is empty or too long to be what it claims."""
    text = _clean(value[: 2 * MAX_METADATA_CHARACTERS]) if value else ""
    return text if 0 < len(text) <= MAX_METADATA_CHARACTERS else None


def _titled(blocks: tuple[Block, ...], draft: Draft) -> tuple[Block, ...]:
    """The blocks with the title that metadata states, where the text itself has none."""
    title = _metadata(draft.title)
    if title is None or blocks[0].kind == "title":
        return blocks
    return (Block("title", title), *blocks)
