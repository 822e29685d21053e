"""A translation is not coarser than its source."""

from __future__ import annotations

import pytest

from summarizer.fidelity import check_pair, penalty
from summarizer.fidelity.vulgarity import is_decent, vulgar_words


@pytest.mark.parametrize(
    ("target", "language", "word"),
    [
        ("The photo is almost fucked.", "en", "fucked"),
        ("Shit, said the photo.", "en-GB", "Shit"),
        ("La photo est presque de la Merde.", "fr", "Merde"),
        ("Das Foto ist fast scheiße.", "de", "scheiße"),
        ("La foto está casi jodida.", "es", "jodida"),
        ("A foto é quase uma merda.", "pt-BR", "merda"),
    ],
)
def test_a_vulgar_word_that_the_source_has_not_is_an_error(target: str, language: str, word: str) -> None:
    source = "La fotografia è quasi scontata."
    (finding,) = check_pair(source, target, language, sentence=3)
    assert (finding.kind, finding.severity, finding.target, finding.sentence) == ("vulgarity", "error", word, 3)
    assert penalty(source, target, language) == 1


@pytest.mark.parametrize(
    ("source", "target", "language"),
    [
        ("«Che stronzata», dice.", "“Bullshit,” he says.", "en"),  # said so
        ("Il libro si chiama Bullshit.", "The book is called Bullshit.", "en"),  # written so
        ("La cultura del tiro.", "The culture of shooting.", "en"),  # begins like another word
        ("Il cono di Londra.", "El cono de Londres.", "es"),
        ("La foto è data per scontata.", "Foto fuck scheiße.", "nl"),  # no table
    ],
)
def test_what_may_be_said_is_no_finding(source: str, target: str, language: str) -> None:
    assert check_pair(source, target, language) == []


def test_every_language_with_a_model_has_a_table() -> None:
    assert all(len(vulgar_words(language)) > 10 for language in ("en", "fr", "de", "es", "pt", "it"))


@pytest.mark.parametrize(
    ("text", "language", "decent"),
    [("A shitake.", "en", True), ("Shit!", "en", False), ("De la MERDE", "fr", False), ("Merde", "en", True)],
)
def test_a_text_of_one_language_is_decent_or_not(text: str, language: str, decent: bool) -> None:
    assert is_decent(text, language) == decent
