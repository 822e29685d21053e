"""Shards, merge, watched folders and the report as the command line has them; a real, tiny model does the work."""

from __future__ import annotations

import importlib.util
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest

from summarizer.cli.app import run
from tests.faults.program import Program, write_articles


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Program:
    """Twelve articles done in one run, with a report; for looking at only."""
    folder = tmp_path_factory.mktemp("alone")
    program = Program(folder / "cache", folder / "in", folder / "out")
    write_articles(program.source, 12)
    (program.source / "rotto.pdf").write_bytes(b"%PDF-1.7 broken")
    program.run("-f", "html", "-f", "json", "--report", str(folder / "morning.html"), code=3)
    return program


@pytest.fixture
def program(alone: Program, tmp_path: Path) -> Program:
    """The same articles, nothing done yet, the model converted already."""
    shutil.copytree(alone.cache, tmp_path / "cache")
    shutil.copytree(alone.source, tmp_path / "in")
    return Program(tmp_path / "cache", tmp_path / "in", tmp_path / "out")


def wait_for(path: Path, process: subprocess.Popen[str]) -> None:
    for _ in range(1200):
        if path.exists() or process.poll() is not None:
            break
        time.sleep(0.1)
    assert path.exists(), process.communicate()


def test_shards_side_by_side_and_a_merge_make_what_one_run_makes(alone: Program, program: Program) -> None:
    shards = [program.start("-f", "html", "-f", "json", "--shard", f"{n}/2", "--jobs", "1") for n in (1, 2)]
    codes = []
    for shard in shards:
        shard.communicate(timeout=240)
        codes.append(shard.returncode)
    assert sorted(codes) == [0, 3]
    assert "failures.csv" not in program.tree()
    report = program.output / "morning.html"
    said = program.run("--merge", "--report", str(report), code=3)
    assert "2 shards joined: 12 articles done, 1 failed" in said
    made = program.tree()
    assert "rotto.pdf" in made.pop("morning.html").decode()
    assert made == alone.tree()
    assert "0 done, 0 failed, 12 done before, 1 failed before" in program.run("-f", "html", "-f", "json", code=3)


def test_a_merge_without_one_of_the_shards_says_which_and_is_done_in_part(program: Program) -> None:
    (program.source / "rotto.pdf").unlink()
    program.run("--shard", "2/3")
    assert "no sign of the shards 1/3, 3/3" in program.run("--merge", code=3)


def test_the_report_of_a_run_links_to_its_documents(alone: Program) -> None:
    html = (alone.source.parent / "morning.html").read_text(encoding="utf-8")
    for name in (path for path in alone.tree() if path.endswith(".html")):
        assert f'href="out/{name}"' in html
    assert "1 failed" in html


def test_a_watched_folder_is_worked_on_until_the_program_is_told_to_end(program: Program, tmp_path: Path) -> None:
    shutil.rmtree(program.source)
    program.source.mkdir()
    report = tmp_path / "morning.html"
    with program.start("--watch", "--settle", "0.5", "--jobs", "1", "--report", str(report)) as process:
        (program.source / "prima.txt").write_text("Notizia\n\nLe scuole resteranno chiuse anche domani a Bari.\n")
        wait_for(program.output / "prima.json", process)
        (program.source / "dopo.txt").write_text("Notizia\n\nLa polizia cerca due uomini nel centro di Torino.\n")
        wait_for(program.output / "dopo.json", process)
        for _ in range(600):
            if report.exists() and "dopo.txt" in report.read_text():
                break
            time.sleep(0.1)
        process.send_signal(signal.SIGTERM)
        _, said = process.communicate(timeout=60)
    assert process.returncode == 0, said
    assert said.count("1 done, 0 failed") == 2
    assert "prima.txt" in report.read_text()
    assert "dopo.txt" in report.read_text()


@pytest.mark.parametrize("shard", ["0/4", "5/4", "1", "1/0", "a/b", "-1/4", "1/4/2", "٣/٤", "1/9999999"])
def test_a_shard_that_does_not_exist_is_wrong_usage(
    shard: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "in").mkdir()
    assert run(["batch", str(tmp_path / "in"), str(tmp_path / "out"), f"--shard={shard}"]) == 2
    assert "is no shard" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["elsewhere"], "more folders go with --merge only"),
        (["--ray-address", "auto"], "goes with --executor ray"),
        (["--watch", "--dry-run"], "leave out --watch"),
        (["--merge", "--watch"], "--merge does no articles"),
        (["--merge", "--shard", "1/2"], "--merge does no articles"),
        (["--merge", "--restart"], "--merge does no articles"),
        (["--merge"], "no shard has been at work here"),
        (["--merge", "nowhere"], "no batch has been at work here"),
        (["--report", "in"], "a folder; name the report's file"),
        (["--report", "in/report.html"], "it would be taken for an article"),
        (["--report", "nowhere/report.html"], "there is no folder nowhere"),
        (["--report", "report.csv"], "the report is HTML"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_options_that_contradict_each_other_are_wrong_usage(
    options: list[str], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "in").mkdir()
    monkeypatch.chdir(tmp_path)
    assert run(["batch", "in", "out", *options]) == 2
    assert said in capsys.readouterr().err


@pytest.mark.skipif(importlib.util.find_spec("ray") is not None, reason="Ray is installed: nothing to complain about")
def test_without_ray_the_program_says_what_to_install(program: Program) -> None:
    assert "pip install 'summarizer[ray]'" in program.run("--executor", "ray", code=2)
