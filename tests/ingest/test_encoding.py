"""Bytes come out as the text that was meant, whatever the encoding they were saved in."""

from __future__ import annotations

import codecs

import pytest

from summarizer.ingest.encoding import canonical, decode

TEXT = "Perché l’università è in difficoltà? «Così non può andare più avanti», dice il prof. Però c'è già un'idea."
PLAIN = "Perché l'università è in difficoltà? Così non può andare più avanti, dice il prof. Però c'è già un'idea."


@pytest.mark.parametrize(
    ("mark", "encoding"),
    [
        (b"", "utf-8"),
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
        (codecs.BOM_UTF32_LE, "utf-32-le"),
        (b"", "utf-16-le"),
        (b"", "utf-16-be"),
        (b"", "cp1252"),
        (b"", "mac-roman"),
    ],
)
def test_every_usual_encoding_is_recognised(mark: bytes, encoding: str) -> None:
    assert decode(mark + TEXT.encode(encoding)) == TEXT


@pytest.mark.parametrize("encoding", ["latin-1", "cp850", "iso8859-15"])
def test_encodings_without_typographic_marks_are_recognised_by_their_accents(encoding: str) -> None:
    assert decode(PLAIN.encode(encoding)) == PLAIN


@pytest.mark.parametrize("word", ["città", "È", "perché no", "L'ONU è già lì", "caffè", "Forlì", "più", "ciò"])
def test_short_italian_texts_in_latin_1_are_not_mistaken_for_anything_else(word: str) -> None:
    assert decode(word.encode("latin-1")) == word


def test_a_declared_charset_is_believed_where_the_bytes_allow_it() -> None:
    assert decode("Łódź e Kraków".encode("cp1250"), charset="windows-1250") == "Łódź e Kraków"


def test_a_declared_charset_is_not_believed_against_the_bytes() -> None:
    assert decode(TEXT.encode("utf-8"), charset="iso-8859-1") == TEXT
    assert decode(TEXT.encode("cp1252"), charset="utf-8") == TEXT


def test_latin_1_declared_means_windows_1252_as_in_browsers() -> None:
    assert decode("“Così”".encode("cp1252"), charset="ISO-8859-1") == "“Così”"


@pytest.mark.parametrize("name", ["unicode_escape", "idna", "zip", "rot13", "utf-7", "punycode", "x" * 5000, "", "\0"])
def test_codecs_that_are_no_charsets_of_articles_are_not_taken_from_a_declaration(name: str) -> None:
    assert canonical(name) is None


def test_a_broken_sequence_in_utf_8_costs_one_letter_and_not_all_accents() -> None:
    damaged = TEXT.encode().replace("à?".encode(), b"\xc3?")
    assert decode(damaged) == TEXT.replace("à?", "\ufffd?")


def test_lone_surrogates_in_utf_8_are_replaced() -> None:
    assert decode("perché ".encode() + b"\xed\xa0\x80" + b" no") == "perché \ufffd no"


def test_typographic_marks_that_a_conversion_left_as_control_characters_are_restored() -> None:
    assert decode("L\x92Italia \x93che verrà\x94\x85".encode()) == "L’Italia “che verrà”…"
