"""Finds the summarization model for each language, and writes abstractive summaries with it.

A model may read the article or its translation, and its summary may need translating afterwards: what the models at
hand allow is taken in the order in which least is lost on the way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from summarizer import fidelity
from summarizer.article import Article, Sentence
from summarizer.errors import LanguageUnavailable, ModelError
from summarizer.languages import language
from summarizer.models.catalog import ModelCard, ModelTask, pullable
from summarizer.models.families import task_for
from summarizer.models.installed import InstalledModel
from summarizer.models.licences import Credits
from summarizer.models.store import ModelStore
from summarizer.options import Options
from summarizer.report import Finding, Summary, SummarySentence
from summarizer.summarization.abstractive import ABSTRACTIVE_VERSION, AbstractiveSummarizer
from summarizer.summarization.prompts import Prompt, for_family, load
from summarizer.summarization.similarity import SIMILARITY_VERSION, Encoders, Nearness
from summarizer.translation.routes import PIVOT, Route, Translators
from summarizer.translation.translator import Segment

_TASK: ModelTask = "summarization"


@dataclass(frozen=True, slots=True)
class Plan:
    """How a summary in one language comes about."""

    model: InstalledModel
    reads: str
    """Language of the text it is given: the article's, or one the article is translated into first."""
    writes: str
    """Language it writes; the summary is translated from it where another one was asked for."""
    compares: str
    """Language of the text in which the sources of what it wrote are looked for: `writes` wherever it can be had."""


class SummaryWriters:
    """The summarization models a run needs, each loaded when first used."""

    def __init__(self, store: ModelStore, translators: Translators, options: Options) -> None:
        """Loads nothing yet.

        Raises:
            ModelError: the summarizer named in the options is unknown or not installed.
            UsageError: the prompt file named in the options cannot be used.
        """
        self._translators = translators
        self._options = options
        self._prompt = load(options.prompt) if options.prompt else None
        self._named = store.find(options.summarizer) if options.summarizer else None
        if self._named is not None and self._named.card.task != _TASK:
            advice = "give it with --model" if self._named.card.task == "translation" else "it writes nothing"
            raise ModelError(f"{self._named.card.id} is a model for {self._named.card.task}: {advice}")
        at_hand = [m for m in store.installed() if m.card.task == _TASK] if self.wanted and not self._named else []
        default = store.default(_TASK) if at_hand else None
        self._preferred = [self._named] if self._named else [m for m in at_hand if m.card.id == default]
        self._others = [m for m in at_hand if m.card.id != default]
        self._plans: dict[tuple[str, str], Plan] = {}
        self._loaded: dict[tuple[str, str], AbstractiveSummarizer] = {}
        self._encoders = Encoders(store, options.device)

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
        key = (source, target)
        if key not in self._plans:
            self._plans[key] = self._found(source, target)
        return self._plans[key]

    def _found(self, source: str, target: str) -> Plan:
        for models in (self._preferred, self._others):
            for reads, writes in _ways(source, target):
                for model in models:
                    if not self._can(model.card, reads, writes):
                        continue
                    if self._translators.reaches(source, reads) and self._translators.reaches(writes, target):
                        compares = writes if self._translators.reaches(source, writes) else reads
                        return Plan(model, reads, writes, compares)
        raise LanguageUnavailable(self._advice(source, target))

    def _can(self, card: ModelCard, reads: str, writes: str) -> bool:
        """True if the model can be made to write one language about a text in the other."""
        if not (card.reads(reads) and card.writes(writes)):
            return False
        # a model that reads several languages and is told none writes the one it reads
        return reads == writes or card.targets == (writes,) or self._prompt_of(card).names_language

    def _prompt_of(self, card: ModelCard) -> Prompt:
        return self._prompt or for_family(card.family)

    def _advice(self, source: str, target: str) -> str:
        """What to pull for a summary in `target`: the summarizer, and the translator that it needs before or after."""
        models = [*self._preferred, *self._others]
        needed = self._fewest_steps((m.card for m in models), source, target)
        if needed:
            steps = " and ".join(f"{language(a).name} into {language(b).name}" for a, b in needed)
            what = f"no installed model translates {steps}, which a summary in {language(target).name} needs: "
            return what + self._pulls(needed)
        what = f"no installed summarization model can write {language(target).name}"
        if self._named is not None:
            card = self._named.card
            what = (
                f"{card.id} reads {_names(card.sources)} and writes {_names(card.targets)}, from which no way leads to "
                f"a summary in {language(target).name}"
            )
        known = [card for card in pullable() if card.task == _TASK and card.unrestricted]
        best = min(
            known,
            key=lambda card: (
                len(self._fewest_steps([card], source, target) or range(9)), not card.reads(source), not card.quality,
                card.parameters or 0,
            ),
        )  # fmt: skip
        pulls = f"`summarizer models pull {best.id}`"
        if translators := self._fewest_steps([best], source, target):
            pulls += f" and {self._pulls(translators)}"
        return f"{what}: {pulls}"

    def _fewest_steps(self, cards: Iterable[ModelCard], source: str, target: str) -> list[tuple[str, str]] | None:
        """The directions that no installed model translates, on the way with the fewest; None where there is no way."""
        ways = [
            [(a, b) for a, b in ((source, reads), (writes, target)) if not self._translators.reaches(a, b)]
            for card in cards
            for reads, writes in _ways(source, target)
            if self._can(card, reads, writes)
        ]
        return min(ways, key=len, default=None)

    @staticmethod
    def _pulls(directions: Sequence[tuple[str, str]]) -> str:
        known = [card for card in pullable() if card.task == "translation" and card.unrestricted]
        fitting = (
            min((c for c in known if c.reads(a) and c.writes(b)), key=lambda c: c.parameters or 0, default=None)
            for a, b in directions
        )
        ids = dict.fromkeys(card.id for card in fitting if card is not None)
        return " and ".join(f"`summarizer models pull {id_}`" for id_ in ids) or "name one with --model"

    def route(self, plan: Plan, target: str) -> Route:
        """The translation that follows the writing; empty where none is needed."""
        return self._translators.route(plan.writes, target)

    def signature(self, source: str, target: str) -> str:
        """All that decides the summary in `target`, in one field of the report's signature."""
        plan = self.plan(source, target)
        card, engine = plan.model.card, self._summarizer(plan).engine
        encoder = self._encoder(source, plan)
        parts = [
            ABSTRACTIVE_VERSION, self._options.length.text, plan.model.identity, f"{plan.reads}-{plan.writes}",
            engine.name, engine.precision, card.decoding(self._options.beam_size).fingerprint().replace("|", ","),
            f"prompt-{self._prompt_of(card).fingerprint}",
            *([f"{SIMILARITY_VERSION}-{encoder.identity}"] if encoder else ()),
        ]  # fmt: skip
        return ",".join([*parts, *(step.model.identity for step in self.route(plan, target))])

    def write(
        self,
        article: Article,
        sentences: Sequence[Sentence],
        target: str,
        count: int,
        translated: Callable[[str], Mapping[int, str]],
        *,
        headline: Sequence[Sentence] = (),
    ) -> tuple[Summary, list[Finding]]:
        """A summary of about `count` sentences in `target`, and what in it an editor must check.

        Args:
            article: the article.
            sentences: the sentences to sum up, in reading order.
            target: BCP-47 tag.
            count: sentences asked for.
            translated: gives, for a language, the text of every sentence by its id.
            headline: the sentences of the article's headline, for prompts that show it.

        Raises:
            UnusableSummary: the model writes nothing usable about this article.
            EngineError, ModelError: the model cannot be loaded, or its prompt leaves no room for text.
        """
        plan = self.plan(article.language, target)
        texts = translated(plan.reads)
        title = " ".join(texts[s.id] for s in headline) or None
        # sources are found by their words, so what is compared should be in the language that the model writes
        compared = translated(plan.compares)
        encoder = self._encoder(article.language, plan)
        written = self._summarizer(plan).summarize(
            [texts[s.id] for s in sentences],
            title=title,
            count=count,
            compared=[compared[s.id] for s in sentences],
            nearness=self._nearness(encoder, sentences),
        )
        lines = [w.text for w in written]
        findings: list[Finding] = []
        if plan.writes != target:
            outcomes = self._translators.translate([Segment(line, line) for line in lines], plan.writes, target)
            findings += [
                kept_sentence(line, target, outcome.fault.value)
                for line, outcome in zip(lines, outcomes, strict=True)
                if outcome.fault is not None
            ]
            lines = [outcome.text for outcome in outcomes]
        made = []
        for line, w in zip(lines, written, strict=True):
            ids = tuple(sentences[i].id for i in w.sources)
            made.append(SummarySentence(line, ids, round(w.support, 3)))
            evidence = [s.text for s in sentences if s.id in ids] + [compared[i] for i in ids]
            findings += fidelity.unsupported(line, evidence or [s.text for s in sentences], target)
        models = [plan.model, *(step.model for step in self.route(plan, target)), *([encoder] if encoder else ())]
        used = Credits.of(model.card for model in models)
        summary = Summary(
            language=target,
            style="abstractive",
            model=used.model,
            licence=used.licence,
            sentences=tuple(made),
            attribution=used.attribution,
        )
        return summary, findings

    def load(self, source: str) -> None:
        """Loads now what summaries of articles in `source` need; raises as `plan` and `write` do."""
        for target in self._options.languages:
            plan = self.plan(source, target)
            self._summarizer(plan)
            if (encoder := self._encoder(source, plan)) is not None:
                self._encoders.load(encoder)
            for step in (*self._translators.route(source, plan.reads), *self.route(plan, target)):
                self._translators.translator(step)

    def close(self) -> None:
        """Frees the models that are no translator's."""
        self._encoders.close()

    def _encoder(self, source: str, plan: Plan) -> InstalledModel | None:
        """The model that compares what is written with the article itself; None where none knows both languages."""
        model = self._encoders.find(source)
        return model if model is not None and model.card.reads(plan.writes) else None

    def _nearness(self, encoder: InstalledModel | None, sentences: Sequence[Sentence]) -> Nearness | None:
        # the article's own words: a translation adds its errors, and vectors know no language
        return self._encoders.nearness(encoder, [s.text for s in sentences]) if encoder is not None else None

    def _summarizer(self, plan: Plan) -> AbstractiveSummarizer:
        key = (plan.model.card.id, plan.writes)
        if key not in self._loaded:
            card = plan.model.card
            self._loaded[key] = AbstractiveSummarizer(
                plan.model,
                self._translators.engine(plan.model),
                task_for(card, plan.reads, plan.writes),
                self._prompt_of(card),
                language=plan.writes,
                decoding=card.decoding(self._options.beam_size),
            )
        return self._loaded[key]


def kept_sentence(text: str, target: str, reason: str, *, sentence: int | None = None) -> Finding:
    """The finding about a summary sentence that stands there untranslated."""
    message = f"a sentence of the summary in {language(target).name} could not be translated: {reason}"
    return Finding("untranslated", "error", sentence, text, "", message)


def _ways(source: str, target: str) -> Iterator[tuple[str, str]]:
    """Languages read and written, those first in which least is lost.

    A model in the article's own language reads what was really written, and little is left to translate; one that
    crosses languages translates and shortens in one go; the others read a translation.
    """
    ways = ((source, source), (source, target), (target, target), (PIVOT, target), (PIVOT, PIVOT))
    yield from dict.fromkeys(ways)


def _names(tags: Sequence[str]) -> str:
    return "many languages" if "*" in tags else ", ".join(language(tag).name for tag in tags)
