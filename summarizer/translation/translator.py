"""Translates sentences with one loaded model: pooled, de-duplicated, looked up, guarded, and put back in order.

Never more than one sentence in an input, never a sentence cut short: what is too long is split at clause boundaries
and rejoined, what the model fails at stays in the source language and is reported.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from summarizer.engines.interface import Decoding, Engine, Hypothesis, Progress, Task
from summarizer.errors import EngineError
from summarizer.models.store import InstalledModel
from summarizer.segmentation import split_clauses
from summarizer.translation.guard import Fault, check
from summarizer.translation.memory import TranslationMemory, text_digest
from summarizer.translation.normalize import NORMALIZATION_VERSION, normalize, restore_typography
from summarizer.translation.recall import Recall
from summarizer.untrusted import one_line

log = logging.getLogger(__name__)

# Clauses of the last attempt: as short as they can be and still be understood by themselves.
LAST_TOKENS = 40
# Clauses leave a model little choice: more beams cost time here and find next to nothing.
REREAD_BEAMS = 2


class Reviewer(Protocol):
    """Compares a translation with its source. `summarizer.fidelity`, which comes after this room, is one."""

    FIDELITY_VERSION: str

    def penalty(self, source: str, target: str, language: str) -> float:
        """How much is wrong with a translation into `language`; 0 only if there is nothing to say about it."""
        ...

    def mend(self, source: str, target: str, language: str) -> str:
        """The translation, right where it only takes copying."""
        ...


# Mean log-probability per token that an error is worth: more than what lies between most hypotheses of one beam, less
# than what lies between sense and nonsense.
ERROR_COST = 0.1


@dataclass(frozen=True, slots=True)
class Segment:
    """One sentence to translate."""

    text: str
    """As it stands in the article; also the text that is kept if the model fails."""
    model_text: str
    """What the model is to see where that differs: the sentence in ordinary case, for one."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a segment."""

    text: str
    fault: Fault | None = None
    """None if translated; otherwise why the source was kept."""
    clean: bool = False
    """The reviewer has compared it with the segment's text, and has nothing to say about it."""


@dataclass(slots=True)
class Counts:
    """What a translator did since it was made."""

    segments: int = 0
    decoded: int = 0
    remembered: int = 0
    retried: int = 0
    reread: int = 0
    failed: int = 0


class Translator:
    """One model, one direction."""

    def __init__(
        self,
        model: InstalledModel,
        engine: Engine,
        task: Task,
        *,
        source: str,
        target: str,
        decoding: Decoding,
        memory: TranslationMemory | None = None,
        reviewer: Reviewer | None = None,
    ) -> None:
        """`task` asks the model for `source` to `target` (BCP-47).

        Without `memory` nothing is remembered; without `reviewer` the most probable hypothesis is taken as it is.
        """
        self.model = model
        self.engine = engine
        self.source = source
        self.target = target
        self.decoding = decoding if reviewer is not None else replace(decoding, num_return_sequences=1)
        self.counts = Counts()
        self._task = task
        self._reviewer = reviewer
        self._fault: EngineError | None = None
        recipe = (
            engine.name,
            engine.precision,
            self.decoding.fingerprint(),
            NORMALIZATION_VERSION,
            reviewer.FIDELITY_VERSION if reviewer is not None else "",
            task.prefix.strip(),
        )
        self._recall = Recall(memory, source, target, model.identity, "|".join(recipe))

    def translate(self, segments: Sequence[Segment], progress: Progress | None = None) -> list[Outcome]:
        """One outcome a segment, in order; equal segments are decoded once.

        `progress` is also called with 0, as a sign of life, whenever a batch has been decoded.

        Raises:
            EngineError: the engine failed altogether; single failures are outcomes.
        """
        self.counts.segments += len(segments)
        inputs = [normalize(segment.model_text) for segment in segments]
        recalled, clean = self._recall.find(list(dict.fromkeys(inputs)))
        known = {text: Outcome(translation) for text, translation in recalled.items()}
        missing = [text for text in dict.fromkeys(inputs) if text not in known]
        if progress is not None:
            progress(sum(text in known for text in inputs))
        weight = dict.fromkeys(missing, 0)
        for text in inputs:
            if text in weight:
                weight[text] += 1
        decoded = self._decode(missing, weight, progress)
        words = {text: segment.text for segment, text in zip(segments, inputs, strict=True) if text in decoded}
        clean |= {text: text_digest(words[text]) for text in decoded if self._is_clean(words[text], decoded[text])}
        self._recall.keep({text: made.text for text, made in decoded.items() if made.fault is None}, clean)
        self.counts.decoded += len(missing)
        self.counts.remembered += len(inputs) - sum(weight.values())
        results = []
        for segment, text in zip(segments, inputs, strict=True):
            outcome = known.get(text) or decoded[text]
            if outcome.fault:
                outcome = replace(outcome, text=segment.text)
            elif text in clean:
                # other quotation marks, other capitals: words that were not compared
                outcome = replace(outcome, clean=clean[text] == text_digest(segment.text))
            results.append(outcome)
        return results

    # -- decoding and its retries -------------------------------------------------------------------------------------

    def _decode(self, texts: Sequence[str], weight: Mapping[str, int], progress: Progress | None) -> dict[str, Outcome]:
        done: dict[str, Outcome] = {}

        def report(text: str) -> None:
            if progress is not None:
                progress(weight[text])

        rungs = (
            self.decoding,
            replace(
                self.decoding, num_beams=max(6, self.decoding.num_beams), no_repeat_ngram_size=4, repetition_penalty=1.2
            ),
        )
        waiting = list(texts)
        faults: dict[str, Fault] = {}

        def judge(hypotheses: Mapping[str, Hypothesis | None]) -> Iterator[str]:
            """Keeps what can be kept; the texts that cannot, each with its fault."""
            for text, hypothesis in hypotheses.items():
                fault = Fault.ENGINE if hypothesis is None else check(text, hypothesis, self.target)
                if fault is None and hypothesis is not None:
                    done[text] = Outcome(self._mended(text, self._finish(hypothesis)))
                    report(text)
                else:
                    faults[text] = fault or Fault.ENGINE
                    yield text

        for number, decoding in enumerate(rungs):
            self.counts.retried += len(waiting) if number else 0
            hypotheses = self._in_pieces(waiting, decoding, decoding.comfortable_tokens, progress)
            if number == 0 and len(hypotheses) > 1 and self._fault is not None and not any(hypotheses.values()):
                raise self._fault
            waiting = list(judge(hypotheses))
        # the last rung: clause by clause, where a sentence has clauses
        self.counts.retried += len(waiting)
        first = dict(faults)
        shortest = min(LAST_TOKENS, self.decoding.comfortable_tokens // 2)
        for text in judge(self._in_pieces(waiting, rungs[-1], shortest, progress)):
            log.debug("kept untranslated (%s): %s", first[text].value, text)
            self.counts.failed += 1
            done[text] = Outcome(text, first[text])
            report(text)
        return done | self._read_again(done, progress)

    def _read_again(self, done: Mapping[str, Outcome], progress: Progress | None) -> dict[str, Outcome]:
        """Sentences in which something is wrong once more, clause by clause; those in which less is wrong then.

        A small model that leaves a name out of a long sentence, or spoils it, seldom does so with the clause alone.
        """
        limit = self.decoding.reread_tokens
        if self._reviewer is None or not limit:
            return {}
        wrong = {
            text: penalty
            for text, outcome in done.items()
            if outcome.fault is None
            and (penalty := self._reviewer.penalty(text, outcome.text, self.target))
            and not self._fits(text, self._limit(limit))
        }
        beams = min(self.decoding.num_beams, REREAD_BEAMS)
        wanted = min(self.decoding.num_return_sequences, beams)
        decoding = replace(self.decoding, num_beams=beams, num_return_sequences=wanted)
        better = {}
        for text, hypothesis in self._in_pieces(list(wrong), decoding, limit, progress).items():
            if hypothesis is None or check(text, hypothesis, self.target) is not None:
                continue
            translation = self._mended(text, self._finish(hypothesis))
            if self._reviewer.penalty(text, translation, self.target) < wrong[text]:
                better[text] = Outcome(translation)
        self.counts.reread += len(wrong)
        return better

    def _hypotheses(
        self, texts: Sequence[str], decoding: Decoding, progress: Progress | None
    ) -> dict[str, Hypothesis | None]:
        """The hypothesis chosen for each text; None where the engine failed at that text alone."""

        def alive(count: int) -> None:
            if progress is not None:
                progress(0)

        def generate(part: Sequence[str]) -> list[Hypothesis | None]:
            try:
                return list(self.engine.generate(part, self._task, decoding, alive))
            except EngineError as error:
                self._fault = error
                if len(part) == 1:
                    return [None]
                # too much memory wanted, or one text it cannot bear: smaller batches show which
                log.debug("%s; trying %d texts in two halves", error, len(part))
                middle = len(part) // 2
                return generate(part[:middle]) + generate(part[middle:])

        made = zip(texts, generate(texts) if texts else [], strict=True)
        return {text: None if best is None else self._choose(text, best) for text, best in made}

    def _choose(self, text: str, best: Hypothesis) -> Hypothesis:
        """The best of a beam's hypotheses when errors that can be seen count as well as probability.

        A small model's second guess often has the name or the figure that its first one spoils. Most first ones have
        no error, and then no other is looked at.
        """
        if self._reviewer is None or not best.others:
            return best
        chosen, highest = best, -math.inf
        for hypothesis in (best, *best.others):
            if hypothesis.score <= highest or check(text, hypothesis, self.target) is not None:
                continue
            penalty = self._reviewer.penalty(text, self._finish(hypothesis), self.target)
            if (value := hypothesis.score - ERROR_COST * penalty) > highest:
                chosen, highest = hypothesis, value
        return chosen

    def _fits(self, text: str, limit: int) -> bool:
        # a token is rarely shorter than a character, so short texts need no counting
        return len(text) < limit or self._tokens(text) <= limit

    def _tokens(self, text: str) -> int:
        return self.engine.count_tokens(text, self._task)

    def _limit(self, tokens: int) -> int:
        return min(tokens, self.engine.max_source_tokens)

    def _in_pieces(
        self, texts: Sequence[str], decoding: Decoding, tokens: int, progress: Progress | None
    ) -> dict[str, Hypothesis | None]:
        """The hypothesis of each text, translated clause by clause where it has more tokens than that.

        Whole texts and clauses go to the engine together, so that they fill each other's batches.
        """
        limit = self._limit(tokens)

        def fits(part: str) -> bool:
            return self._fits(part, limit)

        pieces = {
            text: [text] if fits(text) else [text[start:end] for start, end in split_clauses(text, fits)]
            for text in texts
        }
        pool = list(dict.fromkeys(piece for parts in pieces.values() for piece in parts))
        translated = self._hypotheses(pool, decoding, progress)
        return {
            text: translated[text] if parts == [text] else _joined([translated[piece] for piece in parts], parts)
            for text, parts in pieces.items()
        }

    def _finish(self, hypothesis: Hypothesis) -> str:
        return restore_typography(one_line(hypothesis.text), self.target)

    def _mended(self, text: str, translation: str) -> str:
        return translation if self._reviewer is None else self._reviewer.mend(text, translation, self.target)

    def _is_clean(self, text: str, outcome: Outcome) -> bool:
        if self._reviewer is None or outcome.fault is not None:
            return False
        return self._reviewer.penalty(text, outcome.text, self.target) == 0


def _joined(pieces: Sequence[Hypothesis | None], sources: Sequence[str]) -> Hypothesis | None:
    """One hypothesis from those of a sentence's pieces: a full stop that a model put after an inner clause goes.

    None where a piece is missing.
    """
    parts = [piece for piece in pieces if piece is not None]
    if len(parts) < len(pieces):
        return None
    texts = []
    for index, (part, source) in enumerate(zip(parts, sources, strict=True)):
        text = part.text.strip()
        if index < len(parts) - 1 and text.endswith(".") and not source.rstrip().endswith("."):
            text = text[:-1]
            if source.rstrip()[-1:] in ",;:":
                text += source.rstrip()[-1]
        if index and text[:1].isupper() and text[1:2].islower() and not sources[index].lstrip()[:1].isupper():
            text = text[0].lower() + text[1:]
        texts.append(text)
    return Hypothesis(
        text=" ".join(text for text in texts if text),
        tokens=sum(part.tokens for part in parts),
        score=min((part.score for part in parts), default=0.0),
        truncated=any(part.truncated for part in parts),
    )


__all__ = ["Counts", "EngineError", "Outcome", "Segment", "Translator"]
