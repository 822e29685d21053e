from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from summarizer.article import Article, Block, BlockKind, Sentence
from summarizer.errors import UsageError
from summarizer.summarization.extractive import candidates, choose, stems
from summarizer.summarization.interface import Length


def article(*blocks: tuple[BlockKind, list[str]]) -> tuple[Article, list[Sentence]]:
    made, sentences = [], []
    for index, (kind, texts) in enumerate(blocks):
        text, start = " ".join(texts), 0
        made.append(Block(kind, text))
        for part in texts:
            sentences.append(Sentence(len(sentences) + 1, index, start, start + len(part), part))
            start += len(part) + 1
    title = next((b.text for b in made if b.kind == "title"), None)
    return Article("a.txt", "0" * 64, "text", "it", tuple(made), title=title), sentences


NEWS = article(
    ("title", ["Accordo sul porto di Trieste tra governo e sindacati"]),
    (
        "body",
        [
            "Governo e sindacati hanno firmato ieri a Roma l'accordo sul porto di Trieste, dopo tre mesi di scioperi.",
            "L'accordo prevede 420 assunzioni nel porto e un fondo di 30 milioni di euro per la sicurezza.",
        ],
    ),
    (
        "body",
        [
            "Del resto, nessuno se lo aspettava.",
            "I sindacati di Trieste parlano di una vittoria dei lavoratori del porto, che ora voteranno l'accordo.",
            "E chi lo avrebbe mai detto?",
            "Il sole splendeva sulla piazza e qualche turista fotografava i gabbiani.",
        ],
    ),
    ("body", ["Il voto dei lavoratori sull'accordo è atteso per venerdì nel terminal del porto di Trieste."]),
    ("caption", ["Il porto di Trieste visto dal colle di San Giusto dopo l'accordo tra governo e sindacati"]),
)


def test_the_matter_of_the_article_is_chosen_and_the_colour_is_not() -> None:
    texts = [s.text for s in choose(*NEWS, Length("3"))]
    assert any("hanno firmato ieri" in t for t in texts)
    assert not any("gabbiani" in t or "Del resto" in t or t.endswith("?") for t in texts)


def test_headline_and_captions_are_never_chosen() -> None:
    assert {NEWS[0].blocks[s.block].kind for s in choose(*NEWS, Length("100"))} == {"body"}


def test_the_chosen_come_in_reading_order() -> None:
    ids = [s.id for s in choose(*NEWS, Length("4"))]
    assert ids == sorted(ids)


def test_two_sentences_that_say_the_same_are_not_both_chosen() -> None:
    same = "La banca centrale europea ha alzato i tassi di interesse di mezzo punto percentuale a Francoforte."
    subject = article(
        ("title", ["Tassi, la banca centrale alza di mezzo punto"]),
        (
            "body",
            [same, same.replace("ha alzato", "alza"), "I mercati hanno reagito con forti cali a Milano e Parigi."],
        ),
    )
    texts = [s.text for s in choose(*subject, Length("2"))]
    assert any("mercati" in t for t in texts)


def test_an_article_of_captions_alone_still_has_a_summary() -> None:
    subject = article(("caption", ["Il ministro della difesa a colloquio con i generali a Roma."]))
    assert len(choose(*subject, Length("2"))) == 1


def test_stems_bring_forms_of_a_word_together_and_leave_function_words_out() -> None:
    assert set(stems("I lavoratori del porto")) & set(stems("il lavoratore dei porti"))
    assert stems("di che non sono stati") == []
    assert "accord" in stems("L'accordo")


@pytest.mark.parametrize(
    ("text", "available", "sentences"),
    [
        ("short", 20, 2),
        ("medium", 20, 4),
        ("long", 20, 8),
        ("7", 20, 7),
        ("7", 3, 3),
        ("medium", 1, 1),
        ("short", 0, 0),
    ],
)
def test_length_is_a_name_or_a_number_of_sentences(text: str, available: int, sentences: int) -> None:
    assert Length(text).sentences(available) == sentences


@pytest.mark.parametrize("text", ["", "0", "-1", "tiny", "1000", "3.5"])
def test_any_other_length_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="short, medium, long"):
        Length(text)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.text(alphabet=st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60), min_size=1, max_size=12
    ),
    st.integers(1, 6),
)
def test_any_text_can_be_summarised(texts: list[str], count: int) -> None:
    subject = article(("body", texts))
    chosen = choose(*subject, Length(str(count)))
    assert len(chosen) == min(count, len(candidates(*subject)))
    assert len({s.id for s in chosen}) == len(chosen)
