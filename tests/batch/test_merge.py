"""A merge joins what shards did, may be run at any time, and never lets a worse result replace a better one."""

from __future__ import annotations

import dataclasses
import shutil
from pathlib import Path

import pytest

from summarizer.batch import journal, plan
from summarizer.batch.interface import Event, Stop
from summarizer.batch.ledger import NAME, Ledger, Output
from summarizer.batch.merge import Merged, Merger
from summarizer.batch.runner import Runner, Totals
from summarizer.errors import LedgerError, UsageError
from summarizer.summarization.interface import Length
from tests.batch.plain import PlainExecutor, articles, batch_options, plain_configuration, rows, tree

__all__ = ["plain_configuration"]

pytestmark = pytest.mark.usefixtures("plain_configuration")


def run(source: Path, output: Path, shard: tuple[int, int] = (1, 1), length: str = "medium") -> Totals:
    options = batch_options(output, shard=shard)
    options = dataclasses.replace(options, options=dataclasses.replace(options.options, length=Length(length)))
    return Runner(source, output, options, PlainExecutor()).run(Stop())


@pytest.fixture
def source(tmp_path: Path) -> Path:
    articles(tmp_path / "in", 10)
    return tmp_path / "in"


@pytest.fixture
def output(tmp_path: Path) -> Path:
    return tmp_path / "out"


def merge(source: Path, output: Path, *further: Path) -> tuple[Merged, list[str]]:
    events: list[Event] = []
    return Merger(source, output, further, listener=events.append).run(), [event.message for event in events]


def test_after_a_merge_a_whole_batch_finds_nothing_left_to_do(source: Path, output: Path) -> None:
    for number in (1, 2, 3):
        run(source, output, (number, 3))
    merged, _ = merge(source, output)
    assert (merged.done, merged.failed) == (10, 2)
    again = run(source, output)
    assert (again.done, again.failed, again.skipped, again.held) == (0, 0, 10, 2)


def test_the_failures_of_all_shards_are_one_list(source: Path, output: Path) -> None:
    for number in (1, 2):
        run(source, output, (number, 2))
    merge(source, output)
    lines = (output / "failures.csv").read_text().splitlines()
    assert lines[0] == "path,kind,error,attempts"
    assert sorted(line.split(",")[0] for line in lines[1:]) == [
        "cronaca/articolo-007.txt",
        "esteri/asia/articolo-003.txt",
    ]


def test_a_second_merge_changes_nothing(source: Path, output: Path) -> None:
    for number in (1, 2):
        run(source, output, (number, 2))
    merge(source, output)
    before, ledger = tree(output), rows(output)
    lines = (output / plan.PRIVATE / journal.NAME).read_bytes()
    merged, _ = merge(source, output)
    assert (merged.taken, merged.copied) == (0, 0)
    assert (tree(output), rows(output)) == (before, ledger)
    assert (output / plan.PRIVATE / journal.NAME).read_bytes() == lines


def test_a_merge_can_be_rebuilt_from_its_journal(source: Path, output: Path) -> None:
    for number in (1, 2):
        run(source, output, (number, 2))
    merge(source, output)
    before = rows(output)
    for path in (output / plan.PRIVATE).glob(f"{NAME}*"):
        path.unlink()
    ledger = Ledger(output / plan.PRIVATE / NAME)
    journal.rebuild(ledger, output / plan.PRIVATE / journal.NAME, output)
    ledger.close()
    assert rows(output) == before


def test_later_work_of_a_shard_is_joined_by_the_next_merge(source: Path, output: Path) -> None:
    for number in (1, 2):
        run(source, output, (number, 2))
    merge(source, output)
    (source / "nuovo.txt").write_text("Nuovo\n\nArrivato dopo.\n")
    for number in (1, 2):
        run(source, output, (number, 2))
    merged, _ = merge(source, output)
    assert (merged.taken, merged.done) == (1, 11)


def test_shards_run_with_different_options_are_refused_with_the_difference(source: Path, output: Path) -> None:
    run(source, output, (1, 2), length="short")
    run(source, output, (2, 2), length="long")
    with pytest.raises(UsageError, match=r"shard-2-of-2: not done with the same options .*length: short → long"):
        merge(source, output)
    assert rows(output) == {}


def test_a_shard_run_again_with_other_options_is_joined_and_what_it_did_before_is_counted(
    source: Path, output: Path
) -> None:
    run(source, output, (1, 2), length="short")
    (source / "gemello.html").unlink()
    (source / "gemello.txt").unlink()
    run(source, output, (1, 2), length="long")
    run(source, output, (2, 2), length="long")
    merged, _ = merge(source, output)
    gone = [row for row in rows(output, (1, 2)).values() if row.path.startswith("gemello")]
    assert merged.stale == len(gone)


def test_a_missing_shard_is_named(source: Path, output: Path) -> None:
    for number in (1, 4):
        run(source, output, (number, 4))
    assert merge(source, output)[0].missing == ("2/4", "3/4")


def test_nothing_to_merge_is_said_as_such(source: Path, output: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no shard has been at work here"):
        merge(source, output)
    with pytest.raises(UsageError, match="no batch has been at work here"):
        merge(source, output, tmp_path / "nowhere")


def test_of_two_results_for_an_article_the_one_for_its_present_content_wins(source: Path, output: Path) -> None:
    path = source / "mosso.txt"
    shards = {}
    number = 0
    while len(shards) < 2:
        number += 1
        path.write_text(f"Versione {number}\n")
        shards.setdefault(plan.in_shard(plan.digest(path)[0], (1, 2)), path.read_bytes())
    # the older version is done by the shard that is read last, and done last
    path.write_bytes(shards[True])
    run(source, output, (1, 2))
    new = rows(output, (1, 2))["mosso.txt"]
    document = (output / "mosso.json").read_bytes()
    path.write_bytes(shards[False])
    run(source, output, (2, 2))
    path.write_bytes(shards[True])

    merge(source, output)
    # the other version's document lies there, so that the article must not count as done
    assert run(source, output).reasons == {"changed": 1}
    assert (output / "mosso.json").read_bytes() == document
    assert rows(output)["mosso.txt"].sha256 == new.sha256


def test_documents_from_other_folders_are_brought_in_and_verified(source: Path, output: Path, tmp_path: Path) -> None:
    apart = [tmp_path / "node1", tmp_path / "node2"]
    for number, folder in enumerate(apart, 1):
        run(source, folder, (number, 2))
    spoilt = next(path for path in sorted(apart[0].rglob("*.json")))
    spoilt.write_text("an editor was here")
    merged, messages = merge(source, output, *apart)
    assert merged.left_out == 1
    assert any("not as recorded; left out, to be redone" in message for message in messages)
    assert (merged.done, merged.copied) == (9, 9)
    totals = run(source, output)
    assert (totals.done, totals.skipped) == (1, 9)


def test_an_editors_change_after_a_merge_survives_the_next_one(source: Path, output: Path, tmp_path: Path) -> None:
    run(source, tmp_path / "node1", (1, 1))
    merge(source, output, tmp_path / "node1")
    (output / "gemello.txt.json").write_text("corrected by hand")
    assert merge(source, output, tmp_path / "node1")[0].copied == 0
    assert (output / "gemello.txt.json").read_text() == "corrected by hand"


def test_a_merge_does_not_need_the_other_folders_to_stay(source: Path, output: Path, tmp_path: Path) -> None:
    for number in (1, 2):
        run(source, tmp_path / f"node{number}", (number, 2))
        merge(source, output, tmp_path / f"node{number}")
        shutil.rmtree(tmp_path / f"node{number}")
    assert run(source, output).skipped == 10


def test_a_ledger_that_names_files_outside_its_folder_is_refused(source: Path, output: Path, tmp_path: Path) -> None:
    run(source, tmp_path / "node1")
    ledger = Ledger(tmp_path / "node1" / plan.PRIVATE / NAME)
    row = ledger.row("gemello.txt")
    assert row is not None
    ledger.record(dataclasses.replace(row, outputs=(Output("../../evil.json", "0" * 64, 1),)))
    ledger.close()
    with pytest.raises(LedgerError, match="names a file outside its folder"):
        merge(source, output, tmp_path / "node1")


def test_a_damaged_shard_is_mended_from_its_journal(source: Path, output: Path) -> None:
    for number in (1, 2):
        run(source, output, (number, 2))
    path = plan.private_folder(output, (1, 2)) / NAME
    path.write_bytes(b"noise" * 4000)
    merged, messages = merge(source, output)
    assert (merged.done, merged.failed) == (10, 2)
    assert any("rebuilt from the journal" in message for message in messages)


def test_a_file_of_somebody_elses_is_not_overwritten(source: Path, output: Path, tmp_path: Path) -> None:
    run(source, tmp_path / "node1")
    output.mkdir()
    (output / "gemello.txt.json").write_text("notes of an editor's own")
    merged, _ = merge(source, output, tmp_path / "node1")
    assert merged.left_out == 1
    assert (output / "gemello.txt.json").read_text() == "notes of an editor's own"
    assert run(source, output).done == 1
    replaced = list((output / plan.PRIVATE).rglob("gemello.txt.json"))
    assert [path.read_text() for path in replaced] == ["notes of an editor's own"]
