"""Translates or sums up a test set with each model as the program itself would, and scores what comes out.

The whole of the program's way is measured, guard and typography included, not the bare decoder: it is
what a reader gets.
"""

from __future__ import annotations

import hashlib
import random
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from summarizer import fidelity
from summarizer.article import Article, Block
from summarizer.engines.interface import Progress
from summarizer.errors import UnusableSummary, UsageError
from summarizer.evaluation.rouge import rouge
from summarizer.models.catalog import ModelTask
from summarizer.models.licences import Credits
from summarizer.models.store import ModelStore
from summarizer.options import Options
from summarizer.pipeline import Pipeline
from summarizer.translation.routes import Translators
from summarizer.translation.translator import Segment

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

RESAMPLES = 300
"""Bootstrap samples for the confidence intervals (Koehn 2004, https://aclanthology.org/W04-3250)."""
CONFIDENCE = 0.95
# sacrebleu's tokenizers for languages without spaces; "13a" for all others
_TOKENIZERS = {"zh": "zh", "ja": "char", "th": "char"}


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
    task: ModelTask
    licence: str
    bleu: Interval
    chrf: Interval
    ter: Interval
    rouge_1: Interval
    rouge_2: Interval
    rouge_l: Interval
    sentences_per_second: float
    """Sentences of the source."""
    kept_untranslated: int
    """Lines that it failed at: kept in Italian, or summed up in sentences of the article instead."""
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
    """Scores of each model; None stands for the translation model that would be taken by default.

    Args:
        sources: one Italian sentence a line for translation models, one Italian article a line for summarizers.
        references: its translation into `options.to`, or its summary in that language, line by line.
        options: everything but the model; the translation memory is never used.
        models: model ids, all of one task.
        progress: gives, for a model, what is told of each batch of sentences finished.

    Raises:
        UsageError: the two sides have different lengths, or the models different tasks.
        LanguageUnavailable, ModelError, EngineError: a model cannot do it.
    """
    if len(sources) != len(references):
        raise UsageError(f"{len(sources)} source lines, but {len(references)} reference lines: they must pair up")
    store = ModelStore(options.cache, options.config, allow_noncommercial=options.allow_noncommercial)
    tasks = {store.find(model).card.task if model else "translation" for model in models}
    if "embedding" in tasks:
        raise UsageError("models for embedding write nothing that could be measured here")
    if len(tasks) > 1:
        raise UsageError("translation and summarization models have different references: measure them one after other")
    if options.prompt is not None and tasks != {"summarization"}:
        raise UsageError("--prompt is for summarization models: name one with --model")
    results = []
    for model in models:
        if tasks == {"summarization"}:
            output = _summaries(sources, replace(options, to="it", languages=(options.to,), summarizer=model), store)
        else:
            output = _translations(sources, replace(options, model=model), store, progress)
        scores, signatures = _scores(output.texts, references, options.to)
        results.append(
            ModelScores(
                id=output.credits.model,
                task=output.task,
                licence=output.credits.licence,
                **scores,
                sentences_per_second=output.sentences / output.seconds,
                kept_untranslated=output.failed,
                signature=f"{output.signature}|{signatures}",
            )
        )
    return results


@dataclass(frozen=True, slots=True)
class _Output:
    """What a model made of a test set."""

    task: ModelTask
    texts: Sequence[str]
    sentences: int
    seconds: float
    failed: int
    credits: Credits
    signature: str


def _translations(
    sources: Sequence[str], options: Options, store: ModelStore, progress: Callable[[str], Progress] | None
) -> _Output:
    with Translators(store, replace(options, memory=False), fidelity) as translators:
        route = translators.route("it", options.to)
        translators.require_named()
        used = Credits.of(step.model.card for step in route)
        translators.translate([Segment("Buongiorno.", "Buongiorno.")], "it", options.to)
        started = time.perf_counter()
        outcomes = translators.translate(
            [Segment(text, text) for text in sources], "it", options.to, progress(used.model) if progress else None
        )
        seconds = time.perf_counter() - started
        made = []
        for step in route:
            engine = translators.engine(step.model)
            decoding = step.model.card.decoding(options.beam_size).fingerprint().replace("|", ",")
            made.append((step.model.identity, engine.name, engine.precision, decoding))
    named = zip(("model", "engine", "precision", "decoding"), zip(*made, strict=True), strict=True)
    return _Output(
        task="translation",
        texts=[outcome.text for outcome in outcomes],
        sentences=len(sources),
        seconds=seconds,
        failed=sum(outcome.fault is not None for outcome in outcomes),
        credits=used,
        signature="|".join(f"{name}:{'+'.join(dict.fromkeys(values))}" for name, values in named),
    )


def _summaries(sources: Sequence[str], options: Options, store: ModelStore) -> _Output:
    """A summary of each line, which is an article; `options.languages` has the one language to write."""
    articles = [
        Article(f"line {number}", hashlib.sha256(text.encode()).hexdigest(), "text", "it", (Block("body", text),))
        for number, text in enumerate(sources, start=1)
    ]
    with Pipeline(replace(options, memory=False), store) as pipeline:
        pipeline.load()
        started = time.perf_counter()
        drafts = [pipeline.draft(article) for article in articles]
        reports = pipeline.finish(drafts)
        seconds = time.perf_counter() - started
    summaries = [report.summaries[0] for report in reports]
    written = next((s for s in summaries if s.style == "abstractive"), None)
    if written is None:
        raise UnusableSummary(f"{options.summarizer}: the model wrote no usable summary of any article")
    return _Output(
        task="summarization",
        texts=[" ".join(sentence.text for sentence in summary.sentences) for summary in summaries],
        sentences=sum(len(draft.sentences) for draft in drafts),
        seconds=seconds,
        failed=sum(any(f.kind in ("summary", "untranslated") for f in report.findings) for report in reports),
        credits=Credits(written.model or "none", written.licence or "none", written.attribution),
        signature=reports[0].signature,
    )


def _scores(hypotheses: Sequence[str], references: Sequence[str], language: str) -> tuple[dict[str, Interval], str]:
    import sacrebleu

    metrics: dict[str, Any] = {
        "bleu": sacrebleu.BLEU(tokenize=_TOKENIZERS.get(language)),
        "chrf": sacrebleu.CHRF(),
        "ter": sacrebleu.TER(asian_support=language in _TOKENIZERS),
    }
    intervals = {}
    for name, metric in metrics.items():
        whole = metric.corpus_score(hypotheses, [references]).score
        # sacrebleu keeps each sentence's counts; a resampled corpus score is only a sum of them
        counts = metric._extract_corpus_statistics(hypotheses, [references])

        def resampled(ids: list[int], metric: Any = metric, counts: Any = counts) -> float:
            return float(metric._aggregate_and_compute([counts[i] for i in ids]).score)

        intervals[name] = _interval(whole, len(counts), resampled)
    lines = [rouge(h, r) for h, r in zip(hypotheses, references, strict=True)]
    for number, name in enumerate(("rouge_1", "rouge_2", "rouge_l")):
        values = [line[number] for line in lines]

        def mean(ids: list[int], values: list[float] = values) -> float:
            return sum(values[i] for i in ids) / len(ids)

        intervals[name] = _interval(mean([*range(len(values))]), len(values), mean)
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
