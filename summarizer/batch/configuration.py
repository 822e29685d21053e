"""The fingerprint of everything that decides a batch's output, and the words for what changed in it.

Two runs with the same fingerprint write the same bytes for the same article.
"""

from __future__ import annotations

import hashlib
import json

import summarizer
from summarizer.batch.interface import BatchOptions
from summarizer.models.store import ModelStore
from summarizer.segmentation import SEGMENTATION_VERSION
from summarizer.summarization.extractive import EXTRACTIVE_VERSION
from summarizer.translation.glossary import Glossary
from summarizer.translation.normalize import NORMALIZATION_VERSION
from summarizer.translation.routes import find_route


def fields(batch: BatchOptions) -> dict[str, str]:
    """Every field that decides the output, by the name a user knows it by.

    Raises:
        LanguageUnavailable, ModelError: no installed model does what is asked for.
        GlossaryError: the glossary cannot be used.
    """
    options = batch.options
    store = ModelStore(options.cache)
    routes = {
        target: find_route(store, "it", target, model=options.model) for target in (options.to, *options.languages)
    }
    return {
        "program": summarizer.__version__,
        "languages": " ".join(options.languages),
        "translation": options.to,
        "models": "; ".join(
            f"{target}: {' + '.join(step.model.identity for step in route) or 'none'}"
            for target, route in routes.items()
        ),
        "engine": f"{options.engine} {options.device}",
        "decoding": options.decoding.fingerprint(),
        "style": f"{options.style} {options.summarizer or ''}".strip(),
        "length": options.length.text,
        "formats": " ".join(batch.formats),
        "view": batch.view,
        "glossary": Glossary.load(options.glossary).fingerprint if options.glossary else "none",
        "force": str(options.force),
        "rules": f"{SEGMENTATION_VERSION} {NORMALIZATION_VERSION} {EXTRACTIVE_VERSION}",
    }


def fingerprint(of: dict[str, str]) -> str:
    """A short stable digest of the fields."""
    return hashlib.sha256(json.dumps(of, sort_keys=True).encode()).hexdigest()[:16]


def difference(before: dict[str, str], after: dict[str, str]) -> str:
    """What changed, in words: "models: a -> b; length: short -> long"."""
    changed = [
        f"{name}: {before.get(name, 'unknown')} → {after[name]}" for name in after if before.get(name) != after[name]
    ]
    return "; ".join(changed) or "the configuration changed"
