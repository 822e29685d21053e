"""Figures are compared by value, in every form that Italian and its target languages write them."""

from __future__ import annotations

import pytest

from summarizer.fidelity import check_pair
from summarizer.report import Finding


def found(source: str, target: str, language: str = "en") -> list[Finding]:
    return [f for f in check_pair(source, target, language) if f.kind in ("number", "date")]


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("Costa 1.234,56 euro.", "It costs 1,234.56 euros."),
        ("Vi abitano 1 234 persone.", "It is home to 1,234 people."),
        ("Il treno parte alle 22.30.", "The train leaves at 10:30 p.m."),
        ("Comincia alle 18.", "It starts at 6pm."),
        ("Un calo del 3,5%.", "A fall of 3.5 percent."),
        ("Un calo del 3,5 per cento.", "A 3.5% fall."),
        ("Un piano da 10 miliardi di dollari.", "A $10bn plan."),
        ("Un piano da 10 miliardi di dollari.", "A ten billion dollar plan."),
        ("Un debito di mille miliardi.", "A debt of 1 trillion."),
        ("Due milioni e mezzo di persone.", "2.5 million people."),
        ("Due milioni e mezzo di persone.", "Two and a half million people."),
        ("Un milione e 740mila profughi.", "1.74 million refugees."),
        ("Mezzo milione di copie.", "Half a million copies."),
        ("Oltre una dozzina di accordi.", "More than a dozen agreements."),
        ("Una ventina di milioni di euro.", "Around 20 million euros."),
        ("Decine di migliaia di manifestanti.", "Tens of thousands of protesters."),
        ("Duemilaventuno metri.", "2,021 metres."),
        ("Vent'anni e ventitré giorni.", "Twenty years and 23 days."),
        ("Un quarantasettenne di Biella.", "A 47-year-old from Biella."),
        ("Nel XXI secolo.", "In the 21st century."),
        ("Nel XXI secolo.", "In the twenty-first century."),
        ("Gli anni Novanta.", "The 1990s."),
        ("Gli anni '90.", "The nineties."),
        ("Il romanzo del '900.", "The 20th-century novel."),
        ("Un terzo dei voti e tre quarti dei seggi.", "A third of the votes and three quarters of the seats."),
        ("La guerra del 1939-45.", "The war of 1939–1945."),
        ("Tra i 10 e i 20 miliardi.", "Between 10 billion and 20 billion."),
        ("Dei 35 miliardi, 22 sono prestiti.", "Of the 35 billion, 22 billion are loans."),
        ("Costa tre euro e mezzo, non 3 euro e 40.", "It costs 3.50 euros, not 3.40."),
        ("È alto un metro e novantadue.", "He is 1.92 metres tall."),
        ("L'otto settembre, le otto e mezza.", "September 8, half past eight."),
        ("La centoventesima partita.", "The 120th match."),
        ("Il caccia F-16 e il G7.", "The F-16 fighter and the G7."),
    ],
)
def test_the_same_value_in_another_form_is_no_finding(source: str, target: str) -> None:
    assert found(source, target) == []


@pytest.mark.parametrize(
    ("language", "target"),
    [
        ("de", "Am 10. Mai zahlten zweiundzwanzig Länder 1.234,5 Milliarden Euro, 3,5 % mehr."),
        ("fr", "Le 10 mai, vingt-deux pays ont payé 1 234,5 milliards d'euros, 3,5 % de plus."),
        ("es", "El 10 de mayo veintidós países pagaron 1.234,5 mil millones de euros, un 3,5 % más."),
        ("pt", "Em 10 de maio, vinte e dois países pagaram 1.234,5 mil milhões de euros, mais 3,5%."),
    ],
)
def test_other_target_languages_are_read_by_their_own_conventions(language: str, target: str) -> None:
    source = "Il 10 maggio ventidue Paesi hanno pagato 1.234,5 miliardi di euro, il 3,5% in più."
    assert found(source, target, language) == []
    assert found(source, target.replace("234,5", "243,5"), language)


def test_french_counts_its_own_way() -> None:
    assert (
        found(
            "Novantasette deputati nel duemilaventuno.",
            "Quatre-vingt-dix-sept députés en deux mille vingt et un.",
            "fr",
        )
        == []
    )


@pytest.mark.parametrize(
    ("source", "target", "before", "after"),
    [
        ("Ne restano 212.", "There are 221 left.", "212", "221"),
        ("Un piano da 10 miliardi.", "A plan worth 10 million.", "10 miliardi", "10 million"),
        ("Nel XXI secolo.", "In the 20th century.", "XXI", "20"),
        ("Gli anni Novanta.", "The 1980s.", "Novanta", "1980"),
        ("Pesa 1.234 chili.", "It weighs 1.234 kilos.", "1.234", "1.234"),
    ],
)
def test_a_changed_figure_with_digits_is_an_error(source: str, target: str, before: str, after: str) -> None:
    (finding,) = found(source, target)
    assert (finding.severity, finding.source, finding.target) == ("error", before, after)
    assert finding.message.startswith("figure changed")


def test_figures_are_paired_by_size_not_by_order() -> None:
    findings = found("Il 10 maggio un accordo da 20 miliardi.", "A 20 million deal on 12 May.")
    assert [(f.source, f.target) for f in findings] == [("10", "12"), ("20 miliardi", "20 million")]


def test_a_dropped_figure_is_a_warning_and_says_which() -> None:
    (finding,) = found("Ne sono morti 14, ha detto.", "People died, he said.")
    assert (finding.severity, finding.source, finding.target) == ("warning", "14", "")
    assert "missing" in finding.message


def test_an_invented_figure_with_digits_is_an_error() -> None:
    (finding,) = found("Molti sono morti.", "As many as 300 died.")
    assert (finding.severity, finding.source, finding.target) == ("error", "", "300")


def test_a_figure_repeated_by_a_looping_model_is_reported_once() -> None:
    assert [f.target for f in found("Molti sono morti.", "300 of the 300 of the 300 died.")] == ["300"]


def test_number_words_only_warn() -> None:
    (finding,) = found("Li hanno firmati cinque ministri.", "Seven ministers signed them.")
    assert (finding.severity, finding.source, finding.target) == ("warning", "cinque", "Seven")


def test_hundreds_that_became_thousands_are_found() -> None:
    (finding,) = found("Centinaia di persone in piazza.", "Thousands of people in the square.")
    assert (finding.source, finding.target) == ("Centinaia", "Thousands")


def test_an_amount_in_another_currency_is_an_error() -> None:
    (finding,) = found("Costa 10 euro.", "It costs $10.")
    assert finding.severity == "error"
    assert "unit changed" in finding.message


def test_italian_marks_left_in_english_are_found_though_the_value_can_be_guessed() -> None:
    (finding,) = found("Costa 1.234,56 euro.", "It costs 1.234,56 euros.")
    assert (finding.severity, finding.target) == ("warning", "1.234,56")


def test_one_and_none_need_not_be_written_as_numbers() -> None:
    assert found("Un uomo e 1 cane.", "A man and a dog.") == []
    assert found("L'anno scorso.", "1 year ago.") == []


def test_the_verb_sei_is_no_six() -> None:
    assert found("Tu sei contento.", "You are happy.") == []


def test_a_language_without_tables_is_still_asked_for_the_digits() -> None:
    assert found("Il 10 maggio, 1.234 persone.", "Den 10 maj, 1 234 personer.", "sv") == []
    assert [f.source for f in found("Il 10 maggio, 1.234 persone.", "Den 11 maj.", "sv")] == ["10", "1.234"]
