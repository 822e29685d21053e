"""Every kind of bad input: one line on stderr with the file's name, the right exit code, and never a traceback."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Cli

FRENCH = (
    "Le gouvernement a annoncé hier une réforme des retraites. "
    "Les syndicats appellent à la grève mardi prochain dans tout le pays."
)


def _files(folder: Path) -> dict[str, Path]:
    made = {
        "empty": (folder / "empty.txt", b""),
        "blank": (folder / "blank.txt", b" \n\t\n"),
        "binary": (folder / "binary.txt", bytes(range(256)) * 40),
        "large": (folder / "large.txt", b"Il governo ha deciso. " * 2_500_000),
        "french": (folder / "french.txt", FRENCH.encode()),
        "docx": (folder / "broken.docx", b"PK\x03\x04 not really"),
        "pdf": (folder / "broken.pdf", b"%PDF-1.7\nnothing"),
    }
    for path, data in made.values():
        path.write_bytes(data)
    return {name: path for name, (path, _) in made.items()}


@pytest.mark.parametrize("name", ["empty", "blank", "binary", "large", "french", "docx", "pdf"])
def test_a_bad_file_is_named_in_one_line(cli: Cli, tmp_path: Path, name: str) -> None:
    path = _files(tmp_path)[name]
    seen = cli("read", str(path))
    assert (seen.code, seen.out) == (1, "")
    assert seen.err.startswith(f"summarizer: {path}: ")
    assert len(seen.err.splitlines()) == 1
    assert "Traceback" not in seen.err


def test_the_language_found_is_named_and_force_overrides(cli: Cli, tmp_path: Path) -> None:
    path = _files(tmp_path)["french"]
    assert "French" in cli("read", str(path)).err


def test_a_folder_is_sent_to_batch_or_refused_by_name(cli: Cli, tmp_path: Path) -> None:
    seen = cli("read", str(tmp_path))
    assert seen.code == 1
    assert str(tmp_path) in seen.err


def test_a_20_000_character_sentence_without_a_full_stop_is_read_whole(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "long.txt"
    path.write_text("il governo e la regione e il comune e la provincia di Trieste " * 330, encoding="utf-8")
    assert cli("read", str(path), "--length", "1", "--beam-size", "1").code == 0


def test_nul_bytes_and_lone_surrogates_do_no_harm(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "nul.txt"
    path.write_bytes(
        b"Il governo ha deciso\0 ieri a Roma di aprire il porto."
        + b"\n\nLa scelta \xed\xa0\x80 \xc3\xa8 stata presa a Roma."
    )
    seen = cli("read", str(path))
    assert seen.code == 0
    assert "\0" not in seen.out


HOSTILE = (
    "\x1b]0;owned\x07Il governo ha \x1b[31mdeciso\x1b[0m ieri [bold]a Roma[/bold] di aprire il porto.\n\n"
    "La \x1b]52;c;ZXZpbA==\x07scelta \u202eè stata presa\u202c a Roma dal [link=http://x.invalid]consiglio[/link].\n"
)


@pytest.mark.parametrize("form", ["text", "rich", "markdown", "html", "json"])
def test_escapes_bidi_overrides_and_markup_in_text_and_file_name_do_not_act(
    cli: Cli, tmp_path: Path, form: str
) -> None:
    path = tmp_path / "a\x1b[31m\u202eb[bold].txt"
    path.write_text(HOSTILE, encoding="utf-8")
    seen = cli("read", str(path), "-f", form, "-v")
    assert seen.code == 0
    for text in (seen.out, seen.err):
        assert not any(c in text for c in "\x1b\x07\u202e\u202c\x9b")
    assert "owned" not in seen.out and "ZXZpbA" not in seen.out


def test_an_error_message_about_a_hostile_name_is_harmless(cli: Cli) -> None:
    seen = cli("read", "/nowhere/\x1b[31mred\u202e\n.txt")
    assert seen.code == 1
    assert "\x1b" not in seen.err and "\u202e" not in seen.err
    assert len(seen.err.splitlines()) == 1


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "http://[::1]/",
        "http://169.254.169.254/latest/",
        "ftp://example.org/",
        "file:///etc/passwd",
        "http://user:pw@example.org/",
    ],
)
def test_addresses_that_must_not_be_fetched_are_refused(cli: Cli, url: str) -> None:
    seen = cli("read", url)
    assert seen.code == 1
    assert len(seen.err.splitlines()) == 1


def test_offline_touches_no_network(cli: Cli) -> None:
    seen = cli("read", "--offline", "https://example.org/a.html")
    assert seen.code == 1
    assert "--offline" in seen.err
