from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from summarizer import __version__
from summarizer.cli.app import _COMMANDS
from summarizer.cli.app import cli as group
from tests.cli.conftest import Cli

ROOT = Path(__file__).parents[2]
SAMPLE = str(ROOT / "samples" / "article.it.txt")
HEAVY = ("torch", "transformers", "ctranslate2", "trafilatura", "pypdf", "docx", "httpx", "rich", "numpy")


def test_help_shows_every_command_and_examples(cli: Cli) -> None:
    seen = cli("--help")
    assert seen.code == 0
    assert all(name in seen.out for name in _COMMANDS)
    assert "summarizer read article.it.txt" in seen.out


@pytest.mark.parametrize("name", sorted(_COMMANDS))
def test_every_command_has_help_and_the_line_shown_for_it_is_its_own(cli: Cli, name: str) -> None:
    assert cli(name, "--help").code == 0
    command = group.get_command(None, name)  # type: ignore[arg-type]
    assert command is not None and command.help


def test_version(cli: Cli) -> None:
    assert cli("--version").out.strip().endswith(__version__)


def test_an_unknown_command_or_option_is_wrong_usage(cli: Cli) -> None:
    assert cli("translate").code == 2
    assert cli("read", "--nonsense").code == 2


def _imported(*arguments: str) -> set[str]:
    code = (
        "import sys\nfrom summarizer.cli.app import run\nrun(sys.argv[1:])\n"
        "print(*sorted(m for m in sys.modules if '.' not in m), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=True, cwd=ROOT
    )
    return set(done.stderr.split())


def test_help_imports_nothing_heavy() -> None:
    assert not _imported("--help").intersection(HEAVY)


def test_reading_a_text_file_imports_neither_torch_nor_transformers() -> None:
    loaded = _imported("read", SAMPLE)
    assert "ctranslate2" in loaded
    assert not loaded.intersection(("torch", "transformers", "trafilatura", "pypdf", "docx", "httpx"))


def test_doctor_reports_a_working_installation(cli: Cli) -> None:
    seen = cli("doctor")
    assert seen.code == 0
    assert "shipped model" in seen.out and "BAD" not in seen.out


def test_shell_completion_is_available() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "summarizer"],
        env=os.environ | {"_SUMMARIZER_COMPLETE": "bash_source"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "complete" in done.stdout


def test_python_m_summarizer_is_the_program() -> None:
    done = subprocess.run([sys.executable, "-m", "summarizer", "--version"], capture_output=True, text=True, check=True)
    assert __version__ in done.stdout


@pytest.mark.skipif(os.name == "nt", reason="POSIX signals")
def test_an_interrupt_ends_with_130_and_one_line(tmp_path: Path) -> None:
    pipe_reader, pipe_writer = os.pipe()
    process = subprocess.Popen(
        [sys.executable, "-m", "summarizer", "read", "-"],
        stdin=pipe_reader,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    os.close(pipe_reader)
    time.sleep(1.5)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    os.close(pipe_writer)
    assert process.returncode == 130
    assert err.strip() == "summarizer: interrupted"


def test_an_unforeseen_fault_is_one_line_and_debug_shows_where(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    import summarizer.pipeline

    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("very unlikely")

    monkeypatch.setattr(summarizer.pipeline, "Pipeline", broken)
    seen = cli("read", SAMPLE)
    assert seen.code == 1
    assert "internal error" in seen.err and "--debug" in seen.err and len(seen.err.splitlines()) == 1
    with pytest.raises(ZeroDivisionError):
        cli("--debug", "read", SAMPLE)


def test_read_article_is_the_same_from_python() -> None:
    import summarizer

    report = summarizer.read_article(SAMPLE, languages=("en", "it"), length="short")
    assert [s.language for s in report.summaries] == ["en", "it"]
    assert len(report.summaries[0].sentences) == 2
