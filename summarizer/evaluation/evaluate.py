"""Translates a test set with each model as the program itself would, and scores what comes out.

The whole of the program's way is measured, guard and typography included, not the bare decoder: it is
what a reader gets.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from summarizer.engines.interface import Progress
from summarizer.errors import UsageError
from summarizer.evaluation.rouge import rouge
from summarizer.models.store import ModelStore
from summarizer.options import Options
from summarizer.translation.routes import Translators
from summarizer.translation.translator import Segment

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

RESAMPLES = 300
"""Bootstrap samples for the confidence intervals (Koehn 2004, https://aclanthology.org/W04-3250)."""
CONFIDENCE = 0.95


@dataclass(frozen=True, slots=True)
class Interval:
    """A score with the bounds between which it lies in 95 % of resampled test sets."""

    score: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class ModelScores:
    """What one model reached."""

    id: str
    licence: str
    bleu: Interval
    chrf: Interval
    ter: Interval
    rouge_l: Interval
    sentences_per_second: float
    kept_untranslated: int
    signature: str
    """sacrebleu's signatures and the program's decoding fields, in one line."""


def read_lines(path: Path) -> list[str]:
    """The lines of a test set file.

    Raises:
        UsageError: it cannot be read, or is empty.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: cannot be read ({error})") from error
    if not any(line.strip() for line in lines):
        raise UsageError(f"{path}: is empty")
    return lines


def evaluate(
    sources: Sequence[str],
    references: Sequence[str],
    options: Options,
    models: Sequence[str | None],
    *,
    progress: Callable[[str], Progress] | None = None,
) -> list[ModelScores]:
    """Scores of each model; None stands for the one that would be taken by default.

    Args:
        sources: one Italian sentence a line.
        references: its translation, line by line, into `options.to`.
        options: everything but the model; the translation memory is never used.
        models: model ids.
        progress: gives, for a model, what is told of each batch of sentences finished.

    Raises:
        UsageError: the two sides have different lengths.
        LanguageUnavailable, ModelError, EngineError: a model cannot do it.
    """
    if len(sources) != len(references):
        raise UsageError(f"{len(sources)} source lines, but {len(references)} reference lines: they must pair up")
    results = []
    for model in models:
        chosen = replace(options, model=model, memory=False)
        with Translators(
            ModelStore(chosen.cache, chosen.config, allow_noncommercial=chosen.allow_noncommercial), chosen
        ) as translators:
            route = translators.route("it", chosen.to)
            name = " + ".join(step.model.card.id for step in route)
            warm_up = [Segment("Buongiorno.", "Buongiorno.")]
            translators.translate(warm_up, "it", chosen.to)
            started = time.perf_counter()
            outcomes = translators.translate(
                [Segment(text, text) for text in sources], "it", chosen.to, progress(name) if progress else None
            )
            seconds = time.perf_counter() - started
            engine = translators.engine(route[0].model)
            decoding = route[0].model.card.decoding(chosen.beam_size).fingerprint().replace("|", ",")
            made = (
                f"model:{'+'.join(s.model.identity for s in route)}|engine:{engine.name}|precision:{engine.precision}"
            )
        scores, signatures = _scores([outcome.text for outcome in outcomes], references)
        results.append(
            ModelScores(
                id=name,
                licence=" + ".join(dict.fromkeys(step.model.card.licence for step in route)),
                **scores,
                sentences_per_second=len(sources) / seconds,
                kept_untranslated=sum(outcome.fault is not None for outcome in outcomes),
                signature=f"{made}|{decoding}|{signatures}",
            )
        )
    return results


def _scores(hypotheses: Sequence[str], references: Sequence[str]) -> tuple[dict[str, Interval], str]:
    import sacrebleu

    metrics: dict[str, Any] = {"bleu": sacrebleu.BLEU(), "chrf": sacrebleu.CHRF(), "ter": sacrebleu.TER()}
    intervals = {}
    for name, metric in metrics.items():
        whole = metric.corpus_score(hypotheses, [references]).score
        # sacrebleu keeps each sentence's counts; a resampled corpus score is only a sum of them
        counts = metric._extract_corpus_statistics(hypotheses, [references])

        def resampled(ids: list[int], metric: Any = metric, counts: Any = counts) -> float:
            return float(metric._aggregate_and_compute([counts[i] for i in ids]).score)

        intervals[name] = _interval(whole, len(counts), resampled)
    lines = [rouge(h, r)[2] for h, r in zip(hypotheses, references, strict=True)]
    intervals["rouge_l"] = _interval(
        sum(lines) / len(lines), len(lines), lambda ids: sum(lines[i] for i in ids) / len(ids)
    )
    return intervals, "; ".join(f"{name} {metric.get_signature()}" for name, metric in metrics.items())


def _interval(whole: float, size: int, score: Callable[[list[int]], float]) -> Interval:
    chance = random.Random(12345)
    samples = sorted(score(chance.choices(range(size), k=size)) for _ in range(RESAMPLES))
    cut = round((1 - CONFIDENCE) / 2 * RESAMPLES)
    return Interval(whole, samples[cut], samples[-cut - 1])


@cache
def published() -> dict[str, dict[str, float]]:
    """BLEU of other systems as they were published, by test set and system; Italian to English."""
    data = tomllib.loads(Path(__file__).with_name("published.toml").read_text(encoding="utf-8"))
    return {row["set"]: row["scores"] for row in data["row"]}
