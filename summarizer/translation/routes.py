"""Finds the way from one language to another with the installed models, and walks it.

A direct model is best; else two models through English; the way taken stands in the report.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from types import TracebackType

from summarizer.engines.interface import Engine, Progress
from summarizer.errors import LanguageUnavailable, MemoryStoreError, ModelError
from summarizer.languages import language
from summarizer.models.catalog import SHIPPED, ModelCard, preference, pullable
from summarizer.models.families import task_for
from summarizer.models.store import InstalledModel, ModelStore
from summarizer.options import Options
from summarizer.translation.memory import TranslationMemory
from summarizer.translation.translator import Counts, Outcome, Reviewer, Segment, Translator

log = logging.getLogger(__name__)

PIVOT = "en"


@dataclass(frozen=True, slots=True)
class Step:
    """One model's part of the way."""

    model: InstalledModel
    source: str
    target: str


Route = tuple[Step, ...]
"""The steps in order; empty where source and target are the same."""


def find_route(store: ModelStore, source: str, target: str, *, model: str | None = None) -> Route:
    """The best way from `source` to `target` with what is installed: a direct one before one through English.

    Only a shipped model's direct way comes after one through English whose second model was pulled. Of several models
    for a step, the one that is named is taken, else the user's default, else the best by `catalog.preference`.

    Args:
        store: the models at hand.
        source: BCP-47 tag.
        target: BCP-47 tag.
        model: id of the model to take wherever it can be taken.

    Raises:
        LanguageUnavailable: no way; names the models to pull.
        ModelError: `model` is unknown, not installed, or writes summaries.
    """
    chosen = store.find(model) if model is not None else None
    if chosen is not None and chosen.card.task != "translation":
        advice = "give it with --summarizer" if chosen.card.task == "summarization" else "it translates nothing"
        raise ModelError(f"{chosen.card.id} is a model for {chosen.card.task}: {advice}")
    if source == target:
        return ()
    at_hand = [m for m in store.installed() if m.card.task == "translation"]
    default = store.default("translation")

    def direct(a: str, b: str) -> InstalledModel | None:
        able = [m for m in at_hand if m.card.reads(a) and m.card.writes(b) and a != b]
        if chosen is not None and chosen.card.reads(a) and chosen.card.writes(b):
            return chosen

        def rank(m: InstalledModel) -> tuple[bool, bool, tuple[float, int, int, str]]:
            # whoever pulled a model wants it used; the shipped ones are for those who have none
            return m.card.id != default, m.card.id in SHIPPED, preference(m.card, a, b)

        return min(able, key=rank, default=None)

    def only_shipped(m: InstalledModel) -> bool:
        return m.card.id in SHIPPED and m.card.id not in (model, default)

    straight, first, second = direct(source, target), direct(source, PIVOT), direct(PIVOT, target)
    if straight and not (first and second and only_shipped(straight) and not only_shipped(second)):
        return (Step(straight, source, target),)
    if first and second:
        return (Step(first, source, PIVOT), Step(second, PIVOT, target))
    raise LanguageUnavailable(_advice(source, target))


def _advice(source: str, target: str) -> str:
    def fit(card: ModelCard) -> bool:
        return card.task == "translation" and card.writes(target) and (card.reads(source) or card.reads(PIVOT))

    def rank(card: ModelCard) -> tuple[bool, tuple[float, int, int, str]]:
        direct = card.reads(source)
        return not direct, preference(card, source if direct else PIVOT, target)

    ids = [card.id for card in sorted((c for c in pullable() if fit(c) and c.commercial), key=rank)][:3]
    name = language(target).name
    if not ids:
        return f"no model in the catalogue translates {language(source).name} into {name}; name one with --model"
    return f"no installed model writes {name}: `summarizer models pull {ids[0]}`" + (
        f" (or {', '.join(ids[1:])})" if ids[1:] else ""
    )


def _languages(tags: Sequence[str]) -> str:
    return "many languages" if "*" in tags else ", ".join(language(tag).name for tag in tags)


class Translators:
    """The translators a run needs, each loaded when first used; closes them and the memory at the end."""

    def __init__(self, store: ModelStore, options: Options, reviewer: Reviewer | None = None) -> None:
        """Loads nothing yet. `reviewer` looks at translations from Italian, to choose among them."""
        self._reviewer = reviewer
        self._store = store
        self._options = options
        self._loaded: dict[tuple[str, str, str], Translator] = {}
        self._engines: dict[str, Engine] = {}
        self._routes: dict[tuple[str, str], Route] = {}
        self._reached: dict[tuple[str, str], bool] = {}
        self._stack = ExitStack()
        self._memory: TranslationMemory | None = None
        self._memory_open = False

    def __enter__(self) -> Translators:
        """Itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Frees models and memory."""
        self._stack.close()

    def route(self, source: str, target: str) -> Route:
        """The way from `source` to `target`, found once; raises as `find_route` does."""
        key = (source, target)
        if key not in self._routes:
            found = find_route(self._store, source, target, model=self._options.model)
            self._routes[key] = found
            if found:
                steps = ", then ".join(f"{s.source} → {s.target} with {s.model.card.id}" for s in found)
                log.info("the way from %s to %s: %s", source, target, steps)
        return self._routes[key]

    def reaches(self, source: str, target: str) -> bool:
        """True if there is a way from `source` to `target`, whether or not it will be taken."""
        key = (source, target)
        if key not in self._reached:
            try:
                find_route(self._store, source, target, model=self._options.model)
                self._reached[key] = True
            except LanguageUnavailable:
                self._reached[key] = False
        return self._reached[key]

    def require_named(self) -> None:
        """Makes sure that the model named in the options has a part in one of the ways found so far.

        Raises:
            ModelError: it has none, and so would have been passed over without a word.
        """
        name = self._options.model
        steps = [step for route in self._routes.values() for step in route]
        if name is None or not steps or any(step.model.card.id == name for step in steps):
            return
        card = self._store.find(name).card
        wanted = ", ".join(f"{a} → {b}" for (a, b), route in self._routes.items() if route)
        raise ModelError(
            f"{name} translates {_languages(card.sources)} into {_languages(card.targets)} and has no part in what is "
            f"asked for ({wanted})"
        )

    def translate(
        self, segments: Sequence[Segment], source: str, target: str, progress: Progress | None = None
    ) -> list[Outcome]:
        """Outcomes in order, over as many models as the way has; a failure on the way keeps the source's text."""
        outcomes = [Outcome(segment.text) for segment in segments]
        current = list(segments)
        route = self.route(source, target)
        for number, step in enumerate(route, start=1):
            last = number == len(route)
            results = self.translator(step).translate(current, progress if last else None)
            outcomes = [
                before if before.fault else (Outcome(segment.text, after.fault) if after.fault else after)
                for segment, before, after in zip(segments, outcomes, results, strict=True)
            ]
            current = [Segment(outcome.text, outcome.text) for outcome in outcomes]
        return outcomes

    def translator(self, step: Step) -> Translator:
        """The loaded translator of one step."""
        key = (step.model.card.id, step.source, step.target)
        if key not in self._loaded:
            options = self._options
            self._loaded[key] = Translator(
                step.model,
                self.engine(step.model),
                task_for(step.model.card, step.source, step.target),
                source=step.source,
                target=step.target,
                decoding=step.model.card.decoding(options.beam_size),
                memory=self._open_memory(),
                reviewer=self._reviewer if step.source == "it" else None,
            )
        return self._loaded[key]

    def engine(self, model: InstalledModel) -> Engine:
        """A model's engine, loaded once for all that the run does with it."""
        if model.card.id not in self._engines:
            options = self._options
            engine = self._store.engine(model, engine=options.engine, device=options.device, threads=options.threads)
            self._stack.callback(engine.close)
            self._engines[model.card.id] = engine
        return self._engines[model.card.id]

    @property
    def counts(self) -> Counts:
        """What all translators did together."""
        total = Counts()
        for translator in self._loaded.values():
            for name in Counts.__slots__:
                setattr(total, name, getattr(total, name) + getattr(translator.counts, name))
        return total

    def _open_memory(self) -> TranslationMemory | None:
        if not self._options.memory or self._memory_open:
            return self._memory
        self._memory_open = True
        try:
            self._memory = self._stack.enter_context(TranslationMemory.open(self._options.memory_path))
        except MemoryStoreError as error:
            log.warning("%s; going on without a translation memory", error)
            return None
        return self._memory
