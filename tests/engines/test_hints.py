"""Hints stand behind the words that they belong to, change nothing else, and are only given where they can be right."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from summarizer.engines.batched import BatchedEngine, Decoded
from summarizer.engines.codec import AutoCodec, MarianCodec
from summarizer.engines.hints import MARK, Hints, hints_file
from summarizer.engines.interface import Decoding, Hypothesis, Task
from summarizer.engines.special import special_tokens
from summarizer.errors import EngineError
from summarizer.models import store

EMBEDDED = Path(store.__file__).parent / "embedded"
ENGLISH = Task(prefix=">>eng<< ")
TABLE = {"omologo": "counterpart", "kazako": "Kazakh", "rossi": "red", "turchia": "Turkey", "sbocco": "outlet"}


def given(text: str) -> list[tuple[str, str]]:
    return list(Hints(TABLE).tokens(text))


def test_a_hint_follows_the_word_with_its_marks_and_without_its_article() -> None:
    text = "Ha visto l'omologo, kazako anche lui."
    hinted = {"l'omologo,": "counterpart", "kazako": "Kazakh"}
    assert given(text) == [(word, hinted.get(word, "")) for word in text.split()]


def test_a_text_without_hints_is_whole() -> None:
    assert given("Nessuna  parola rara.") == [("Nessuna", ""), ("parola", ""), ("rara.", "")]
    assert given("") == []
    assert given("   ") == []


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("Rossi di vergogna.", "red"),
        ("Il signor Rossi.", ""),
        ("La Turchia firma.", "Turkey"),
        ("IL KAZAKO FIRMA.", ""),
        ("Con il KazAko.", ""),
    ],
)
def test_a_capital_in_mid_sentence_is_a_name_unless_the_hint_is_one_too(text: str, hint: str) -> None:
    assert "".join(found for _, found in given(text)) == hint


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("omologhi", "counterpart"),
        ("omologa", "counterpart"),
        ("kazake", "Kazakh"),
        ("omologando", ""),
        ("sbocchi", "outlet"),
        ("rossa", ""),
    ],
)
def test_a_word_without_a_hint_has_that_of_another_of_its_forms(text: str, hint: str) -> None:
    assert "".join(found for _, found in given(text)) == hint


def test_a_word_with_an_empty_hint_gets_none() -> None:
    assert list(Hints({"governi": "governments", "governo": ""}).tokens("il governo")) == [("il", ""), ("governo", "")]


EXPRESSIONS = {
    "si legge": "reads",
    "si legge tra": "it reads among",
    "vale a dire": "that is to say",
    "Casa Bianca": "White House",
    "dire": "say",
    "legge": "law",
}


@pytest.mark.parametrize(
    ("text", "hints"),
    [
        ("Si legge nella nota.", {1: "reads"}),  # a sentence may begin with it
        ("Non si legge.", {2: "reads"}),
        ("Come si legge tra le righe.", {3: "it reads among"}),  # the longest
        ("Dove si «legge» poco.", {2: "law"}),  # not over a mark
        ("Ma si, legge molto.", {2: "law"}),
        ("Poco, vale a dire.", {3: "that is to say"}),  # one hint for all its words
        ("Alla “Casa Bianca”.", {2: "White House"}),
        ("La casa bianca.", {}),  # a capital is part of it
        ("Non si", {}),  # the text ends within it
        ("Non vale a", {}),
        ("– si legge –", {2: "reads"}),
    ],
)
def test_an_expression_has_one_hint_behind_its_last_word(text: str, hints: dict[int, str]) -> None:
    tokens = [(token, hints.get(place, "")) for place, token in enumerate(text.split())]
    assert list(Hints(EXPRESSIONS).tokens(text)) == tokens


def test_an_expression_is_not_put_in_afterwards() -> None:
    assert Hints({"capo redattore": "editor"}).translated("Il capo redattore.", ["The capo redattore."]) == [
        "The capo redattore."
    ]


@pytest.mark.parametrize(
    ("source", "translation", "wanted"),
    [
        ("Una sommossa.", "One sommossa.", "One riot."),
        ("Una sommossa e due sommosse.", "A riot and two sommosse.", "A riot and two riot."),
        ("Il suo omologo kazako parla.", "His Kazakh counterpart kazako speaks.", "His Kazakh counterpart speaks."),
        ("Il kazako parla.", "The Kazakh whom all had long expected kazako speaks.", None),  # too far to be the same
        ("Il kazako Tokayev parla.", "The Kazako Kazakh Tokayev speaks.", "The Kazakh Tokayev speaks."),
        ("Una sommossa.", "Sommossa in town.", "Riot in town."),
        ("Kazako, il kazako.", "Kazako Kazakh.", None),  # also a name, as far as its capital tells
        ("Il signor Sommossa.", "Mr Sommossa.", None),  # a name
        ("Il signor Sommossa e la sommossa.", "Mr Sommossa and the riot.", None),
        ("La parola sommossa.", "The word “sommossa”.", None),  # spoken of
        ("La grave sommossa.", "The grave riot.", None),  # English: the hint of another word
        ("Il robot parla.", "The robot speaks.", None),  # the hint is another form of it
        ("Una contro-sommossa.", "A contro-sommossa.", None),  # part of a word
        ("Una parola.", "One word.", None),
    ],
)
def test_a_word_that_was_not_translated_gives_way_to_its_hint(
    source: str, translation: str, wanted: str | None
) -> None:
    table = TABLE | {"sommossa": "riot", "grave": "serious", "tomba": "grave", "robot": "robots"}
    assert Hints(table).translated(source, [translation]) == [wanted or translation]


@pytest.mark.parametrize(
    "content",
    [
        b"omologo\tcounterpart\nomologo\n",
        b"omologo\tcounter\tpart\n",
        b"omologo\tcounter\tpart\nsommossa\n",  # as many tabs as lines
        b"omologo\tcounterpart\nsommossa\tri",  # cut off
        b"\xff\xfe",
    ],
)
def test_a_damaged_file_is_named(tmp_path: Path, content: bytes) -> None:
    file = hints_file(tmp_path, ">>eng<<")
    file.write_bytes(content)
    with pytest.raises(EngineError, match=r"hints\.eng\.tsv"):
        Hints.read(file)


@pytest.fixture(scope="module")
def hinted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped model's tokenizer with the hints of these tests."""
    folder = tmp_path_factory.mktemp("hinted")
    for name in ("config.json", "source.spm", "target.spm", "vocab.json", "tokenizer_config.json"):
        shutil.copyfile(EMBEDDED / name, folder / name)
    lines = (f"{word}\t{hint}\n" for word, hint in TABLE.items())
    hints_file(folder, ">>eng<<").write_text("".join(lines), encoding="utf-8")
    return folder


def test_the_tokens_without_the_hints_are_those_of_the_text_alone(hinted: Path) -> None:
    text = "L'incontro con l'omologo kazako: uno «sbocco», dice, anche per la Turchia."
    with_hints = MarianCodec(hinted).encode(text, ENGLISH)
    hints_file(hinted, ">>eng<<").rename(hinted / "away")
    plain = MarianCodec(hinted).encode(text, ENGLISH)
    (hinted / "away").rename(hints_file(hinted, ">>eng<<"))
    codec = MarianCodec(hinted)
    left = with_hints
    for hint in ("counterpart", "Kazakh", "outlet", "Turkey"):
        run = [MARK, *codec.encode(hint, Task())[:-1]]
        at = left.index(MARK)
        assert left[at : at + len(run)] == run
        left = left[:at] + left[at + len(run) :]
    assert left == plain
    assert MARK not in plain


def test_both_codecs_give_the_same_hints(hinted: Path) -> None:
    text = "Con l'omologo kazako."
    tokens = MarianCodec(hinted).encode(text, ENGLISH)
    assert MARK in tokens
    assert AutoCodec(hinted).encode(text, ENGLISH) == tokens


def test_the_first_word_is_the_first_behind_a_tag_as_well(hinted: Path) -> None:
    assert MARK in MarianCodec(hinted).encode("Omologo di nessuno.", ENGLISH)


def test_without_a_tag_or_for_another_language_there_are_no_hints(hinted: Path) -> None:
    assert MARK not in MarianCodec(hinted).encode("Con l'omologo.", Task())


def test_a_text_cannot_write_the_mark_itself(hinted: Path) -> None:
    for text in ("Un <0x01> counterpart.", "Un \x01 counterpart."):
        assert MARK not in MarianCodec(hinted).encode(text, ENGLISH)


def test_both_codecs_complete_a_translation(hinted: Path) -> None:
    for codec in (MarianCodec(hinted), AutoCodec(hinted)):
        assert codec.complete("Un omologo.", ["One omologo."], ENGLISH) == ["One counterpart."]
        assert codec.complete("Un omologo.", ["One omologo."], Task()) == ["One omologo."]


def test_an_engine_completes_every_hypothesis(hinted: Path) -> None:
    class Copying(BatchedEngine[str]):
        """Leaves everything as it is."""

        name, precision = "copying", "none"

        def _encode(self, text: str, task: Task) -> list[str]:
            return text.split()

        def _begin(self, sources: list[list[str]], task: Task, decoding: Decoding) -> Decoded:
            texts = [" ".join(source) for source in sources]
            return lambda: [Hypothesis(t, 1, 0.0, False, others=(Hypothesis(f"{t}!", 1, 0.0, False),)) for t in texts]

    made = Copying(MarianCodec(hinted), special_tokens(hinted), max_source_tokens=64).generate(
        ["un omologo", "uno sbocco largo"], ENGLISH, Decoding()
    )
    assert [hypothesis.text for hypothesis in made] == ["un counterpart", "uno outlet largo"]
    assert [other.text for hypothesis in made for other in hypothesis.others] == [
        "un counterpart!",
        "uno outlet largo!",
    ]
