"""The program with a tiny model, and what an undisturbed batch makes of forty articles."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.faults.program import Program, write_articles

ARTICLES = 40


@pytest.fixture(scope="session")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Program:
    """A batch over the articles that nothing happened to; for looking at only."""
    folder = tmp_path_factory.mktemp("undisturbed")
    program = Program(folder / "cache", folder / "in", folder / "out")
    write_articles(program.source, ARTICLES)
    program.run("--format", "json", "--format", "markdown", "--jobs", "2")
    return program


@pytest.fixture
def program(undisturbed: Program, tmp_path: Path) -> Callable[..., Program]:
    """Makes a program on folders of its own, with the model converted already."""

    def make(*, articles: int = 0, done: bool = False) -> Program:
        """With `done`, all of the undisturbed batch's articles are done, and its memory is there."""
        made = Program(tmp_path / "cache", tmp_path / "in", tmp_path / "out")
        forgotten = None if done else shutil.ignore_patterns("memory*")
        shutil.copytree(undisturbed.cache, made.cache, ignore=forgotten)
        if done:
            shutil.copytree(undisturbed.output, made.output)
        if done or articles == ARTICLES:
            shutil.copytree(undisturbed.source, made.source)
        else:
            made.source.mkdir()
            write_articles(made.source, articles, seed=1)
        return made

    return make
