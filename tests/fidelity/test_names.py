"""Names survive translation in the form the target language uses; common words with a capital are not names."""

from __future__ import annotations

import pytest

from summarizer.fidelity import check_pair
from summarizer.report import Finding


def found(source: str, target: str, language: str = "en") -> list[Finding]:
    return [f for f in check_pair(source, target, language) if f.kind == "name"]


@pytest.mark.parametrize(
    ("source", "target", "language"),
    [
        (
            "Ieri Turchia e Kazakistan hanno firmato ad Ankara.",
            "Turkey and Kazakhstan signed in Ankara yesterday.",
            "en",
        ),
        ("Così Papa Francesco ha scritto all'Onu.", "Pope Francis thus wrote to the UN.", "en"),
        ("Per l'Unione europea il Pil sale.", "For the EU, GDP is rising.", "en"),
        ("Ieri Erdoğan ha visto Tokaev.", "Erdogan met Tokayev yesterday.", "en"),
        ("Il discorso di Zelensky alle Nazioni Unite.", "Zelenskyy's speech to the United Nations.", "en"),
        ("I soldati russi e i diplomatici turchi.", "Russian soldiers and Turkish diplomats.", "en"),
        ("Una visita a Parigi, Londra e Monaco di Baviera.", "A visit to Paris, London and Munich.", "en"),
        ("Il Presidente della Commissione in Aula.", "The President of the Commission in the House.", "en"),
        ("Le mogli dei Bush.", "The Bushes' wives.", "en"),
        ("Una visita a Parigi, Londra e Monaco di Baviera.", "Ein Besuch in Paris, London und München.", "de"),
        ("Una visita dei turchi all'Onu.", "Une visite des Turcs à l'ONU.", "fr"),
        ("Il governo degli Stati Uniti.", "El gobierno de EE. UU. y de Estados Unidos.", "es"),
        ("Il governo dei Paesi Bassi.", "O governo dos Países Baixos.", "pt"),
    ],
)
def test_the_right_form_in_the_target_language_is_no_finding(source: str, target: str, language: str) -> None:
    assert found(source, target, language) == []


@pytest.mark.parametrize(
    ("source", "target", "before", "after"),
    [
        ("Ieri ha parlato Berlusconi.", "Berlosconi spoke yesterday.", "Berlusconi", "Berlosconi"),
        ("Il sindaco di Vignarolo.", "The mayor of Vingarolo.", "Vignarolo", "Vingarolo"),
        ("Il premier Romano Prodi.", "Prime Minister Romano Pprodi.", "Prodi", "Pprodi"),
        ("Kourkoulos è morto.", "The actor Kourkolos has died.", "Kourkoulos", "Kourkolos"),
        ("Parla Recep Tayyip Erdoğan.", "Recep Tayiyip Erdogan speaks.", "Tayyip", "Tayiyip"),
        ("Un UAV in volo.", "A flying UNAV.", "UAV", "UNAV"),
    ],
)
def test_a_mangled_name_is_an_error(source: str, target: str, before: str, after: str) -> None:
    (finding,) = found(source, target)
    assert (finding.severity, finding.source, finding.target) == ("error", before, after)


@pytest.mark.parametrize(
    ("source", "target", "before", "after"),
    [
        ("La visita in Turchia.", "The visit to Russia.", "Turchia", "Russia"),
        ("Il presidente russo.", "The Ukrainian president.", "russo", "Ukrainian"),
        ("A Mosca il premier russo.", "In Moscow the Egyptian premier.", "russo", "Egyptian"),
        ("Una giornata a Parigi.", "A day in London.", "Parigi", "London"),
    ],
)
def test_a_country_or_city_that_became_another_is_an_error(source: str, target: str, before: str, after: str) -> None:
    (finding,) = found(source, target)
    assert (finding.severity, finding.source, finding.target) == ("error", before, after)


def test_a_name_that_is_gone_is_a_warning() -> None:
    (finding,) = found("Lo ha detto Kourkoulos.", "He said so.")
    assert (finding.severity, finding.source, finding.target) == ("warning", "Kourkoulos", "")


def test_a_name_left_in_italian_is_missing() -> None:
    assert [f.source for f in found("Una visita a Londra.", "A visit to Londra.")] == ["Londra"]


def test_a_name_replaced_by_another_is_one_warning_with_both() -> None:
    (finding,) = found("Lo ha detto Kourkoulos.", "So said Whitfield.")
    assert (finding.severity, finding.source, finding.target) == ("warning", "Kourkoulos", "Whitfield")


def test_an_invented_name_is_a_warning() -> None:
    (finding,) = found("Lo ha detto il portavoce.", "The spokesman, Whitfield, said so.")
    assert (finding.severity, finding.source, finding.target) == ("warning", "", "Whitfield")


def test_nationalities_and_days_are_not_invented_names() -> None:
    assert found("Il ministero ha risposto.", "The Italian ministry replied, and I agree.") == []


def test_german_nouns_are_not_invented_names() -> None:
    assert found("Il governo ha risposto.", "Die Regierung hat der Politik geantwortet.", "de") == []


def test_a_headline_in_capitals_says_nothing_about_names() -> None:
    assert found("BERLUSCONI TORNA A PARLARE", "BERLUSKONI SPEAKS AGAIN") == []


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("Parla Volodymyr Zelensky.", "Volodymyr Zelenskiy speaks."),
        ("Parla Tokayev.", "Tokaev speaks."),
        ("Gli USA e la OCSE.", "The US and the OECD."),
        ("Due UAV in volo.", "Two flying UAVs."),
    ],
)
def test_romanisations_and_the_acronyms_of_other_languages_are_the_same(source: str, target: str) -> None:
    assert found(source, target) == []


def test_an_acronym_in_another_order_is_the_same() -> None:
    assert found("Il rapporto della IUCN.", "Le rapport de l'UICN.", "fr") == []


def test_the_first_word_of_a_sentence_need_not_be_a_name() -> None:
    assert found("Sbarcavano a Napoli.", "They came ashore in Naples.") == []


def test_the_words_of_one_name_are_one_finding() -> None:
    findings = found("Così il presidente Kassym-Jomart Tokayev ha risposto a Tokayev.", "So the president replied.")
    assert [f.source for f in findings] == ["Kassym-Jomart Tokayev", "Tokayev"]
