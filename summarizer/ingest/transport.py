"""The guarded way onto the network under httpx: look up, check every address, connect to one that was checked.

TLS still verifies the certificate against the host's name, and every wait ends with one deadline.
"""

from __future__ import annotations

import queue
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

import httpcore
import httpx

from summarizer.ingest.addresses import Address, parse

_LEAST_WAIT_SECONDS: Final = 0.001


class RefusedAddress(Exception):
    """A host that must not be connected to; the message says why and what to do."""


class GuardedTransport(httpx.BaseTransport):
    """An httpx transport whose connections go through `_GuardedBackend`."""

    def __init__(
        self,
        *,
        allow_address: Callable[[Address], bool],
        deadline: float,
        tls: ssl.SSLContext | None = None,
        look_up: Callable[[str, int], list[str]] | None = None,
    ) -> None:
        """`deadline` in seconds of `time.monotonic`; `look_up` replaces the system's resolver."""
        self._pool = httpcore.ConnectionPool(
            ssl_context=tls or httpx.create_ssl_context(trust_env=False),
            network_backend=_GuardedBackend(allow_address, deadline, look_up or _system_look_up),
            max_keepalive_connections=0,
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Sends one request; the body of the response is read by whoever holds it."""
        response = self._pool.handle_request(
            httpcore.Request(
                method=request.method,
                url=httpcore.URL(
                    scheme=request.url.raw_scheme,
                    host=request.url.raw_host,
                    port=request.url.port,
                    target=request.url.raw_path,
                ),
                headers=request.headers.raw,
                content=request.stream,
                extensions=request.extensions,
            )
        )
        return httpx.Response(response.status, headers=response.headers, stream=_Body(response.stream))

    def close(self) -> None:
        """Closes all connections."""
        self._pool.close()


class _Body(httpx.SyncByteStream):
    def __init__(self, stream: Any) -> None:
        self._stream = stream

    def __iter__(self) -> Iterator[bytes]:
        yield from self._stream

    def close(self) -> None:
        self._stream.close()


class _GuardedBackend(httpcore.NetworkBackend):
    def __init__(
        self,
        allow_address: Callable[[Address], bool],
        deadline: float,
        look_up: Callable[[str, int], list[str]],
    ) -> None:
        self._allow_address = allow_address
        self._deadline = deadline
        self._look_up = look_up
        self._sockets = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        addresses = [parse(text) for text in self._looked_up(host, port)]
        for address in addresses:
            # one bad answer spoils the lot: an honest public site has no private address
            if not self._allow_address(address):
                raise RefusedAddress(
                    f"leads to {address} ({host}), which is not a public address; save the page and give the file"
                )
        failure: httpcore.ConnectError | None = None
        for address in addresses:
            try:
                # the address itself, so that a second look-up cannot give another one
                stream = self._sockets.connect_tcp(
                    str(address), port, timeout=_wait(timeout, self._deadline), socket_options=socket_options
                )
            except httpcore.ConnectError as fault:
                failure = fault
            else:
                return _DeadlineStream(stream, self._deadline)
        raise failure or httpcore.ConnectError(f"no address found for {host}")

    def _looked_up(self, host: str, port: int) -> list[str]:
        """The resolver's answer. It has no time limit of its own, so it runs in a thread that may be left behind."""
        answers: queue.SimpleQueue[list[str] | Exception] = queue.SimpleQueue()

        def ask() -> None:
            answer: list[str] | Exception = OSError("the look-up failed")
            try:
                answer = self._look_up(host, port)
            except (OSError, UnicodeError) as fault:
                answer = fault
            finally:
                answers.put(answer)

        threading.Thread(target=ask, daemon=True, name="look-up").start()
        try:
            answer = answers.get(timeout=_wait(None, self._deadline))
        except queue.Empty:
            raise httpcore.ConnectTimeout(f"no answer about {host} in time") from None
        if isinstance(answer, Exception):
            raise httpcore.ConnectError(f"no address found for {host}") from answer
        return answer


def _system_look_up(host: str, port: int) -> list[str]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


def _wait(timeout: float | None, deadline: float) -> float:
    """Seconds that an operation may take: its own limit, but not past the deadline."""
    left = deadline - time.monotonic()
    if left <= 0:
        raise httpcore.ReadTimeout("the deadline has passed")
    return max(_LEAST_WAIT_SECONDS, left if timeout is None else min(timeout, left))


class _DeadlineStream(httpcore.NetworkStream):
    """A connection on which no read or write waits past the deadline, however slowly bytes trickle in."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: float) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, _wait(timeout, self._deadline))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, _wait(timeout, self._deadline))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        secured = self._stream.start_tls(ssl_context, server_hostname, _wait(timeout, self._deadline))
        return _DeadlineStream(secured, self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)
