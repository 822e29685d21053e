"""Measures a model on the validation sentences while it is being trained: loss, and BLEU and chrF of greedy output."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from training.data import make_batch, pad_rows
from training.log import DevPoint
from training.loss import negative_log_likelihood
from training.model import SHARED, Network, exclude_pad, generation_settings
from training.parts import DevPair, Meta

if TYPE_CHECKING:
    from sentencepiece import SentencePieceProcessor
    from transformers import MarianMTModel

ROWS = 64
MAX_NEW_TOKENS = 200


class Validator:
    """Validation of any set of weights of one model."""

    def __init__(
        self,
        model: MarianMTModel,
        network: Network,
        meta: Meta,
        processor: SentencePieceProcessor,
        dtype: torch.dtype,
        lines: int,
    ) -> None:
        """Takes a copy of the model to decode with.

        Args:
            model: for its architecture and device.
            network: the forward pass for the loss.
            meta: holds the validation sentences.
            processor: turns output back into text.
            dtype: of the loss's forward pass; decoding takes it too on a GPU, float32 on a CPU.
            lines: sentences to translate, evenly spread over the set; the loss is taken over all.
        """
        from transformers import GenerationConfig

        self._network, self._meta, self._processor, self._dtype = network, meta, processor, dtype
        self._device = model.device
        copied: Any = deepcopy(model)
        self._model = copied
        self._model.train(False)
        exclude_pad(self._model, meta.pad)
        if self._device.type == "cuda":
            self._model.to(dtype)
        self._model.generation_config = GenerationConfig(**generation_settings(meta.pad))  # type: ignore[no-untyped-call]
        self._lines = lines

    @torch.no_grad()
    def losses(self, weights: Mapping[str, Tensor]) -> dict[str, float]:
        """Loss by target language, nats per token, for weights by parameter name."""
        cast = {name: weight.to(self._dtype) for name, weight in weights.items()}
        return {target: self._loss(cast, pairs) for target, pairs in self._meta.dev.items()}

    def _loss(self, weights: Mapping[str, Tensor], pairs: Sequence[DevPair]) -> float:
        total, tokens = 0.0, 0
        for rows in _by_length(pairs):
            batch = make_batch([pairs[i].source for i in rows], [pairs[i].target for i in rows], self._meta.pad)
            batch = batch.to(self._device)
            state, _ = self._network.forward(weights, batch)
            states = state.flatten(0, 1).index_select(0, batch.positions)
            total += negative_log_likelihood(states, weights[SHARED][: self._meta.pad], batch.targets).item()
            tokens += batch.target_tokens
        return total / tokens

    @torch.no_grad()
    def measure(self, weights: Mapping[str, Tensor], tokens: int, *, branch: bool) -> list[tuple[DevPoint, list[str]]]:
        """A point and a few translations for every target language.

        Args:
            weights: by parameter name.
            tokens: target tokens that the weights have learnt from.
            branch: True in a cool-down.
        """
        import sacrebleu

        losses = self.losses(weights)
        own = dict(self._model.named_parameters())
        for name, weight in weights.items():
            own[name].copy_(weight)
        points = []
        for target, pairs in self._meta.dev.items():
            chosen = pairs[:: max(1, len(pairs) // self._lines)][: self._lines]
            output = self._translate(chosen)
            references = [[pair.reference for pair in chosen]]
            point = DevPoint(
                tokens=tokens,
                target=target,
                loss=round(losses[target], 4),
                bleu=round(sacrebleu.corpus_bleu(output, references).score, 2),
                chrf=round(sacrebleu.corpus_chrf(output, references).score, 2),
                branch=branch,
            )
            points.append((point, output[:3]))
        return points

    def _translate(self, pairs: Sequence[DevPair]) -> list[str]:
        output = [""] * len(pairs)
        for rows in _by_length(pairs):
            source = pad_rows([pairs[i].source for i in rows], self._meta.pad).to(self._device)
            generated = self._model.generate(
                input_ids=source,
                attention_mask=(source != self._meta.pad).long(),
                num_beams=1,
                max_length=None,
                max_new_tokens=min(MAX_NEW_TOKENS, int(source.shape[1] * 1.6) + 10),
            )
            for i, ids in zip(rows, generated.tolist(), strict=True):
                output[i] = self._processor.decode([token for token in ids if 1 < token < self._meta.pad])
        return output


def _by_length(pairs: Sequence[DevPair]) -> Iterator[list[int]]:
    order = sorted(range(len(pairs)), key=lambda i: len(pairs[i].source))
    for start in range(0, len(order), ROWS):
        yield order[start : start + ROWS]
