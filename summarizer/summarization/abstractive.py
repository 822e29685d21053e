"""Summaries written by a Hugging Face seq2seq model, with long articles in overlapping windows.

The model sees whole sentences only; nothing is cut off. Lengths are always given: the defaults in many published
checkpoints stop in the middle of a sentence.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from summarizer.engines.interface import Decoding, Engine, Hypothesis, Task
from summarizer.errors import EngineError, UnusableSummary
from summarizer.languages import language_name
from summarizer.models.store import InstalledModel
from summarizer.segmentation import boundaries, split_clauses
from summarizer.summarization.prompts import Prompt
from summarizer.summarization.provenance import align
from summarizer.summarization.similarity import Nearness
from summarizer.translation.guard import repeats
from summarizer.translation.normalize import normalize
from summarizer.untrusted import one_line

ABSTRACTIVE_VERSION = "windows3"
"""Part of the signature: raise it when a change here changes what is written or linked."""
# Sentences that neighbouring windows share, so that what spans the seam is seen whole once.
OVERLAP = 2
# News sentences of the languages at hand have 20 to 40 pieces.
TOKENS_PER_SENTENCE = (14, 42)
# A group of words more often in a row than this is a loop.
MOST_REPEATS = 3
# After so many rounds of summarising summaries the text is no longer about the article.
MOST_ROUNDS = 4


@dataclass(frozen=True, slots=True)
class WrittenSentence:
    """One sentence that the model wrote."""

    text: str
    sources: tuple[int, ...]
    """Indices into the sentences that were summarised."""
    support: float


class AbstractiveSummarizer:
    """One loaded summarization model, writing one language."""

    def __init__(
        self, model: InstalledModel, engine: Engine, task: Task, prompt: Prompt, *, language: str, decoding: Decoding
    ) -> None:
        """`language` is the BCP-47 tag of what it writes; `decoding` gives beams and penalties."""
        self.model = model
        self.engine = engine
        self.language = language
        self._task = task
        self._prompt = prompt
        self._decoding = decoding

    def summarize(
        self,
        sentences: Sequence[str],
        *,
        title: str | None,
        count: int,
        compared: Sequence[str] | None = None,
        nearness: Nearness | None = None,
    ) -> list[WrittenSentence]:
        """About `count` sentences on a text given sentence by sentence; none on no text.

        Args:
            sentences: what is to be summed up.
            title: its headline, for prompts that show one.
            count: sentences asked for.
            compared: the same sentences in the language that the model writes, where it reads another.
            nearness: tells how near in meaning the sentences are to those that are written, where that can be told.

        Raises:
            UnusableSummary: the model writes nothing that can be shown.
            EngineError: its prompt leaves no room for text.
        """
        if not any(c.isalnum() for sentence in sentences for c in sentence):
            return []
        text = self._condense([normalize(s) for s in sentences], normalize(title) if title else None, count)
        lines = [one_line(text[start:end]) for start, end in boundaries(text, self.language)[:count]]
        near = nearness(lines) if nearness is not None else [None] * len(lines)
        aligned = [
            align(line, sentences if compared is None else compared, row) for line, row in zip(lines, near, strict=True)
        ]
        return [WrittenSentence(line, *found) for line, found in zip(lines, aligned, strict=True)]

    def _condense(self, sentences: Sequence[str], title: str | None, count: int) -> str:
        parts = list(sentences)
        for _ in range(MOST_ROUNDS):
            windows = self._windows(parts, title, count)
            texts = self._write(windows, title, count if len(windows) == 1 else max(2, count // 2 + 1))
            if len(windows) == 1:
                return texts[0]
            parts = [text[start:end] for text in texts for start, end in boundaries(text, self.language)]
        # still too long for one window: the lead of each part, in order
        return " ".join(parts)

    def _windows(self, sentences: Sequence[str], title: str | None, count: int) -> list[str]:
        """Runs of whole sentences that fit the model together with its prompt; neighbours overlap."""
        room = self.engine.max_source_tokens

        def fits(text: str) -> bool:
            return self.engine.count_tokens(self._input(text, title, count), self._task) <= room

        if not fits(""):
            raise EngineError(f"{self.model.card.id}: the prompt alone is longer than the model's {room} tokens")
        units = [
            part
            for sentence in sentences
            for part in ([sentence] if fits(sentence) else [sentence[a:b] for a, b in split_clauses(sentence, fits)])
        ]
        windows: list[str] = []
        start = 0
        while start < len(units):
            end = start + 1
            while end < len(units) and fits(" ".join(units[start : end + 1])):
                end += 1
            windows.append(" ".join(units[start:end]))
            if end == len(units):
                break
            start = max(start + 1, end - OVERLAP)
        return windows or [""]

    def _input(self, text: str, title: str | None, count: int) -> str:
        before, after = self._prompt.parts(title=title, language=language_name(self.language), sentences=str(count))
        return before + text + after

    def _write(self, windows: Sequence[str], title: str | None, count: int) -> list[str]:
        least, most = TOKENS_PER_SENTENCE
        inputs = [self._input(window, title, count) for window in windows]
        lengths = [self.engine.count_tokens(text, self._task) for text in inputs]
        # a summary is never asked to be longer than what it sums up
        decoding = replace(
            self._decoding,
            min_new_tokens=min(least * count, min(lengths) // 3),
            max_new_tokens=max(most * count, most),
            no_repeat_ngram_size=self._decoding.no_repeat_ngram_size or 3,
        )
        hypotheses = self.engine.generate(inputs, self._task, decoding)
        if unusable := [i for i, hypothesis in enumerate(hypotheses) if not self._text(hypothesis)]:
            # as for translations: what loops or stays empty often comes right with repetition held down
            firmer = replace(decoding, num_beams=max(6, decoding.num_beams), repetition_penalty=1.3)
            again = self.engine.generate([inputs[i] for i in unusable], self._task, firmer)
            hypotheses = [*hypotheses]
            for i, hypothesis in zip(unusable, again, strict=True):
                hypotheses[i] = hypothesis
        texts = [self._text(hypothesis) for hypothesis in hypotheses]
        if not all(texts):
            raise UnusableSummary(f"{self.model.card.id}: the model wrote no usable summary; try another --summarizer")
        return texts

    def _text(self, hypothesis: Hypothesis) -> str:
        """The whole sentences of an output; empty if it says nothing or goes round in circles."""
        text = one_line(hypothesis.text)
        if hypothesis.truncated:
            # the last sentence was cut by the limit; what came before it is whole
            text = " ".join(text[a:b] for a, b in boundaries(text, self.language)[:-1]) or text
        usable = any(c.isalnum() for c in text) and repeats(text.lower().split()) <= MOST_REPEATS
        return text if usable else ""
