"""Preparation cleans, filters and keeps every evaluation sentence out; the check finds what slips through."""

from __future__ import annotations

import json

import pytest
from sentencepiece import SentencePieceProcessor

from summarizer.errors import UsageError
from training import check_overlap, prepare, testsets
from training.cleaning import HeldOut, clean, digest, fault, numbers_agree
from training.parts import PartWriter, read_corpus, read_meta
from training.prepare import Filter
from training.sources import DEFAULT_CLASSES, Source, load, reweighted

HELD = "Il presidente turco ha incontrato ad Ankara il suo omologo del Kazakistan."
SOURCES = {
    "gate": Source("gate", "r", "open", "MIT", "d", 1.0),
    "names": Source("names", "r", "open", "MIT", "d", 1.0, copies=True),
    "paid": Source("paid", "r", "non-commercial", "NC", "d", 1.0),
    "off": Source("off", "r", "open", "MIT", "d", 0.0),
}


@pytest.fixture
def keep():
    return Filter(SOURCES, DEFAULT_CLASSES, HeldOut([HELD]))


def test_a_good_pair_is_kept_cleaned(keep):
    pair = keep("gate", 1.0, "L’uomo  disse: «Sì»\u200b.", "The man said: “Yes”.")
    assert (pair.italian, pair.translation) == ('L\'uomo disse: "Sì".', 'The man said: "Yes".')


@pytest.mark.parametrize(
    ("name", "italian", "english", "reason"),
    [
        ("gate", HELD.upper() + "..", "On Monday he received his counterpart from Astana.", "held out: sentence"),
        ("gate", "Ieri " + HELD[:-1].replace("turco", "Turco,") + " e altri.", "Yesterday.", "shape: ratio"),
        ("gate", "Ieri il presidente turco ha incontrato ad Ankara il suo rivale.",
         "Yesterday the Turkish president met his rival in Ankara.", "held out: 8-gram"),
        ("paid", "Buongiorno a tutti.", "Good morning to all.", "licence: non-commercial"),
        ("off", "Buongiorno a tutti.", "Good morning to all.", "weight 0"),
        ("gate", "", "Nothing.", "shape: empty"),
        ("gate", "uguale", "uguale", "shape: copy"),
        ("gate", "Che disastro.", "What a shit show.", "vulgar"),
        ("gate", "parola " * 120, "word " * 120, "shape: long"),
    ],
)  # fmt: skip
def test_a_pair_is_dropped_and_the_reason_counted(keep, name, italian, english, reason):
    assert keep(name, 1.0, italian, english) is None
    assert dict(keep.dropped) == {reason: 1}


def test_duplicates_are_dropped_whatever_their_case_and_punctuation(keep):
    assert keep("gate", 1.0, "Buongiorno a tutti.", "Good morning to all.")
    assert keep("gate", 1.0, "Buongiorno, a tutti!", "GOOD MORNING to all") is None
    assert keep.dropped == {"duplicate": 1}
    keep.start("en")
    assert keep("gate", 1.0, "Buongiorno a tutti.", "Good morning to all."), "another target language"


def test_names_that_stay_as_they_are_may_be_copies(keep):
    assert keep("names", 1.0, "Ankara", "Ankara")


def test_pairs_above_the_score_or_with_other_numbers_are_dropped_where_asked_for():
    keep = Filter(SOURCES, DEFAULT_CLASSES, HeldOut([]), max_score=5.0, agreeing_numbers=True)
    assert keep("gate", 6.0, "Buongiorno a tutti.", "Good morning to all.") is None
    assert keep("gate", float("nan"), "Nel 1.250 erano 30.", "In 1,250 they were 40.") is None
    assert keep("gate", float("nan"), "Nel 1.250 erano 30.", "In 1,250 they were 30.")


def test_a_corpus_of_unknown_licence_is_an_error(keep):
    with pytest.raises(UsageError, match="'mystery' is not in the list of sources"):
        keep("mystery", 1.0, "Ciao a tutti.", "Hello to all.")


@pytest.mark.parametrize("words", [slice(0, 8), slice(-8, None)])
def test_a_run_of_eight_words_is_an_overlap_wherever_it_stands_and_one_of_seven_is_not(words):
    run = HELD.rstrip(".").split()[words]
    held_out = HeldOut([HELD])
    assert held_out.overlap("Si dice: " + " ".join(run)) == "8-gram"
    assert held_out.overlap("Si dice: " + " ".join(run[:-1]) + " altro") is None


def test_keys_and_numbers():
    assert digest("Ciao, mondo", "Hello") == digest("ciao mondo!", "HELLO.")
    assert digest("a b", "c") != digest("a", "b c")
    assert numbers_agree("10 miliardi", "10 billion")
    assert not numbers_agree("10 maggio 2022", "10 May 2023")
    assert fault("Sì", "Yes") is None


def test_every_source_has_a_licence_class_and_the_defaults_leave_out_what_is_not_for_commercial_use():
    known = load()
    assert known["authored"].licence_class == "own"
    assert known["javascript-info"].licence_class == "non-commercial"
    assert not {"research", "non-commercial"} & set(DEFAULT_CLASSES)


def test_a_list_of_sources_with_a_mistake_names_the_entry(tmp_path):
    path = tmp_path / "sources.toml"
    path.write_text('[source.gate]\nclass = "free"\n')
    with pytest.raises(UsageError, match="source gate: class must be one of"):
        load(path)


ENTRY = '[source.{}]\nrepository = "r"\nclass = "open"\nlicence = "MIT"\ndomain = "d"\nweight = 2\n'


def test_a_cool_down_takes_its_own_weights_where_a_source_has_them(prepared, tmp_path):
    path = tmp_path / "sources.toml"
    path.write_text(ENTRY.format("gate") + "annealed = 0.5\n" + ENTRY.format("authored"))
    meta = read_meta(prepared)

    def weights(annealed):
        return {group.source: group.weight for group in reweighted(meta, path, annealed=annealed).groups}

    assert weights(False) == {"gate": 2, "authored": 2}
    assert weights(True) == {"gate": 0.5, "authored": 2}
    path.write_text(ENTRY.format("gate"))
    with pytest.raises(UsageError, match="no source 'authored'"):
        reweighted(meta, path)


@pytest.mark.parametrize("line", ["annealed = -1", 'annealed = "much"', "annealed = true"])
def test_a_weight_that_is_no_weight_is_refused(tmp_path, line):
    path = tmp_path / "sources.toml"
    path.write_text(ENTRY.format("gate") + line)
    with pytest.raises(UsageError, match="source gate: annealed must be"):
        load(path)


def test_prepared_data_decodes_to_the_corpora_behind_the_tag_of_its_language(prepared, corpora):
    processor = SentencePieceProcessor(model_file=str(prepared / "spm.model"))
    corpus, meta = read_corpus(prepared), read_meta(prepared)
    assert len(corpus) == sum(group.pairs for group in meta.groups)
    assert {group.source for group in meta.groups} == {"gate", "authored"}
    first = corpus.source(0).tolist()
    assert processor.id_to_piece(first[0]) == ">>eng<<"
    assert first[-1] == 0
    assert processor.decode(first[1:-1]).startswith("Il ")
    assert meta.pad == processor.get_piece_size() == meta.vocabulary - 1
    flores = testsets.read(corpora, "flores-dev", "en")
    assert [pair.reference for pair in meta.dev["en"]] == list(flores.references)


def test_pieces_split_digits_and_write_unknown_characters_as_bytes(prepared):
    processor = SentencePieceProcessor(model_file=str(prepared / "spm.model"))
    assert len([piece for piece in processor.encode("2024", out_type=str) if piece != "▁"]) == 4
    ids = processor.encode("Erdoğan 東")
    assert processor.unk_id() not in ids
    assert processor.decode(ids) == "Erdoğan 東"


def test_planted_evaluation_sentences_are_neither_prepared_nor_missed_by_the_check(prepared, corpora, tmp_path, capsys):
    assert check_overlap.main([str(corpora), str(prepared)]) == 0
    assert "pairs that hold an evaluation sentence: 0" in capsys.readouterr().out
    assert json.loads((prepared / "meta.json").read_text())["dropped"]["held out: 8-gram"] > 0
    planted = testsets.read(corpora, "pud", "en")
    processor = SentencePieceProcessor(model_file=str(prepared / "spm.model"))
    (tmp_path / "spm.model").write_bytes((prepared / "spm.model").read_bytes())
    with PartWriter(tmp_path) as writer:
        writer.write(0, [*processor.encode("Ciao a tutti."), 0], [*processor.encode(planted.references[0]), 0])
        writer.write(0, [*processor.encode("Ciao a tutti."), 0], [*processor.encode("Hello to all."), 0])
    assert check_overlap.main([str(corpora), str(tmp_path)]) == 1
    out = capsys.readouterr().out
    assert "training pairs read back: 2" in out
    assert "pairs that hold an evaluation sentence: 1" in out


def test_a_line_with_a_column_too_few_is_named(tmp_path):
    import lzma

    (tmp_path / "parallel").mkdir()
    with lzma.open(tmp_path / "parallel" / "it-en.tsv.xz", "wt") as file:
        file.write("gate\t1.0\tCiao\n")
    with pytest.raises(UsageError, match="line 1 has 3 columns, 4 were expected"):
        list(prepare.read_pairs(tmp_path, "en"))


def test_cleaning_is_what_the_program_does_to_a_sentence():
    from summarizer.translation.normalize import normalize

    text = "«È l’UAV\u00a0Anka», ha detto…"
    assert clean(text) == normalize(text) == '"È l\'UAV Anka", ha detto...'
