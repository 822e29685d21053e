"""Finds the summarization model for each language, and writes abstractive summaries with it.

A model may read the article or its translation, and its summary may need translating afterwards: what the models at
hand allow is taken in the order in which least is lost on the way.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from summarizer import fidelity
from summarizer.article import Article, Sentence
from summarizer.errors import LanguageUnavailable, ModelError
from summarizer.languages import language
from summarizer.models.catalog import catalog
from summarizer.models.families import task_for
from summarizer.models.store import InstalledModel, ModelStore
from summarizer.options import Options
from summarizer.report import Finding, Summary, SummarySentence
from summarizer.summarization.abstractive import AbstractiveSummarizer
from summarizer.summarization.prompts import for_family, load
from summarizer.translation.routes import PIVOT, Route, Translators
from summarizer.translation.translator import Segment


@dataclass(frozen=True, slots=True)
class Plan:
    """How a summary in one language comes about."""

    model: InstalledModel
    reads: str
    """Language of the text it is given: the article's, or one the article is translated into first."""
    writes: str
    """Language it writes; the summary is translated from it where another one was asked for."""


class SummaryWriters:
    """The summarization models a run needs, each loaded when first used."""

    def __init__(self, store: ModelStore, translators: Translators, options: Options) -> None:
        """Loads nothing yet.

        Raises:
            ModelError: the summarizer named in the options is unknown or not installed.
            UsageError: the prompt file named in the options cannot be used.
        """
        self._store = store
        self._translators = translators
        self._options = options
        self._prompt = load(options.prompt) if options.prompt else None
        named = [store.find(options.summarizer)] if options.summarizer else []
        self._models = named or [m for m in store.installed() if m.card.task == "summarization"]
        for model in named:
            if model.card.task != "summarization":
                raise ModelError(f"{model.card.id} is a translation model: give it with --model")
        self._loaded: dict[tuple[str, str], AbstractiveSummarizer] = {}

    @property
    def wanted(self) -> bool:
        """True if the options ask for summaries written by a model."""
        return self._options.style == "abstractive" or (
            self._options.style == "auto" and self._options.summarizer is not None
        )

    def plan(self, source: str, target: str) -> Plan:
        """The way to a summary in `target` of an article in `source` that loses least.

        Raises:
            LanguageUnavailable: there is none; names the models to pull.
        """
        for reads, writes in ((source, target), (source, source), (PIVOT, target), (PIVOT, PIVOT)):
            for model in self._models:
                card = model.card
                if not (card.reads(reads) and card.writes(writes)):
                    continue
                try:
                    self._translators.route(source, reads)
                    self._translators.route(writes, target)
                except LanguageUnavailable:
                    continue
                return Plan(model, reads, writes)
        ids = [
            c.id
            for c in catalog()
            if c.task == "summarization" and c.commercial and (c.reads(source) or c.reads(PIVOT))
        ]
        raise LanguageUnavailable(
            f"no installed summarization model can write {language(target).name}: `summarizer models pull {ids[0]}`"
            if ids
            else f"no summarization model for {language(target).name} is known; name one with --summarizer"
        )

    def route(self, plan: Plan, target: str) -> Route:
        """The translation that follows the writing; empty where none is needed."""
        return self._translators.route(plan.writes, target)

    def write(
        self,
        article: Article,
        sentences: Sequence[Sentence],
        target: str,
        count: int,
        translated: Callable[[str], Mapping[int, str]],
    ) -> tuple[Summary, list[Finding]]:
        """A summary of about `count` sentences in `target`, and what in it an editor must check.

        Args:
            article: the article.
            sentences: the sentences to sum up, in reading order.
            target: BCP-47 tag.
            count: sentences asked for.
            translated: gives, for a language, the text of every sentence by its id.

        Raises:
            EngineError, ModelError: the model cannot be loaded or writes nothing usable.
        """
        plan = self.plan(article.language, target)
        texts = translated(plan.reads)
        inputs = [texts[s.id] for s in sentences]
        # sources are found by their words, so the model's language must be that of the text it is compared with
        written = self._summarizer(plan).summarize(inputs, title=article.title, count=count)
        lines = [w.text for w in written]
        if plan.writes != target:
            segments = [Segment(line, line) for line in lines]
            lines = [o.text for o in self._translators.translate(segments, plan.writes, target)]
        findings: list[Finding] = []
        made = []
        for line, w in zip(lines, written, strict=True):
            ids = tuple(sentences[i].id for i in w.sources)
            made.append(SummarySentence(line, ids, round(w.support, 3)))
            evidence = [s.text for s in sentences if s.id in ids] + [texts[i] for i in ids]
            findings += fidelity.unsupported(line, evidence or [s.text for s in sentences], target)
        route = self.route(plan, target)
        cards = [plan.model.card, *(step.model.card for step in route)]
        summary = Summary(
            language=target,
            style="abstractive",
            model=" + ".join(dict.fromkeys(card.id for card in cards)),
            licence=" + ".join(dict.fromkeys(card.licence for card in cards)),
            sentences=tuple(made),
        )
        return summary, findings

    def _summarizer(self, plan: Plan) -> AbstractiveSummarizer:
        key = (plan.model.card.id, plan.writes)
        if key not in self._loaded:
            card = plan.model.card
            self._loaded[key] = AbstractiveSummarizer(
                plan.model,
                self._translators.engine(plan.model),
                task_for(card, plan.reads, plan.writes),
                self._prompt or for_family(card.family),
                language=plan.writes,
                decoding=card.decoding(self._options.beam_size),
            )
        return self._loaded[key]
