"""An input's output is decided by the input alone, not by what it shares its batch with."""

from __future__ import annotations

import pytest

from summarizer.engines import ctranslate2
from summarizer.engines.ctranslate2 import CTranslate2Engine
from summarizer.engines.interface import Decoding, Engine, Task, batches, padded
from summarizer.engines.transformers import TransformersEngine
from tests import tiny


@pytest.fixture(scope="module", params=["ctranslate2 float32", "ctranslate2 int8", "transformers"])
def engine(request: pytest.FixtureRequest) -> Engine:
    checkpoint = tiny.checkpoint("marian")
    if request.param == "transformers":
        return TransformersEngine(checkpoint)
    return CTranslate2Engine(tiny.converted("marian", request.param.split()[1]), checkpoint, threads=1)


def test_alone_and_in_company_the_output_is_the_same(engine: Engine) -> None:
    texts = [sentence[:cut] for sentence in tiny.SENTENCES for cut in (12, 40, 80)]
    decoding = Decoding(num_beams=2)
    together = engine.generate(texts, Task(), decoding)
    alone = [engine.generate([text], Task(), decoding)[0] for text in texts]
    assert [(h.text, h.tokens, h.truncated) for h in together] == [(h.text, h.tokens, h.truncated) for h in alone]


def test_outputs_come_back_in_input_order_and_all_are_reported(engine: Engine) -> None:
    texts = sorted(tiny.SENTENCES, key=len)
    decoding = Decoding(num_beams=1, max_new_tokens=8)
    done: list[int] = []
    forwards = engine.generate(texts, Task(), decoding, done.append)
    backwards = engine.generate(texts[::-1], Task(), decoding)
    assert [h.text for h in forwards] == [h.text for h in backwards[::-1]]
    assert sum(done) == len(texts)
    assert len(done) > 1


@pytest.mark.parametrize("large", [False, True])
def test_how_threads_share_the_work_changes_no_output(large: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [sentence[:cut] for sentence in tiny.SENTENCES for cut in (12, 40, 80)]
    checkpoint, converted = tiny.checkpoint("marian"), tiny.converted("marian", "float32")
    one = CTranslate2Engine(converted, checkpoint, threads=1).generate(texts, Task(), Decoding())
    monkeypatch.setattr(ctranslate2, "LARGE_BYTES", 0 if large else ctranslate2.LARGE_BYTES)
    three = CTranslate2Engine(converted, checkpoint, threads=3)
    done: list[int] = []
    assert [h.text for h in three.generate(texts, Task(), Decoding(), done.append)] == [h.text for h in one]
    assert sum(done) == len(texts)


def test_no_input_is_no_work(engine: Engine) -> None:
    assert engine.generate([], Task(), Decoding()) == []


def test_batches_hold_every_input_once_within_the_budget() -> None:
    lengths = [7, 300, 12, 12, 90, 91, 500, 1, 33, 34, 4000]
    groups = list(batches(lengths, tokens=600, rows=3))
    assert sorted(i for group in groups for i in group) == list(range(len(lengths)))
    assert all(len(group) == 1 or len(group) * padded(max(lengths[i] for i in group)) <= 600 for group in groups)
    assert all(len(group) <= 3 for group in groups)
    assert [max(lengths[i] for i in group) for group in groups] == sorted(
        (max(lengths[i] for i in group) for group in groups), reverse=True
    )


def test_inputs_that_share_a_batch_get_the_same_room() -> None:
    assert [padded(n) for n in (1, 16, 17, 20, 21, 32, 33, 64, 65)] == [1, 16, 20, 20, 24, 32, 40, 64, 80]
    lengths = list(range(1, 200))
    assert all(len({padded(lengths[i]) for i in group}) == 1 for group in batches(lengths))


def test_on_a_cpu_more_beams_mean_fewer_rows_in_a_batch(engine: Engine) -> None:
    texts = [f"{tiny.SENTENCES[0]} {chr(ord('a') + i)}" for i in range(26)] * 3

    def largest(beams: int) -> int:
        done: list[int] = []
        engine.generate(texts, Task(), Decoding(num_beams=beams, max_new_tokens=2), done.append)
        return max(done)

    if engine.name == "ctranslate2":
        assert 1 < largest(8) < largest(4) < largest(1) <= 64
    else:
        assert largest(4) == largest(1)
