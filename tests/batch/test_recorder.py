"""What is written down, in which order, and what happens to what stands in the way."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from summarizer.batch.interface import Facts, Job, Result
from summarizer.batch.recorder import REPLACED, Recorder
from summarizer.batch.state import State
from summarizer.errors import OutputError


@pytest.fixture
def output(tmp_path: Path) -> Path:
    (tmp_path / "out" / ".summarizer").mkdir(parents=True)
    return tmp_path / "out"


@pytest.fixture
def state(output: Path) -> Iterator[State]:
    state = State(output / ".summarizer", output)
    yield state
    state.close()


@pytest.fixture
def recorder(output: Path, state: State) -> Iterator[Recorder]:
    recorder = Recorder(output, output / ".summarizer", state, "c1")
    yield recorder
    recorder.close()


def result(name: str, *documents: tuple[str, str], sha256: str = "s1") -> Result:
    job = Job(f"{name}.txt", Path(f"{name}.txt"), sha256, 10, tuple(("json", path) for path, _ in documents))
    return Result(job, documents, Facts(sha256=sha256))


def failure(name: str, sha256: str = "s1") -> Result:
    return Result(Job(f"{name}.txt", Path(f"{name}.txt"), sha256, 10, ()), error=f"{name}.txt: bad", kind="Bad")


def test_documents_are_in_place_before_the_row_says_so(
    recorder: Recorder, state: State, output: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    order: list[str] = []
    fsync, rename, record = os.fsync, Path.replace, state.record

    def note_fsync(descriptor: int) -> None:
        order.append(f"sync {Path(f'/proc/self/fd/{descriptor}').readlink().name.partition('-')[0]}")
        fsync(descriptor)

    def note_rename(self: Path, target: Path) -> Path:
        order.append(f"rename {target.name}")
        return rename(self, target)

    def note_record(rows: list[object]) -> None:
        order.append("record")
        record(rows)  # type: ignore[arg-type]

    if not Path("/proc/self/fd").exists():
        pytest.skip("needs /proc to tell what is synced")
    monkeypatch.setattr(os, "fsync", note_fsync)
    monkeypatch.setattr(Path, "replace", note_rename)
    monkeypatch.setattr(state, "record", note_record)
    recorder.record([result("a", ("a.json", "A"))])
    assert order == ["sync .summarizer", "rename a.json", "sync out", "record", "sync journal.jsonl"]


def test_many_documents_are_written_and_their_hashes_kept(recorder: Recorder, state: State, output: Path) -> None:
    results = [result(f"{n}", (f"cartella/{n % 3}/{n}.json", f"testo {n}")) for n in range(40)]
    recorder.record(results)
    assert len(list(state.ledger.rows())) == 40
    for row in state.ledger.rows():
        assert all((output / o.path).stat().st_size == o.size for o in row.outputs)
    assert not list(output.rglob("*.part"))


def test_a_full_disk_records_what_was_written_and_says_what_to_do(
    recorder: Recorder, state: State, output: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fsync = os.fsync

    def full(descriptor: int) -> None:
        if os.fstat(descriptor).st_size == 5:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OutputError, match=r"b\.json: cannot be written \(No space left.*run the same command again"):
        recorder.record([result("a", ("a.json", "1")), result("b", ("b.json", "12345")), result("c", ("c.json", "1"))])
    assert [row.path for row in state.ledger.rows()] == ["a.txt"]
    assert not list(output.rglob("*.part"))


def test_a_name_that_the_file_system_does_not_take_fails_its_article_alone(
    recorder: Recorder, state: State, output: Path
) -> None:
    (output / "b.json").mkdir()
    (output / "b.json" / "x").touch()
    pairs = recorder.record([result("a", ("a.json", "A")), result("b", ("b.md", "B"), ("b.json", "B"))])
    assert [(row.path, row.state, row.kind) for _, row in pairs] == [
        ("a.txt", "done", ""),
        ("b.txt", "failed", "OutputError"),
    ]
    assert "Is a directory" in pairs[1][1].error
    assert not (output / "b.md").exists(), "half of an article's documents must not stay"


def test_what_somebody_else_wrote_is_set_aside_and_not_lost(recorder: Recorder, state: State, output: Path) -> None:
    (output / "a.json").write_text("a hand-made file")
    recorder.record([result("a", ("a.json", "A"))])
    assert (output / "a.json").read_text() == "A"
    (output / "a.json").write_text("A, corrected")
    recorder.record([result("a", ("a.json", "B"))])
    aside = output / ".summarizer" / REPLACED
    assert {path.name: path.read_text() for path in aside.iterdir()} == {
        "a.json": "a hand-made file",
        "a.json.2": "A, corrected",
    }
    assert recorder.set_aside == 2


def test_what_the_batch_wrote_itself_is_replaced_without_ado(recorder: Recorder, state: State, output: Path) -> None:
    recorder.record([result("a", ("a.json", "A"))])
    recorder.record([result("a", ("a.json", "B"))])
    (output / "c.json").write_text("C")
    recorder.record([result("c", ("c.json", "C"))])
    assert recorder.set_aside == 0


def test_documents_under_an_old_name_go_unless_an_editor_changed_them(
    recorder: Recorder, state: State, output: Path
) -> None:
    recorder.record([result("a", ("a.json", "A"), ("a.md", "A"))])
    (output / "a.md").write_text("A, corrected")
    recorder.record([result("a", ("a.txt.json", "A"))])
    assert sorted(path.name for path in output.iterdir()) == [".summarizer", "a.md", "a.txt.json"]


def test_a_failure_keeps_documents_of_the_same_article_and_drops_those_of_another(
    recorder: Recorder, state: State, output: Path
) -> None:
    for name in ("a", "b"):
        recorder.record([result(name, (f"{name}.json", name))])
    recorder.record([failure("a", "s1"), failure("b", "s2")])
    assert (output / "a.json").exists()
    assert not (output / "b.json").exists()
    rows = {row.path: row for row in state.ledger.rows()}
    assert [len(rows[name].outputs) for name in ("a.txt", "b.txt")] == [1, 0]
    assert [rows[name].attempts for name in ("a.txt", "b.txt")] == [2, 2]


def test_the_row_holds_the_digest_of_the_bytes_that_were_read(recorder: Recorder, state: State) -> None:
    read = replace(result("a", ("a.json", "A")), facts=Facts(sha256="really read"))
    recorder.record([read, replace(failure("b"), sha256="really read too")])
    assert [row.sha256 for row in state.ledger.rows()] == ["really read", "really read too"]
