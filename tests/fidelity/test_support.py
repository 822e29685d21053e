"""A summary may only name and count what its sources do."""

from __future__ import annotations

from summarizer.fidelity import unsupported

SOURCES = (
    "Turchia e Kazakistan hanno firmato 12 accordi il 10 maggio, per 10 miliardi di dollari.",
    "“Un passo storico”, ha detto Kassym-Jomart Tokayev lunedì ad Ankara.",
)


def test_a_summary_that_stays_with_its_sources_has_no_finding() -> None:
    text = "On May 10, Turkey and Kazakhstan signed a dozen deals worth $10 billion, Tokayev said in Ankara on Monday."
    assert unsupported(text, SOURCES, "en") == []


def test_translated_sources_support_as_well_as_italian_ones() -> None:
    assert unsupported("Whitfield signed 1,234.5 deals.", ["Whitfield has signed 1,234.5 deals."], "en") == []


def test_a_figure_from_nowhere_is_an_error() -> None:
    (finding,) = unsupported("They signed 15 deals.", SOURCES, "en")
    assert (finding.kind, finding.severity, finding.sentence, finding.target) == ("unsupported", "error", None, "15")


def test_names_and_dates_from_nowhere_are_warnings() -> None:
    findings = unsupported("Russia and Whitfield signed in June.", SOURCES, "en")
    assert {(f.kind, f.severity, f.target) for f in findings} == {
        ("unsupported", "warning", "June"),
        ("unsupported", "warning", "Russia"),
        ("unsupported", "warning", "Whitfield"),
    }


def test_a_name_is_reported_once() -> None:
    assert len(unsupported("Whitfield praised Whitfield.", SOURCES, "en")) == 1


def test_summaries_in_other_languages_are_read_by_their_own_names() -> None:
    assert unsupported("Die Türkei unterzeichnete am 10. Mai zwölf Abkommen.", SOURCES, "de") == []
    assert unsupported("La Turquie a signé douze accords le 10 mai.", SOURCES, "fr") == []
    assert [f.target for f in unsupported("La Russie a signé.", SOURCES, "fr")] == ["Russie"]


def test_an_italian_summary_of_an_italian_article_is_read_too() -> None:
    assert unsupported("Ad Ankara dodici accordi tra Turchia e Kazakistan.", SOURCES, "it") == []
    assert [f.target for f in unsupported("Accordi anche con la Russia.", SOURCES, "it")] == ["Russia"]


def test_without_sources_nothing_is_supported() -> None:
    assert [f.target for f in unsupported("Whitfield signed 15 deals.", [], "en")] == ["15", "Whitfield"]
