"""Hints come from what words are aligned with, and go into sources without touching anything else."""

from __future__ import annotations

import sys

import numpy as np
import pytest

from summarizer.engines.hints import MARK, hints_file
from summarizer.errors import UsageError
from training import hints, train
from training.hinting import Hinter, Hinting
from training.hints import Counts
from training.parts import EOS, read_corpus, read_meta
from training.pieces import FILE, read

PAIR = ("L'omologo firma.", "The Counterpart signs.")
LINKS = [(0, 0), (1, 1), (2, 2)]


@pytest.fixture(autouse=True)
def _few_function_words(monkeypatch):
    monkeypatch.setattr(hints, "FUNCTION_WORDS", 0)


def counted(*pairs):
    counts = Counts()
    for source, target, links in pairs:
        counts.add(source, target, links)
    return dict(counts.hints())


def test_a_word_gets_what_it_is_aligned_with_most_often():
    other = ("Un omologo.", "A colleague.", [(0, 0), (1, 1)])
    assert counted((*PAIR, LINKS), (*PAIR, LINKS), other) == {"omologo": "Counterpart", "firma": "signs"}


def test_one_meeting_or_a_small_share_of_many_is_not_enough():
    assert counted((*PAIR, LINKS)) == {}
    unaligned = ("Un omologo.", "A colleague.", [])
    assert "omologo" not in counted(*[(*PAIR, LINKS)] * 2, *[unaligned] * 19)


def test_frequent_words_short_words_and_names_that_stay_as_they_are_get_none(monkeypatch):
    pair = ("Il re incontra Merkel.", "The king meets Merkel.", [(0, 0), (1, 1), (2, 2), (3, 3)])
    assert counted(pair, pair) == {"incontra": "meets"}
    monkeypatch.setattr(hints, "MOST_FREQUENT", 1)
    assert counted(pair, pair) == {}


def test_a_function_word_is_no_hint(monkeypatch):
    pair = ("Elimineremo le tasse.", "We will cut the taxes.", [(0, 1), (2, 4)])
    assert counted(pair, pair) == {"elimineremo": "will", "tasse": "taxes"}
    other = ("Il re.", "He will see the king.", [])
    monkeypatch.setattr(hints, "FUNCTION_WORDS", 2)
    assert counted(pair, pair, *[other] * 3) == {"tasse": "taxes"}


def test_a_frequent_word_is_listed_without_a_hint_where_another_form_has_one(monkeypatch):
    one, many = ("Il governo.", "The government.", [(1, 1)]), ("I governi.", "The governments.", [(1, 1)])
    monkeypatch.setattr(hints, "MOST_FREQUENT", 2)
    assert counted(*[one] * 3, many, many) == {"governi": "governments", "governo": ""}


def test_a_hint_that_is_the_word_itself_needs_most_of_its_links():
    english = ("The case rests.", "The case rests.", [(1, 1)])
    italian = ("Le case bianche.", "The white houses.", [(1, 2)])
    assert counted(*[english] * 3, *[italian] * 2)["case"] == "case"
    assert counted(*[english] * 3, *[italian] * 4)["case"] == "houses"
    mixed = ("Le case.", "The homes.", [(1, 1)])
    assert counted(*[english] * 4, *[italian] * 3, *[mixed] * 2)["case"] == "houses"


def test_a_hint_is_written_as_the_word_mostly_is_within_a_sentence():
    turkish = ("Il governo turco.", "The Turkish government.", [(2, 1), (1, 2)])
    heading = ("Il governo turco.", "THE TURKISH GOVERNMENT.", [(2, 1), (1, 2)])
    assert counted(turkish, *[heading] * 5) == {"governo": "government", "turco": "Turkish"}


def test_an_acronym_is_written_in_capitals():
    pair = ("Gli aiuti comunitari.", "The EU aid.", [(1, 2), (2, 1)])
    site = ("Gli aiuti comunitari.", "The eu aid.", [(1, 2), (2, 1)])
    assert counted(*[pair] * 2, site) == {"aiuti": "aid", "comunitari": "EU"}


def test_a_dictionary_entry_is_evidence_enough():
    assert counted(("molibdeno", "molybdenum", [])) == {"molibdeno": "molybdenum"}
    assert counted(("il molibdeno", "the molybdenum", [(1, 1)])) == {}


def test_a_word_seen_often_without_a_hint_of_its_own_gets_none_of_another_form(monkeypatch):
    spoken, unlinked = ("Li esortava.", "He urged them.", [(1, 1)]), ("Li esortò.", "They came.", [])
    assert counted(spoken, spoken, unlinked) == {"esortava": "urged"}
    monkeypatch.setattr(hints, "SEEN_ENOUGH", 0)
    assert counted(spoken, spoken, unlinked) == {"esortava": "urged", "esortò": ""}


@pytest.fixture
def hinted(prepared, tmp_path):
    """The prepared folder with a hint for every word of the first source."""
    folder = tmp_path / "prepared"
    folder.mkdir()
    for path in prepared.iterdir():
        if path.is_file():
            (folder / path.name).write_bytes(path.read_bytes())
    processor = read(folder / FILE)
    text = processor.decode(read_corpus(folder).source(0).tolist()[1:-1])
    lines = "".join(f"{word}\tgloss\n" for word in dict.fromkeys(hints.words(text)))
    hints_file(folder, ">>eng<<").write_text(lines, encoding="utf-8")
    return folder


def test_a_hinted_source_is_the_source_with_hints(hinted):
    processor, source = read(hinted / FILE), read_corpus(hinted).source(0).tolist()
    hinter = Hinter(hinted, processor)
    made = list(hinter(source))
    mark, gloss = processor.piece_to_id(MARK), processor.encode("gloss")
    assert made.count(mark) > 0
    assert made[0] == source[0]
    assert made[-1] == EOS
    while mark in made:
        at = made.index(mark)
        assert made[at + 1 : at + 1 + len(gloss)] == gloss
        del made[at : at + 1 + len(gloss)]
    assert made == source


def test_in_training_some_hints_and_some_pairs_go_without(hinted):
    processor, corpus = read(hinted / FILE), read_corpus(hinted)
    hinting, rng = Hinting(Hinter(hinted, processor), None), np.random.default_rng(1)
    mark = processor.piece_to_id(MARK)
    numbers = [hinting(corpus.source(0), corpus.target(0), rng)[0].count(mark) for _ in range(200)]
    assert 0 < numbers.count(0) < 100
    assert len(set(numbers)) > 2
    assert list(hinting(corpus.source(0), corpus.target(0), rng)[1]) == corpus.target(0).tolist()


def test_without_a_file_nothing_changes(prepared):
    hinter, source = Hinter(prepared, read(prepared / FILE)), read_corpus(prepared).source(0).tolist()
    assert not hinter
    assert list(hinter(source)) == source


def test_validation_sees_the_hints_too(hinted):
    processor, meta = read(hinted / FILE), read_meta(hinted)
    pairs = Hinter(hinted, processor).validation(meta).dev["en"]
    assert any(processor.piece_to_id(MARK) in pair.source for pair in pairs)
    assert [pair.target for pair in pairs] == [pair.target for pair in meta.dev["en"]]


def test_a_run_with_hints_trains_and_exports_them(hinted, toy_arguments, tmp_path):
    from training import export

    state, out = tmp_path / "state", tmp_path / "model"
    train.main([str(hinted), str(state), *toy_arguments, "--until", "0.003", "--dev-lines", "0"])
    export.main([str(hinted), str(state / "state.pt"), str(out)])
    assert hints_file(out, ">>eng<<").read_bytes() == hints_file(hinted, ">>eng<<").read_bytes()


def test_the_aligner_is_asked_for_where_it_is_missing(prepared, monkeypatch):
    monkeypatch.setitem(sys.modules, "eflomal", None)
    with pytest.raises(UsageError, match="pip install eflomal"):
        hints.main([str(prepared)])


def test_hints_are_made_from_a_prepared_folder(hinted):
    pytest.importorskip("eflomal", reason="the word aligner is not installed")
    hints.main([str(hinted)])
    lines = hints_file(hinted, ">>eng<<").read_text(encoding="utf-8").splitlines()
    assert len(lines) > 5
    assert all(len(line.split("\t")) == 2 for line in lines)
