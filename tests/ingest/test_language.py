"""Italian passes, other languages are named and refused, and a text that is too short to tell passes."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from summarizer.article import Article
from summarizer.errors import WrongLanguage
from summarizer.ingest.language import identify

Read = Callable[..., Article]

OTHERS = {
    "fr": "Le gouvernement a approuvé hier soir la nouvelle loi de finances, qui prévoit des économies "
    "pour les ministères. Les syndicats disent que les salaires ne sont pas assez élevés.",
    "en": "The government approved the new budget law last night, which cuts the spending of almost all ministries.",
    "es": "El gobierno aprobó ayer por la noche la nueva ley de presupuestos, que prevé recortes para los ministerios.",
    "pt": "O governo aprovou ontem à noite a nova lei do orçamento, que não prevê cortes para os ministérios.",
    "de": "Die Regierung hat gestern Abend das neue Haushaltsgesetz verabschiedet, das Kürzungen vorsieht.",
    "nl": "De regering heeft gisteravond de nieuwe begrotingswet goedgekeurd, die minder "
    "geld voor de ministeries bevat. De oppositie is het er niet mee eens.",
    "ro": "Guvernul a aprobat aseară noua lege a bugetului, care prevede reduceri pentru ministere.",
    "ca": "El govern va aprovar ahir els nous pressupostos, que aquest any són més alts per als ministeris.",
    "pl": "Rząd przyjął wczoraj nową ustawę budżetową, która jest bardzo trudna dla ministerstw.",
    "ru": "Правительство вчера вечером утвердило новый закон о бюджете.",
    "uk": "Уряд учора ввечері затвердив новий закон про бюджет її країни.",
    "el": "Η κυβέρνηση ενέκρινε χθες το βράδυ τον νέο νόμο για τον προϋπολογισμό.",
    "ar": "وافقت الحكومة مساء أمس على قانون الموازنة الجديد",
    "zh": "政府昨晚批准了新的预算法，削减几乎所有部门的开支。",
    "ja": "政府は昨夜、ほぼすべての省庁の支出を削減する新しい予算法を承認した。",
}


@pytest.mark.parametrize("language", OTHERS)
def test_other_languages_are_recognised(language: str) -> None:
    assert identify(OTHERS[language]).language == language


def test_the_error_names_the_language_and_the_way_out(read_text: Read) -> None:
    with pytest.raises(WrongLanguage) as caught:
        read_text(OTHERS["fr"], name="lemonde.txt")
    assert str(caught.value) == ("lemonde.txt: is in French (fr), not Italian; use --force to process it all the same")


def test_force_lets_another_language_through_under_its_own_tag(read_text: Read) -> None:
    assert read_text(OTHERS["de"], force=True).language == "de"


@pytest.mark.parametrize(
    "text",
    [
        "Manchester United, Chelsea",
        "Il Manchester United batte il Chelsea al Wembley Stadium: Premier League al New York Times",
        "Black Friday e Cyber Monday, in Italia boom di acquisti online su Amazon e Apple Store",
        "I Rolling Stones e i Guns N' Roses in concerto a San Siro con The Who",
        "Draghi: «Whatever it takes» e la BCE",
        "GOVERNO, VIA LIBERA ALLA MANOVRA",
        "Roma",
        "12.345",
        "Perché?",
    ],
)
def test_short_and_name_laden_italian_passes(text: str) -> None:
    assert identify(text).language == "it"


def test_italian_with_a_long_english_quotation_passes(body: tuple[str, ...]) -> None:
    assert identify(f"{body[0]} «{OTHERS['en']}», ha aggiunto il ministro. {body[1]}").language == "it"


def test_a_long_text_in_no_known_language_is_not_taken_for_italian(read_text: Read) -> None:
    text = (
        "Hallitus hyväksyi eilen illalla uuden talousarvion jossa leikataan lähes kaikkien ministeriöiden menoja. " * 5
    )
    with pytest.raises(WrongLanguage, match="in a language that is not recognised"):
        read_text(text)


def test_capitals_do_not_change_the_decision() -> None:
    assert identify(OTHERS["es"].upper()).language == "es"
