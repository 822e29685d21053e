"""Ledger and journal make each other whole, whichever of them a crash or the disk has hurt."""

from __future__ import annotations

import hashlib
import random
from dataclasses import replace
from pathlib import Path

import pytest

from summarizer.batch import journal, ledger
from summarizer.batch.interface import Facts
from summarizer.batch.journal import Journal
from summarizer.batch.ledger import Ledger, Output, Row
from summarizer.batch.state import State
from summarizer.errors import OutputError


@pytest.fixture
def private(tmp_path: Path) -> Path:
    (tmp_path / "private").mkdir()
    return tmp_path / "private"


def written(output: Path, number: int, version: int = 1) -> Row:
    """A row, and the document it speaks of."""
    data = f"documento {number}, {version}".encode()
    (output / f"{number}.json").write_bytes(data)
    document = Output(f"{number}.json", hashlib.sha256(data).hexdigest(), len(data))
    return Row(f"{number}.txt", f"{version}", "c", "done", version, outputs=(document,), facts=Facts(sha256="x"))


def reopened(private: Path, output: Path) -> tuple[list[Row], list[str]]:
    state = State(private, output)
    rows = list(state.ledger.rows())
    state.close()
    return rows, state.notices


def test_what_was_recorded_is_there_again(private: Path, tmp_path: Path) -> None:
    state = State(private, tmp_path)
    rows = [written(tmp_path, n) for n in range(3)]
    state.record(rows[:2])
    state.record(rows[2:])
    state.close()
    assert reopened(private, tmp_path) == (rows, [])


def test_a_crash_between_journal_and_ledger_loses_nothing(private: Path, tmp_path: Path) -> None:
    state = State(private, tmp_path)
    rows = [written(tmp_path, n) for n in range(2)]
    state.record(rows[:1])
    state.close()
    with Journal(private / journal.NAME) as record:
        record.append(rows[1])
    assert reopened(private, tmp_path) == (rows, [])


@pytest.mark.parametrize("cut", range(1, 12))
def test_a_line_cut_short_by_a_crash_costs_that_line_alone(private: Path, tmp_path: Path, cut: int) -> None:
    state = State(private, tmp_path)
    rows = [written(tmp_path, n) for n in range(3)]
    state.record(rows[:1])
    state.close()
    path = private / journal.NAME
    with Journal(path) as record:
        record.append(rows[1])
    path.write_bytes(path.read_bytes()[: -cut * 20])
    state = State(private, tmp_path)
    state.record(rows[2:])
    state.close()
    assert reopened(private, tmp_path)[0] == [rows[0], rows[2]]
    assert list(journal.read(path)) == [rows[0], rows[2]]


@pytest.mark.parametrize("harm", ["gone", "empty", "one byte", "truncated", "noise"])
def test_a_hurt_ledger_is_rebuilt_from_the_journal_and_that_is_said(private: Path, tmp_path: Path, harm: str) -> None:
    state = State(private, tmp_path)
    old = [written(tmp_path, n) for n in range(600)]
    state.record(old)
    rows = [written(tmp_path, n, 2) for n in range(600)]
    state.record(rows)
    state.close()
    path = private / ledger.NAME
    if harm == "gone":
        path.unlink()
    elif harm == "empty":
        path.write_bytes(b"")
    elif harm == "one byte":
        path.write_bytes(path.read_bytes()[:1])
    elif harm == "truncated":
        path.write_bytes(path.read_bytes()[:9000])
    else:
        path.write_bytes(random.Random(1).randbytes(50_000))
    found, [notice] = reopened(private, tmp_path)
    assert found == sorted(rows, key=lambda row: row.path)
    assert "rebuilt from the journal: 600 articles" in notice
    if harm in ("truncated", "noise"):
        assert "set aside as ledger.sqlite3.damaged-1" in notice
        assert (private / "ledger.sqlite3.damaged-1").exists()
    assert reopened(private, tmp_path) == (found, [])


def test_rebuilding_believes_only_documents_that_are_there_as_they_were_written(private: Path, tmp_path: Path) -> None:
    state = State(private, tmp_path)
    rows = [written(tmp_path, n) for n in range(3)]
    state.record(rows)
    state.close()
    (private / ledger.NAME).unlink()
    (tmp_path / "0.json").unlink()
    (tmp_path / "1.json").write_text("qualcos'altro")
    assert reopened(private, tmp_path)[0] == rows[2:]


def test_noise_in_the_journal_costs_the_lines_it_hits(private: Path, tmp_path: Path) -> None:
    state = State(private, tmp_path)
    rows = [written(tmp_path, n) for n in range(9)]
    state.record(rows)
    state.close()
    (private / ledger.NAME).unlink()
    path = private / journal.NAME
    lines = path.read_bytes().split(b"\n")
    lines[3] = lines[3][:40] + b"\x00\xff" + lines[3][42:]
    lines[5] = b"\x80" * 30 + b"\n" + b"{}"
    path.write_bytes(b"\n".join(lines))
    assert reopened(private, tmp_path)[0] == [row for n, row in enumerate(rows) if n not in (3, 5)]


def test_a_lost_journal_is_written_anew_from_the_ledger(private: Path, tmp_path: Path) -> None:
    state = State(private, tmp_path)
    rows = [written(tmp_path, n) for n in range(4)]
    state.record(rows)
    state.close()
    (private / journal.NAME).unlink()
    found, [notice] = reopened(private, tmp_path)
    assert found == rows
    assert "written anew from the ledger" in notice
    assert list(journal.read(private / journal.NAME)) == rows
    (private / ledger.NAME).unlink()
    assert reopened(private, tmp_path)[0] == rows


def test_a_restart_forgets_how_all_was_made_and_survives_the_loss_of_the_ledger(private: Path, tmp_path: Path) -> None:
    state = State(private, tmp_path)
    rows = [written(tmp_path, n) for n in range(3)]
    state.record(rows)
    state.restart()
    assert {row.configuration for row in state.ledger.rows()} == {""}
    state.record(rows[:1])
    state.close()
    assert reopened(private, tmp_path)[0] == [rows[0], *(replace(row, configuration="") for row in rows[1:])]
    (private / ledger.NAME).unlink()
    assert reopened(private, tmp_path)[0] == rows[:1]


def test_a_crash_in_a_restart_leaves_all_as_it_was(
    private: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = State(private, tmp_path)
    rows = [written(tmp_path, n) for n in range(3)]
    state.record(rows)

    def crash(self: Ledger) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Ledger, "forget_configurations", crash)
    with pytest.raises(KeyboardInterrupt):
        state.restart()
    state.ledger.close()
    assert reopened(private, tmp_path)[0] == rows


def test_a_journal_that_cannot_be_written_is_an_error_that_says_what_to_do(private: Path, tmp_path: Path) -> None:
    (private / journal.NAME).mkdir()
    with pytest.raises(OutputError, match="run the same command again"):
        State(private, tmp_path)


def test_the_last_line_of_a_journal_is_found_from_its_end(private: Path, tmp_path: Path) -> None:
    path = private / journal.NAME
    assert journal.last(path) is None
    with Journal(path) as record:
        record.append_all([written(tmp_path, n) for n in range(5)])
    with path.open("ab") as file:
        file.write(b"0123456789abcdef {half")
    last = journal.last(path)
    assert last is not None
    assert last.path == "4.txt"
