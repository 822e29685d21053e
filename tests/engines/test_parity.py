"""Both engines print the same thing for the same weights, family by family."""

from __future__ import annotations

import shutil
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from summarizer.engines.ctranslate2 import CTranslate2Engine
from summarizer.engines.interface import Decoding, Engine, Hypothesis, Task
from summarizer.engines.special import special_tokens
from summarizer.engines.transformers import TransformersEngine
from summarizer.models.convert import CONVERTIBLE, convert
from tests import tiny

FAMILIES = [family for family in tiny.FAMILIES if family not in ("longt5", "led")]


@pytest.fixture(scope="module", params=FAMILIES)
def engines(request: pytest.FixtureRequest) -> tuple[str, Engine, Engine]:
    family = request.param
    checkpoint = tiny.checkpoint(family)
    return family, TransformersEngine(checkpoint), CTranslate2Engine(tiny.converted(family), checkpoint, threads=1)


def outputs(engines: tuple[str, Engine, Engine], decoding: Decoding) -> list[tuple[Hypothesis, Hypothesis]]:
    family, reference, engine = engines
    task = tiny.TASKS.get(family, Task())
    first, second = (e.generate(tiny.SENTENCES, task, decoding) for e in (reference, engine))
    return list(zip(first, second, strict=True))


def key(hypothesis: Hypothesis) -> tuple[str, int, bool]:
    return hypothesis.text, hypothesis.tokens, hypothesis.truncated


@pytest.mark.parametrize(
    "decoding",
    [
        Decoding(num_beams=1, max_new_tokens=24),
        Decoding(num_beams=1, min_new_tokens=12, max_new_tokens=20),
        Decoding(num_beams=1, no_repeat_ngram_size=2, max_new_tokens=24),
    ],
    ids=["greedy", "minimum length", "blocked n-grams"],
)
def test_greedy_search_is_token_exact(engines: tuple[str, Engine, Engine], decoding: Decoding) -> None:
    for reference, hypothesis in outputs(engines, decoding):
        assert key(hypothesis) == key(reference)


@pytest.mark.parametrize(
    "decoding",
    [
        Decoding(num_beams=4, max_new_tokens=24),
        Decoding(num_beams=4, length_penalty=2.0, min_new_tokens=8, max_new_tokens=24, no_repeat_ngram_size=3),
    ],
    ids=["plain", "as a summariser"],
)
def test_beam_search_is_token_exact_but_for_a_tie(engines: tuple[str, Engine, Engine], decoding: Decoding) -> None:
    pairs = outputs(engines, decoding)
    different = [pair for pair in pairs if key(pair[0]) != key(pair[1])]
    assert len(different) <= 1, different


def test_what_else_the_beam_found_comes_with_the_best_and_in_order(engines: tuple[str, Engine, Engine]) -> None:
    plain = Decoding(num_beams=4, max_new_tokens=24)
    # a forced first token counts in the search and not in the score, which turns short ones round
    ordered = tiny.TASKS.get(engines[0], Task()).target is None
    for (reference, hypothesis), (first, second) in zip(
        outputs(engines, replace(plain, num_return_sequences=3)), outputs(engines, plain), strict=True
    ):
        assert (key(reference), key(hypothesis)) == (key(first), key(second))
        for found in (reference, hypothesis):
            scores = [h.score for h in (found, *found.others)]
            assert len(scores) == 3
            assert not ordered or all(a >= b - 0.02 for a, b in pairwise(scores))
        assert first.others == second.others == ()


def test_scores_are_the_mean_log_probability_of_the_output(engines: tuple[str, Engine, Engine]) -> None:
    for reference, hypothesis in outputs(engines, Decoding(num_beams=4, length_penalty=0.6, max_new_tokens=24)):
        if key(hypothesis) == key(reference):
            assert hypothesis.score == pytest.approx(reference.score, abs=0.05)


def test_no_output_is_longer_than_asked_for_and_some_end_before(engines: tuple[str, Engine, Engine]) -> None:
    pairs = outputs(engines, Decoding(num_beams=1, max_new_tokens=24))
    for hypothesis in (h for pair in pairs for h in pair):
        assert hypothesis.tokens == 24 if hypothesis.truncated else hypothesis.tokens < 24


def test_limits_never_run_over_the_decoders_positions(engines: tuple[str, Engine, Engine]) -> None:
    family, *both = engines
    positions = special_tokens(tiny.checkpoint(family)).target_positions
    decoding = Decoding(num_beams=1, max_new_tokens=tiny.POSITIONS + 40)
    for engine in both:
        for hypothesis in engine.generate(tiny.ITALIAN[:2], tiny.TASKS.get(family, Task()), decoding):
            assert positions is None or hypothesis.tokens < positions


def test_a_least_length_beyond_what_the_decoder_has_positions_for_is_no_fault() -> None:
    checkpoint = tiny.checkpoint("bart")
    decoding = Decoding(num_beams=1, min_new_tokens=tiny.POSITIONS + 50, max_new_tokens=tiny.POSITIONS + 100)
    for engine in (TransformersEngine(checkpoint), CTranslate2Engine(tiny.converted("bart"), checkpoint, threads=1)):
        [hypothesis] = engine.generate(tiny.ITALIAN[:1], Task(prefix=" "), decoding)
        assert tiny.POSITIONS - 4 < hypothesis.tokens < tiny.POSITIONS
        assert hypothesis.truncated


def test_the_light_conversion_of_marian_is_that_of_ctranslate2(tmp_path: Path) -> None:
    from ctranslate2.converters import TransformersConverter

    checkpoint = tiny.checkpoint("marian")
    for quantization in ("float32", "int8_float32"):  # "int8" has a range of its own
        TransformersConverter(str(checkpoint)).convert(str(tmp_path / "theirs"), quantization=quantization)
        convert(checkpoint, tmp_path / "ours", quantization)
        for file in (tmp_path / "theirs").iterdir():
            assert (tmp_path / "ours" / file.name).read_bytes() == file.read_bytes(), file.name
        shutil.rmtree(tmp_path / "ours")
        shutil.rmtree(tmp_path / "theirs")


@pytest.mark.parametrize("family", FAMILIES)
def test_the_int8_copy_is_small_and_runs(family: str) -> None:
    engine = CTranslate2Engine(tiny.converted(family, "int8"), tiny.checkpoint(family), threads=1)
    assert engine.precision.startswith("int8")
    size, full = ((tiny.converted(family, q) / "model.bin").stat().st_size for q in ("int8", "float32"))
    assert size < full / 2
    task = tiny.TASKS.get(family, Task())
    exact = CTranslate2Engine(tiny.converted(family), tiny.checkpoint(family), threads=1)
    first = Decoding(num_beams=1, max_new_tokens=1)
    pairs = zip(engine.generate(tiny.SENTENCES, task, first), exact.generate(tiny.SENTENCES, task, first), strict=True)
    # rounding turns close races, of which random weights have many; chance would agree on one word in 300
    assert sum(a.text == b.text for a, b in pairs) > len(tiny.SENTENCES) / 4


def test_every_family_that_can_be_converted_is_tested_here() -> None:
    import json

    kinds = set()
    for family in FAMILIES:
        config = json.loads((tiny.checkpoint(family) / "config.json").read_text(encoding="utf-8"))
        kinds.add(config["model_type"])
    # umT5 is mT5 with a bias in every layer; no model of the catalogue is one
    assert kinds == CONVERTIBLE - {"umt5"}
