"""What training minimises: cross-entropy over the vocabulary, and attention guided by the lexicon.

The logits of a batch are never in memory all at once.
"""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import Tensor

from training.data import IGNORED, filled_up

CPU_CHUNK, GPU_CHUNK = 1024, 8192
"""Target tokens whose logits are in memory together: few enough for a core's cache, enough to fill a GPU."""
CLASSES_MULTIPLE = 128
"""A sampled softmax has a multiple of so many classes, so that products of the same shape come again."""
MIN_PMI, MAX_PMI = 1.0, 8.0
"""Below the first, two pieces are not taken for translations; above the second, more evidence adds no weight."""


class _LinearCrossEntropy(torch.autograd.Function):
    """Computes the gradient in the forward pass, chunk by chunk, so that the logits can be thrown away.

    On a CPU the passes over a chunk's logits cost as much as the products, so there are four, in the states' own
    precision: maximum, difference, exponential, sum. What else the gradient has is of low rank or one entry a row and
    is added beside them: the row's normaliser, the classes' bias, label smoothing and the target itself.
    """

    @staticmethod
    def forward(
        ctx: Any, hidden: Tensor, weight: Tensor, bias: Tensor, target: Tensor, smoothing: float, chunk: int
    ) -> tuple[Tensor, Tensor]:
        count, classes = target.numel(), weight.shape[0]
        matrix = weight.to(hidden.dtype)
        factor = bias.exp()
        biased = (weight * factor[:, None]).to(hidden.dtype)
        centre, row_sum, mean_bias = weight.mean(0).to(hidden.dtype), weight.sum(0), bias.mean()
        hidden_gradient = torch.empty_like(hidden)
        weight_gradient = torch.zeros(weight.shape, dtype=torch.float32, device=weight.device)
        loss = torch.zeros((), device=hidden.device)
        likelihood = torch.zeros((), device=hidden.device)
        for start in range(0, count, chunk):
            states, labels = hidden[start : start + chunk], target[start : start + chunk]
            wanted = matrix.index_select(0, labels)
            right = (states.float() * wanted.float()).sum(1) + bias[labels]
            share = states @ matrix.t()
            greatest = share.amax(1, keepdim=True)
            share.sub_(greatest).exp_()
            total = (share @ factor.to(share.dtype)[:, None]).float().squeeze(1)
            likelihood += (total.log() + greatest.float().squeeze(1) - right).sum()
            loss += smoothing * (right - (states @ centre).float() - mean_bias).sum()
            scale = total.reciprocal()[:, None]
            gradient = (share @ biased).float() * scale - (1 - smoothing) * wanted.float()
            if smoothing:
                gradient -= smoothing / classes * row_sum
            hidden_gradient[start : start + chunk] = gradient
            scaled = (states.float() * scale).to(hidden.dtype)
            weight_gradient += (share.t() @ scaled).float() * factor[:, None]
            weight_gradient.index_add_(0, labels, states.float(), alpha=smoothing - 1)
            if smoothing:
                weight_gradient -= smoothing / classes * states.float().sum(0)
        loss += likelihood
        ctx.save_for_backward(hidden_gradient.div_(count), weight_gradient.div_(count).to(weight.dtype))
        ctx.mark_non_differentiable(likelihood)
        return loss / count, likelihood / count

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor, Tensor, None, None, None, None]:
        hidden_gradient, weight_gradient = ctx.saved_tensors
        return hidden_gradient * gradients[0], weight_gradient * gradients[0], None, None, None, None


def linear_cross_entropy(
    hidden: Tensor,
    weight: Tensor,
    target: Tensor,
    smoothing: float = 0.0,
    chunk: int = CPU_CHUNK,
    bias: Tensor | None = None,
) -> tuple[Tensor, Tensor]:
    """Mean cross-entropy of `hidden @ weight.T` against `target`, as `torch.nn.CrossEntropyLoss` defines it.

    Args:
        hidden: N x width.
        weight: classes x width; computed with in the dtype of `hidden`, its gradient summed in float32.
        target: N class numbers.
        smoothing: label smoothing.
        chunk: rows whose logits are in memory at once.
        bias: classes; added to the logits, gets no gradient.

    Returns:
        The smoothed loss, and the plain negative log-likelihood in nats per token, which has no gradient.
    """
    if bias is None:
        bias = torch.zeros(weight.shape[0], device=weight.device)
    return _LinearCrossEntropy.apply(hidden, weight, bias, target, smoothing, chunk)  # type: ignore[no-any-return,no-untyped-call]


def sampled_classes(target: Tensor, classes: int, negatives: int) -> tuple[Tensor, Tensor, Tensor]:
    """A part of the vocabulary that stands for all of it: the batch's targets, and others drawn by chance.

    Sampled softmax (Jean et al. 2015, arXiv:1412.2007) with one sample for the whole batch: each drawn class counts for
    as many as were left out, which keeps the sum in the denominator right on average. Saves about a third of a step on
    two CPU cores with 8 000 classes; worth nothing on a GPU.

    Args:
        target: N class numbers.
        classes: size of the vocabulary.
        negatives: classes to draw besides the targets; a few more fill up to `CLASSES_MULTIPLE`.

    Returns:
        The chosen classes, the bias of their logits, and the targets as places among the chosen.
    """
    present = torch.zeros(classes, dtype=torch.bool, device=target.device)
    present[target] = True
    positive, rest = present.nonzero().squeeze(1), (~present).nonzero().squeeze(1)
    wanted = filled_up(len(positive) + negatives, CLASSES_MULTIPLE) - len(positive)
    drawn = rest[torch.randperm(len(rest), device=target.device)[:wanted]]
    chosen = torch.cat([positive, drawn])
    bias = torch.zeros(len(chosen), device=target.device)
    if len(drawn):
        bias[len(positive) :] = math.log(len(rest) / len(drawn))
    place = torch.empty(classes, dtype=torch.long, device=target.device)
    place[positive] = torch.arange(len(positive), device=target.device)
    return chosen, bias, place[target]


@torch.no_grad()
def negative_log_likelihood(hidden: Tensor, weight: Tensor, target: Tensor, chunk: int = CPU_CHUNK) -> Tensor:
    """Sum of the negative log-likelihood in nats; for validation, where no gradient is wanted."""
    total = torch.zeros((), device=hidden.device)
    for start in range(0, target.numel(), chunk):
        logits = (hidden[start : start + chunk] @ weight.t()).float()
        total += torch.nn.functional.cross_entropy(logits, target[start : start + chunk], reduction="sum")
    return total


def guided_attention(attention: Tensor, pmi: Tensor, source: Tensor, labels: Tensor, keep: Tensor) -> Tensor:
    """Cross-entropy between attention and the soft alignment that the lexicon suggests.

    After guided alignment training (Chen et al. 2016, arXiv:1607.01628), with the exponential of the pointwise mutual
    information of source and target pieces in place of a word aligner's links.

    Args:
        attention: B x heads x T x S.
        pmi: classes x classes; see `lexicon`.
        source: B x S token ids.
        labels: B x T, `IGNORED` where there is no token.
        keep: B x S, True where there is a token.

    Returns:
        The mean over the target positions for which the lexicon knows a translation in the source.
    """
    score = pmi[source.unsqueeze(1), labels.clamp(min=0).unsqueeze(2)].float()
    weight = torch.where(score > MIN_PMI, score.clamp(max=MAX_PMI).exp(), torch.zeros_like(score)) * keep.unsqueeze(1)
    total = weight.sum(-1, keepdim=True)
    known = (total > 0).squeeze(-1) & (labels != IGNORED)
    cross = -(weight / (total + 1e-9) * (attention.mean(1) + 1e-6).log()).sum(-1)
    return (cross * known).sum() / known.sum().clamp(min=1)
