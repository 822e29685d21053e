"""Which files are articles, and what their results are called."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summarizer.batch import plan
from summarizer.batch.interface import BatchOptions
from summarizer.errors import UsageError
from summarizer.options import Options


def find(source: Path, *, output: Path | None = None, **options: object) -> dict[str, plan.Found]:
    batch = BatchOptions(options=Options(cache=source), **options)  # type: ignore[arg-type]
    return {found.path: found for found in plan.find(source, output or source / "out", batch)}


def results(source: Path, **options: object) -> dict[str, list[str]]:
    return {path: [name for _, name in found.outputs] for path, found in find(source, **options).items()}


def touch(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("Testo.\n")


def test_the_tree_is_mirrored_with_one_result_a_form(tmp_path: Path) -> None:
    touch(tmp_path, "a.txt", "esteri/asia/b.html", "esteri/c.pdf")
    assert results(tmp_path, formats=("json", "markdown")) == {
        "a.txt": ["a.json", "a.md"],
        "esteri/c.pdf": ["esteri/c.json", "esteri/c.md"],
        "esteri/asia/b.html": ["esteri/asia/b.json", "esteri/asia/b.md"],
    }


def test_articles_come_in_the_order_of_names_whatever_the_file_system_says(tmp_path: Path) -> None:
    touch(tmp_path, "z.txt", "b/2.txt", "a.txt", "b/1.txt", "a/9.txt")
    assert list(find(tmp_path)) == ["a.txt", "z.txt", "a/9.txt", "b/1.txt", "b/2.txt"]


def test_two_articles_with_one_stem_both_keep_their_endings(tmp_path: Path) -> None:
    touch(tmp_path, "a.txt", "a.html", "b.txt")
    assert results(tmp_path) == {"a.txt": ["a.txt.json"], "a.html": ["a.html.json"], "b.txt": ["b.json"]}


def test_names_that_differ_in_capitals_only_do_not_meet_on_another_file_system(tmp_path: Path) -> None:
    touch(tmp_path, "Roma.txt", "roma.html")
    assert results(tmp_path) == {"Roma.txt": ["Roma.txt.json"], "roma.html": ["roma.html.json"]}


def test_a_result_never_falls_on_a_folder_of_results(tmp_path: Path) -> None:
    touch(tmp_path, "a.txt", "a.json/b.txt")
    assert results(tmp_path) == {"a.txt": ["a.txt.json"], "a.json/b.txt": ["a.json/b.json"]}


def test_a_name_too_long_for_its_new_ending_is_shortened(tmp_path: Path) -> None:
    name = "è" * 125 + ".txt"
    touch(tmp_path, name)
    [result] = results(tmp_path)[name]
    assert len(os.fsencode(result)) <= 255
    assert result.startswith("è" * 80)


NAMES = st.lists(
    st.builds("".join, st.lists(st.sampled_from(["a", "A", "b", ".", "txt", ".html", ".json", ".md"]), min_size=1)),
    unique=True,
    max_size=12,
)


@given(names=NAMES, folders=NAMES)
def test_no_two_results_share_a_name_and_no_order_changes_them(names: list[str], folders: list[str]) -> None:
    suffixes = (".json", ".md")
    stems = plan._stems(names, folders, suffixes)
    assert stems == plan._stems(names[::-1], folders[::-1], suffixes)
    written = Counter((stem + suffix).casefold() for stem in stems.values() for suffix in suffixes)
    written.update({folder.casefold() for folder in folders})
    assert set(stems) == set(names)
    assert set(written.values()) <= {1}


def test_hidden_temporary_and_foreign_files_are_no_articles(tmp_path: Path) -> None:
    touch(tmp_path, "a.txt", ".b.txt", "~$c.docx", "d.txt~", "e.txt.part", "f.csv", ".git/g.txt", "h.jpg", "i.JPG")
    passed: Counter[str] = Counter()
    batch = BatchOptions(options=Options(cache=tmp_path))
    assert [found.path for found in plan.find(tmp_path, tmp_path / "out", batch, passed_over=passed)] == ["a.txt"]
    assert passed == {".csv": 1, ".jpg": 2}


def test_globs_take_in_and_leave_out_by_path_or_by_name(tmp_path: Path) -> None:
    touch(tmp_path, "a.txt", "bozze/b.txt", "c.html", "d.log")
    assert list(find(tmp_path, include=("*.txt", "*.log"))) == ["a.txt", "d.log", "bozze/b.txt"]
    assert list(find(tmp_path, exclude=("bozze/*", "c.*"))) == ["a.txt"]


def test_the_output_folder_inside_the_input_folder_is_not_read(tmp_path: Path) -> None:
    touch(tmp_path, "a.txt", "risultati/a.md", "risultati/b/c.html")
    assert list(find(tmp_path, output=tmp_path / "risultati")) == ["a.txt"]


def test_links_that_leave_the_folder_are_refused_and_those_within_are_read(tmp_path: Path) -> None:
    source = tmp_path / "in"
    touch(source, "a.txt", "cartella/b.txt")
    touch(tmp_path, "segreto.txt", "altra/c.txt")
    (source / "dentro.txt").symlink_to("a.txt")
    (source / "fuori.txt").symlink_to(tmp_path / "segreto.txt")
    (source / "su.txt").symlink_to("../segreto.txt")
    (source / "altra").symlink_to(tmp_path / "altra")
    (source / "anello").symlink_to(".")
    (source / "rotto.txt").symlink_to("nulla.txt")
    refused = {path: found.refused for path, found in find(source).items() if found.refused}
    assert refused == {
        "fuori.txt": "a link that leads out of the folder",
        "su.txt": "a link that leads out of the folder",
        "altra": "a link that leads out of the folder",
        "anello": "a link to a folder, which is not followed",
        "rotto.txt": "a link that leads nowhere",
    }
    assert {"a.txt", "dentro.txt", "cartella/b.txt"} == set(find(source)) - set(refused)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_pipe_that_looks_like_an_article_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "tubo.txt")
    assert find(tmp_path)["tubo.txt"].refused == "a pipe or device, not a file"


def test_a_folder_that_cannot_be_listed_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    touch(tmp_path, "a.txt", "chiusa/b.txt")
    listing = os.scandir

    def scandir(path: Path) -> object:
        if Path(path).name == "chiusa":
            raise PermissionError(13, "Permission denied", str(path))
        return listing(path)

    monkeypatch.setattr(os, "scandir", scandir)
    assert {path: found.refused for path, found in find(tmp_path).items()} == {
        "a.txt": "",
        "chiusa": "cannot be listed (Permission denied)",
    }


def test_names_that_are_not_utf8_are_mirrored_as_they_are(tmp_path: Path) -> None:
    name = os.fsdecode(b"citt\xe0.txt")
    try:
        touch(tmp_path, name)
    except OSError:
        pytest.skip("this file system takes UTF-8 names only")
    assert results(tmp_path) == {name: [os.fsdecode(b"citt\xe0.json")]}


def test_folders_that_cannot_serve_are_refused(tmp_path: Path) -> None:
    touch(tmp_path, "a.txt", "in/b.txt")
    with pytest.raises(UsageError, match="read` takes single articles"):
        plan.check_folders(tmp_path / "a.txt", tmp_path / "out")
    with pytest.raises(UsageError, match="folder of their own"):
        plan.check_folders(tmp_path / "in", tmp_path / "in" / ".." / "in")
    with pytest.raises(UsageError, match="name one for the results"):
        plan.check_folders(tmp_path / "in", tmp_path / "a.txt")
