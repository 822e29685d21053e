"""The golden self-test: before a model is trusted, sentences with a known translation must come out about right.

transformers 5 has loaded models with wrong weights without a word (huggingface/transformers#48154, #45005), and the
files of a repository can be bad themselves (#26216); both show in one sentence. A passed test is remembered for the
model's revision and the versions that ran it; a failed one is not, so that whatever mends it counts at once.
"""

from __future__ import annotations

import json
import logging
from importlib.metadata import version
from pathlib import Path

from summarizer.durable import make_folder, write_durably
from summarizer.engines.interface import Engine
from summarizer.errors import ModelError
from summarizer.models.catalog import ModelCard
from summarizer.models.chrf import chrf
from summarizer.models.families import task_for
from summarizer.models.receipts import file_name

log = logging.getLogger(__name__)

NUM_BEAMS = 2


def check(card: ModelCard, digest: str, engine: Engine, folder: Path) -> None:
    """Runs the card's golden sentences through the engine, unless they have passed with these versions before.

    Args:
        card: the model's card; one without golden sentences passes.
        digest: digest of the checkpoint.
        engine: the loaded model.
        folder: where passed tests are remembered.

    Raises:
        ModelError: a sentence comes out wrong, or with a probability that does not belong to it.
    """
    if not card.golden:
        return
    path = folder / f"{file_name(card.id)}.json"
    key = "|".join(
        (
            digest,
            f"{engine.name}-{version(engine.name)}",
            f"transformers-{version('transformers')}",
            engine.precision,
            str(hash_of(card)),
        )
    )
    if key in _passed(path):
        return
    runs = f"{engine.name} {version(engine.name)} and transformers {version('transformers')}"
    for golden in card.golden:
        task = task_for(card, golden.source_language, golden.target_language)
        [hypothesis] = engine.generate([golden.source], task, card.decoding(NUM_BEAMS))
        score = chrf(hypothesis.text, golden.reference)
        low, high = golden.log_probability
        log.debug("self-test of %s: chrF %.1f, log-probability %.2f", card.id, score, hypothesis.score)
        if score >= golden.chrf and low <= hypothesis.score <= high:
            continue
        raise ModelError(
            f"{card.id} fails its self-test with {runs} (chrF {score:.0f}, at least {golden.chrf:.0f} expected; "
            f"log-probability {hypothesis.score:.2f}, {low:g} to {high:g} expected): its output cannot be trusted. "
            f"`summarizer models verify {card.id}` checks the files; if they are whole, try another version of "
            "transformers, or name another model"
        )
    _remember(path, key)


def hash_of(card: ModelCard) -> str:
    """A short digest of the golden sentences: new sentences are a new test."""
    import hashlib

    return hashlib.sha256(repr(card.golden).encode()).hexdigest()[:8]


def _passed(path: Path) -> list[str]:
    try:
        keys = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return []
    return keys if isinstance(keys, list) else []


def _remember(path: Path, key: str) -> None:
    # the last few: two virtual environments may take turns
    keys = [*_passed(path), key][-8:]
    try:
        make_folder(path.parent)
        write_durably(path, json.dumps(keys, indent=1).encode())
    except OSError as error:
        log.debug("%s: the self-test cannot be remembered (%s)", path, error)
