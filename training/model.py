"""The network: Marian's weights in transformers' names, and a functional forward pass that trains them fast.

The forward pass computes what `MarianMTModel` computes, in the precision of the weights it is given: bfloat16 copies of
float32 masters are twice as fast as autocast on two CPU cores. <pad> is the decoder's start token, a zero embedding,
and no output: with that, transformers and CTranslate2, which starts from a zero vector, agree exactly.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import torch
import torch.nn.functional as F
from torch import Tensor

from summarizer.errors import ModelError
from training.data import Batch, filled_up

if TYPE_CHECKING:
    from transformers import MarianMTModel

SHARED = "model.shared.weight"
HEAD_WIDTH = 64
"""Width of an attention head where nothing else is said."""
ROUND = 64
"""In training the embedding has a multiple of this many rows, for the matrix units; `export` cuts the surplus."""
MAX_POSITIONS = 512
MASKED = -1e4
"""Added to an attention score that must not count; far enough below any other in bfloat16 and float16."""

Weights = Mapping[str, Tensor]
Rates = tuple[float, float]
"""Of dropout: for what a layer adds to the states, and for the hidden states of its feed-forward part."""


@dataclass(frozen=True, slots=True)
class Shape:
    """Size of the network."""

    encoder_layers: int = 6
    decoder_layers: int = 2
    width: int = 256
    feed_forward: int = 1024
    heads: int = 4

    @classmethod
    def of(cls, state: Weights) -> Shape:
        """The shape of saved weights; the heads, which leave no trace in them, are taken to be 64 wide."""

        def layers(side: str) -> int:
            return len({name.split(".")[3] for name in state if name.startswith(f"model.{side}.layers.")})

        try:
            width = state[SHARED].shape[1]
            feed_forward = state["model.encoder.layers.0.fc1.weight"].shape[0]
        except KeyError as error:
            raise ModelError(f"these are not the weights of a Marian model: {error} is missing") from error
        return cls(layers("encoder"), layers("decoder"), width, feed_forward, max(1, width // HEAD_WIDTH))


def rounded(vocabulary: int) -> int:
    """Rows of the embedding in training for so many tokens."""
    return filled_up(vocabulary, ROUND)


def build(vocabulary: int, pad: int, shape: Shape) -> MarianMTModel:
    """A new float32 model: Xavier-uniform matrices, normal embeddings of variance 1/width, zero from row `pad` on.

    Raises:
        ModelError: the width cannot be split into the heads.
    """
    from transformers import MarianConfig, MarianMTModel

    if shape.width % (2 * shape.heads):
        raise ModelError(f"a width of {shape.width} cannot be split into {shape.heads} heads of even width")
    config = MarianConfig(
        vocab_size=rounded(vocabulary),
        d_model=shape.width,
        encoder_layers=shape.encoder_layers,
        decoder_layers=shape.decoder_layers,
        encoder_attention_heads=shape.heads,
        decoder_attention_heads=shape.heads,
        encoder_ffn_dim=shape.feed_forward,
        decoder_ffn_dim=shape.feed_forward,
        pad_token_id=pad,
        eos_token_id=0,
        bos_token_id=None,
        decoder_start_token_id=pad,
        forced_eos_token_id=0,
        activation_function="relu",
        dropout=0.1,
        attention_dropout=0.0,
        activation_dropout=0.0,
        max_position_embeddings=MAX_POSITIONS,
        scale_embedding=True,
        share_encoder_decoder_embeddings=True,
        tie_word_embeddings=True,
        init_std=shape.width**-0.5,
    )
    model = MarianMTModel(config)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if parameter.dim() == 2 and "embed" not in name and name != SHARED:
                torch.nn.init.xavier_uniform_(parameter)
        model.model.shared.weight[pad:] = 0
    return model


def open_lexical_path(model: MarianMTModel, scale: float, damping: float = 0.2) -> None:
    """Lets a new model begin as a dictionary: what the last decoder layer attends to goes straight to the output.

    The values of its attention to the source are passed on as they are, `scale` times; all other contributions to the
    states start `damping` times as large. With the lexicon's embeddings, in which translations are neighbours, a piece
    that is attended to then raises the probability of its translations from the first step on.
    """
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if name.endswith(("out_proj.weight", "fc2.weight")):
                parameter.mul_(damping)
        attention = model.model.decoder.layers[-1].encoder_attn
        identity = torch.eye(model.config.d_model)
        attention.v_proj.weight.copy_(identity)
        attention.out_proj.weight.copy_(scale * identity)


def grown(made: MarianMTModel, shape: Shape) -> MarianMTModel:
    """A deeper model that computes very nearly what `made` computes: learning goes on instead of beginning anew.

    Layers are added behind the last one of a side. What a new layer adds to the states starts at zero; behind the
    normalisation that follows, a constant gain and bias give back the states as they came, but for the small
    differences of their mean and variance from token to token (compare Chen et al. 2016, Net2Net, arXiv:1511.05641).

    Raises:
        ModelError: `shape` is shallower than the model, or of another width.
    """
    old = replace(Shape.of(made.state_dict()), heads=made.config.encoder_attention_heads)
    if replace(shape, encoder_layers=old.encoder_layers, decoder_layers=old.decoder_layers) != old:
        raise ModelError(f"only the depth of a model can grow: it is {old}, {shape} was asked for")
    if shape.encoder_layers < old.encoder_layers or shape.decoder_layers < old.decoder_layers:
        raise ModelError(f"a model cannot lose layers: it is {old}, {shape} was asked for")
    pad = made.config.pad_token_id
    if pad is None:
        raise ModelError("a model without a <pad> token cannot grow")
    deeper = build(pad + 1, pad, shape)
    with torch.no_grad():
        deeper.load_state_dict(made.state_dict(), strict=False)
        for side, before, after in (
            ("encoder", old.encoder_layers, shape.encoder_layers),
            ("decoder", old.decoder_layers, shape.decoder_layers),
        ):
            layers = deeper.model.get_submodule(f"{side}.layers")
            last = layers[before - 1].final_layer_norm
            mean = last.bias.mean()
            spread = (last.weight.square().mean() + last.bias.var(unbiased=False)).sqrt()
            for i in range(before, after):
                for name, parameter in layers[i].named_parameters():
                    if name.endswith(("out_proj.weight", "fc2.weight")):
                        parameter.zero_()
                    elif name.endswith("layer_norm.weight"):
                        parameter.fill_(spread)
                    elif name.endswith("layer_norm.bias"):
                        parameter.fill_(mean)
    return deeper


def restored(state: Weights, pad: int) -> MarianMTModel:
    """A model with saved weights, its shape read from them.

    Raises:
        ModelError: the weights do not belong to such a model, or to another vocabulary.
    """
    rows = state[SHARED].shape[0] if SHARED in state else 0
    model = build(pad + 1, pad, Shape.of(state))
    if rows != rounded(pad + 1):
        raise ModelError(
            f"the weights know {rows} tokens and the training data {rounded(pad + 1)}: not the same pieces"
        )
    try:
        model.load_state_dict(dict(state))
    except RuntimeError as error:
        raise ModelError(f"the weights do not fit the model: {str(error).splitlines()[-1].strip()}") from error
    return model


def generation_settings(pad: int) -> dict[str, Any]:
    """What `generate` must be told of such a model."""
    return {
        "pad_token_id": pad,
        "eos_token_id": 0,
        "decoder_start_token_id": pad,
        "forced_eos_token_id": 0,
        "bad_words_ids": [[pad]],
        "num_beams": 4,
        "max_length": MAX_POSITIONS,
    }


def exclude_pad(model: MarianMTModel, pad: int) -> None:
    """Takes <pad> and the surplus rows out of the model's softmax, where training never had them.

    Their zero embedding would otherwise give them a logit of zero and a share of the probability.
    """
    model.final_logits_bias.zero_()
    model.final_logits_bias[:, pad:] = MASKED


class Network:
    """The forward pass for a model's shape; holds no weights."""

    def __init__(self, model: MarianMTModel, *, fused_attention: bool = False) -> None:
        """`fused_attention` uses torch's scaled-dot-product kernels: faster on a GPU, slower on a CPU in bfloat16."""
        config = model.config
        self._layers = (config.encoder_layers, config.decoder_layers)
        self._heads = config.encoder_attention_heads
        self._scale = math.sqrt(config.d_model)
        self._positions = model.model.encoder.embed_positions.weight.detach()
        self._fused = fused_attention

    def forward(
        self, weights: Weights, batch: Batch, dropout: float = 0.0, probed: int = 0, inner: float = 0.0
    ) -> tuple[Tensor, Tensor | None]:
        """Decoder states of a batch.

        Args:
            weights: by the names of `MarianMTModel.named_parameters`; their dtype is that of the computation.
            batch: B pairs, S source and T target positions.
            dropout: rate for embeddings and what a layer adds to the states; 0 for evaluation.
            probed: heads of the last decoder layer whose attention to the source is wanted.
            inner: dropout rate for embeddings and within the feed-forward layers; 0 for evaluation.

        Returns:
            The states, B x T x width, and the attention, B x probed x T x S in float32, or None if none is wanted.
        """
        dtype = weights[SHARED].dtype
        mask = torch.zeros(batch.keep.shape, dtype=dtype, device=batch.keep.device)
        mask = mask.masked_fill_(~batch.keep, MASKED)[:, None, None, :]
        memory = self._embed(weights, batch.source, max(dropout, inner))
        for i in range(self._layers[0]):
            memory = self._encoder_layer(weights, f"model.encoder.layers.{i}", memory, mask, (dropout, inner))
        state = self._embed(weights, batch.decoder_input, max(dropout, inner))
        probabilities = None
        for i in range(self._layers[1]):
            wanted = probed if i == self._layers[1] - 1 else 0
            name = f"model.decoder.layers.{i}"
            state, probabilities = self._decoder_layer(weights, name, state, memory, mask, (dropout, inner), wanted)
        return state, probabilities

    def _embed(self, weights: Weights, ids: Tensor, dropout: float) -> Tensor:
        shared = weights[SHARED]
        positions = self._positions[: ids.shape[1]].to(shared)
        return F.dropout(F.embedding(ids, shared) * self._scale + positions, dropout)

    def _encoder_layer(self, weights: Weights, name: str, state: Tensor, mask: Tensor, rates: Rates) -> Tensor:
        query, key, value = _project(weights, f"{name}.self_attn", ("q", "k", "v"), state)
        mixed, _ = self._attend(query, key, value, mask)
        state = self._residual(weights, f"{name}.self_attn", state, mixed, rates[0])
        return _feed_forward(weights, name, state, rates)

    def _decoder_layer(
        self, weights: Weights, name: str, state: Tensor, memory: Tensor, mask: Tensor, rates: Rates, probed: int
    ) -> tuple[Tensor, Tensor | None]:
        query, key, value = _project(weights, f"{name}.self_attn", ("q", "k", "v"), state)
        mixed, _ = self._attend(query, key, value, None)
        state = self._residual(weights, f"{name}.self_attn", state, mixed, rates[0])
        (query,) = _project(weights, f"{name}.encoder_attn", ("q",), state)
        key, value = _project(weights, f"{name}.encoder_attn", ("k", "v"), memory)
        mixed, probabilities = self._attend(query, key, value, mask, probed)
        state = self._residual(weights, f"{name}.encoder_attn", state, mixed, rates[0])
        return _feed_forward(weights, name, state, rates), probabilities

    def _residual(self, weights: Weights, name: str, state: Tensor, mixed: Tensor, dropout: float) -> Tensor:
        update = F.linear(mixed, weights[f"{name}.out_proj.weight"], weights[f"{name}.out_proj.bias"])
        return _normalise(weights, f"{name}_layer_norm", state + F.dropout(update, dropout))

    def _attend(
        self, query: Tensor, key: Tensor, value: Tensor, mask: Tensor | None, probed: int = 0
    ) -> tuple[Tensor, Tensor | None]:
        """Multi-head attention; without a mask it is causal."""
        rows, length, width = query.shape
        query, key, value = (
            x.view(rows, -1, self._heads, width // self._heads).transpose(1, 2) for x in (query, key, value)
        )
        if self._fused and not probed:
            mixed = F.scaled_dot_product_attention(query, key, value, attn_mask=mask, is_causal=mask is None)
            return mixed.transpose(1, 2).reshape(rows, length, width), None
        if mask is None:
            mask = torch.full((length, length), MASKED, dtype=query.dtype, device=query.device).triu_(1)
        scores = (query * query.shape[-1] ** -0.5) @ key.transpose(-1, -2) + mask
        attention = scores.softmax(-1)
        mixed = (attention @ value).transpose(1, 2).reshape(rows, length, width)
        return mixed, attention[:, :probed].float() if probed else None


def _project(weights: Weights, name: str, parts: tuple[str, ...], state: Tensor) -> tuple[Tensor, ...]:
    """Several projections of one input in one product."""
    matrix = torch.cat([weights[f"{name}.{part}_proj.weight"] for part in parts])
    bias = torch.cat([weights[f"{name}.{part}_proj.bias"] for part in parts])
    return F.linear(state, matrix, bias).chunk(len(parts), -1)


def _normalise(weights: Weights, name: str, state: Tensor) -> Tensor:
    return F.layer_norm(state, state.shape[-1:], weights[f"{name}.weight"], weights[f"{name}.bias"], 1e-5)


def _feed_forward(weights: Weights, name: str, state: Tensor, rates: Rates) -> Tensor:
    dropout, inner = rates
    hidden = F.relu(F.linear(state, weights[f"{name}.fc1.weight"], weights[f"{name}.fc1.bias"]))
    update = F.linear(F.dropout(hidden, inner), weights[f"{name}.fc2.weight"], weights[f"{name}.fc2.bias"])
    return _normalise(weights, f"{name}.final_layer_norm", state + F.dropout(update, dropout))
