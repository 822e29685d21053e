"""A watched folder: articles are taken when they are complete, once, and again when they change."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from summarizer.batch import configuration, plan
from summarizer.batch.interface import BatchOptions, Event, Job, Stop
from summarizer.batch.lock import FolderLock
from summarizer.batch.runner import Runner, Totals
from summarizer.batch.watch import Arrivals, Lasting, Watch
from summarizer.errors import BatchLocked, UsageError
from tests.batch.plain import PlainExecutor, batch_options, plain_configuration, rows

__all__ = ["plain_configuration"]

pytestmark = pytest.mark.usefixtures("plain_configuration")


class Hands:
    """Watches in a thread of its own, as another hand puts files into the folder."""

    def __init__(self, source: Path, output: Path, batch: BatchOptions, *, settle: float, polling: bool) -> None:
        self.stop = Stop()
        self.totals: list[Totals] = []
        self.events: list[Event] = []
        self.executors: list[PlainExecutor] = []
        self.fault: BaseException | None = None
        self.between: Callable[[Job], None] = lambda job: None
        self._watch = Watch(
            source, output, batch, self._executor, listener=self.events.append, settle=settle, polling=polling
        )
        self._thread = threading.Thread(target=self._main)
        self._thread.start()

    def _executor(self) -> PlainExecutor:
        self.executors.append(PlainExecutor(lambda job: self.between(job)))
        return self.executors[-1]

    def _main(self) -> None:
        try:
            for totals in self._watch.rounds(self.stop):
                self.totals.append(totals)
        except Exception as error:  # noqa: BLE001 - shown by the test's own thread
            self.fault = error

    @property
    def seen(self) -> list[str]:
        return [path for executor in self.executors for path in executor.seen]

    def until(self, condition: Callable[[], bool]) -> None:
        for _ in range(1200):
            if condition() or not self._thread.is_alive():
                break
            time.sleep(0.05)
        assert self.fault is None
        assert condition()

    def end(self) -> None:
        self.stop.requested = True
        self._thread.join(timeout=60)
        assert not self._thread.is_alive()


Start = Callable[..., Hands]


@pytest.fixture
def source(tmp_path: Path) -> Path:
    (tmp_path / "in").mkdir()
    return tmp_path / "in"


@pytest.fixture
def start(source: Path, tmp_path: Path) -> Iterator[Start]:
    started: list[Hands] = []

    def begin(*, settle: float = 0.3, polling: bool = False, **options: object) -> Hands:
        batch = batch_options(tmp_path, **options)
        started.append(Hands(source, tmp_path / "out", batch, settle=settle, polling=polling))
        return started[-1]

    yield begin
    for hands in started:
        hands.end()


@pytest.mark.parametrize("polling", [False, True], ids=["told by the system", "polling"])
def test_a_file_that_is_written_slowly_is_done_once_and_whole(
    source: Path, tmp_path: Path, start: Start, polling: bool
) -> None:
    hands = start(settle=3.0, polling=polling)
    with (source / "lento.txt").open("w") as file:
        for part in range(8):
            file.write(f"Parte {part}. ")
            file.flush()
            time.sleep(0.2)
    document = tmp_path / "out" / "lento.json"
    hands.until(document.exists)
    assert document.read_text().count("PARTE") == 8
    assert hands.seen == ["lento.txt"]


def test_what_is_there_already_is_done_first_and_what_comes_later_too(
    source: Path, tmp_path: Path, start: Start
) -> None:
    (source / "prima.txt").write_text("Prima\n")
    hands = start()
    hands.until(lambda: (tmp_path / "out" / "prima.json").exists())
    (source / "nuova" / "cartella").mkdir(parents=True)
    (source / "nuova" / "cartella" / "dopo.txt").write_text("Dopo\n")
    hands.until(lambda: (tmp_path / "out" / "nuova" / "cartella" / "dopo.json").exists())
    assert hands.seen == ["prima.txt", "nuova/cartella/dopo.txt"]


def test_a_changed_article_is_done_again_and_an_unchanged_one_is_not(
    source: Path, tmp_path: Path, start: Start
) -> None:
    for name in ("a", "b"):
        (source / f"{name}.txt").write_text("Prima versione\n")
    hands = start()
    hands.until(lambda: len(hands.seen) == 2)
    (source / "a.txt").write_text("Seconda versione\n")
    hands.until(lambda: "SECONDA" in (tmp_path / "out" / "a.json").read_text())
    assert sorted(hands.seen) == ["a.txt", "a.txt", "b.txt"]


def test_an_article_that_changes_while_it_is_being_read_is_done_again(
    source: Path, tmp_path: Path, start: Start
) -> None:
    (source / "a.txt").write_text("Prima versione\n")
    hands = start(settle=1.0)

    def change(job: Job) -> None:
        if len(hands.seen) == 1:
            job.source.write_text("Seconda versione\n")

    hands.between = change
    hands.until(lambda: len(hands.executors) == 2 and len(hands.seen) == 2)
    hands.end()
    assert "SECONDA" in (tmp_path / "out" / "a.json").read_text()


def test_temporary_names_are_passed_over_until_they_are_renamed(source: Path, tmp_path: Path, start: Start) -> None:
    hands = start()
    names = [".a.txt.Xy12", "~$a.docx", "a.txt.part", "a.txt~", "a.html.crdownload", "b.txt.filepart", ".b.txt.swp"]
    for name in names:
        (source / name).write_text("Non finito\n")
    (source / "a.txt.part").rename(source / "a.txt")
    hands.until(lambda: (tmp_path / "out" / "a.json").exists())
    assert hands.seen == ["a.txt"]


def test_a_failed_article_is_not_tried_again_until_it_changes(source: Path, tmp_path: Path, start: Start) -> None:
    (source / "a.txt").write_text("GUASTO\n")
    hands = start()
    hands.until(lambda: (tmp_path / "out" / "failures.csv").exists())
    (source / "b.txt").write_text("Buono\n")
    hands.until(lambda: (tmp_path / "out" / "b.json").exists())
    assert hands.seen == ["a.txt", "b.txt"]
    (source / "a.txt").write_text("Riparato\n")
    hands.until(lambda: (tmp_path / "out" / "a.json").exists())
    hands.until(lambda: not (tmp_path / "out" / "failures.csv").exists())


def test_restart_counts_for_the_first_round_only(source: Path, tmp_path: Path, start: Start) -> None:
    (source / "a.txt").write_text("Prima\n")
    Runner(source, tmp_path / "out", batch_options(tmp_path), PlainExecutor()).run(Stop())
    hands = start(restart=True)
    hands.until(lambda: hands.seen == ["a.txt"])
    (source / "b.txt").write_text("Dopo\n")
    hands.until(lambda: (tmp_path / "out" / "b.json").exists())
    hands.end()
    assert hands.seen == ["a.txt", "b.txt"]
    assert [totals.reasons for totals in hands.totals] == [{"restart": 1}, {"new": 1}]


def test_a_stop_lets_the_article_in_flight_finish_and_loses_nothing(source: Path, tmp_path: Path, start: Start) -> None:
    for name in ("a", "b"):
        (source / f"{name}.txt").write_text(f"Testo {name}\n")
    hands = start()
    hands.between = lambda job: setattr(hands.stop, "requested", True)
    hands.until(lambda: bool(hands.totals))
    hands.end()
    assert hands.totals[0].stopped
    assert list(rows(tmp_path / "out")) == ["a.txt"]
    again = start()
    again.until(lambda: (tmp_path / "out" / "b.json").exists())
    assert again.seen == ["b.txt"]


def test_another_batch_on_the_folder_is_waited_for(source: Path, tmp_path: Path, start: Start) -> None:
    (source / "a.txt").write_text("Prima\n")
    hands = start()
    hands.until(lambda: (tmp_path / "out" / "a.json").exists())
    hands.until(lambda: any(event.name == "end" for event in hands.events))
    private = plan.private_folder(tmp_path / "out")
    while True:
        try:
            lock = FolderLock(tmp_path / "out", private).__enter__()
            break
        except BatchLocked:
            time.sleep(0.05)
    (source / "b.txt").write_text("Dopo\n")
    hands.until(lambda: any("another batch is at work" in event.message for event in hands.events))
    assert not (tmp_path / "out" / "b.json").exists()
    lock.__exit__(None, None, None)
    hands.until(lambda: (tmp_path / "out" / "b.json").exists())


def test_a_folder_that_is_taken_at_the_start_is_an_error(source: Path, tmp_path: Path) -> None:
    (source / "a.txt").write_text("Prima\n")
    private = plan.private_folder(tmp_path / "out")
    private.mkdir(parents=True)
    watch = Watch(source, tmp_path / "out", batch_options(tmp_path), PlainExecutor, settle=0.0)
    with FolderLock(tmp_path / "out", private), pytest.raises(BatchLocked):
        list(watch.rounds(Stop()))


def test_where_the_system_cannot_watch_the_folder_is_looked_at(
    source: Path, tmp_path: Path, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*paths: Path, **options: object) -> Iterator[set[str]]:
        raise OSError(28, "inotify watch limit reached")

    monkeypatch.setattr("watchfiles.watch", refuse)
    hands = start()
    (source / "a.txt").write_text("Testo\n")
    hands.until(lambda: (tmp_path / "out" / "a.json").exists())
    assert any("the system cannot watch it" in event.message for event in hands.events)


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="not a folder"):
        Watch(tmp_path / "nowhere", tmp_path / "out", batch_options(tmp_path), PlainExecutor)


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_file_counts_as_complete_only_after_it_has_not_changed_for_the_settling_time(tmp_path: Path) -> None:
    clock = Clock()
    arrivals = Arrivals(settle=5.0, clock=clock)
    path = tmp_path / "a.txt"
    found = plan.Found("a.txt", path, ())

    def look_at(seconds: float) -> tuple[int, int]:
        clock.now = seconds
        arrivals.look([found] if path.exists() else [])
        return arrivals.ready, arrivals.moving

    path.write_text("uno")
    assert look_at(0) == (0, 1)
    assert look_at(4.9) == (0, 1)
    path.write_text("uno due")
    assert look_at(5.1) == (0, 1)
    assert not arrivals.take(found)
    assert look_at(10.1) == (1, 0)
    path.write_text("uno due tre")
    assert not arrivals.take(found), "changed since the last look"
    assert look_at(11) == (0, 1)
    assert look_at(16) == (1, 0)
    assert arrivals.take(found)
    assert not arrivals.take(found), "handed on once"
    assert look_at(30) == (0, 0)
    path.unlink()
    assert look_at(31) == (0, 0)
    path.write_text("uno due tre")
    assert look_at(32) == (0, 1), "come back"


def test_all_rounds_have_one_executor_until_what_decides_the_output_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[Closes] = []

    def make() -> Closes:
        made.append(Closes())
        return made[-1]

    lasting = Lasting(make, batch_options(tmp_path))
    first = lasting()
    assert lasting() is first
    monkeypatch.setattr(configuration, "fields", lambda batch: {"models": "another"})
    second = lasting()
    assert lasting() is second
    assert [executor.closed for executor in made] == [True, False]
    lasting.close()
    assert [executor.closed for executor in made] == [True, True]


class Closes(PlainExecutor):
    closed = False

    def close(self) -> None:
        self.closed = True
