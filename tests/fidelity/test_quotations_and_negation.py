"""What is quoted stays quoted, and what is denied stays denied."""

from __future__ import annotations

import pytest

from summarizer.fidelity import check_pair


def kinds(source: str, target: str, language: str = "en") -> list[str]:
    return [f.kind for f in check_pair(source, target, language)]


@pytest.mark.parametrize(
    ("source", "target", "language"),
    [
        ("«Il lavoro va bene», dice.", '"The work is going well," she says.', "en"),
        ("«Il lavoro va bene», dice.", "“The work is going well,” she says.", "en"),
        ("«Il lavoro va bene», dice.", "'The work is going well,' she says.", "en"),
        ("«Il lavoro va bene», dice.", "„Die Arbeit läuft gut“, sagt sie.", "de"),
        ("Il rito «Dies irae» di Verdi.", "Verdi's Dies irae.", "en"),
        ('"Il lavoro va bene.', '"The work is going well.', "en"),
        ("Uno schermo da 27 pollici.", 'A 27" screen.', "en"),
    ],
)
def test_marks_of_any_shape_are_a_quotation(source: str, target: str, language: str) -> None:
    assert kinds(source, target, language) == []


def test_a_quotation_without_its_marks_is_found() -> None:
    (finding,) = check_pair("«Il lavoro va molto bene», dice.", "The work is going very well, she says.", "en")
    assert (finding.kind, finding.severity, finding.source) == ("quotation", "warning", "Il lavoro va molto bene")


def test_a_quotation_left_open_is_found() -> None:
    assert kinds("«Il lavoro va molto bene», dice.", '"The work is going very well, she says.', "en") == ["quotation"]


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("Il ministro non ha firmato.", "The minister signed."),
        ("Nessuno ha firmato.", "They signed."),
        ("È partito senza passaporto.", "He left with a passport."),
        ("Non ha mai firmato.", "He signed."),
        ("Non ha firmato e non firmerà.", "He has not signed and will sign."),
        ("La legge vieta il fumo, ma non l'alcol.", "The law bans smoking, but alcohol."),
    ],
)
def test_a_lost_negation_is_a_warning(source: str, target: str) -> None:
    (finding,) = check_pair(source, target, "en")
    assert (finding.kind, finding.severity) == ("negation", "warning")


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("Il ministro non ha firmato.", "The minister didn't sign."),
        ("Il ministro non ha firmato.", "The minister failed to sign."),
        ("Il ministro non ha voluto firmare.", "The minister was unwilling to sign."),
        ("Non solo il ministro.", "The minister and more."),
        ("Non appena firmato.", "As soon as it was signed."),
        ("Finché non firma.", "Until he signs."),
        ("Non resta che firmare.", "All that remains is to sign."),
        ("Non può non firmare.", "He can only sign."),
        ("Uno scuolabus senza conducente.", "A driverless school bus."),
        ("Hai mai firmato?", "Have you ever signed?"),
        ("Non ha firmato nessuno, mai.", "Nobody ever signed."),
    ],
)
def test_english_may_deny_in_other_ways(source: str, target: str) -> None:
    assert kinds(source, target) == []


@pytest.mark.parametrize(
    ("language", "kept", "lost"),
    [
        ("fr", "Le ministre n'a pas signé.", "Le ministre a signé."),
        ("de", "Der Minister hat nicht unterschrieben.", "Der Minister hat unterschrieben."),
        ("es", "El ministro no firmó.", "El ministro firmó."),
        ("pt", "O ministro não assinou.", "O ministro assinou."),
    ],
)
def test_other_languages_must_deny_somewhere(language: str, kept: str, lost: str) -> None:
    assert kinds("Il ministro non ha firmato.", kept, language) == []
    assert kinds("Il ministro non ha firmato.", lost, language) == ["negation"]
