"""An engine whose answers a test writes down, and which writes down what it was asked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from summarizer.engines.interface import Decoding, Engine, Hypothesis, Progress, Task
from summarizer.models.catalog import ModelCard
from summarizer.models.store import InstalledModel

CARD = ModelCard(
    id="fake", name="fake", task="translation", family="marian", sources=("it",), targets=("en",),
    architecture="MarianMTModel", licence="CC0-1.0", commercial=True,
)  # fmt: skip
MODEL = InstalledModel(CARD, Path("/nowhere"), "0123456789abcdef")

Answer = Callable[[str, Decoding], str | Hypothesis]


class FakeEngine(Engine):
    name = "ctranslate2"
    precision = "int8"

    def __init__(self, answer: Answer, *, limit: int = 512) -> None:
        self.answer = answer
        self.limit = limit
        self.asked: list[tuple[str, Decoding]] = []

    @property
    def max_source_tokens(self) -> int:
        return self.limit

    def count_tokens(self, text: str, task: Task) -> int:
        return len(text.split()) + 1

    def generate(
        self, texts: Sequence[str], task: Task, decoding: Decoding, progress: Progress | None = None
    ) -> list[Hypothesis]:
        results = []
        for text in texts:
            assert self.count_tokens(text, task) <= self.limit
            self.asked.append((text, decoding))
            given = self.answer(text, decoding)
            results.append(
                given if isinstance(given, Hypothesis) else Hypothesis(given, len(given.split()), -0.3, False)
            )
        return results
