"""How weights are quantised."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from summarizer.models.convert import INT8_RANGE, quantize

common_spec = pytest.importorskip("ctranslate2.specs.common_spec")


def linear(weight: np.ndarray[Any, Any]) -> Any:
    spec = common_spec.LinearSpec()
    spec.weight = weight
    spec.bias = np.zeros(len(weight), np.float32)
    spec.validate()
    return spec


def test_int8_weights_stay_in_a_range_that_no_processor_cuts_off_and_keep_their_values() -> None:
    weight = np.random.default_rng(0).normal(size=(64, 32)).astype(np.float32)
    spec = linear(weight.copy())
    quantize(spec, "int8")
    quantised, scale = spec.weight.numpy(), spec.weight_scale.numpy()
    assert quantised.dtype == np.int8
    assert scale.dtype == np.float32
    assert (np.abs(quantised.astype(int)).max(axis=1) == INT8_RANGE).all()
    assert np.abs(quantised / scale[:, None] - weight).max() <= 0.5001 / scale.min()
    assert spec.bias.numpy().dtype == np.float32


def test_a_row_of_zeros_stays_one() -> None:
    spec = linear(np.zeros((2, 4), np.float32))
    quantize(spec, "int8")
    assert not spec.weight.numpy().any()
    assert np.isfinite(spec.weight_scale.numpy()).all()


def test_other_types_are_left_to_ctranslate2() -> None:
    weight = np.random.default_rng(0).normal(size=(4, 8)).astype(np.float32)
    plain, for_gpu = linear(weight.copy()), linear(weight.copy())
    quantize(plain, "float32")
    quantize(for_gpu, "int8_float16")
    np.testing.assert_array_equal(plain.weight.numpy(), weight)
    assert np.abs(for_gpu.weight.numpy().astype(int)).max() == 127
    assert for_gpu.bias.numpy().dtype == np.float16
