"""The ledger keeps what it was given, or says that it does not."""

from __future__ import annotations

import os
import random
import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from summarizer.batch.interface import Facts
from summarizer.batch.ledger import MIGRATIONS, NAME, DamagedLedger, Ledger, Output, Row
from summarizer.errors import LedgerError

FACTS = Facts(sha256="ab", title="Città", words=7, kinds=(("number", 2),), timings=(("ingest", 0.25),))
ROW = Row("esteri/a.txt", "ab", "c1", "done", 2, outputs=(Output("esteri/a.json", "ef", 3),), facts=FACTS, finished=1.5)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / NAME


def filled(path: Path, number: int = 1200) -> list[Row]:
    rows = [replace(ROW, path=f"{i:05}.txt") for i in range(number)]
    ledger = Ledger(path)
    ledger.record_all(rows, journal_end=7)
    ledger.close()
    return rows


def test_rows_come_back_as_they_went_in(path: Path) -> None:
    failed = Row("b.txt", "", "c1", "failed", 1, kind="WrongLanguage", error="b.txt: is in English")
    ledger = Ledger(path)
    ledger.record(ROW)
    ledger.record(failed)
    ledger.close()
    again = Ledger(path)
    assert again.row(ROW.path) == ROW
    assert list(again.rows()) == [failed, ROW]
    assert again.row("nowhere.txt") is None


def test_a_row_replaces_the_one_before_it(path: Path) -> None:
    ledger = Ledger(path)
    ledger.record(ROW)
    ledger.record(replace(ROW, attempts=3))
    assert list(ledger.rows()) == [replace(ROW, attempts=3)]


def test_more_rows_than_a_page_come_in_order_and_complete(path: Path) -> None:
    rows = filled(path)
    assert list(Ledger(path).rows()) == rows


def test_names_that_are_not_utf8_are_kept(path: Path) -> None:
    name = os.fsdecode(b"citt\xe0.txt")
    row = replace(ROW, path=name, outputs=(Output(os.fsdecode(b"citt\xe0.json"), "ef", 3),))
    ledger = Ledger(path)
    ledger.record_all([row, ROW])
    assert ledger.row(name) == row
    assert set(ledger.rows()) == {row, ROW}


def test_all_rows_of_a_group_are_written_or_none(path: Path) -> None:
    ledger = Ledger(path)

    def rows() -> object:
        yield ROW
        raise RuntimeError

    with pytest.raises(RuntimeError):
        ledger.record_all(rows(), journal_end=9)  # type: ignore[arg-type]
    assert (list(ledger.rows()), ledger.journal_end) == ([], 0)
    ledger.record_all([ROW], journal_end=9)
    assert (list(ledger.rows()), ledger.journal_end) == ([ROW], 9)


def test_a_commit_is_synced_before_it_counts(path: Path) -> None:
    ledger = Ledger(path)
    assert ledger._db.execute("PRAGMA synchronous").fetchone() == (2,)
    assert ledger._db.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_after_a_restart_nothing_is_known_of_how_rows_were_made(path: Path) -> None:
    filled(path, 3)
    ledger = Ledger(path)
    ledger.forget_configurations()
    assert {row.configuration for row in ledger.rows()} == {""}
    assert (ledger.journal_end, ledger.damaged) == (0, 0)


@pytest.mark.parametrize("version", range(1, len(MIGRATIONS)))
def test_a_ledger_of_an_earlier_version_is_brought_up_to_date_and_keeps_its_rows(path: Path, version: int) -> None:
    db = sqlite3.connect(path)
    for statement in MIGRATIONS[:version]:
        db.execute(statement)
    db.execute("PRAGMA application_id=0x534D4C47")
    db.execute(f"PRAGMA user_version={version}")
    columns = "path, sha256, configuration, state, attempts, kind, error, outputs, facts, finished"
    values = ("a.txt", "ab", "c1", "failed", 1, "Timeout", "a.txt: slow", "[]", "null", 1.0)
    db.execute(f"INSERT INTO article ({columns}) VALUES ({', '.join('?' * 10)})", values)
    db.commit()
    db.close()
    ledger = Ledger(path)
    ledger.record(ROW)
    assert list(ledger.rows()) == [Row("a.txt", "ab", "c1", "failed", 1, "Timeout", "a.txt: slow", finished=1.0), ROW]


def test_a_ledger_of_a_later_version_is_left_alone(path: Path) -> None:
    filled(path, 1)
    db = sqlite3.connect(path)
    db.execute(f"PRAGMA user_version={len(MIGRATIONS) + 1}")
    db.close()
    with pytest.raises(LedgerError, match="newer version"):
        Ledger(path)


def test_a_row_that_was_tampered_with_counts_as_unknown(path: Path) -> None:
    filled(path, 3)
    db = sqlite3.connect(path)
    with db:
        db.execute("UPDATE article SET sha256 = 'cd' WHERE path = '00001.txt'")
        db.execute("UPDATE article SET outputs = '{', checksum = '' WHERE path = '00002.txt'")
    db.close()
    ledger = Ledger(path)
    assert [row.path for row in ledger.rows()] == ["00000.txt"]
    assert ledger.row("00001.txt") is None
    # however often it is met
    assert ledger.damaged == 2


@pytest.mark.parametrize("seed", range(6))
def test_noise_in_the_file_never_makes_a_wrong_row(path: Path, seed: int) -> None:
    rows = {row.path: row for row in filled(path, 300)}
    chance = random.Random(seed)
    data = bytearray(path.read_bytes())
    for _ in range(chance.choice([1, 20, 400])):
        start = chance.randrange(len(data))
        data[start : start + 16] = chance.randbytes(len(data[start : start + 16]))
    path.write_bytes(data)
    try:
        ledger = Ledger(path)
        found = list(ledger.rows())
    except LedgerError:
        return
    assert all(rows[row.path] == replace(row, configuration=rows[row.path].configuration) for row in found)


@pytest.mark.parametrize("size", [200, 5000, 20_000])
def test_a_truncated_ledger_is_called_damaged(path: Path, size: int) -> None:
    filled(path)
    os.truncate(path, size)
    with pytest.raises(DamagedLedger, match="damaged"):
        Ledger(path)


def test_another_program_s_database_is_no_ledger(path: Path) -> None:
    db = sqlite3.connect(path)
    db.execute("CREATE TABLE article (path)")
    db.close()
    with pytest.raises(DamagedLedger, match="not a ledger of this program"):
        Ledger(path)


def test_reading_only_changes_nothing_and_needs_no_end_of_the_batch(path: Path) -> None:
    writing = Ledger(path)
    writing.record(ROW)
    reading = Ledger(path, read_only=True)
    assert reading.row(ROW.path) == ROW
    with pytest.raises(LedgerError):
        reading.record(ROW)
    reading.close()
    writing.record(replace(ROW, attempts=5))


def test_a_folder_that_cannot_be_opened_is_an_error_with_advice(tmp_path: Path) -> None:
    with pytest.raises(LedgerError, match="cannot be opened"):
        Ledger(tmp_path / "nowhere" / NAME)
