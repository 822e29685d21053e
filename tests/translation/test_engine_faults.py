"""An engine that fails at some of the work: the rest is translated, what it failed at stays Italian and is named."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from summarizer.engines.interface import Decoding, Hypothesis, Progress, Task
from summarizer.errors import EngineError
from summarizer.translation.guard import Fault
from summarizer.translation.translator import Segment, Translator
from tests.translation.fakes import MODEL, FakeEngine


class FailingEngine(FakeEngine):
    """Fails as a whole at every batch that `fails` says yes to."""

    def __init__(self, fails: Callable[[Sequence[str]], bool]) -> None:
        super().__init__(lambda text, decoding: "A " + text.split(maxsplit=1)[1])
        self._fails = fails
        self.sizes: list[int] = []

    def generate(
        self, texts: Sequence[str], task: Task, decoding: Decoding, progress: Progress | None = None
    ) -> list[Hypothesis]:
        self.sizes.append(len(texts))
        if self._fails(texts):
            raise EngineError("out of memory")
        return super().generate(texts, task, decoding, progress)


def translate(engine: FailingEngine, texts: list[str], **options: object) -> list[tuple[str, Fault | None]]:
    translator = Translator(MODEL, engine, Task(), source="it", target="en", decoding=Decoding())
    outcomes = translator.translate([Segment(text, text) for text in texts], **options)  # type: ignore[arg-type]
    return [(outcome.text, outcome.fault) for outcome in outcomes]


TEXTS = [f"Una frase numero {n} del testo." for n in range(23)]


def test_a_batch_too_large_for_the_memory_is_halved_until_it_fits() -> None:
    engine = FailingEngine(lambda texts: len(texts) > 6)
    assert translate(engine, TEXTS) == [("A" + text[3:], None) for text in TEXTS]
    assert engine.sizes[:3] == [23, 11, 5]


def test_a_sentence_that_brings_the_engine_down_stays_italian_alone() -> None:
    outcomes = translate(FailingEngine(lambda texts: TEXTS[9] in texts), TEXTS)
    assert outcomes[9] == (TEXTS[9], Fault.ENGINE)
    assert all(fault is None for n, (_, fault) in enumerate(outcomes) if n != 9)


def test_a_sentence_too_long_for_the_memory_is_translated_clause_by_clause() -> None:
    long = "Una frase lunga, che non finisce, e poi ancora una parte, e poi la fine, che viene tardi, ma viene."
    engine = FailingEngine(lambda texts: long in texts)
    engine.count_tokens = lambda text, task: 4 * len(text.split())  # type: ignore[method-assign]
    [first, (text, fault)] = translate(engine, [TEXTS[0], long])
    assert first[1] is None
    assert fault is None
    assert text != long


def test_an_engine_that_does_nothing_at_all_is_an_error_and_not_a_page_of_italian() -> None:
    with pytest.raises(EngineError, match="out of memory"):
        translate(FailingEngine(lambda texts: True), TEXTS)


def test_two_sentences_that_fail_among_others_are_two_faults_and_no_error() -> None:
    outcomes = translate(FailingEngine(lambda texts: bool({TEXTS[2], TEXTS[3]} & set(texts))), TEXTS)
    assert [fault for _, fault in outcomes].count(Fault.ENGINE) == 2
