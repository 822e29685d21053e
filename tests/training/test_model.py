"""The functional forward pass computes what transformers' MarianMTModel computes."""

from __future__ import annotations

import pytest
import torch

from summarizer.errors import ModelError
from training.data import Batch, coarse, eights, make_batch
from training.loss import linear_cross_entropy
from training.model import SHARED, Network, Shape, build, grown, open_lexical_path, restored

PAD = 12
SHAPE = Shape(encoder_layers=2, decoder_layers=2, width=32, feed_forward=48, heads=4)


@pytest.fixture(scope="module")
def model():
    torch.manual_seed(0)
    made = build(PAD + 1, PAD, SHAPE).eval()
    with torch.no_grad():
        for name, parameter in made.named_parameters():
            if parameter.dim() == 1:
                # new biases and norms are 0 and 1, which would hide a wrong one
                parameter.add_(torch.randn_like(parameter) * 0.1)
            assert parameter.requires_grad is ("embed_positions" not in name)
    return made


def reference(model, batch: Batch):
    model.set_attn_implementation("eager")
    with torch.no_grad():
        return model(
            input_ids=batch.source,
            attention_mask=batch.keep.long(),
            decoder_input_ids=batch.decoder_input,
            output_attentions=True,
        )


@pytest.mark.parametrize("fused", [False, True])
def test_logits_equal_those_of_transformers_in_float32(model, toy_batch, fused):
    network = Network(model, fused_attention=fused)
    with torch.no_grad():
        state, _ = network.forward(dict(model.named_parameters()), toy_batch)
    logits = state @ model.model.shared.weight.t()
    torch.testing.assert_close(logits, reference(model, toy_batch).logits, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("rounding", [eights, coarse])
def test_rows_and_columns_that_fill_a_batch_up_count_for_nothing(model, rounding):
    sources, targets = [[3, 4, 5, 0], [7, 0]] * 9 + [[5] * 16 + [0]], [[9, 10, 11, 0], [4, 0]] * 9 + [[6] * 18 + [0]]
    network = Network(model)
    weights = {name: p for name, p in model.named_parameters() if p.requires_grad}
    losses, gradients = [], []
    for batch in (make_batch(sources, targets, 12), make_batch(sources, targets, 12, rounding)):
        state, _ = network.forward(weights, batch)
        states = state.flatten(0, 1).index_select(0, batch.positions)
        loss, _ = linear_cross_entropy(states, weights[SHARED][:12], batch.targets)
        losses.append(loss)
        gradients.append(torch.autograd.grad(loss, list(weights.values())))
        sizes = (*batch.source.shape, *batch.labels.shape)
    assert sizes == (rounding(19), rounding(17), rounding(19), rounding(19))
    assert sizes != (19, 17, 19, 19)
    torch.testing.assert_close(losses[0], losses[1])
    for one, other in zip(*gradients, strict=True):
        torch.testing.assert_close(one, other, rtol=1e-4, atol=1e-5)


def test_probed_attention_is_that_of_the_last_layers_first_heads(model, toy_batch):
    with torch.no_grad():
        _, attention = Network(model).forward(dict(model.named_parameters()), toy_batch, probed=2)
    torch.testing.assert_close(attention, reference(model, toy_batch).cross_attentions[-1][:, :2], rtol=1e-4, atol=1e-5)


def test_the_start_token_and_the_surplus_rows_are_zero_embeddings(model):
    assert not model.model.shared.weight[PAD:].any()
    assert model.model.shared.weight[:PAD].any(dim=1).all()


def test_the_lexical_path_makes_a_new_model_favour_neighbours_of_what_it_attends_to(toy_batch):
    torch.manual_seed(0)
    made = build(PAD + 1, PAD, SHAPE)
    target, source = int(toy_batch.labels[0, 0]), int(toy_batch.source[0, 0])
    with torch.no_grad():
        # the only piece that lies near one of the source's
        made.model.shared.weight[:PAD] = torch.nn.functional.normalize(torch.randn(PAD, SHAPE.width), dim=1)
        made.model.shared.weight[target] = made.model.shared.weight[source]

    def rank() -> int:
        with torch.no_grad():
            weights = dict(made.named_parameters())
            state, _ = Network(made).forward(weights, toy_batch)
            logits = state[0, 0] @ weights[SHARED][:PAD].t()
        return int((logits > logits[target]).sum())

    before = rank()
    open_lexical_path(made, 1.5)
    assert rank() < before


@pytest.mark.parametrize("rates", [{"dropout": 0.3}, {"inner": 0.3}])
def test_dropout_changes_the_states_and_evaluation_has_none(model, toy_batch, rates):
    network, weights = Network(model), dict(model.named_parameters())
    with torch.no_grad():
        plain, again = (network.forward(weights, toy_batch)[0] for _ in range(2))
        dropped, _ = network.forward(weights, toy_batch, **rates)
    assert torch.equal(plain, again)
    assert not torch.allclose(plain, dropped)


def test_inner_dropout_leaves_the_attentions_contributions_whole(model, toy_batch):
    """Without feed-forward parts and embeddings there is nothing left for it to drop."""
    network = Network(model)
    silent = {n: torch.zeros_like(p) if "fc" in n or n == SHARED else p for n, p in model.named_parameters()}
    network._positions = torch.zeros_like(network._positions)
    with torch.no_grad():
        plain, _ = network.forward(silent, toy_batch)
        inner, _ = network.forward(silent, toy_batch, inner=0.9)
        outer, _ = network.forward(silent, toy_batch, dropout=0.9)
    assert torch.equal(plain, inner)
    assert not torch.allclose(plain, outer)


def test_a_shape_is_read_back_from_saved_weights():
    shape = Shape(encoder_layers=3, decoder_layers=1, width=128, feed_forward=40, heads=2)
    assert Shape.of(build(PAD + 1, PAD, shape).state_dict()) == shape


def test_weights_over_another_vocabulary_are_refused():
    state = build(PAD + 1, PAD, Shape(1, 1, 64, 16, 1)).state_dict()
    with pytest.raises(ModelError, match="not the same pieces"):
        restored(state, 100)


def test_weights_of_something_else_are_refused():
    with pytest.raises(ModelError, match="not the weights of a Marian model"):
        restored({"encoder.weight": torch.zeros(2, 2)}, PAD)


def test_a_grown_model_starts_where_the_smaller_one_stood(model, toy_batch):
    with torch.no_grad():
        state, _ = Network(model).forward(dict(model.named_parameters()), toy_batch)
        deeper = grown(model, Shape(encoder_layers=4, decoder_layers=3, width=32, feed_forward=48, heads=4))
        after, _ = Network(deeper).forward(dict(deeper.named_parameters()), toy_batch)
    keep = toy_batch.labels != -100
    before, after = state[keep], after[keep]
    assert Shape.of(deeper.state_dict()).decoder_layers == 3
    # the states of a small random model differ more from token to token than a trained one's
    assert torch.nn.functional.cosine_similarity(before, after, dim=-1).min() > 0.97


@pytest.mark.parametrize("shape", [Shape(1, 2, 32, 48, 4), Shape(2, 2, 64, 48, 4)])
def test_a_model_neither_loses_layers_nor_changes_its_width(model, shape):
    with pytest.raises(ModelError):
        grown(model, shape)
