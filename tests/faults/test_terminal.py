"""The command on a real terminal: it shows how far it is, keeps what it says apart from that, and cleans up."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable

import pytest

from summarizer.errors import EXIT_DONE, EXIT_PARTIAL
from tests.faults.program import Program

pexpect = pytest.importorskip("pexpect")


def on_terminal(batch: Program, *options: str) -> tuple[str, int]:
    """All that was written to the terminal, and the exit code."""
    command = batch.command(*options)
    environment = dict(batch.environment, TERM="xterm-256color", COLUMNS="100", LINES="24")
    process = pexpect.spawn(
        command[0], command[1:], env=environment, cwd=str(batch.source), timeout=120, dimensions=(24, 100),
        encoding="utf-8",
    )  # fmt: skip
    process.expect(pexpect.EOF)
    process.close()
    return process.before, process.exitstatus


def test_the_live_view_counts_and_names_and_leaves_nothing_behind(program: Callable[..., Program]) -> None:
    batch = program(articles=12)
    (batch.source / "cattivo[red]\x1b[2J.txt").write_text("")
    written, code = on_terminal(batch, "--jobs", "1")
    assert code == EXIT_PARTIAL
    assert re.search(r"\d+ done, \d+ failed, \d+ waiting", written)
    assert "articles and" in written
    assert "words a minute" in written
    assert "\x1b[2J" not in written
    # failures stand whole on a line of their own, with what the name really is but for what would act
    lines = [re.sub(r"\x1b\[[0-9;?]*[A-Za-z]|\r", "", line) for line in written.splitlines()]
    assert "summarizer: cattivo[red].txt: is empty; give a file with an article in it" in lines
    # the cursor is shown again, and what is left at the end is the outcome
    assert written.rindex("\x1b[?25h") > written.rindex("\x1b[?25l")
    last = re.split(r"\x1b\[\?25h", written)[-1]
    assert "12 done, 1 failed" in last
    assert "waiting" not in last


def test_a_dry_run_says_what_there_is_to_do_and_for_how_long(program: Callable[..., Program]) -> None:
    batch = program(articles=12)
    command = batch.command("--dry-run", "--jobs", "2")
    done = subprocess.run(command, env=batch.environment, capture_output=True, text=True, timeout=120, check=True)
    assert done.stdout.startswith("12 articles: 12 to do\n")
    assert re.search(r"^\d+ sentences and \d+ words to translate$", done.stdout, re.MULTILINE)
    assert re.search(r"^about \d+ s with 2 workers on this machine: [\d,]+ words a minute", done.stdout, re.MULTILINE)
    assert not batch.output.exists()
    assert done.returncode == EXIT_DONE


def test_events_go_to_standard_output_and_words_for_people_to_standard_error(program: Callable[..., Program]) -> None:
    batch = program(articles=6)
    with batch.start("--jobs", "1", "--log-json", "-") as process:
        events, said = process.communicate(timeout=120)
    lines = [json.loads(line) for line in events.splitlines()]
    assert (lines[0]["event"], lines[-1]["event"]) == ("start", "end")
    assert sorted(line["path"] for line in lines if line["event"] == "done") == sorted(batch.times_recorded())
    assert lines[-1]["done"] == 6
    assert said.startswith("summarizer: 6 done, 0 failed; ")
