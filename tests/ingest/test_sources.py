"""Files, standard input and raw bytes: what is read, and what each refusal says."""

from __future__ import annotations

import hashlib
import io
import os
import socket
from pathlib import Path

import pytest

from summarizer.errors import (
    MalformedSource,
    SourceTooLarge,
    UnreadableSource,
    UnsupportedSource,
)
from summarizer.ingest import MAX_FILE_BYTES, read, read_bytes

TEXT = "Il governo ha approvato ieri sera la nuova legge di bilancio, che prevede tagli per i ministeri."


def test_standard_input_is_read_for_a_dash() -> None:
    article = read("-", stdin=io.BytesIO(TEXT.encode()))
    assert (article.path, article.format, article.blocks[0].text) == ("-", "text", TEXT)


def test_the_hash_is_of_the_bytes_as_they_were() -> None:
    data = b"\xef\xbb\xbf" + TEXT.encode() + b"\r\n\r\nCondividi"
    assert read_bytes(data, name="a.txt").sha256 == hashlib.sha256(data).hexdigest()


def test_a_missing_file_is_said_to_be_missing(tmp_path: Path) -> None:
    path = str(tmp_path / "manca.txt")
    with pytest.raises(UnreadableSource) as caught:
        read(path)
    assert str(caught.value) == f"{path}: does not exist; check the path"
    assert caught.value.source == path


def test_a_folder_is_sent_to_the_batch_command(tmp_path: Path) -> None:
    with pytest.raises(UnreadableSource, match='is a folder; use "summarizer batch"'):
        read(str(tmp_path))


def test_a_file_without_permission_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.txt"
    path.write_text(TEXT, encoding="utf-8")

    def refuse(*_: object, **__: object) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(UnreadableSource, match="permission denied"):
        read(str(path))


@pytest.mark.parametrize("name", ["a\0b.txt", "x" * 5000])
def test_impossible_names_are_refused_as_unreadable(name: str) -> None:
    with pytest.raises(UnreadableSource, match="cannot be read"):
        read(name)


def test_an_input_output_error_is_reported_with_its_reason() -> None:
    class Broken(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            raise OSError(5, "Input/output error")

    with pytest.raises(UnreadableSource, match="Input/output error"):
        read("-", stdin=Broken())


@pytest.mark.parametrize("data", [b"", b" \n\t\r\n", b"\xef\xbb\xbf", b"\0\0", b"\xff\xfe", "\u200b\u2060".encode()])
def test_empty_and_blank_sources_are_refused(data: bytes) -> None:
    with pytest.raises(MalformedSource, match=r"a\.txt: (is empty|holds no text)"):
        read_bytes(data, name="a.txt")


def test_a_source_with_nothing_but_furniture_is_refused() -> None:
    with pytest.raises(MalformedSource, match="nothing but page furniture"):
        read_bytes(b"Condividi Tweet\n\nLEGGI ANCHE: Il drone", name="a.txt")


def test_a_file_over_the_limit_is_refused_before_it_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "grande.txt"
    with path.open("wb") as file:
        file.truncate(1 << 40)
    with pytest.raises(SourceTooLarge, match=f"has {1 << 40} bytes, more than the {MAX_FILE_BYTES} bytes"):
        read(str(path))


def test_an_endless_stream_is_cut_off_at_the_limit() -> None:
    class Endless(io.RawIOBase):
        given = 0

        def read(self, size: int = -1) -> bytes:
            self.given += size
            return b"a" * size

    stream = Endless()
    with pytest.raises(SourceTooLarge, match="has more than the 1000 bytes"):
        read("-", stdin=stream, max_bytes=1000)  # type: ignore[arg-type]
    assert stream.given <= 1001


def test_bytes_over_the_limit_are_refused() -> None:
    with pytest.raises(SourceTooLarge):
        read_bytes(bytes(MAX_FILE_BYTES + 1), name="a.txt")


def test_a_pipe_given_as_a_path_is_refused_without_waiting(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.txt"
    os.mkfifo(pipe)
    with pytest.raises(UnreadableSource, match='is a pipe or device, not a file; pipe it in and give "-"'):
        read(str(pipe))


def test_devices_and_sockets_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableSource, match="pipe or device"):
        read("/dev/zero")
    path = str(tmp_path / "s.txt")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(path)
        with pytest.raises(UnreadableSource, match="pipe or device"):
            read(path)


def test_a_symbolic_link_to_a_file_is_followed(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    (tmp_path / "b.txt").symlink_to(tmp_path / "a.txt")
    assert read(str(tmp_path / "b.txt")).blocks[0].text == TEXT


def test_binary_files_are_refused_and_the_message_names_what_is_read() -> None:
    with pytest.raises(UnsupportedSource) as caught:
        read_bytes(bytes(range(256)) * 20, name="dati")
    assert str(caught.value) == (
        "dati: is a binary file, which is not read; give plain text, Markdown, HTML, PDF with a text layer and DOCX"
    )


def test_zero_bytes_in_a_text_are_removed() -> None:
    assert read_bytes(TEXT.replace("governo", "go\0verno").encode(), name="a.txt").blocks[0].text == TEXT


def test_escape_sequences_and_direction_overrides_are_removed_from_all_that_is_handed_on() -> None:
    hostile = "\x1b[31m{}\x1b[0m\x1b]52;c;ZWNobyBjaWFv\x07\u202e\u2066"
    page = f"# {hostile.format('Titolo vero')}\n\n{hostile.format(TEXT)}\n\n{hostile.format('Condividi Tweet')}\n"
    front = f'---\nauthor: "{hostile.format("Mario Rossi")}"\n---\n\n'
    article = read_bytes((front + page).encode(), name="a.md")
    assert (article.title, article.author) == ("Titolo vero", "Mario Rossi")
    assert [block.text for block in article.blocks] == ["Titolo vero", TEXT]
    assert [piece.text for piece in article.dropped] == ["Condividi Tweet"]


def test_direction_overrides_behind_character_references_are_removed_too() -> None:
    page = f"<html><body><h1>Titolo&#x202e;</h1><p>&#x2066;{TEXT}&#x200b;&#8238;</p><p>{TEXT}</p></body></html>"
    article = read_bytes(page.encode(), name="a.html")
    assert not {"\u202e", "\u2066", "\u200b"} & set("".join(block.text for block in article.blocks))
