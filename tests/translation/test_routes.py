from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest

from summarizer.errors import LanguageUnavailable, ModelError
from summarizer.models.catalog import EMBEDDED, EMBEDDED_MUL, ModelCard, Quality
from summarizer.models.store import InstalledModel, ModelStore
from summarizer.translation.routes import find_route
from tests.translation.fakes import CARD


class Shelf:
    """A store that holds what a test puts there."""

    def __init__(self, *cards: ModelCard) -> None:
        self.models = [InstalledModel(card, Path("/nowhere"), "0" * 16) for card in cards]

        self.favourite: str | None = None

    def default(self, task: str) -> str | None:
        return self.favourite

    def installed(self) -> list[InstalledModel]:
        return self.models

    def find(self, model_id: str) -> InstalledModel:
        return next(m for m in self.models if m.card.id == model_id)


def card(identity: str, source: str, target: str, bleu: float | None = None, **changes: object) -> ModelCard:
    quality = (Quality("FLORES-200 devtest", "BLEU", bleu, "a paper", source, target),) if bleu else ()
    return replace(CARD, id=identity, sources=(source,), targets=(target,), quality=quality, **changes)  # type: ignore[arg-type]


def way(*cards: ModelCard, target: str, model: str | None = None) -> list[str]:
    return [step.model.card.id for step in find_route(cast(ModelStore, Shelf(*cards)), "it", target, model=model)]


SHIPPED = card(EMBEDDED, "it", "en")


def test_no_model_is_needed_where_nothing_is_to_be_translated() -> None:
    assert way(SHIPPED, target="it") == []


def test_a_pulled_model_is_taken_before_the_shipped_one_and_the_better_of_two() -> None:
    assert way(SHIPPED, card("good", "it", "en", 29.4), card("best", "it", "en", 32.8), target="en") == ["best"]


def test_the_one_that_is_named_is_taken_whatever_is_recorded() -> None:
    assert way(SHIPPED, card("best", "it", "en", 32.8), target="en", model=EMBEDDED) == [EMBEDDED]


def test_a_free_licence_decides_between_models_without_figures() -> None:
    bound = card("bound", "it", "fr", commercial=False, parameters=1)
    assert way(bound, card("free", "it", "fr", parameters=2), target="fr") == ["free"]


def test_the_way_leads_through_english_only_where_there_is_no_direct_one() -> None:
    through = card("en-fr", "en", "fr")
    assert way(SHIPPED, through, target="fr") == [EMBEDDED, "en-fr"]
    assert way(SHIPPED, through, card("it-fr", "it", "fr"), target="fr") == ["it-fr"]


def test_a_language_out_of_reach_names_what_to_pull() -> None:
    with pytest.raises(LanguageUnavailable, match="models pull"):
        way(SHIPPED, target="fr")


def test_the_users_default_is_taken_before_a_better_one_and_a_named_one_before_both() -> None:
    shelf = Shelf(SHIPPED, card("best", "it", "en", 32.8), card("good", "it", "en", 29.4))
    shelf.favourite = EMBEDDED

    def taken(model: str | None = None) -> str:
        return find_route(cast(ModelStore, shelf), "it", "en", model=model)[0].model.card.id

    assert taken() == EMBEDDED
    assert taken("good") == "good"


def test_a_summarizer_is_no_translation_model() -> None:
    writer = card("writer", "it", "it", task="summarization")
    with pytest.raises(ModelError, match="give it with --summarizer"):
        way(SHIPPED, writer, target="en", model="writer")


def test_the_shipped_model_for_other_languages_gives_way_to_one_that_was_pulled() -> None:
    shipped = (SHIPPED, card(EMBEDDED_MUL, "it", "fr"))
    assert way(*shipped, target="fr") == [EMBEDDED_MUL]
    assert way(*shipped, card("it-fr", "it", "fr"), target="fr") == ["it-fr"]
    assert way(*shipped, card("en-fr", "en", "fr"), target="fr") == [EMBEDDED, "en-fr"]
    assert way(*shipped, card("en-fr", "en", "fr"), target="fr", model=EMBEDDED_MUL) == [EMBEDDED_MUL]


def test_the_advice_names_a_direct_model_of_modest_size_first() -> None:
    with pytest.raises(LanguageUnavailable, match=r"models pull Helsinki-NLP/opus-mt-it-fr`"):
        way(SHIPPED, target="fr")
    # no direct one is known: one that reads English is as far away as one that reads everything
    with pytest.raises(LanguageUnavailable, match=r"models pull facebook/m2m100_418M`"):
        way(SHIPPED, target="is")
