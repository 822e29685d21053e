"""The whole way of an article, from its source to the report, on one page.

Drafts are articles on their way. Many drafts are translated together (`finish`), so that the sentences of a whole
folder share their batches; one article is a folder of one.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import BinaryIO

from summarizer import fidelity, ingest, segmentation, signature
from summarizer.article import Article, Sentence
from summarizer.engines.interface import Progress
from summarizer.errors import UnusableSummary
from summarizer.languages import language_name
from summarizer.models.licences import Credits
from summarizer.models.store import ModelStore
from summarizer.options import Options
from summarizer.report import (
    Finding,
    Report,
    Summary,
    SummarySentence,
    TranslatedBlock,
    TranslatedSentence,
    Translation,
)
from summarizer.summarization import extractive
from summarizer.summarization.writers import SummaryWriters, kept_sentence
from summarizer.translation.glossary import Glossary
from summarizer.translation.normalize import Truecaser
from summarizer.translation.routes import Route, Translators
from summarizer.translation.translator import Outcome, Segment

Expect = Callable[[int], None]
"""Called with the number of sentences about to be translated, before any `Progress` call for them."""


@dataclass(frozen=True, slots=True)
class Draft:
    """An article that has been read, split and searched for its summary, but not translated yet."""

    article: Article
    sentences: tuple[Sentence, ...]
    chosen: tuple[Sentence, ...]
    """The sentences an extractive summary is made of, in reading order."""
    timings: dict[str, float] = field(default_factory=dict)


class Pipeline:
    """Reads articles with one set of options; models are loaded when first needed and freed by `close`."""

    def __init__(self, options: Options, store: ModelStore | None = None) -> None:
        """Loads nothing yet.

        Raises:
            LanguageUnavailable, ModelError: no installed model can do what the options ask for.
            GlossaryError: the glossary cannot be used.
        """
        self.options = options
        store = store or ModelStore(options.cache, options.config, allow_noncommercial=options.allow_noncommercial)
        self._translators = Translators(store, options, fidelity)
        self._writers = SummaryWriters(store, self._translators, options)
        self._glossary = Glossary.load(options.glossary) if options.glossary else None

    def __enter__(self) -> Pipeline:
        """Itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Frees the models."""
        self.close()

    def close(self) -> None:
        """Frees the models and the translation memory."""
        self._writers.close()
        self._translators.__exit__(None, None, None)

    def load(self) -> None:
        """Loads now what Italian articles need, not with the first of them.

        Raises:
            LanguageUnavailable, ModelError, EngineError: the models cannot be had or loaded.
        """
        self._plan("it")
        wanted = (self.options.to,) if self._writers.wanted else (self.options.to, *self.options.languages)
        for target in dict.fromkeys(wanted):
            for step in self._translators.route("it", target):
                self._translators.translator(step)
        if self._writers.wanted:
            self._writers.load("it")

    # -- the way, step by step ----------------------------------------------------------------------------------------

    def read(self, source: str, *, stdin: BinaryIO | None = None) -> Draft:
        """Reads one source: a path, a URL, or "-" for `stdin`; raises `SourceError`."""
        started = time.perf_counter()
        article = ingest.read(source, force=self.options.force, stdin=stdin, offline=self.options.offline)
        return self.draft(article, ingest_seconds=time.perf_counter() - started)

    def draft(self, article: Article, *, ingest_seconds: float = 0.0) -> Draft:
        """Splits an article into sentences and chooses those of the summary."""
        self._plan(article.language)
        started = time.perf_counter()
        sentences = segmentation.split(article)
        split = time.perf_counter()
        chosen = extractive.choose(article, sentences, self.options.length)
        timings = {
            "ingest": ingest_seconds,
            "segmentation": split - started,
            "summarization": time.perf_counter() - split,
        }
        return Draft(article, tuple(sentences), tuple(chosen), timings)

    def finish(
        self, drafts: Sequence[Draft], progress: Progress | None = None, expect: Expect | None = None
    ) -> list[Report]:
        """Translates drafts together and makes their reports, in order.

        Raises:
            EngineError, ModelError: nothing can be translated at all; one bad sentence is a finding.
        """
        started = time.perf_counter()
        translated = self._translate(drafts, progress, expect)
        # the pool is translated as one; each article is charged its share by characters
        seconds = time.perf_counter() - started
        sizes = [sum(len(s.text) for s in draft.sentences) for draft in drafts]
        return [
            self._report(draft, translated[number], seconds * size / max(1, sum(sizes)))
            for number, (draft, size) in enumerate(zip(drafts, sizes, strict=True))
        ]

    def _plan(self, language: str) -> None:
        """Finds every way that an article in this language will take, before any work is done on it.

        Raises:
            LanguageUnavailable: there is no way into a language that is asked for.
            ModelError: the model that is named has no part in any of them.
        """
        self._translators.route(language, self.options.to)
        for target in self.options.languages:
            if self._writers.wanted:
                plan = self._writers.plan(language, target)
                for way in ((language, plan.reads), (language, plan.compares), (plan.writes, target)):
                    self._translators.route(*way)
            else:
                self._translators.route(language, target)
        self._translators.require_named()

    # -- translation of the pool --------------------------------------------------------------------------------------

    def _translate(
        self, drafts: Sequence[Draft], progress: Progress | None, expect: Expect | None
    ) -> list[dict[str, dict[int, Outcome]]]:
        """For each draft: outcome by language and sentence id."""
        wanted: dict[tuple[str, str], list[tuple[int, Sentence, Segment]]] = {}
        for number, draft in enumerate(drafts):
            recase = Truecaser(s.text for s in draft.sentences)
            for target, needed in self._needed(draft).items():
                wanted.setdefault((draft.article.language, target), []).extend(
                    (number, s, Segment(s.text, recase(s.text))) for s in needed
                )
        if expect is not None:
            expect(sum(len(group) for group in wanted.values()))
        done: list[dict[str, dict[int, Outcome]]] = [{} for _ in drafts]
        for (source, target), group in wanted.items():
            outcomes = self._translators.translate([segment for _, _, segment in group], source, target, progress)
            for (number, sentence, _), outcome in zip(group, outcomes, strict=True):
                done[number].setdefault(target, {})[sentence.id] = outcome
        return done

    def _needed(self, draft: Draft) -> dict[str, tuple[Sentence, ...]]:
        """The languages an article must be in, each with the sentences needed."""
        options, language = self.options, draft.article.language
        if not self._writers.wanted:
            return dict.fromkeys(options.languages, draft.chosen) | {options.to: draft.sentences}
        plans = [self._writers.plan(language, target) for target in options.languages]
        return dict.fromkeys(
            (options.to, *(tag for plan in plans for tag in (plan.reads, plan.compares))), draft.sentences
        )

    # -- putting the report together ----------------------------------------------------------------------------------

    def _report(self, draft: Draft, outcomes: dict[str, dict[int, Outcome]], translation_seconds: float) -> Report:
        started = time.perf_counter()
        article, options = draft.article, self.options
        translated = {s.id: self._sentence(s, outcomes[options.to][s.id], article.language) for s in draft.sentences}
        blocks: dict[int, list[TranslatedSentence]] = {}
        for sentence in draft.sentences:
            blocks.setdefault(sentence.block, []).append(translated[sentence.id])
        route = self._translators.route(article.language, options.to)
        engine = self._translators.translator(route[0]).engine if route else None
        credits_ = _credits(route)
        translation = Translation(
            language=options.to,
            model=credits_.model,
            engine=engine.name if engine else "none",
            licence=credits_.licence,
            blocks=tuple(TranslatedBlock(article.blocks[i].kind, tuple(group)) for i, group in blocks.items()),
            attribution=credits_.attribution,
        )
        findings = [f for sentence in translation.sentences for f in sentence.findings]
        summaries = []
        writing = time.perf_counter()
        for language in options.languages:
            summary, about = self._summary(draft, language, outcomes, translated)
            summaries.append(summary)
            findings += about
        done = time.perf_counter()
        timings = draft.timings | {
            "translation": translation_seconds,
            "fidelity": writing - started,
            "summarization": draft.timings["summarization"] + done - writing,
        }
        return Report(
            article=article,
            translation=translation,
            summaries=tuple(summaries),
            findings=tuple(findings),
            signature=signature.of(options, route, engine, self._glossary, self._made(article.language)),
            timings=timings | {"total": sum(timings.values())},
        )

    def _sentence(self, sentence: Sentence, outcome: Outcome, source_language: str) -> TranslatedSentence:
        if outcome.fault is not None:
            kept = Finding(
                kind="untranslated",
                severity="error",
                sentence=sentence.id,
                source=sentence.text,
                target="",
                message=f"kept in the original: {outcome.fault.value}",
            )
            return TranslatedSentence(sentence, sentence.text, (kept,))
        text, findings = outcome.text, []
        if self._glossary is not None:
            result = self._glossary.apply(sentence.text, text, language=self.options.to)
            text = result.text
            findings += [
                Finding(
                    "glossary", "warning", sentence.id, match.source, match.target, "the glossary's term is not used"
                )
                for match in result.missed
            ]
        known_clean = outcome.clean and text == outcome.text
        if source_language == "it" and self.options.to != "it" and not known_clean:
            findings += fidelity.check_pair(sentence.text, text, self.options.to, sentence=sentence.id)
        return TranslatedSentence(sentence, text, tuple(findings))

    def _summary(
        self,
        draft: Draft,
        target: str,
        outcomes: dict[str, dict[int, Outcome]],
        translated: dict[int, TranslatedSentence],
    ) -> tuple[Summary, list[Finding]]:
        if not self._writers.wanted:
            return self._chosen(draft, target, outcomes, translated)
        article = draft.article
        pool = extractive.candidates(article, draft.sentences)
        try:
            return self._writers.write(
                article,
                pool,
                target,
                self.options.length.sentences(len(pool)),
                lambda tag: {i: outcome.text for i, outcome in outcomes[tag].items()},
                headline=[s for s in draft.sentences if article.blocks[s.block].kind == "title"],
            )
        except UnusableSummary as error:
            # one article that a model cannot cope with has a plainer summary and says so; it does not stop the others
            summary, findings = self._chosen(draft, target, outcomes, translated)
            message = f"{error}; the summary in {language_name(target)} is made of the article's own sentences"
            return summary, [Finding("summary", "error", None, "", "", message), *findings]

    def _chosen(
        self,
        draft: Draft,
        target: str,
        outcomes: dict[str, dict[int, Outcome]],
        translated: dict[int, TranslatedSentence],
    ) -> tuple[Summary, list[Finding]]:
        """The summary made of the chosen sentences, in the very words of a translation into the same language."""
        findings: list[Finding] = []
        texts = {s.id: translated[s.id].text for s in draft.chosen}
        route = self._translators.route(draft.article.language, target)
        if target != self.options.to:
            if target not in outcomes:
                segments = [Segment(s.text, s.text) for s in draft.chosen]
                made = self._translators.translate(segments, draft.article.language, target)
                outcomes[target] = {s.id: outcome for s, outcome in zip(draft.chosen, made, strict=True)}
            for s in draft.chosen:
                texts[s.id] = outcomes[target][s.id].text
                if (fault := outcomes[target][s.id].fault) is not None:
                    findings.append(kept_sentence(s.text, target, fault.value, sentence=s.id))
        used = _credits(route) if route else None
        summary = Summary(
            language=target,
            style="extractive",
            model=used.model if used else None,
            licence=used.licence if used else None,
            sentences=tuple(SummarySentence(texts[s.id], (s.id,), 1.0) for s in draft.chosen),
            attribution=used.attribution if used else "",
        )
        return summary, findings

    def _made(self, source: str) -> dict[str, str]:
        """By language, how the summaries come about that are not the translation's own sentences; for the signature."""
        if self._writers.wanted:
            return {target: self._writers.signature(source, target) for target in self.options.languages}
        return {
            target: ",".join(step.model.identity for step in self._translators.route(source, target)) or "none"
            for target in self.options.languages
            if target != self.options.to
        }


def _credits(route: Route) -> Credits:
    return Credits.of(step.model.card for step in route)
