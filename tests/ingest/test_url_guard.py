"""The guard under the fetcher: which addresses count as public, and that what was checked is what is connected to."""

from __future__ import annotations

from collections.abc import Callable
from ipaddress import ip_address
from pathlib import Path

import pytest

from summarizer.errors import FetchError
from summarizer.ingest import read
from summarizer.ingest.addresses import is_public
from summarizer.ingest.limits import MAX_URL_CHARACTERS
from summarizer.ingest.url import Fetcher
from tests.ingest.web_server import Server, body, certificate

TEXT = "Il governo ha approvato ieri sera la nuova legge di bilancio, che prevede tagli per i ministeri."


def answering(*answers: list[str]) -> tuple[Callable[[str, int], list[str]], list[str]]:
    """A resolver that gives one answer after the other, and the hosts it was asked for."""
    remaining = list(answers)
    asked: list[str] = []

    def look_up(host: str, port: int) -> list[str]:
        asked.append(host)
        return remaining.pop(0)

    return look_up, asked


@pytest.mark.parametrize(
    "address", ["93.184.216.34", "8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"]
)
def test_hosts_on_the_open_internet_are_public(address: str) -> None:
    assert is_public(ip_address(address))


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0",
        "10.1.2.3",
        "100.64.0.1",
        "127.0.0.1",
        "127.255.255.254",
        "169.254.169.254",
        "172.16.0.1",
        "192.0.0.8",
        "192.0.0.170",
        "192.0.2.1",
        "192.168.1.1",
        "198.18.0.1",
        "203.0.113.9",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::127.0.0.1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "::ffff:169.254.169.254",
        "64:ff9b::7f00:1",
        "64:ff9b:1::808:808",
        "2001:db8::1",
        "2001:0:4136:e378:8000:63bf:3fff:fdd2",
        "2002:7f00:1::",
        "2002:a00:1::1",
        "fc00::1",
        "fd12:3456::1",
        "fe80::1",
        "fec0::1",
        "ff02::1",
    ],
)
def test_all_other_hosts_are_not(address: str) -> None:
    assert not is_public(ip_address(address))


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("ftp://example.it/a", "is not http or https; give a web address or a file"),
        ("file:///etc/passwd", "is not http or https"),
        ("javascript://example.it", "is not http or https"),
        ("http://", "is not a complete web address"),
        ("https:///a", "is not a complete web address"),
        ("http://user@example.it/", "holds a user name or password, which are never sent"),
        ("http://user:pass@example.it/", "holds a user name or password"),
        ("http://exa mple.it/", "is not a complete web address"),
        ("http://example.it/a\r\nX: 1", "is not a complete web address"),
        ("http://[::1", "cannot be fetched"),
        ("http://example.it:99999/", "cannot be fetched"),
        ("http://example.it/" + "a" * MAX_URL_CHARACTERS, "is longer than"),
    ],
)
def test_addresses_that_must_not_be_fetched_are_refused_before_any_look_up(url: str, message: str) -> None:
    look_up, asked = answering([])
    with pytest.raises(FetchError, match=message):
        read(url, fetch=Fetcher(look_up=look_up))
    assert asked == []


def test_the_address_that_was_checked_is_the_one_connected_to(server: Server) -> None:
    # a second look-up would find no answer; the name itself exists nowhere
    look_up, asked = answering(["127.0.0.1"])
    server.answers["/a"] = body(TEXT.encode(), "text/plain")
    fetch = Fetcher(allow_address=lambda address: True, look_up=look_up)
    url = server.url("/a", host="articolo.invalid")
    assert read(url, fetch=fetch).blocks[0].text == TEXT
    assert asked == ["articolo.invalid"]
    assert server.requests[0][1]["Host"] == f"articolo.invalid:{server.port}"


def test_one_private_address_among_public_ones_spoils_the_answer(server: Server) -> None:
    look_up, _ = answering(["93.184.216.34", "127.0.0.1"])
    with pytest.raises(FetchError, match=r"leads to 127\.0\.0\.1 \(articolo\.invalid\)"):
        read(server.url("/a", host="articolo.invalid"), fetch=Fetcher(look_up=look_up))
    assert server.requests == []


def test_a_name_that_does_not_exist_is_reported() -> None:
    def unknown(host: str, port: int) -> list[str]:
        raise OSError("Name or service not known")

    with pytest.raises(FetchError, match=r"cannot be fetched \(no address found for articolo\.invalid\)"):
        read("http://articolo.invalid/", fetch=Fetcher(look_up=unknown))


def test_a_look_up_that_hangs_is_left_at_the_deadline(server: Server) -> None:
    def hang(host: str, port: int) -> list[str]:
        server.stopping.wait()
        return []

    with pytest.raises(FetchError, match=r"did not answer in full within 0\.2 seconds"):
        read("http://articolo.invalid/", fetch=Fetcher(look_up=hang, seconds=0.2))


def test_a_host_that_refuses_connections_is_reported() -> None:
    look_up, _ = answering(["127.0.0.1"])
    fetch = Fetcher(allow_address=lambda address: True, look_up=look_up)
    with pytest.raises(FetchError, match=r"cannot be fetched .*check the address and the network"):
        read("http://articolo.invalid:1/", fetch=fetch)


def test_the_certificate_is_verified_against_the_name_although_the_address_is_pinned(tmp_path: Path) -> None:
    serving, trusting = certificate("articolo.invalid", tmp_path)
    with Server(tls=serving).running() as server:
        server.answers["/a"] = body(TEXT.encode(), "text/plain")

        def fetch(host: str) -> str:
            look_up, _ = answering(["127.0.0.1"])
            fetcher = Fetcher(allow_address=lambda address: True, look_up=look_up, tls=trusting)
            return read(server.url("/a", host=host, scheme="https"), fetch=fetcher).blocks[0].text

        assert fetch("articolo.invalid") == TEXT
        with pytest.raises(FetchError, match=r"(?i)certificate"):
            fetch("altro.invalid")


def test_a_certificate_that_nobody_vouches_for_is_refused(tmp_path: Path) -> None:
    serving, _ = certificate("articolo.invalid", tmp_path)
    with Server(tls=serving).running() as server:
        look_up, _ = answering(["127.0.0.1"])
        fetch = Fetcher(allow_address=lambda address: True, look_up=look_up)
        with pytest.raises(FetchError, match=r"(?i)certificate"):
            read(server.url("/a", host="articolo.invalid", scheme="https"), fetch=fetch)
        assert server.requests == []
