"""Byline and date line become metadata; what only looks like one stays in the text."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from summarizer.article import Article
from summarizer.ingest.dates import iso_date

Read = Callable[..., Article]
TITLE = "Manovra, via libera del governo dopo una notte di trattative"


@pytest.mark.parametrize(
    ("byline", "author"),
    [
        ("di Mario Rossi", "Mario Rossi"),
        ("di Anna De Luca e Carlo Dell'Acqua", "Anna De Luca e Carlo Dell'Acqua"),
        ("a cura di Maria Grazia Conti", "Maria Grazia Conti"),
    ],
)
def test_a_byline_becomes_the_author(read_text: Read, body: tuple[str, ...], byline: str, author: str) -> None:
    article = read_text("\n\n".join((TITLE, byline, *body)))
    assert article.author == author
    assert [block.text for block in article.blocks] == [TITLE, *body]
    assert [(piece.text, piece.reason) for piece in article.dropped] == [(byline, "byline")]


@pytest.mark.parametrize(
    "line",
    ["Di Maio attacca Salvini", "di corsa", "di Mario Rossi non si hanno più notizie", "Mario Rossi", "DI MAIO LASCIA"],
)
def test_what_is_no_byline_stays(read_text: Read, body: tuple[str, ...], line: str) -> None:
    article = read_text("\n\n".join((TITLE, line, *body)))
    assert article.author is None
    assert line in [block.text for block in article.blocks]


def test_only_the_first_byline_is_one(read_text: Read, body: tuple[str, ...]) -> None:
    article = read_text("\n\n".join((TITLE, "di Mario Rossi", "di Anna Conti", *body)))
    assert article.author == "Mario Rossi"
    assert "di Anna Conti" in [block.text for block in article.blocks]


@pytest.mark.parametrize(
    "line",
    [
        "12 maggio 2022",
        "Pubblicato il 12 maggio 2022 alle 10:30",
        "12/05/2022",
        "Giovedì 12 maggio 2022, ore 10.30",
        "Pubblicato: 12-05-2022 | Aggiornato: 13-05-2022 09:00",
    ],
)
def test_a_date_line_becomes_the_date(read_text: Read, body: tuple[str, ...], line: str) -> None:
    article = read_text("\n\n".join((TITLE, line, *body)))
    assert article.date == "2022-05-12"
    assert line not in [block.text for block in article.blocks]


def test_a_date_in_a_sentence_stays_there(read_text: Read, body: tuple[str, ...]) -> None:
    sentence = "Il 12 maggio 2022 la legge è stata approvata."
    article = read_text("\n\n".join((TITLE, sentence, *body)))
    assert article.date is None
    assert article.blocks[1].text == sentence


def test_names_of_sections_above_the_headline_go(read_text: Read, body: tuple[str, ...]) -> None:
    article = read_text("\n\n".join(("Esteri", TITLE, *body)))
    assert article.title == TITLE
    assert [(piece.text, piece.reason) for piece in article.dropped] == [("Esteri", "section label")]


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("2022-05-12T10:00:00+02:00", "2022-05-12"),
        ("12 maggio 2022", "2022-05-12"),
        ("1° gen. 2023", "2023-01-01"),
        ("03/04/2021", "2021-04-03"),
        ("31 febbraio 2022", None),
        ("maggio 2022", None),
        ("99/99/2022", None),
        ("", None),
    ],
)
def test_dates_are_read_day_first_and_only_if_they_exist(text: str, date: str | None) -> None:
    assert iso_date(text) == date
