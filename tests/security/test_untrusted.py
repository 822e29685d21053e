"""Text from outside is harmless after one pass, and a second pass changes nothing."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summarizer.untrusted import one_line, sanitize

# what a hostile author would type, in any order
HOSTILE = st.lists(
    st.sampled_from(
        [
            "\x1b",
            "\x1b[",
            "\x1b]",
            "\x9b",
            "\x9d",
            "\x90",
            "\x07",
            "\x9c",
            "\x1b\\",
            "31m",
            "52;c;YQ==",
            "\r",
            "\n",
            "\t",
            "\x85",
            "\u202e",
            "\u2066",
            "\u200f",
            "\u2028",
            "\ufeff",
            "\u00ad",
            "\x00",
            "\x7f",
            "\ud800",
            "\udfff",
            "\U000e0041",
            "ciao ",
            "à",
        ]
    ),
    max_size=40,
).map("".join)
ANY = st.text(alphabet=st.characters()) | HOSTILE
FORBIDDEN_FORMATS = {"\u061c", "\u180e", "\u200b", "\u200e", "\u200f", "\ufeff", "\u00ad"} | {
    chr(code) for code in (*range(0x202A, 0x202F), *range(0x2060, 0x2070), *range(0xE0000, 0xE0080))
}


def test_no_character_is_missed_by_the_first_look_at_a_text() -> None:
    for code in (*range(0x10000), *range(0xE0000, 0xE0100), *range(0x10000, 0x110000, 0xFFF)):
        text = f"a{chr(code)}b"
        # the one in front must go, so everything is looked for
        assert sanitize(text) == sanitize("\0" + text), hex(code)


@given(ANY)
def test_a_second_pass_changes_nothing(text: str) -> None:
    assert sanitize(sanitize(text)) == sanitize(text)
    assert one_line(one_line(text)) == one_line(text)


@given(ANY)
def test_no_control_character_but_newline_and_tab_is_left(text: str) -> None:
    left = {c for c in sanitize(text) if unicodedata.category(c) == "Cc"}
    assert left <= {"\n", "\t"}


@given(ANY)
def test_nothing_that_turns_or_hides_text_and_no_surrogate_is_left(text: str) -> None:
    clean = sanitize(text)
    assert not FORBIDDEN_FORMATS & set(clean)
    assert not any(unicodedata.category(c) == "Cs" for c in clean)
    clean.encode("utf-8")


@given(ANY)
def test_the_result_is_never_longer(text: str) -> None:
    assert len(one_line(text)) <= len(sanitize(text)) <= len(text)


@given(ANY)
def test_one_line_is_one_line_without_runs_of_white_space(text: str) -> None:
    line = one_line(text)
    assert line == " ".join(line.split())
    assert len(line.splitlines()) <= 1


@given(st.text(alphabet=st.characters(categories=("L", "N", "P", "Zs")), max_size=200))
def test_letters_figures_and_punctuation_stay_as_they_are(text: str) -> None:
    assert sanitize(text) == text


@pytest.mark.parametrize(
    ("hostile", "harmless"),
    [
        ("\x1b[31mrosso\x1b[0m", "rosso"),
        ("\x9b31mrosso", "rosso"),
        ("a\x1b]0;titolo\x07b", "ab"),
        ("a\x1b]52;c;ZWNobyBjaWFv\x1b\\b", "ab"),
        ("a\x1b]8;;http://example.it\x1b\\b\x1b]8;;\x1b\\c", "abc"),
        ("a\x1bP1$r\x1b\\b", "ab"),
        ("a\x1b(Bb", "ab"),
        ("a\x1bcb", "ab"),
        ("a\x1b", "a"),
        ("a\x1b[", "a"),
        ("uno\rdue", "uno\ndue"),
        ("uno\r\ndue", "uno\ndue"),
        ("uno\u2028due\u2029tre\x85quattro\x0bcinque\x0csei", "uno\ndue\ntre\nquattro\ncinque\nsei"),
        ("a\x08\x08b\x7f\x00", "ab"),
        ("\u202eoiggassem\u202c", "oiggassem"),
        ("bel\u00adla \u200bcasa\ufeff", "bella casa"),
        ("a\ud800b", "a\ufffdb"),
        ("famiglia 👨\u200d👩\u200d👧", "famiglia 👨\u200d👩\u200d👧"),
        ("[bold]non è markup[/bold]", "[bold]non è markup[/bold]"),
    ],
)
def test_known_tricks_come_to_nothing(hostile: str, harmless: str) -> None:
    assert sanitize(hostile) == harmless


def test_an_unclosed_string_command_does_not_swallow_the_whole_article() -> None:
    assert sanitize("\x1b]0;" + "a" * 10_000).endswith("a" * 5_000)


def test_white_space_of_any_kind_becomes_single_spaces() -> None:
    assert one_line("  uno\u00a0\u2003due\t\ttre\n\nquattro ") == "uno due tre quattro"
