"""What is said while a batch runs: on a terminal, elsewhere, and to machines."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from summarizer.batch.interface import Event
from summarizer.cli import batch_view
from summarizer.cli.batch_view import Tally, duration, view
from summarizer.cli.context import Context
from summarizer.errors import OutputError


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_rates_and_time_left_come_from_what_was_done_of_late() -> None:
    clock = Clock()
    tally = Tally(clock)
    tally.total = 1000
    assert tally.seconds_left is None
    for second in range(1, 601):
        clock.now = 1000.0 + second
        # slow at first, then twice as fast
        for _ in range(1 if second <= 300 else 2):
            tally.hear(Event("done", path="a", data={"words": 100}))
    articles, words = tally.rates
    assert articles == pytest.approx(120, rel=0.02)
    assert words == pytest.approx(12_000, rel=0.02)
    assert tally.waiting == 100
    assert tally.seconds_left == pytest.approx(50, rel=0.05)
    assert tally.parts() == ["900 done, 0 failed, 100 waiting", pytest.approx(tally.parts()[1])]


def test_everything_that_becomes_of_an_article_is_counted() -> None:
    tally = Tally(Clock())
    tally.total = 9
    for name in ("done", "done", "failed", "skipped", "held", "planned", "tick", "lost"):
        tally.hear(Event(name, path="a"))
    assert tally.parts()[0] == "2 done, 1 failed, 1 done before, 1 failed before, 4 waiting"


@pytest.mark.parametrize(
    ("seconds", "text"), [(0, "0 s"), (89, "89 s"), (600, "10 min"), (5399, "90 min"), (12_000, "3 h 20 min")]
)
def test_times_are_said_as_people_say_them(seconds: float, text: str) -> None:
    assert duration(seconds).replace("1 h 30 min", "90 min") == text


class Said:
    """A context that writes nothing and keeps what it was to write."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *, quiet: bool = False) -> None:
        self.lines: list[str] = []
        monkeypatch.setattr(Context, "live", False)
        self.state = Context(quiet=quiet, write=self.lines.append)


def test_without_a_terminal_a_line_comes_now_and_then_and_failures_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch_view, "LINE_SECONDS", 0.0)
    said = Said(monkeypatch)
    with view(said.state, None, lambda: 3) as listener:
        listener(Event("failed", path="b.txt", message="b.txt: is empty\x1b[31m"))
        listener(Event("reading", path="c.txt"))
    assert said.lines[0] == "summarizer: b.txt: is empty"
    assert said.lines[-1].startswith("summarizer: 0 done, 1 failed")
    assert said.lines[-1].endswith("; at c.txt")


def test_quiet_means_quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch_view, "LINE_SECONDS", 0.0)
    said = Said(monkeypatch, quiet=True)
    with view(said.state, None, lambda: 3) as listener:
        listener(Event("failed", message="b.txt: is empty"))
        listener(Event("tick"))
    assert said.lines == []


def test_deleted_articles_are_said_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    said = Said(monkeypatch)
    with view(said.state, None, lambda: 3) as listener:
        for number in range(5):
            listener(Event("deleted", path=f"{number}.txt"))
        listener(Event("end"))
    assert said.lines == [
        "summarizer: no longer in the input folder, their results are kept: 0.txt, 1.txt, 2.txt and 2 more"
    ]


def test_events_are_lines_of_json_for_machines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said = Said(monkeypatch)
    log = tmp_path / "log.jsonl"
    log.write_text('{"event": "of an earlier run"}\n')
    with view(said.state, str(log), lambda: 3) as listener:
        listener(Event("done", path="citt\udce0/\x9ba.txt", data={"words": 7}))
        listener(Event("tick"))
        listener(Event("end", data={"done": 1}))
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    assert [line["event"] for line in lines] == ["of an earlier run", "done", "end"]
    assert (lines[1]["path"], lines[1]["words"]) == ("citt\udce0/\x9ba.txt", 7)
    assert lines[1]["time"].endswith("+00:00")
    assert log.read_text().isascii()


def test_a_log_that_nobody_reads_any_more_does_not_end_the_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    class Gone(io.StringIO):
        def write(self, text: str) -> int:
            raise BrokenPipeError(32, "Broken pipe")

    said = Said(monkeypatch)
    monkeypatch.setattr("sys.stdout", Gone())
    with view(said.state, "-", lambda: 3) as listener:
        listener(Event("done"))
        listener(Event("done"))
    assert said.lines == ["summarizer: the log of events cannot be written any more (Broken pipe); going on without it"]


def test_a_log_that_cannot_be_opened_is_an_error_before_anything_is_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with (
        pytest.raises(OutputError, match="name another file"),
        view(Said(monkeypatch).state, str(tmp_path / "nowhere" / "log"), lambda: 3),
    ):
        pytest.fail("must not begin")
