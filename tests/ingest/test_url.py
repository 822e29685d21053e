"""Web addresses against a real server: what is fetched, what is refused at every hop, what is cut off."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from ipaddress import ip_address

import pytest

from summarizer.errors import FetchError, SourceTooLarge, UnsupportedSource, WrongLanguage
from summarizer.ingest import read
from summarizer.ingest.addresses import Address
from summarizer.ingest.url import Fetcher
from tests.ingest.web_server import Answer, Server, body, redirect

TEXT = "Il governo ha approvato ieri sera la nuova legge di bilancio, che prevede tagli per i ministeri."


def only_this_machine(address: Address) -> bool:
    return address == ip_address("127.0.0.1")


def fetcher(**options: object) -> Fetcher:
    return Fetcher(allow_address=only_this_machine, **options)  # type: ignore[arg-type]


def test_a_text_is_fetched_and_read_as_its_media_type_says(server: Server) -> None:
    server.answers["/a"] = body(TEXT.encode("cp1252"), "text/plain; charset=windows-1252")
    article = read(server.url("/a"), fetch=fetcher())
    assert (article.path, article.format, article.blocks[0].text) == (server.url("/a"), "text", TEXT)
    assert article.sha256 == hashlib.sha256(TEXT.encode("cp1252")).hexdigest()


def test_the_media_type_goes_before_the_ending_of_the_address(server: Server) -> None:
    server.answers["/a.txt"] = body(f"# La manovra\n\n{TEXT}\n".encode(), "text/markdown")
    assert read(server.url("/a.txt"), fetch=fetcher()).title == "La manovra"


@pytest.mark.parametrize("media_type", ["application/octet-stream", None])
def test_where_the_media_type_says_nothing_the_ending_and_the_bytes_decide(
    server: Server, media_type: str | None
) -> None:
    server.answers["/a.md?x=1"] = body(f"# La manovra\n\n{TEXT}\n".encode(), media_type)
    assert read(server.url("/a.md?x=1"), fetch=fetcher()).format == "markdown"


def test_redirects_are_followed(server: Server) -> None:
    server.answers |= {
        "/1": redirect("/2", 301),
        "/2": redirect(server.url("/3"), 307),
        "/3": body(TEXT.encode(), "text/plain"),
    }
    assert read(server.url("/1"), fetch=fetcher()).blocks[0].text == TEXT


def test_a_compressed_body_is_unpacked(server: Server) -> None:
    server.answers["/a"] = body(gzip.compress(TEXT.encode()), "text/plain", Content_Encoding="gzip")
    assert read(server.url("/a"), fetch=fetcher()).blocks[0].text == TEXT


def test_no_credentials_or_cookies_of_the_user_are_sent_and_the_host_is_named(server: Server) -> None:
    server.answers["/a"] = body(TEXT.encode(), "text/plain")
    read(server.url("/a"), fetch=fetcher())
    ((_, headers),) = server.requests
    assert headers["Host"] == f"127.0.0.1:{server.port}"
    assert not {"Authorization", "Cookie", "Referer"} & set(headers)


def test_proxies_of_the_environment_are_not_used(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    server.answers["/a"] = body(TEXT.encode(), "text/plain")
    assert read(server.url("/a"), fetch=fetcher()).blocks[0].text == TEXT


def test_this_machine_is_refused_unless_a_test_allows_it(server: Server) -> None:
    with pytest.raises(FetchError, match=r"leads to 127\.0\.0\.1 \(127\.0\.0\.1\), which is not a public address"):
        read(server.url("/a"))
    assert server.requests == []


@pytest.mark.parametrize(
    "host", ["localhost", "127.1", "0x7f000001", "2130706433", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0"]
)
def test_no_other_way_of_writing_this_machine_gets_through(server: Server, host: str) -> None:
    with pytest.raises(FetchError):
        read(server.url("/a", host=host))
    assert server.requests == []


@pytest.mark.parametrize(
    ("target", "reason"),
    [
        ("http://169.254.169.254/latest/meta-data/", r"leads to 169\.254\.169\.254"),
        ("http://10.0.0.1/", r"leads to 10\.0\.0\.1"),
        ("http://[fd00::1]/", "leads to fd00::1"),
        ("file:///etc/passwd", "redirects to an address that is not http or https"),
        ("ftp://example.it/a", "redirects to an address that is not http or https"),
        ("http://user:secret@127.0.0.1/", "redirects to an address that holds a user name or password"),
        ("http://[::1", "cannot be fetched"),
    ],
)
def test_redirects_to_what_may_not_be_fetched_are_refused(server: Server, target: str, reason: str) -> None:
    server.answers["/a"] = redirect(target)
    with pytest.raises(FetchError, match=reason):
        read(server.url("/a"), fetch=fetcher())


def test_a_circle_of_redirects_ends(server: Server) -> None:
    server.answers |= {"/a": redirect("/b"), "/b": redirect("/a")}
    with pytest.raises(FetchError, match="redirects more than 5 times"):
        read(server.url("/a"), fetch=fetcher())
    assert len(server.requests) == 6


@pytest.mark.parametrize(
    ("status", "message"),
    [
        (404, "the server answers 404 Not Found; check the address"),
        (403, "the server answers 403 Forbidden; open the page in a browser, save it and give the file"),
        (500, "the server answers 500 Internal Server Error; try again later"),
        (204, "the server answers 204 No Content; try again later"),
        (599, "the server answers 599; try again later"),
    ],
)
def test_an_answer_without_an_article_is_reported_with_its_status(server: Server, status: int, message: str) -> None:
    def answer(request: BaseHTTPRequestHandler) -> None:
        request.send_response(status)
        request.send_header("Content-Length", "0")
        request.end_headers()

    server.answers["/a"] = answer
    with pytest.raises(FetchError) as caught:
        read(server.url("/a"), fetch=fetcher())
    assert str(caught.value) == f"{server.url('/a')}: {message}"


def test_media_that_are_not_read_are_refused(server: Server) -> None:
    server.answers["/a"] = body(b"\x89PNG", "image/png")
    with pytest.raises(UnsupportedSource, match="is of the type image/png, which is not read; give plain text"):
        read(server.url("/a"), fetch=fetcher())


def endless(server: Server, piece: bytes, pause: float = 0.0, prefix: bytes = b"") -> Answer:
    """Sends the same piece until the client goes away or the test ends."""

    def answer(request: BaseHTTPRequestHandler) -> None:
        if not prefix:
            request.send_response(200)
            request.send_header("Content-Type", "text/plain")
            request.end_headers()
        request.wfile.write(prefix)
        while not server.stopping.wait(pause):
            request.wfile.write(piece)

    return answer


def test_a_body_announced_over_the_limit_is_refused_at_once(server: Server) -> None:
    server.answers["/a"] = body(b"", "text/plain", Content_Length=str(10 * 2**30))
    with pytest.raises(SourceTooLarge, match=f"has {10 * 2**30} bytes"):
        read(server.url("/a"), fetch=fetcher())


def test_an_endless_body_is_cut_off_at_the_limit(server: Server) -> None:
    server.answers["/a"] = endless(server, b"ciao " * 20_000)
    with pytest.raises(SourceTooLarge, match="has more than the 1000000 bytes"):
        read(server.url("/a"), fetch=fetcher(max_bytes=1_000_000))


def test_a_small_body_that_unpacks_over_the_limit_is_cut_off(server: Server) -> None:
    server.answers["/a"] = body(gzip.compress(bytes(50_000_000)), "text/plain", Content_Encoding="gzip")
    with pytest.raises(SourceTooLarge, match="has more than the 1000000 bytes"):
        read(server.url("/a"), fetch=fetcher(max_bytes=1_000_000))


@pytest.mark.parametrize(
    "make",
    [
        lambda server: endless(server, b"a", pause=0.05),
        lambda server: endless(server, b"X-A: 1\r\n", pause=0.05, prefix=b"HTTP/1.1 200 OK\r\n"),
        lambda server: endless(server, b"", pause=0.05, prefix=b"HTTP"),
    ],
    ids=["body", "headers", "silence"],
)
def test_a_server_that_never_ends_is_left_at_the_deadline(server: Server, make: Callable[[Server], Answer]) -> None:
    server.answers["/a"] = make(server)
    with pytest.raises(FetchError, match=r"did not answer in full within 0\.5 seconds"):
        read(server.url("/a"), fetch=fetcher(seconds=0.5))


@pytest.mark.parametrize(
    ("data", "encoding", "message"),
    [
        (b"ciao", "br", "is sent in the encoding br"),
        (b"ciao", "gzip, gzip", "is sent in the encoding gzip, gzip"),
        (b"ciao", "gzip", "is sent as damaged gzip data"),
        (gzip.compress(TEXT.encode())[:-12], "gzip", "was cut off before its end"),
    ],
)
def test_encodings_that_cannot_be_undone_are_refused(server: Server, data: bytes, encoding: str, message: str) -> None:
    server.answers["/a"] = body(data, "text/plain", Content_Encoding=encoding, Content_Length=str(len(data)))
    with pytest.raises(FetchError, match=message):
        read(server.url("/a"), fetch=fetcher())


def test_a_connection_that_breaks_off_is_reported(server: Server) -> None:
    server.answers["/a"] = body(b"ciao", "text/plain", Content_Length="400")
    with pytest.raises(FetchError, match="cannot be fetched"):
        read(server.url("/a"), fetch=fetcher())


def test_offline_nothing_touches_the_network(server: Server) -> None:
    def forbidden(_: str) -> None:
        raise AssertionError("the network was touched")

    with pytest.raises(FetchError, match="is not fetched because of --offline"):
        read(server.url("/a"), offline=True, fetch=forbidden)  # type: ignore[arg-type]


def test_the_language_of_a_fetched_page_is_checked_too(server: Server) -> None:
    server.answers["/a"] = body(
        b"The government has approved the new law and the people are not happy with it.", "text/plain"
    )
    with pytest.raises(WrongLanguage):
        read(server.url("/a"), fetch=fetcher())
    assert read(server.url("/a"), fetch=fetcher(), force=True).language == "en"
