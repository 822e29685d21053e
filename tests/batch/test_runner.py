"""A batch does what is to be done, once, and says what became of everything."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from summarizer.batch import plan
from summarizer.batch.interface import BatchOptions, Event, Job, Result, Stop
from summarizer.batch.lock import FolderLock
from summarizer.batch.runner import Runner, Totals
from summarizer.errors import BatchLocked, EngineError, LedgerError
from summarizer.summarization.interface import Length
from tests.batch.plain import PlainExecutor, articles, batch_options, plain_configuration, rows, tree

__all__ = ["plain_configuration"]

pytestmark = pytest.mark.usefixtures("plain_configuration")


class Batch:
    """One pair of folders, and what the last run on them did and said."""

    def __init__(self, folder: Path) -> None:
        self.source, self.output = folder / "in", folder / "out"
        self.source.mkdir()
        self.events: list[Event] = []
        self.seen: list[str] = []

    def run(self, executor: PlainExecutor | None = None, stop: Stop | None = None, **options: object) -> Totals:
        length = options.pop("length", "medium")
        batch = batch_options(self.output.parent, **options)
        batch = replace(batch, options=replace(batch.options, length=Length(str(length))))
        executor = executor or PlainExecutor()
        self.events = []
        totals = Runner(self.source, self.output, batch, executor, listener=self.events.append).run(stop or Stop())
        self.seen = executor.seen
        return totals

    def messages(self, name: str = "notice") -> list[str]:
        return [event.message for event in self.events if event.name == name]


@pytest.fixture
def batch(tmp_path: Path) -> Batch:
    return Batch(tmp_path)


def test_everything_is_done_once_and_a_second_run_does_nothing(batch: Batch) -> None:
    articles(batch.source, 12)
    first = batch.run()
    assert (first.found, first.done, first.failed, first.reasons) == (14, 12, 2, {"new": 14})
    before = tree(batch.output)
    second = batch.run()
    assert (second.done, second.failed, second.skipped, second.held) == (0, 0, 12, 2)
    assert (batch.seen, tree(batch.output)) == ([], before)


def test_only_what_changed_is_done_again(batch: Batch) -> None:
    articles(batch.source, 9)
    batch.run()
    (batch.source / "gemello.txt").write_text("Altro testo.\n")
    assert batch.run().reasons == {"changed": 1}
    assert batch.seen == ["gemello.txt"]


def test_a_changed_configuration_does_all_again_with_a_word_about_why(batch: Batch) -> None:
    articles(batch.source, 9)
    batch.run()
    totals = batch.run(length="short")
    assert totals.reasons == {"configuration": 11}
    assert batch.messages() == ["done again: length: medium → short"]


def test_a_removed_or_emptied_document_is_made_again_and_an_edited_one_stays(batch: Batch) -> None:
    articles(batch.source, 6)
    batch.run()
    whole = tree(batch.output)
    (batch.output / "cronaca/articolo-001.json").unlink()
    (batch.output / "cronaca/articolo-002.json").write_bytes(b"")
    (batch.output / "cronaca/articolo-004.json").write_text("corrected by hand")
    totals = batch.run()
    assert (totals.reasons, totals.edited) == ({"output missing": 2}, 1)
    assert batch.messages() == ["a result was changed since it was written; it stays as it is"]
    assert tree(batch.output) == whole | {"cronaca/articolo-004.json": b"corrected by hand"}


def test_restart_does_everything_anew_and_a_stopped_restart_goes_on_without_the_option(batch: Batch) -> None:
    articles(batch.source, 8)
    batch.run()
    whole = tree(batch.output)
    stop, executor = Stop(), PlainExecutor()
    executor._between = lambda job: setattr(stop, "requested", len(executor.seen) == 4)
    assert batch.run(executor, stop, restart=True).stopped
    totals = batch.run()
    assert totals.reasons == {"restart": 6}
    assert {path: data for path, data in tree(batch.output).items() if path != "failures.csv"} == {
        path: data for path, data in whole.items() if path != "failures.csv"
    }


def test_failed_articles_are_tried_again_when_asked_or_changed(batch: Batch) -> None:
    articles(batch.source, 9)
    batch.run()
    assert batch.run(retry_failed=True).reasons == {"failed before": 2}
    assert {row.attempts for row in rows(batch.output).values() if row.state == "failed"} == {2}
    (batch.source / "cronaca/articolo-007.txt").write_text("Guarito.\n")
    assert batch.run().reasons == {"changed": 1}
    assert (batch.output / "failures.csv").read_text().count("\n") == 2


def test_the_list_of_failures_is_for_a_spreadsheet_and_goes_with_the_last_failure(batch: Batch) -> None:
    (batch.source / "=1+1.txt").write_text("GUASTO\n")
    batch.run()
    table = (batch.output / "failures.csv").read_text()
    assert table == "path,kind,error,attempts\n'=1+1.txt,MalformedSource,'=1+1.txt: broken,1\n"
    (batch.source / "=1+1.txt").write_text("Buono.\n")
    batch.run()
    assert not (batch.output / "failures.csv").exists()


def test_deleted_articles_are_reported_and_their_results_kept(batch: Batch) -> None:
    articles(batch.source, 6)
    batch.run()
    (batch.source / "gemello.html").unlink()
    totals = batch.run()
    assert totals.deleted == 1
    assert [event.path for event in batch.events if event.name == "deleted"] == ["gemello.html"]
    # its twin has the name for itself now
    assert totals.reasons == {"renamed": 1}
    assert {"gemello.json", "gemello.html.json"} <= set(tree(batch.output))
    assert "gemello.txt.json" not in tree(batch.output)


def test_links_out_of_the_folder_fail_and_are_not_followed(batch: Batch, tmp_path: Path) -> None:
    (tmp_path / "segreto.txt").write_text("Segreto.\n")
    (batch.source / "a.txt").symlink_to(tmp_path / "segreto.txt")
    assert batch.run().failed == 1
    assert rows(batch.output)["a.txt"].error == "a.txt: a link that leads out of the folder"
    assert batch.run().held == 1
    assert batch.seen == []


def test_an_article_changed_while_the_batch_is_at_it_is_done_again_by_the_next_run(batch: Batch) -> None:
    (batch.source / "a.txt").write_text("Prima.\n")

    class Reading(PlainExecutor):
        def run(self, jobs: Iterator[Job], options: BatchOptions, stop: Stop) -> Iterator[Result]:
            for result in super().run(jobs, options, stop):
                facts = result.facts
                assert facts is not None
                # what a worker read was neither what was planned nor what is there in the end
                yield replace(result, facts=replace(facts, sha256="f" * 64))

    batch.run(Reading())
    assert batch.messages() == ["a.txt: changed while the batch was at it; run it once more"]
    assert batch.run().reasons == {"changed": 1}
    assert batch.run().skipped == 1


def test_left_overs_of_a_killed_run_go_and_those_of_a_batch_in_a_folder_below_stay(batch: Batch) -> None:
    articles(batch.source, 3)
    inner = batch.output / "altro"
    (inner / plan.PRIVATE).mkdir(parents=True)
    for folder in (batch.output, inner):
        (folder / ".summarizer-0123.part").touch()
    batch.run()
    assert not (batch.output / ".summarizer-0123.part").exists()
    assert (inner / ".summarizer-0123.part").exists()


def test_files_of_other_kinds_are_mentioned(batch: Batch) -> None:
    for name in ("a.txt", "b.csv", "c.csv", "d.jpg"):
        (batch.source / name).write_text("Testo.\n")
    batch.run()
    assert batch.messages() == ["passed over, being no kind of file that is read: .csv (2), .jpg (1)"]


def test_names_that_are_not_utf8_go_all_the_way(batch: Batch) -> None:
    name = os.fsdecode(b"citt\xe0.txt")
    try:
        (batch.source / name).write_text("Testo.\n")
    except OSError:
        pytest.skip("this file system takes UTF-8 names only")
    (batch.source / os.fsdecode(b"gu\xe0sto.txt")).write_text("GUASTO\n")
    assert (batch.run().done, batch.run().skipped) == (1, 1)
    assert "gu\ufffdsto.txt" in (batch.output / "failures.csv").read_text(encoding="utf-8")


def test_when_the_executor_gives_up_what_came_before_is_recorded(batch: Batch) -> None:
    articles(batch.source, 5)

    class Broken(PlainExecutor):
        def run(self, jobs: Iterator[Job], options: BatchOptions, stop: Stop) -> Iterator[Result]:
            results = super().run(jobs, options, stop)
            yield next(results)
            yield next(results)
            raise EngineError("no worker starts")

    with pytest.raises(EngineError):
        batch.run(Broken())
    assert len(rows(batch.output)) == 2
    assert len(batch.run().reasons) == 1


def test_two_batches_on_one_folder_do_not_meet(batch: Batch) -> None:
    articles(batch.source, 3)
    private = plan.private_folder(batch.output)
    private.mkdir(parents=True)
    with (
        FolderLock(batch.output, private),
        pytest.raises(BatchLocked, match=rf"another batch is at work here \(process {os.getpid()} on "),
    ):
        batch.run()
    assert batch.run().done == 5


def test_a_shard_that_is_refused_leaves_nothing_that_a_merge_would_take_for_one(batch: Batch) -> None:
    articles(batch.source, 3)
    private = plan.private_folder(batch.output)
    private.mkdir(parents=True)
    with FolderLock(batch.output, private), pytest.raises(BatchLocked):
        batch.run(shard=(1, 2))
    assert [path.name for path in private.iterdir()] == ["lock"]


def test_a_folder_without_an_article_is_told_from_one_that_is_done(batch: Batch) -> None:
    batch.run()
    assert batch.messages() == [f"{batch.source}: no article in this folder or below it"]
    articles(batch.source, 3)
    batch.run()
    assert batch.messages() == []
    batch.run(include=("*.docx",))
    assert batch.messages() == [
        f"{batch.source}: no article that --include and --exclude leave in this folder or below it"
    ]


def test_a_ledger_damaged_in_mid_run_stops_the_batch_and_the_next_one_mends_it(batch: Batch) -> None:
    articles(batch.source, 9)

    def spoil(job: Job) -> None:
        if len(executor.seen) == 3:
            for path in plan.private_folder(batch.output).glob("ledger.sqlite3*"):
                path.write_bytes(os.urandom(path.stat().st_size))

    executor = PlainExecutor(spoil)
    try:
        batch.run(executor)
    except LedgerError as error:
        assert "run the same command again" in str(error)
    batch.run()
    assert len(rows(batch.output)) == 11
    assert batch.run().skipped + batch.run().held == 9 + 2
