"""The fused cross-entropy is torch's, and guided attention asks for the lexicon's alignment."""

from __future__ import annotations

import pytest
import torch

from training.data import IGNORED
from training.loss import (
    CLASSES_MULTIPLE,
    guided_attention,
    linear_cross_entropy,
    negative_log_likelihood,
    sampled_classes,
)


@pytest.fixture
def problem():
    generator = torch.Generator().manual_seed(0)
    hidden = torch.randn(37, 16, generator=generator, requires_grad=True)
    weight = torch.randn(50, 16, generator=generator, requires_grad=True)
    return hidden, weight, torch.randint(0, 50, (37,), generator=generator)


@pytest.mark.parametrize("smoothing", [0.0, 0.1])
@pytest.mark.parametrize("chunk", [5, 37, 1000])
def test_value_and_gradients_equal_those_of_torch(problem, smoothing, chunk):
    hidden, weight, target = problem
    loss, nll = linear_cross_entropy(hidden, weight, target, smoothing, chunk)
    fused = torch.autograd.grad(3 * loss, (hidden, weight))
    logits = hidden @ weight.t()
    expected = torch.nn.functional.cross_entropy(logits, target, label_smoothing=smoothing)
    torch.testing.assert_close(loss, expected)
    torch.testing.assert_close(nll, torch.nn.functional.cross_entropy(logits, target))
    for mine, torchs in zip(fused, torch.autograd.grad(3 * expected, (hidden, weight)), strict=True):
        torch.testing.assert_close(mine, torchs)


def test_states_in_bfloat16_still_give_the_embeddings_a_float32_gradient(problem):
    hidden, weight, target = problem
    loss, _ = linear_cross_entropy(hidden.to(torch.bfloat16), weight, target)
    (gradient,) = torch.autograd.grad(loss, weight)
    exact, _ = linear_cross_entropy(hidden, weight, target)
    (expected,) = torch.autograd.grad(exact, weight)
    assert gradient.dtype == torch.float32
    torch.testing.assert_close(gradient, expected, rtol=0.1, atol=1e-3)


def test_the_likelihood_for_validation_is_the_sum_over_all_chunks(problem):
    hidden, weight, target = problem
    expected = torch.nn.functional.cross_entropy(hidden @ weight.t(), target, reduction="sum")
    torch.testing.assert_close(negative_log_likelihood(hidden, weight, target, chunk=10), expected.detach())


def test_a_sample_of_all_classes_gives_the_full_loss(problem):
    hidden, weight, target = problem
    chosen, bias, places = sampled_classes(target, 50, 50)
    assert sorted(chosen.tolist()) == list(range(50))
    sampled, _ = linear_cross_entropy(hidden, weight[chosen], places, bias=bias)
    full, _ = linear_cross_entropy(hidden, weight, target)
    torch.testing.assert_close(sampled, full)


def test_the_sum_in_the_denominator_is_right_on_average_over_the_samples(problem):
    hidden, _, target = (tensor.detach() for tensor in problem)
    torch.manual_seed(0)
    weight = torch.randn(600, 16)
    sums = []
    for _ in range(300):
        chosen, bias, places = sampled_classes(target, 600, 10)
        assert torch.equal(chosen[places], target)
        assert len(set(chosen.tolist())) == len(chosen) == CLASSES_MULTIPLE
        sums.append((0.3 * hidden @ weight[chosen].t() + bias).exp().sum(1))
    torch.testing.assert_close(torch.stack(sums).mean(0), (0.3 * hidden @ weight.t()).exp().sum(1), rtol=0.1, atol=0)


def test_guided_attention_falls_as_attention_moves_to_the_known_translation():
    pmi = torch.zeros(10, 10)
    pmi[3, 7] = 4.0
    source, labels, keep = torch.tensor([[3, 4]]), torch.tensor([[7, IGNORED]]), torch.tensor([[True, True]])

    def loss(share: float) -> float:
        attention = torch.tensor([[[[share, 1 - share], [0.5, 0.5]]]])
        return guided_attention(attention, pmi, source, labels, keep).item()

    assert loss(0.9) < loss(0.5) < loss(0.1)
    assert loss(1.0) == pytest.approx(0, abs=1e-4)


def test_guided_attention_leaves_positions_alone_that_the_lexicon_does_not_know():
    attention = torch.full((1, 2, 1, 2), 0.5)
    source, labels, keep = torch.tensor([[3, 4]]), torch.tensor([[7]]), torch.ones(1, 2, dtype=torch.bool)
    assert guided_attention(attention, torch.zeros(10, 10), source, labels, keep).item() == 0
