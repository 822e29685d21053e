"""Sentences of summaries in languages other than Italian: each with the abbreviations of its own."""

from __future__ import annotations

import pytest

from summarizer.segmentation import boundaries


def sentences(text: str, language: str) -> list[str]:
    return [text[start:end] for start, end in boundaries(text, language)]


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", ["The prime minister returned to No. 10 Downing Street.", "The answer was no.", "Critics disagreed."]),
        ("en", ["On Sept. 11 the court met Gov. Brown Jr. of St. Louis at 5 p.m.", "The U.S. Senate agreed."]),
        ("en", ["J. R. R. Tolkien and Mr. A. Jones did.", "So do I.", "The book sold well, e.g. Italy bought it."]),
        ("en", ["He left for the U.S.", "The firm, Acme Inc. Europe, did not.", "Prices rose by 4.5 per cent."]),
        (
            "fr",
            ["M. Macron a reçu Mme. Le Pen le 3 oct. 2021 au n. 10 du quai.", "Le maire, non.", "Vraiment ?", "Oui."],
        ),
        ("de", ["Am 3. Oktober spielt die 2. Liga.", "Dr. Merkel kam usw.", "Danach kamen z. B. Gäste bzw. Freunde."]),
        ("es", ["El Sr. Pérez vive en la Avda. América núm. 10.", "¿Quién lo sabe?", "La Sra. García no."]),
        ("pt", ["O Sr. Silva mora na Av. Paulista n. 10.", "A Dra. Costa não.", "Ela foi embora."]),
    ],
)
def test_abbreviations_of_the_language_end_nothing(language: str, expected: list[str]) -> None:
    assert sentences(" ".join(expected), language) == expected


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("zh", ["市长开设了图书馆。", "学校因下雪关闭！"]),
        ("ja", ["市長は「行く。」と言った。", "学校は休みだ。"]),
        ("ar", ["هل ستغلق المدارس؟", "نعم، غدا."]),
        ("hi", ["मेयर ने पुस्तकालय खोला।", "स्कूल बंद रहेंगे।"]),
        ("ru", ["Мэр В. Петров открыл библиотеку.", "Школы закрыты."]),
    ],
)
def test_languages_without_a_list_are_split_by_their_marks_and_shapes(language: str, expected: list[str]) -> None:
    assert sentences(("" if language in ("zh", "ja") else " ").join(expected), language) == expected


def test_italian_keeps_its_own_rules() -> None:
    # in Italian "no." is the word, and "n." the abbreviation
    text = "La risposta fu no. 10 persone se ne andarono. Abita al n. 10. Il sig. Rossi no."
    assert boundaries(text) == boundaries(text, "it")
    assert sentences(text, "it")[0] == "La risposta fu no."
    assert sentences(text, "en")[0] != "La risposta fu no."
