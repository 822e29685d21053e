"""The check is a promise to callers: its signature, its findings' form, and that no text makes it raise."""

from __future__ import annotations

import inspect
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summarizer.fidelity import check_pair, unsupported
from summarizer.fidelity.gazetteer import gazetteer
from summarizer.fidelity.text import Text
from summarizer.report import Finding

LANGUAGES = ("en", "en-US", "de", "fr", "es", "pt-BR", "it", "sv", "zh-Hant", "", "?")
# Pieces that the scanners have rules for, so that random joins of them reach the corners.
WORDS = """10 1.234,56 1 234 11/9/2001 30.10.2021 22.30 '68 '900 anni Novanta XXI secolo half a and hundred mille mila
milioni di e mezzo un terzo two thirds % $ € £ euro per cento « » " “ ’ ' - – / . , : ( Papa Turchia turchi Unione
europea Onu May maggio 3rd 6pm non né mai senza ½ 三 ٣ Ⅷ ² İ ß ẞ \u0301 \ud800 \x00 \u202e"""
PIECES = st.sampled_from(WORDS.split())
TEXTS = st.one_of(
    st.text(max_size=200), st.lists(PIECES, max_size=30).map(" ".join), st.lists(PIECES, max_size=30).map("".join)
)


def test_the_signature_is_the_one_that_was_promised() -> None:
    assert str(inspect.signature(check_pair)) == (
        "(source: 'str', target: 'str', language: 'str', *, sentence: 'int | None' = None) -> 'list[Finding]'"
    )
    assert str(inspect.signature(unsupported)) == (
        "(text: 'str', sources: 'Sequence[str]', language: 'str') -> 'list[Finding]'"
    )


@given(TEXTS, TEXTS, st.sampled_from(LANGUAGES))
def test_no_pair_of_texts_makes_the_check_raise(source: str, target: str, language: str) -> None:
    for finding in check_pair(source, target, language, sentence=7):
        assert finding.sentence == 7
        assert "\n" not in finding.message
        assert finding.kind in {"number", "date", "name", "quotation", "negation"}


@given(TEXTS, st.lists(TEXTS, max_size=3), st.sampled_from(LANGUAGES))
def test_no_summary_makes_the_check_raise(text: str, sources: list[str], language: str) -> None:
    assert all(isinstance(finding, Finding) for finding in unsupported(text, sources, language))


@given(TEXTS)
def test_an_italian_text_supports_itself(text: str) -> None:
    assert [f for f in unsupported(text, [text], "it") if f.severity == "error"] == []


@given(TEXTS)
def test_tokens_stand_where_they_say_and_leave_out_no_letter_and_no_digit(text: str) -> None:
    cut = Text(text, "it")
    end = 0
    for index, token in enumerate(cut.tokens):
        assert cut.raw[token.start : token.end] == token.text
        assert not any(c.isalpha() or c.isdecimal() for c in cut.raw[end : token.start])
        assert token.capital is (index in cut.capitals)
        end = token.end


@pytest.mark.parametrize(
    "piece",
    [
        "9",
        "1.",
        "1,2",
        "111 ",
        "A.",
        "Aaa",
        '"',
        "«a ",
        "XVI ",
        "mila",
        "milioni di ",
        "non ",
        "€1 ",
        "10 maggio ",
        "½",
    ],
)
def test_a_very_long_sentence_of_anything_is_checked(piece: str) -> None:
    text = piece * (20_000 // len(piece))
    check_pair(text, text, "en")
    check_pair(text, "He said so.", "en")
    unsupported(text, [text], "en")


def test_a_message_quotes_little_of_a_long_text() -> None:
    findings = check_pair("Lo ha detto A" + "b" * 5000 + ".", "He said so.", "en")
    assert findings
    assert all(len(finding.message) < 200 for finding in findings)


def test_an_empty_side_has_nothing_to_compare() -> None:
    assert check_pair("", "Rome has 3 million people.", "en") == []
    assert check_pair("Roma ha 3 milioni di abitanti.", " ", "en") == []


def test_every_row_of_the_gazetteer_answers_for_itself() -> None:
    italian = gazetteer("it")
    for language in ("en", "fr", "de", "es", "pt"):
        table = gazetteer(language)
        assert len(table.entities) == len(italian.entities) > 700
        for entity in table.entities:
            assert entity.whole or entity.beginnings or entity.phrases
            assert all(len(beginning) > 1 for beginning in entity.beginnings)


def test_importing_reads_no_tables_and_no_heavy_library() -> None:
    script = (
        "import sys; import summarizer.fidelity; from summarizer.fidelity.gazetteer import gazetteer;"
        "assert gazetteer.cache_info().currsize == 0;"
        "assert not {'torch', 'transformers', 'ctranslate2', 'trafilatura'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", script], check=True)
