"""Which summarizer writes which language, what it is given, and what to pull where there is none."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest

from summarizer.errors import LanguageUnavailable
from summarizer.models.catalog import EMBEDDED, ModelCard
from summarizer.models.store import ModelStore
from summarizer.options import Options
from summarizer.summarization.writers import Plan, SummaryWriters
from summarizer.translation.routes import Translators
from tests.translation.fakes import CARD
from tests.translation.test_routes import Shelf

SHIPPED = replace(CARD, id=EMBEDDED)


def translator(source: str, target: str) -> ModelCard:
    return replace(CARD, id=f"{source}-{target}", sources=(source,), targets=(target,))


def writer(identity: str, *languages: str, family: str = "bart") -> ModelCard:
    return replace(CARD, id=identity, task="summarization", family=family, sources=languages, targets=languages)


def plan(target: str, *cards: ModelCard, named: str | None = None, favourite: str | None = None) -> Plan:
    shelf = Shelf(SHIPPED, *cards)
    shelf.favourite = favourite
    store = cast(ModelStore, shelf)
    options = Options(style="abstractive", summarizer=named, cache=Path("/nowhere"), config=Path("/nowhere"))
    return SummaryWriters(store, Translators(store, options), options).plan("it", target)


def way(target: str, *cards: ModelCard, **more: str) -> tuple[str, str, str, str]:
    found = plan(target, *cards, **more)
    return found.model.card.id, found.reads, found.writes, found.compares


ITALIAN, ENGLISH, FRENCH = writer("bart-it", "it"), writer("bart-en", "en"), writer("bart-fr", "fr")
MANY = writer("mt0", "it", "en", "fr", family="mt0")
XLSUM = writer("xlsum", "en", "fr", family="mt5")


def test_a_model_of_the_articles_language_comes_first_then_the_others() -> None:
    assert way("en", ENGLISH, ITALIAN) == ("bart-it", "it", "it", "it")
    assert way("en", ENGLISH) == ("bart-en", "en", "en", "en")
    assert way("en", ENGLISH, ITALIAN, favourite="bart-en") == ("bart-en", "en", "en", "en")
    assert way("en", ENGLISH, ITALIAN, named="bart-en") == ("bart-en", "en", "en", "en")


def test_a_model_of_the_target_language_is_given_a_translation_into_it() -> None:
    assert way("fr", FRENCH, translator("it", "fr")) == ("bart-fr", "fr", "fr", "fr")
    assert way("fr", ENGLISH, translator("en", "fr")) == ("bart-en", "en", "en", "en")


def test_only_a_model_that_is_told_the_language_crosses_from_one_into_another() -> None:
    # without a way from Italian into French, sources can only be looked for in the Italian
    assert way("fr", writer("mt0", "en", "fr", family="mt0")) == ("mt0", "en", "fr", "en")
    with pytest.raises(LanguageUnavailable):
        plan("fr", XLSUM)
    assert way("fr", XLSUM, translator("it", "fr")) == ("xlsum", "fr", "fr", "fr")
    assert way("it", MANY) == ("mt0", "it", "it", "it")


@pytest.mark.parametrize(
    ("target", "cards", "message"),
    [
        ("en", (), r"summarization model can write English: `summarizer models pull morenolq/bart-it-fanpage`$"),
        # a translator is what lacks, not a summarizer
        ("fr", (ITALIAN,), r"translates Italian into French.*`summarizer models pull Helsinki-NLP/opus-mt-it-fr`$"),
    ],
)
def test_what_lacks_is_named_and_nothing_else(target: str, cards: tuple[ModelCard, ...], message: str) -> None:
    with pytest.raises(LanguageUnavailable, match=message):
        plan(target, *cards)


def test_where_two_models_lack_both_are_named() -> None:
    with pytest.raises(LanguageUnavailable) as fault:
        plan("is")
    assert str(fault.value).count("`summarizer models pull ") == 2
