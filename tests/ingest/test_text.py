"""Plain text in all the shapes people save it in, and what becomes of its lines."""

from __future__ import annotations

import textwrap
from collections.abc import Callable

import pytest

from summarizer.article import Article

Read = Callable[..., Article]
Kinds = Callable[[Article], list[tuple[str, str]]]
TITLE = "Manovra, via libera del governo dopo una notte di trattative"


def test_paragraphs_are_parted_by_blank_lines(read_text: Read, kinds: Kinds, body: tuple[str, ...]) -> None:
    article = read_text("\n\n".join((TITLE, *body)))
    assert kinds(article) == [("title", TITLE), *(("body", p) for p in body)]


def test_one_paragraph_a_line_without_blank_lines_works_as_well(
    read_text: Read, kinds: Kinds, body: tuple[str, ...]
) -> None:
    article = read_text("\n".join((TITLE, *body)))
    assert kinds(article) == [("title", TITLE), *(("body", p) for p in body)]


@pytest.mark.parametrize("width", [60, 72, 80])
def test_hard_wrapped_paragraphs_are_joined_again(
    read_text: Read, kinds: Kinds, body: tuple[str, ...], width: int
) -> None:
    wrapped = "\n\n".join(textwrap.fill(p, width, break_on_hyphens=False) for p in (TITLE, *body))
    assert kinds(read_text(wrapped)) == [("title", TITLE), *(("body", p) for p in body)]


def test_hard_wrapped_paragraphs_that_are_only_indented_are_told_apart(read_text: Read, body: tuple[str, ...]) -> None:
    wrapped = "\n".join(textwrap.fill(p, 72, initial_indent="   ", break_on_hyphens=False) for p in body)
    assert [block.text for block in read_text(wrapped).blocks] == list(body)


def test_windows_and_old_mac_line_ends_are_line_ends(read_text: Read, body: tuple[str, ...]) -> None:
    for line_end in ("\r\n", "\r"):
        assert [b.text for b in read_text((line_end * 2).join(body)).blocks] == list(body)


def test_a_word_divided_at_a_line_end_is_one_word_again(read_text: Read) -> None:
    text = (
        "Il presidente della Repubblica ha ricevuto ieri al Quirinale i rappre-\n"
        "sentanti delle associazioni dei consumatori, che da mesi chiedono un\n"
        "incontro sulle misure economico-finanziarie e sui rapporti economico-\n"
        "finanziari con gli altri Paesi, oltre che sul ruolo dell'ex-presi-\n"
        "dente della commissione.\n"
    )
    (block,) = read_text(text).blocks
    assert "rappresentanti delle associazioni" in block.text
    assert "rapporti economico-finanziari con" in block.text
    assert "dell'ex-presidente della" in block.text


def test_a_title_may_be_long_but_must_stand_before_longer_paragraphs(read_text: Read, body: tuple[str, ...]) -> None:
    long_title = " ".join(f"parola{n}" for n in range(40)) + " della nuova legge di bilancio"
    assert read_text("\n\n".join((long_title, body[0] * 3))).title == long_title
    assert read_text(TITLE).title is None
    assert read_text("\n\n".join(body)).title is None


def test_a_first_sentence_with_a_full_stop_is_no_title_but_a_short_question_is(
    read_text: Read, body: tuple[str, ...]
) -> None:
    assert read_text("\n\n".join(("Ieri è caduto il governo.", *body))).title is None
    assert read_text("\n\n".join(("Chi pagherà la manovra?", *body))).title == "Chi pagherà la manovra?"


def test_a_label_in_capitals_above_the_headline_does_not_become_the_title(
    read_text: Read, body: tuple[str, ...]
) -> None:
    article = read_text("\n\n".join(("RETROSCENA", TITLE, *body)))
    assert article.title == TITLE
    assert article.blocks[1].text == "RETROSCENA"


def test_short_lines_between_paragraphs_are_headings(read_text: Read, kinds: Kinds, body: tuple[str, ...]) -> None:
    article = read_text("\n\n".join((TITLE, body[0], "Le reazioni dei sindacati", body[1])))
    assert ("heading", "Le reazioni dei sindacati") in kinds(article)


def test_a_standfirst_under_the_title_is_a_heading(read_text: Read, kinds: Kinds, body: tuple[str, ...]) -> None:
    standfirst = "Tagli per quasi tutti i ministeri, più risorse alla sanità: il testo arriverà in Parlamento lunedì"
    assert kinds(read_text("\n\n".join((TITLE, standfirst, *body))))[1] == ("heading", standfirst)


@pytest.mark.parametrize(
    "caption",
    [
        "Il ministro durante la conferenza stampa (Ansa)",
        "Il ministro durante la conferenza stampa (foto Rossi)",
        "Foto: Ansa/Epa",
        "Nella foto: il ministro con il presidente della Regione",
        "Il ministro arriva a Palazzo Chigi. Foto Mario Rossi",
        "Ph. Luca Bianchi",
    ],
)
def test_lines_with_a_photo_credit_are_captions_wherever_they_stand(
    read_text: Read, kinds: Kinds, body: tuple[str, ...], caption: str
) -> None:
    article = read_text("\n\n".join((TITLE, body[0], caption, body[1])))
    assert kinds(article)[2] == ("caption", caption)


def test_a_short_line_behind_the_last_paragraph_is_a_caption(
    read_text: Read, kinds: Kinds, body: tuple[str, ...]
) -> None:
    assert kinds(read_text("\n\n".join((*body, "Palazzo Chigi di notte"))))[-1] == ("caption", "Palazzo Chigi di notte")


def test_many_short_lines_behind_the_last_paragraph_are_no_captions(read_text: Read, body: tuple[str, ...]) -> None:
    agenda = "Gli appuntamenti di domani\nRoma, ore 10: il rapporto\nMilano, ore 11: il piano del verde"
    article = read_text("\n\n".join((*body, agenda)))
    assert [block.kind for block in article.blocks[-3:]] == ["body"] * 3


def test_a_long_last_paragraph_without_its_full_stop_stays_body(read_text: Read, body: tuple[str, ...]) -> None:
    assert read_text("\n\n".join((*body, body[0].rstrip(".")))).blocks[-1].kind == "body"


def test_an_agency_in_brackets_behind_a_full_stop_makes_no_caption(read_text: Read, body: tuple[str, ...]) -> None:
    last = "Il ministro ha lasciato Palazzo Chigi in serata. Non ha risposto alle domande. (ANSA)"
    assert read_text("\n\n".join((*body, last))).blocks[-1].kind == "body"
    assert read_text("\n\n".join((body[0], last, body[1]))).blocks[1].kind == "body"


@pytest.mark.parametrize("bullet", ["- ", "* ", "• ", "▪ "])
def test_bulleted_lines_become_list_items_without_their_bullets(
    read_text: Read, kinds: Kinds, body: tuple[str, ...], bullet: str
) -> None:
    items = ("meno tasse per le imprese", "più fondi per la scuola", "un bonus per le famiglie")
    article = read_text("\n\n".join((body[0], "\n".join(bullet + item for item in items), body[1])))
    assert [text for kind, text in kinds(article) if kind == "list"] == list(items)


def test_numbered_lines_that_count_up_become_list_items(read_text: Read, kinds: Kinds, body: tuple[str, ...]) -> None:
    article = read_text(f"{body[0]}\n\n1. meno tasse per le imprese\n2. più fondi per la scuola\n\n{body[1]}")
    assert [text for kind, text in kinds(article) if kind == "list"] == [
        "meno tasse per le imprese",
        "più fondi per la scuola",
    ]


def test_a_number_that_only_opens_a_paragraph_stays(read_text: Read, body: tuple[str, ...]) -> None:
    paragraph = "12. È questo il numero delle vittime accertate finora dalla Protezione civile."
    assert read_text("\n\n".join((body[0], paragraph, body[1]))).blocks[1].text == paragraph


def test_the_dashes_of_an_interview_make_no_list(read_text: Read, kinds: Kinds, body: tuple[str, ...]) -> None:
    article = read_text("\n\n".join((TITLE, "- Ministro, chi pagherà?", body[0], "– E la scuola?", body[1])))
    assert "list" not in [kind for kind, _ in kinds(article)]
    assert "– E la scuola?" in [text for _, text in kinds(article)]


def test_white_space_is_folded_and_letters_are_composed(read_text: Read) -> None:
    article = read_text("Il  caffe\u0300\u00a0della   citta\u0300\tè chiuso da ieri per lavori.")
    assert article.blocks[0].text == "Il caffè della città è chiuso da ieri per lavori."
