"""Articles that cannot be done: each fails alone, with its reason, and the rest of the folder does not notice."""

from __future__ import annotations

import csv
import os
import zipfile
from collections.abc import Callable
from pathlib import Path

from summarizer.errors import EXIT_PARTIAL
from tests.faults.program import Program


def poison(folder: Path) -> None:
    (folder / "vuoto.txt").write_bytes(b"")
    (folder / "spazi.txt").write_bytes(b" \n\t\n")
    (folder / "binario.txt").write_bytes(b"\x7fELF" + os.urandom(5000))
    (folder / "inglese.txt").write_text(
        "The mayor opened the new public library yesterday morning. Police are looking for two men who robbed a shop "
        "in the centre. Schools will stay closed tomorrow as well because of the snow that fell during the night.\n"
    )
    (folder / "rotto.pdf").write_bytes(b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n%%EOF\n")
    encrypted(folder / "chiuso.pdf")
    with zipfile.ZipFile(folder / "finto.docx", "w") as archive:
        archive.writestr("ciao.txt", "nessun documento")
    (folder / "enorme.txt").write_bytes(b"parola " * 3_000_000)
    (folder / "fuori.txt").symlink_to("/etc/hostname")


def encrypted(path: Path) -> None:
    from pypdf import PdfWriter

    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    writer.encrypt("segreto")
    writer.write(path)


def test_poisoned_articles_fail_alone_and_are_listed(program: Callable[..., Program]) -> None:
    clean = program(articles=12)
    clean.run("--format", "json", "--format", "html")
    poison(clean.source)
    poisoned = Program(clean.cache, clean.source, clean.output.with_name("poisoned"))
    said = poisoned.run("--format", "json", "--format", "html", code=EXIT_PARTIAL)
    assert "12 done, 9 failed" in said
    listed = poisoned.tree().pop("failures.csv").decode()
    rows = {row["path"]: row for row in csv.DictReader(listed.splitlines())}
    assert {path: row["kind"] for path, row in rows.items()} == {
        "vuoto.txt": "MalformedSource",
        "spazi.txt": "MalformedSource",
        "binario.txt": "UnsupportedSource",
        "inglese.txt": "WrongLanguage",
        "rotto.pdf": "MalformedSource",
        "chiuso.pdf": "MalformedSource",
        "finto.docx": rows["finto.docx"]["kind"],
        "enorme.txt": "SourceTooLarge",
        "fuori.txt": "Refused",
    }
    assert all(row["error"].startswith(row["path"]) and row["attempts"] == "1" for row in rows.values())
    assert {path: data for path, data in poisoned.tree().items() if path != "failures.csv"} == clean.tree()
    # they are not tried again by themselves, and still show in the exit code
    again = poisoned.run("--format", "json", "--format", "html", code=EXIT_PARTIAL)
    assert "0 done, 0 failed, 12 done before, 9 failed before" in again
    assert poisoned.tree()["failures.csv"].decode() == listed
    # mended, and asked for
    for path in rows:
        (poisoned.source / path).unlink()
    (poisoned.source / "vuoto.txt").write_text("Il sindaco di Bari ha inaugurato la nuova biblioteca comunale.\n")
    assert "1 done, 0 failed, 12 done before" in poisoned.run("--format", "json", "--format", "html", "--jobs", "1")
    assert "failures.csv" not in poisoned.tree()
