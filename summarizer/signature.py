"""One line that says how a report was made, in the manner of sacrebleu: equal signatures, equal output."""

from __future__ import annotations

from functools import cache
from importlib.metadata import version
from typing import TYPE_CHECKING

import summarizer
from summarizer.fidelity import FIDELITY_VERSION
from summarizer.segmentation import SEGMENTATION_VERSION
from summarizer.summarization.extractive import EXTRACTIVE_VERSION
from summarizer.translation.normalize import NORMALIZATION_VERSION

if TYPE_CHECKING:
    from collections.abc import Mapping

    from summarizer.engines.interface import Engine
    from summarizer.options import Options
    from summarizer.translation.glossary import Glossary
    from summarizer.translation.routes import Route


def of(
    options: Options,
    route: Route,
    engine: Engine | None,
    glossary: Glossary | None,
    summaries: Mapping[str, str] | None = None,
) -> str:
    """The signature of a report made with these parts.

    Args:
        options: what the run was told.
        route: the way to the translation.
        engine: the engine of its first step; None where nothing had to be translated.
        glossary: the glossary, if there was one.
        summaries: by language, how a summary was made that was not chosen from the article in the translation's words.
    """
    made = [f"{language}={how}" for language, how in (summaries or {}).items()]
    fields = {
        "summarizer": summarizer.__version__,
        "model": "+".join(step.model.identity for step in route) or "none",
        "engine": f"{engine.name}-{_version(engine.name)}" if engine else "none",
        "precision": engine.precision if engine else "none",
        "decoding": "+".join(
            step.model.card.decoding(options.beam_size).fingerprint().replace("|", ",") for step in route
        )
        or "none",
        "segmentation": SEGMENTATION_VERSION,
        "normalization": NORMALIZATION_VERSION,
        "fidelity": FIDELITY_VERSION,
        "summary": "+".join([f"{EXTRACTIVE_VERSION},{options.length.text}", *made]),
        "glossary": glossary.fingerprint[:12] if glossary else "none",
    }
    return "|".join(f"{name}:{value}" for name, value in fields.items())


@cache
def _version(library: str) -> str:
    # a millisecond of looking through folders, too much for every article of a batch
    return version(library)
