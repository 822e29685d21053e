"""The training loop. Knows nothing of files but the state it saves and the log it writes."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import Tensor

from summarizer.errors import ModelError
from training import checkpoint
from training.checkpoint import Progress, State
from training.data import (
    CPU_OVERHEAD,
    GPU_OVERHEAD,
    Batch,
    BatchOrder,
    Indices,
    SourceNoise,
    coarse,
    collate,
    disturbed,
    eights,
    exact,
    pair_weights,
)
from training.log import Log, TrainPoint
from training.loss import CPU_CHUNK, GPU_CHUNK, guided_attention, linear_cross_entropy, sampled_classes
from training.model import Network
from training.optimizers import Optimizers
from training.parts import Corpus, Meta
from training.schedule import CoolDown, fade, warm_up
from training.validation import Validator

if TYPE_CHECKING:
    from transformers import MarianMTModel


@dataclass(frozen=True, slots=True)
class Settings:
    """What does not change within a run."""

    tokens: int = 3500
    """Padded tokens of a batch on its longer side."""
    adam_rate: float = 2e-3
    muon_rate: float = 5e-3
    warmup: int = 60
    """Steps."""
    dropout: float = 0.0
    inner_dropout: float = 0.0
    """Dropout of embeddings and within the feed-forward layers alone, which weights trained without dropout bear."""
    disturbance: float = 0.0
    """Share of the decoder's input tokens that are exchanged for others."""
    smoothing: float = 0.05
    negatives: int = 0
    """Classes in the softmax besides a batch's targets; 0 for all."""
    guided: float = 1.0
    """Weight of the guided attention at the start."""
    guided_heads: int = 4
    """Heads of the last decoder layer whose mean is guided."""
    guided_until: float = 8e6
    """Target tokens after which it is gone."""
    average: float = 0.999
    """Decay of the averaged weights."""
    clip: float = 1.0
    temperature: float = 1.0
    seed: int = 1
    dtype: torch.dtype = torch.bfloat16
    compiled: bool = False
    save_seconds: float = 300.0
    log_steps: int = 20
    validate_tokens: float = 5e6
    """Target tokens between validations; 0 for one at the end only."""


class Trainer:
    """One model in training."""

    def __init__(
        self,
        model: MarianMTModel,
        meta: Meta,
        corpus: Corpus,
        settings: Settings,
        log: Log,
        *,
        pmi: Tensor | None = None,
        noise: SourceNoise | None = None,
    ) -> None:
        """`pmi` are the lexicon's scores; without them attention is not guided."""
        self._model, self._meta, self._corpus, self._settings, self._log = model, meta, corpus, settings, log
        self._device: torch.device = model.device
        self._gpu = self._device.type == "cuda"
        self._pmi = None if pmi is None else pmi.to(self._device)
        self._noise = noise
        self.network = Network(model, fused_attention=self._gpu)
        forward: Callable[..., tuple[Tensor, Tensor | None]] = self.network.forward
        self._forward = torch.compile(forward, dynamic=True) if settings.compiled else forward
        self._optimizers = Optimizers(model, settings.adam_rate, settings.muon_rate, settings.dtype)
        self._names = [name for name, p in model.named_parameters() if p.requires_grad]
        self._average = [p.detach().clone() for p in self._optimizers.parameters]
        self.progress = Progress()
        self.branch: dict[str, Any] | None = None
        self.stopping = False
        """Set it from anywhere to end the run after the step at hand."""
        self._loss = torch.zeros((), device=self._device)
        self._norm = torch.zeros((), device=self._device)
        model.train()

    def restore(self, state: State) -> None:
        """Takes over all of a saved state but the model's weights, which `model.restored` reads.

        Raises:
            ModelError: the state was made with other optimizers or another model.
        """
        try:
            self._optimizers.adam.load_state_dict(dict(state.adam))
        except ValueError as error:
            raise ModelError(f"the saved optimizer does not fit, was it run with another --muon? ({error})") from error
        if self._optimizers.muon is not None:
            self._optimizers.muon.load(state.muon)
        for own, saved in zip(self._average, state.ema, strict=True):
            own.copy_(saved)
        self.progress, self.branch = state.progress, state.branch

    def save(self, path: Path) -> None:
        """Writes the state.

        Raises:
            ModelError: the loss is no longer a number; nothing is written.
            OutputError: it cannot be written.
        """
        self._check_finite()
        muon = self._optimizers.muon
        state = State(
            model=self._model.state_dict(),
            adam=self._optimizers.adam.state_dict(),
            muon=muon.state() if muon else [],
            ema=self._average,
            progress=self.progress,
            branch=self.branch,
        )
        checkpoint.save(path, state)

    def averaged(self) -> dict[str, Tensor]:
        """The averaged weights, by parameter name."""
        return dict(zip(self._names, self._average, strict=True))

    def last(self) -> dict[str, Tensor]:
        """The weights as the last step left them, by parameter name."""
        return {name: p.detach() for name, p in zip(self._names, self._optimizers.parameters, strict=True)}

    def run(
        self,
        path: Path,
        *,
        until: float,
        seconds: float,
        cool_down: CoolDown | None = None,
        validator: Validator | None,
    ) -> bool:
        """Trains, validates from time to time, and saves from time to time and at the end.

        Args:
            path: where the state goes.
            until: target tokens in all at which to stop.
            seconds: of training in this call; validation counts, so that a limit holds.
            cool_down: let the rates fall to zero over this length; `branch` says how far it is.
            validator: None for no validation.

        Returns:
            True if the run or its cool-down is complete, False if the time was up or it was told to stop.

        Raises:
            ModelError: the loss is no longer a number.
        """
        settings, progress = self._settings, self.progress
        order = BatchOrder(
            self._corpus,
            pair_weights(self._corpus, self._meta.groups, settings.temperature),
            settings.tokens,
            settings.seed,
            epoch=progress.epoch,
            batch=progress.batch,
        )
        batches = iter(order)
        started = clock = saved = time.monotonic()
        since_tokens = since_seconds = 0.0
        while (left := self._left(until, cool_down)) and not self.stopping and clock - started < seconds:
            factor = warm_up(progress.step, settings.warmup) * left
            before = progress.tokens
            self._step(next(batches), factor)
            progress.epoch, progress.batch = order.epoch, order.batch
            took, clock = time.monotonic() - clock, time.monotonic()
            self._count_seconds(took)
            since_tokens, since_seconds = since_tokens + progress.tokens - before, since_seconds + took
            if progress.step % settings.log_steps == 0:
                self._report(since_tokens, since_seconds, factor)
                since_tokens = since_seconds = 0.0
            if clock - saved > settings.save_seconds:
                self.save(path)
                saved = time.monotonic()
            every = settings.validate_tokens
            if validator is not None and every and before // every != progress.tokens // every:
                self.validate(validator)
            clock = time.monotonic()
        if self.branch is not None:
            self.branch["done"] = left == 0
        self.save(path)
        return left == 0

    def validate(self, validator: Validator) -> None:
        """Measures the averaged weights and writes the result to the log."""
        for point, examples in validator.measure(self.averaged(), self.progress.tokens, branch=self.branch is not None):
            self._log.validation(point, examples)

    def _left(self, until: float, cool_down: CoolDown | None) -> float:
        """Factor of the rates; 0 when there is nothing left to do."""
        if cool_down is None:
            return float(self.progress.tokens < until)
        branch = self.branch or {"start": self.progress.tokens, "spent": 0.0}
        return cool_down.left(self.progress.tokens - branch["start"], branch["spent"])

    def _count_seconds(self, seconds: float) -> None:
        self.progress.spent += seconds
        if self.branch is not None:
            self.branch["spent"] += seconds

    def _step(self, indices: Indices, factor: float) -> None:
        settings, progress = self._settings, self.progress
        # the draws of a step come from its number, so that a resumed run makes the same ones
        torch.manual_seed((settings.seed << 40) + progress.step)
        rng = np.random.default_rng([settings.seed, progress.step])
        overhead = GPU_OVERHEAD if self._gpu else CPU_OVERHEAD
        rounding = eights if self._gpu else coarse if settings.dtype == torch.bfloat16 else exact
        batches = collate(self._corpus, indices, self._meta.pad, self._noise, rng, rounding=rounding, overhead=overhead)
        if settings.disturbance:
            batches = [disturbed(batch, settings.disturbance) for batch in batches]
        tokens = sum(batch.target_tokens for batch in batches)
        for batch in batches:
            # every target token counts alike, whatever group its row is in
            share = batch.target_tokens / tokens
            self._loss += self._backward(batch.to(self._device), share) * batch.target_tokens
        shared = self._model.model.shared.weight
        if shared.grad is None:
            raise ModelError("the embeddings got no gradient: the forward pass does not use them")
        shared.grad[self._meta.pad :] = 0  # the start token stays a zero embedding
        self._norm += torch.nn.utils.clip_grad_norm_(self._optimizers.parameters, settings.clip)
        self._optimizers.step(factor)
        progress.step += 1
        progress.tokens += tokens
        decay = min(settings.average, (progress.step + 1) / (progress.step + 20))
        torch._foreach_lerp_(self._average, [p.detach() for p in self._optimizers.parameters], 1 - decay)

    def _backward(self, batch: Batch, share: float) -> Tensor:
        """Adds the gradient of `share` times the batch's mean loss; returns the mean negative log-likelihood."""
        settings = self._settings
        guide = settings.guided * fade(self.progress.tokens, settings.guided_until) if self._pmi is not None else 0.0
        weights = {name: p.to(settings.dtype) for name, p in self._model.named_parameters()}
        probed = settings.guided_heads if guide else 0
        state, attention = self._forward(weights, batch, settings.dropout, probed, settings.inner_dropout)
        states = state.flatten(0, 1).index_select(0, batch.positions)
        outputs: Tensor = self._model.model.shared.weight[: self._meta.pad]
        targets, bias = batch.targets, None
        if settings.negatives:
            chosen, bias, targets = sampled_classes(targets, self._meta.pad, settings.negatives)
            outputs = outputs.index_select(0, chosen)
        chunk = GPU_CHUNK if self._gpu else CPU_CHUNK
        loss, nll = linear_cross_entropy(states, outputs, targets, settings.smoothing, chunk, bias)
        if attention is not None and self._pmi is not None:
            loss = loss + guide * guided_attention(attention, self._pmi, batch.source, batch.labels, batch.keep)
        (loss * share).backward()  # type: ignore[no-untyped-call]
        return nll

    def _report(self, tokens: float, seconds: float, factor: float) -> None:
        self._check_finite()
        progress = self.progress
        point = TrainPoint(
            step=progress.step,
            tokens=progress.tokens,
            loss=round(self._loss.item() / max(1.0, tokens), 4),
            tokens_per_second=round(tokens / max(1e-9, seconds), 1),
            factor=round(factor, 4),
            branch=self.branch is not None,
        )
        norm = self._norm.item() / self._settings.log_steps
        self._log.train(point, epoch=progress.epoch, spent=round(progress.spent, 1), gradient_norm=round(norm, 3))
        self._loss.zero_()
        self._norm.zero_()

    def _check_finite(self) -> None:
        if not math.isfinite(self._loss.item() + self._norm.item()):
            raise ModelError(
                f"the loss is no longer a number at step {self.progress.step}: the state saved last is whole; "
                "go on from it with lower rates"
            )
