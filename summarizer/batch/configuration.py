"""The fingerprint of everything that decides a batch's output, and the words for what changed in it.

Two runs with the same fingerprint write the same bytes for the same article, on the same kind of processor.
"""

from __future__ import annotations

import hashlib
import json
from importlib.metadata import version
from pathlib import Path

import summarizer
from summarizer.batch.interface import BatchOptions
from summarizer.errors import UsageError
from summarizer.fidelity import FIDELITY_VERSION
from summarizer.models.store import ModelStore
from summarizer.options import Options
from summarizer.segmentation import SEGMENTATION_VERSION
from summarizer.summarization.abstractive import ABSTRACTIVE_VERSION
from summarizer.summarization.extractive import EXTRACTIVE_VERSION
from summarizer.summarization.prompts import for_family
from summarizer.summarization.similarity import SIMILARITY_VERSION, find_encoder
from summarizer.translation.glossary import Glossary
from summarizer.translation.normalize import NORMALIZATION_VERSION
from summarizer.translation.routes import Route, find_route


def fields(batch: BatchOptions) -> dict[str, str]:
    """Every field that decides the output, by the name a user knows it by.

    Raises:
        LanguageUnavailable, ModelError: no installed model does what is asked for.
        GlossaryError, UsageError: the glossary or the prompt file cannot be used.
    """
    options = batch.options
    store = ModelStore(options.cache, options.config, allow_noncommercial=options.allow_noncommercial)
    routes = _routes(store, options)
    cards = [step.model.card for route in routes.values() for step in route]
    engine = "transformers" if options.engine == "transformers" else "ctranslate2"
    return {
        "program": summarizer.__version__,
        "languages": " ".join(options.languages),
        "translation": options.to,
        "models": "; ".join(
            f"{target}: {' + '.join(step.model.identity for step in route) or 'none'}"
            for target, route in routes.items()
        ),
        "engine": f"{options.engine} {engine}-{version(engine)} {options.device}",
        "decoding": "; ".join(dict.fromkeys(card.decoding(options.beam_size).fingerprint() for card in cards)),
        "style": options.style,
        "summarizer": _summarizers(store, options),
        "prompt": _digest(options.prompt) if options.prompt else "none",
        "length": options.length.text,
        "formats": " ".join(batch.formats),
        "view": batch.view,
        "glossary": Glossary.load(options.glossary).fingerprint if options.glossary else "none",
        "force": str(options.force),
        "rules": f"{SEGMENTATION_VERSION} {NORMALIZATION_VERSION} {FIDELITY_VERSION} {EXTRACTIVE_VERSION}",
    }


def fingerprint(of: dict[str, str]) -> str:
    """A short stable digest of the fields."""
    return hashlib.sha256(json.dumps(of, sort_keys=True).encode()).hexdigest()[:16]


def difference(before: dict[str, str], after: dict[str, str]) -> str:
    """What changed, in words: "models: a → b; length: short → long"."""
    changed = [
        f"{name}: {before.get(name, 'unknown')} → {after[name]}" for name in after if before.get(name) != after[name]
    ]
    return "; ".join(changed) or "the configuration changed"


def _routes(store: ModelStore, options: Options) -> dict[str, Route]:
    """By language, the models that translate into it."""
    targets = (options.to,) if _abstractive(options) else (options.to, *options.languages)
    return {target: find_route(store, "it", target, model=options.model) for target in targets}


def _summarizers(store: ModelStore, options: Options) -> str:
    if not _abstractive(options):
        return "none"
    if options.summarizer:
        models = [store.find(options.summarizer)]
    else:
        # any of them may be the one that writes a language
        models = [m for m in store.installed() if m.card.task == "summarization"]
    described = (f"{m.identity} prompt-{for_family(m.card.family).fingerprint}" for m in models)
    encoder = find_encoder(store, "it")
    linked = [f"{SIMILARITY_VERSION}-{encoder.identity}"] if encoder else []
    return " ".join([ABSTRACTIVE_VERSION, *described, *linked])


def _abstractive(options: Options) -> bool:
    return bool(options.summarizer) or options.style == "abstractive"


def _digest(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()[:16]
    except OSError as error:
        raise UsageError(f"{path}: the prompt file cannot be read ({error.strerror}); check the path") from error
