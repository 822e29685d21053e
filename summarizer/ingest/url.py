"""Articles from http and https addresses: public hosts only, checked again at every redirect, bounded in size and time.

It follows no environment proxy, sends no credentials and connects to the very address that was checked.
"""

from __future__ import annotations

import re
import ssl
import time
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Final
from urllib.parse import urljoin, urlsplit

import summarizer
from summarizer.errors import FetchError, UnsupportedSource
from summarizer.ingest.addresses import Address, is_public
from summarizer.ingest.files import too_large
from summarizer.ingest.limits import (
    CONNECT_SECONDS,
    FETCH_CHUNK_BYTES,
    FETCH_SECONDS,
    MAX_FILE_BYTES,
    MAX_REDIRECTS,
    MAX_URL_CHARACTERS,
)

if TYPE_CHECKING:
    import httpx

_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
# Says nothing about the content: the address's ending and the bytes decide.
_SILENT_TYPES: Final = frozenset({"application/octet-stream", "binary/octet-stream", "application/force-download"})


@dataclass(frozen=True, slots=True)
class Fetched:
    """A body as a server sent it, after decompression."""

    url: str
    """Where it was found in the end."""
    data: bytes
    media_type: str | None
    """Lower case, without parameters; None where the server states none that says anything."""
    charset: str | None


Fetch = Callable[[str], Fetched]


class Fetcher:
    """Fetches one address after the other.

    `allow_address` decides which hosts may be connected to; it is there for tests against a server on this machine and
    is not reachable from the command line. `tls` replaces the usual certificate verification context.
    """

    def __init__(
        self,
        *,
        allow_address: Callable[[Address], bool] = is_public,
        max_bytes: int = MAX_FILE_BYTES,
        seconds: float = FETCH_SECONDS,
        max_redirects: int = MAX_REDIRECTS,
        tls: ssl.SSLContext | None = None,
        look_up: Callable[[str, int], list[str]] | None = None,
    ) -> None:
        """`max_bytes` counts the body as sent and as unpacked; `seconds` is for everything together."""
        self._allow_address = allow_address
        self._max_bytes = max_bytes
        self._seconds = seconds
        self._max_redirects = max_redirects
        self._tls = tls
        self._look_up = look_up

    def __call__(self, url: str) -> Fetched:
        """The body at `url`. Raises FetchError, SourceTooLarge, or UnsupportedSource for media that are not read."""
        import httpcore
        import httpx

        from summarizer.ingest.transport import GuardedTransport, RefusedAddress

        deadline = time.monotonic() + self._seconds
        try:
            transport = GuardedTransport(
                allow_address=self._allow_address, deadline=deadline, tls=self._tls, look_up=self._look_up
            )
            with httpx.Client(
                transport=transport,
                trust_env=False,
                follow_redirects=False,
                timeout=httpx.Timeout(self._seconds, connect=min(CONNECT_SECONDS, self._seconds)),
                headers={
                    "User-Agent": f"summarizer/{summarizer.__version__}",
                    "Accept": "text/html, application/xhtml+xml, text/plain, text/markdown, application/pdf, */*;q=0.1",
                    "Accept-Language": "it, *;q=0.5",
                    "Accept-Encoding": "gzip",
                },
            ) as client:
                return self._follow(client, url)
        except RefusedAddress as refusal:
            raise FetchError(url, str(refusal)) from refusal
        except (httpcore.TimeoutException, httpx.TimeoutException) as fault:
            raise FetchError(
                url, f"did not answer in full within {self._seconds:g} seconds; save the page and give the file"
            ) from fault
        except (
            httpcore.NetworkError,
            httpcore.ProtocolError,
            httpcore.ConnectionNotAvailable,
            httpcore.UnsupportedProtocol,
            httpx.HTTPError,
            httpx.InvalidURL,
            OSError,
            ValueError,
        ) as fault:
            raise FetchError(
                url, f"cannot be fetched ({fault or type(fault).__name__}); check the address and the network"
            ) from fault

    def _follow(self, client: httpx.Client, url: str) -> Fetched:
        here = url
        for _ in range(self._max_redirects + 1):
            _check_form(here, url)
            with client.stream("GET", here) as response:
                if response.status_code not in _REDIRECTS or "location" not in response.headers:
                    return self._body(response, here, url)
                here = urljoin(here, response.headers["location"])
        raise FetchError(url, f"redirects more than {self._max_redirects} times; give the address it should lead to")

    def _body(self, response: httpx.Response, here: str, url: str) -> Fetched:
        if response.status_code != HTTPStatus.OK:
            raise FetchError(url, _status_advice(response.status_code))
        media_type, charset = _content_type(response.headers.get("content-type", ""))
        _check_media_type(media_type, url)
        if int(response.headers.get("content-length", "0")) > self._max_bytes:
            raise too_large(url, self._max_bytes, int(response.headers["content-length"]))
        chunks: list[bytes] = []
        size = 0
        for chunk in _unpacked(response, url):
            size += len(chunk)
            if size > self._max_bytes:
                raise too_large(url, self._max_bytes, None)
            chunks.append(chunk)
        return Fetched(here, b"".join(chunks), media_type, charset)


def _check_form(here: str, url: str) -> None:
    where = "" if here == url else "redirects to an address that "
    parts = urlsplit(here)
    if parts.scheme.lower() not in ("http", "https"):
        raise FetchError(url, f"{where}is not http or https; give a web address or a file")
    if len(here) > MAX_URL_CHARACTERS:
        raise FetchError(url, f"{where}is longer than {MAX_URL_CHARACTERS} characters; give a shorter one")
    if parts.username is not None or parts.password is not None:
        raise FetchError(
            url, f"{where}holds a user name or password, which are never sent; save the page and give the file"
        )
    # asking for the port raises ValueError where it is none
    if not parts.hostname or parts.port == 0 or re.search(r"[\s\x00-\x1f\x7f]", here):
        raise FetchError(url, f"{where}is not a complete web address; write it as https://host/path")


def _status_advice(status: int) -> str:
    try:
        phrase = f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        phrase = str(status)
    if status in (401, 402, 403, 407, 451):
        return f"the server answers {phrase}; open the page in a browser, save it and give the file"
    if status in (404, 410):
        return f"the server answers {phrase}; check the address"
    return f"the server answers {phrase}; try again later"


def _content_type(header: str) -> tuple[str | None, str | None]:
    media_type, _, parameters = header.partition(";")
    charset = re.search(r"charset\s*=\s*[\"']?([\w.:-]+)", parameters, re.IGNORECASE)
    stated = media_type.strip().lower()
    return (None if not stated or stated in _SILENT_TYPES else stated), charset[1] if charset else None


def _check_media_type(media_type: str | None, url: str) -> None:
    from summarizer.ingest.sniffing import FORMAT_OF_MEDIA_TYPE, READ_FORMATS

    if media_type is not None and media_type not in FORMAT_OF_MEDIA_TYPE:
        raise UnsupportedSource(url, f"is of the type {media_type}, which is not read; give {READ_FORMATS}")


def _unpacked(response: httpx.Response, url: str) -> Iterator[bytes]:
    """The body without its content encoding, in pieces of bounded size however well it is compressed."""
    encoding = response.headers.get("content-encoding", "identity").strip().lower()
    if encoding in ("", "identity"):
        yield from response.iter_raw(FETCH_CHUNK_BYTES)
        return
    if encoding not in ("gzip", "x-gzip"):
        raise FetchError(
            url, f"is sent in the encoding {encoding}, which was not asked for; save the page and give the file"
        )
    unzip = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    try:
        for packed in response.iter_raw(FETCH_CHUNK_BYTES):
            pending = packed
            while pending and not unzip.eof:
                yield unzip.decompress(pending, FETCH_CHUNK_BYTES)
                pending = unzip.unconsumed_tail
        yield unzip.flush()
    except zlib.error as fault:
        raise FetchError(url, "is sent as damaged gzip data; try again or save the page and give the file") from fault
    if not unzip.eof:
        raise FetchError(url, "was cut off before its end; try again")
