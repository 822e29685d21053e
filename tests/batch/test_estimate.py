"""A dry run counts what there is to do and measures how fast it goes, and leaves no trace."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from summarizer.batch.estimate import SAMPLE_ARTICLES, Estimate, estimate
from summarizer.batch.interface import Stop
from summarizer.batch.runner import Runner
from summarizer.errors import UsageError
from tests.batch.plain import PlainExecutor, articles, batch_options, plain_configuration, rows

__all__ = ["plain_configuration"]

pytestmark = pytest.mark.usefixtures("plain_configuration")

TEXT = "Il sindaco ha aperto la nuova biblioteca. Le scuole restano chiuse per la neve.\n"


class SteadyExecutor(PlainExecutor):
    """Says when it begins, as workers do."""

    def run(self, jobs, batch, stop):  # type: ignore[no-untyped-def]
        from summarizer.batch.interface import Event

        assert not batch.options.memory, "a sample from the memory says nothing of the time"
        self.listener(Event("reading", path="x"))
        yield from super().run(jobs, batch, stop)


def look(source: Path, output: Path, **options: object) -> Estimate:
    return estimate(source, output, batch_options(output.parent, **options), executor=SteadyExecutor)


def test_articles_sentences_and_words_are_counted_and_nothing_is_written(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    for number in range(7):
        (tmp_path / "in" / f"{number}.txt").write_text(TEXT)
    (tmp_path / "in" / "vuoto.txt").write_text("")
    (tmp_path / "in" / "fuori.txt").symlink_to("/etc/hostname")
    found = look(tmp_path / "in", tmp_path / "out")
    assert (found.articles, found.to_do, found.refused, found.unreadable) == (9, 8, 1, 1)
    assert (found.sentences, found.words, found.exact) == (14, 98, True)
    assert found.words_per_minute > 0
    assert found.seconds > 0
    assert not (tmp_path / "out").exists()


def test_what_was_done_and_what_failed_before_is_told_apart(tmp_path: Path) -> None:
    articles(tmp_path / "in", 12)
    options = batch_options(tmp_path)
    Runner(tmp_path / "in", tmp_path / "out", options, PlainExecutor()).run(Stop())
    (tmp_path / "in" / "nuovo.txt").write_text(TEXT)
    before = rows(tmp_path / "out")
    found = look(tmp_path / "in", tmp_path / "out")
    assert (found.to_do, found.skipped, found.held) == (1, 12, 2)
    assert look(tmp_path / "in", tmp_path / "out", retry_failed=True).to_do == 3
    assert look(tmp_path / "in", tmp_path / "out", restart=True).to_do == 15
    assert rows(tmp_path / "out") == before


def test_of_a_large_folder_a_sample_is_looked_into_and_the_rest_is_reckoned(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    for number in range(2 * SAMPLE_ARTICLES):
        (tmp_path / "in" / f"{number:04}.txt").write_text(TEXT)
    found = look(tmp_path / "in", tmp_path / "out")
    assert (found.to_do, found.exact) == (2 * SAMPLE_ARTICLES, False)
    assert (found.sentences, found.words) == (4 * SAMPLE_ARTICLES, 28 * SAMPLE_ARTICLES)


def test_a_shard_estimates_its_own_share(tmp_path: Path) -> None:
    articles(tmp_path / "in", 20)
    whole = look(tmp_path / "in", tmp_path / "out")
    shares = [look(tmp_path / "in", tmp_path / "out", shard=(number, 3)).to_do for number in (1, 2, 3)]
    assert sum(shares) == whole.to_do
    assert whole == replace(whole, seconds=whole.seconds)


def test_a_damaged_ledger_does_not_stop_a_dry_run(tmp_path: Path) -> None:
    articles(tmp_path / "in", 3)
    (tmp_path / "out" / ".summarizer").mkdir(parents=True)
    (tmp_path / "out" / ".summarizer" / "ledger.sqlite3").write_bytes(b"noise" * 1000)
    assert look(tmp_path / "in", tmp_path / "out").to_do == 5


def test_an_empty_folder_is_no_work(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    found = look(tmp_path / "in", tmp_path / "out")
    assert (found.articles, found.seconds, found.words_per_minute) == (0, 0.0, 0.0)


def test_a_missing_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="not a folder"):
        look(tmp_path / "nowhere", tmp_path / "out")
