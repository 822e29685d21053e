"""The catalogue is complete, honest data; a user's own is checked and its faults are named."""

from __future__ import annotations

import json
import re

import pytest
from sacrebleu import sentence_chrf

from summarizer.engines.interface import Task
from summarizer.errors import ModelError
from summarizer.languages import code_of
from summarizer.models.catalog import EMBEDDED, SHIPPED, ModelCard, catalog, entries, parse, preference
from summarizer.models.chrf import chrf
from summarizer.models.families import FAMILIES, task_for
from tests import tiny

HUB = [card for card in catalog() if card.id not in SHIPPED]


def card(model_id: str) -> ModelCard:
    return next(card for card in catalog() if card.id == model_id)


@pytest.mark.parametrize("model", HUB, ids=lambda card: card.id)
def test_every_entry_is_complete(model: ModelCard) -> None:
    assert model.family in FAMILIES
    assert re.fullmatch(r"[\w.-]+/[\w.-]+", model.id)
    assert model.revision == "main" or re.fullmatch(r"[0-9a-f]{40}", model.revision)
    assert model.parameters
    assert model.download_mb
    assert model.attribution
    assert model.golden or model.id == "bigscience/mt0-base"
    assert all(quality.origin for quality in model.quality)
    if model.task == "summarization":
        assert model.generation is not None
        assert model.generation.max_new_tokens
        assert model.generation.min_new_tokens


@pytest.mark.parametrize("model", HUB, ids=lambda card: card.id)
def test_every_language_of_an_entry_can_be_asked_for(model: ModelCard) -> None:
    sources = ["it", "en"] if "*" in model.sources else model.sources
    targets = ["en", "fr"] if "*" in model.targets else model.targets
    for source in sources:
        for target in targets:
            if model.task == "translation" or source == target:
                assert isinstance(task_for(model, source, target), Task)


def test_licences_that_restrict_use_are_marked() -> None:
    for model in catalog():
        assert model.commercial == (bool(model.licence) and "-NC-" not in model.licence), model.id


def test_golden_sentences_are_of_the_models_languages() -> None:
    for model in catalog():
        for golden in model.golden:
            assert model.reads(golden.source_language)
            assert model.writes(golden.target_language)


@pytest.mark.parametrize(
    ("model", "source", "target", "task"),
    [
        ("Helsinki-NLP/opus-mt-it-en", "it", "en", Task()),
        ("Helsinki-NLP/opus-mt-en-itc", "en", "fr", Task(prefix=">>fra<< ")),
        ("Helsinki-NLP/opus-mt-en-ROMANCE", "en", "fr", Task(prefix=">>fr<< ")),
        ("Helsinki-NLP/opus-mt-en-mul", "en", "zh", Task(prefix=">>cmn_Hans<< ")),
        ("Helsinki-NLP/opus-mt-tc-big-en-pt", "en", "pt", Task(prefix=">>por<< ")),
        ("facebook/m2m100_418M", "it", "fr", Task(source="it", target="fr")),
        ("facebook/nllb-200-distilled-600M", "it", "fr", Task(source="ita_Latn", target="fra_Latn")),
        ("facebook/mbart-large-50-many-to-one-mmt", "it", "en", Task(source="it_IT", target="en_XX")),
        ("google/madlad400-3b-mt", "it", "fr", Task(prefix="<2fr> ")),
        ("puettmann/Quadrifoglio-mt-it-en", "it", "en", Task(prefix="translate Italian to English:")),
        ("facebook/bart-large-cnn", "en", "en", Task(prefix=" ")),
        ("gsarti/it5-base-news-summarization", "it", "it", Task()),
    ],
)
def test_each_family_is_told_the_languages_in_its_own_way(model: str, source: str, target: str, task: Task) -> None:
    assert task_for(card(model), source, target) == task


def test_an_mbart_summariser_starts_from_its_language() -> None:
    text = (
        '[[model]]\nid = "x/mbart"\ntask = "summarization"\nfamily = "mbart"\nsources = ["it"]\ntargets = ["it"]\n'
        'architecture = "MBartForConditionalGeneration"\nlicence = "MIT"\ncommercial = true\n'
    )
    [made] = parse(text, "here")
    assert task_for(made, "it", "it") == Task(source="it_IT", start="it_IT")


def test_t5_translates_with_the_words_it_was_trained_on() -> None:
    t5 = ModelCard("x/t5", "t5", "translation", "t5", ("en",), ("fr",), "T5ForConditionalGeneration", "MIT", True)
    assert task_for(t5, "en", "fr") == Task(prefix="translate English to French: ")


def test_languages_that_a_model_does_not_have_are_refused() -> None:
    with pytest.raises(ModelError, match="does not translate from Italian into French"):
        task_for(card("Helsinki-NLP/opus-mt-it-en"), "it", "fr")
    assert not card("facebook/m2m100_418M").writes("mt")
    assert not card("facebook/m2m100_418M").writes("tlh")
    assert not card("facebook/mbart-large-50-many-to-one-mmt").reads("hu")


def test_a_prefix_may_only_name_languages() -> None:
    model = ModelCard("x/y", "y", "translation", "mt0", ("it",), ("en",), "MT5", "MIT", True, prefix="to {tongue}: ")
    with pytest.raises(ModelError, match=r"may name \{source\}"):
        task_for(model, "it", "en")


@pytest.mark.parametrize(("system", "module"), [("m2m100", "m2m_100"), ("nllb", "nllb"), ("mbart", "mbart50")])
def test_our_language_codes_are_those_of_the_tokenizers(system: str, module: str) -> None:
    from importlib import import_module

    from summarizer import languages

    codes = import_module(f"transformers.models.{module}.tokenization_{module}").FAIRSEQ_LANGUAGE_CODES
    known = set(codes["m2m100"]) if isinstance(codes, dict) else set(codes)
    for tag in languages._languages():
        code = code_of(system, tag)
        assert code is None or code in known
        if system == "m2m100":
            assert (code is None) == (tag not in known)


def test_published_quality_then_licence_then_size_decide_between_models() -> None:
    names = [
        "Helsinki-NLP/opus-mt-tc-big-it-en", "Helsinki-NLP/opus-mt-it-en", "facebook/nllb-200-distilled-600M", EMBEDDED,
        "Helsinki-NLP/opus-mt-itc-en", "facebook/m2m100_418M",
    ]  # fmt: skip
    ranked = sorted((card(name) for name in names), key=lambda c: preference(c, "it", "en"))
    assert [c.id for c in ranked][:3] == names[:3]
    assert [c.id for c in ranked][-3:] == ["Helsinki-NLP/opus-mt-itc-en", "facebook/m2m100_418M", EMBEDDED]


ENTRY = '[[model]]\nid = "x/y"\n'


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[[model]", "not a TOML file"),
        ("models = 3", r"\[\[model\]\] and \[\[golden\]\] tables and nothing else"),
        ("[[model]]\nname = 'x'", "has no id"),
        (ENTRY + "licnece = 'MIT'", "model x/y: unknown key 'licnece'"),
        (ENTRY + "sources = 'it'", "sources must be a list, not 'it'"),
        (ENTRY + "commercial = 'yes'", "commercial must be a bool"),
        (ENTRY + "parameters = true", "parameters must be a int"),
        (ENTRY + "task = 'chat'", "task must be one of translation, summarization"),
        (ENTRY + "language_codes = 'iso'", "language_codes must be one of bcp47"),
        (ENTRY + "generation = { num_beems = 4 }", "unknown key 'num_beems'"),
        (ENTRY + "golden = ['fr-it']", "no golden sentence 'fr-it'"),
        (ENTRY + "golden = [{ source = 'a' }]", "golden lacks 'reference'"),
        (ENTRY + "quality = [{ metric = 'BLEU' }]", "quality lacks 'test_set'"),
    ],
)
def test_a_fault_in_a_catalogue_is_named_with_its_file_and_model(text: str, message: str) -> None:
    with pytest.raises(ModelError, match=message) as fault:
        entries(text, "models.toml")
    assert str(fault.value).startswith("models.toml: ")


def test_a_complete_catalogue_lacks_nothing() -> None:
    with pytest.raises(ModelError, match="state task, family, sources, targets, architecture, licence, commercial"):
        parse(ENTRY, "models.toml")


@pytest.mark.parametrize("hypothesis", ["", "The", "The mayor opened a library in Bologna yesterday.", "zzz qqq"])
def test_our_chrf_is_sacrebleus(hypothesis: str) -> None:
    for reference in tiny.ENGLISH:
        assert chrf(hypothesis, reference) == pytest.approx(sentence_chrf(hypothesis, [reference]).score, abs=1e-6)
    for sentence in tiny.SENTENCES:
        assert chrf(sentence, tiny.ENGLISH[0]) == pytest.approx(
            sentence_chrf(sentence, [tiny.ENGLISH[0]]).score, abs=1e-6
        )


def test_codes_can_be_stated_for_single_languages() -> None:
    values = entries(ENTRY + 'codes = { he = "iw" }', "models.toml")["x/y"]
    assert json.dumps(values["codes"]) == '{"he": "iw"}'
