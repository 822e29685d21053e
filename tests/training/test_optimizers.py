"""Muon's updates are near-orthogonal and of the size of AdamW's; everything but hidden matrices goes to AdamW."""

from __future__ import annotations

import pytest
import torch

from summarizer.errors import ModelError
from training.model import Shape, build
from training.optimizers import Muon, Optimizers, newton_schulz


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float32])
@pytest.mark.parametrize("shape", [(64, 64), (96, 32), (32, 96)])
def test_newton_schulz_brings_all_singular_values_near_one(shape, dtype):
    torch.manual_seed(0)
    left, _, right = torch.linalg.svd(torch.randn(3, *shape), full_matrices=False)
    spectrum = torch.linspace(0.05, 1, min(shape))
    matrices = left @ (spectrum[:, None] * right) * torch.tensor([1e-3, 1.0, 1e3])[:, None, None]
    values = torch.linalg.svdvals(newton_schulz(matrices.to(dtype)))
    assert values.min() > 0.5
    assert values.max() < 1.35


def test_newton_schulz_keeps_the_singular_vectors():
    torch.manual_seed(0)
    matrix = torch.randn(48, 48)
    left, _, right = torch.linalg.svd(matrix)
    made = newton_schulz(matrix[None].bfloat16())
    cosine = torch.nn.functional.cosine_similarity(made.flatten(), (left @ right).flatten(), 0)
    assert cosine > 0.95


def test_an_update_has_the_root_mean_square_of_a_typical_adam_update():
    torch.manual_seed(0)
    parameter = torch.nn.Parameter(torch.zeros(256, 64))
    parameter.grad = torch.randn(256, 64)
    Muon([parameter]).step(1.0)
    assert parameter.detach().square().mean().sqrt().item() == pytest.approx(0.2, rel=0.25)


def test_muon_moves_against_the_gradient_and_momentum_carries_on():
    parameter = torch.nn.Parameter(torch.zeros(8, 8))
    muon = Muon([parameter], weight_decay=0.0)
    parameter.grad = torch.eye(8)
    muon.step(0.1)
    first = parameter.detach().clone()
    parameter.grad = torch.zeros(8, 8)
    muon.step(0.1)
    assert (first.diagonal() < 0).all()
    assert (parameter.detach().diagonal() < first.diagonal()).all()


def test_weight_decay_shrinks_a_matrix_in_proportion_to_the_rate():
    parameter = torch.nn.Parameter(torch.eye(8))
    parameter.grad = torch.zeros(8, 8)
    Muon([parameter], weight_decay=0.1).step(0.5)
    torch.testing.assert_close(parameter.detach(), 0.95 * torch.eye(8))


def test_momentum_of_another_model_is_refused():
    with pytest.raises(ModelError, match="another shape"):
        Muon([torch.nn.Parameter(torch.zeros(8, 8))]).load([torch.zeros(2, 8, 8)])


def test_hidden_matrices_go_to_muon_and_all_else_to_adam():
    model = build(13, 12, Shape(1, 1, 32, 48, 2))
    optimizers = Optimizers(model, adam_rate=1e-3, muon_rate=1e-3)
    adam = {id(p) for group in optimizers.adam.param_groups for p in group["params"]}
    by_name = dict(model.named_parameters())
    assert id(by_name["model.shared.weight"]) in adam
    assert id(by_name["model.encoder.layers.0.fc1.bias"]) in adam
    assert id(by_name["model.encoder.layers.0.fc1.weight"]) not in adam
    assert [tuple(buffer.shape) for buffer in optimizers.muon.state()] == [(12, 32, 32), (2, 48, 32), (2, 32, 48)]


def test_without_a_rate_for_muon_adam_takes_all():
    model = build(13, 12, Shape(1, 1, 32, 48, 2))
    optimizers = Optimizers(model, adam_rate=1e-3, muon_rate=0.0)
    assert optimizers.muon is None
    assert sum(len(group["params"]) for group in optimizers.adam.param_groups) == len(optimizers.parameters)
