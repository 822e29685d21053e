"""Muon for the hidden matrices and AdamW for all else; which parameter goes where is decided here and nowhere else."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from summarizer.errors import ModelError
from training.model import SHARED

if TYPE_CHECKING:
    from torch.nn import Parameter
    from transformers import MarianMTModel

STEPS = 5
COEFFICIENTS = (3.4445, -4.7750, 2.0315)
"""Jordan's quintic: steep at zero, so that five steps bring every singular value to about 0.7-1.2."""
UPDATE_RMS = 0.2


def newton_schulz(matrices: Tensor) -> Tensor:
    """The nearest semi-orthogonal matrix to each, roughly: U V^T of its singular value decomposition.

    Computed in the precision of `matrices`, for which bfloat16 is enough, by a quintic Newton-Schulz iteration (Jordan
    et al. 2024, https://kellerjordan.github.io/posts/muon/).

    Args:
        matrices: n x rows x columns.

    Returns:
        The same shape, float32, singular values near 1.
    """
    a, b, c = COEFFICIENTS
    tall = matrices.shape[-2] > matrices.shape[-1]
    x = matrices.mT if tall else matrices
    x = x / (x.flatten(-2).norm(dim=-1)[..., None, None] + 1e-7)
    for _ in range(STEPS):
        gram = x @ x.mT
        x = a * x + (b * gram + c * gram @ gram) @ x
    result: Tensor = x.mT if tall else x
    return result.float()


class Muon:
    """Momentum orthogonalised by Newton-Schulz (Jordan et al. 2024), matrices of one shape in one batch.

    An update is scaled by 0.2 sqrt(max(rows, columns)), which gives it the root mean square of a typical AdamW update,
    so that rates and weight decay of the two are comparable (Liu et al. 2025, "Muon is scalable for LLM training",
    arXiv:2502.16982).
    """

    def __init__(
        self,
        parameters: Iterable[Parameter],
        momentum: float = 0.95,
        weight_decay: float = 0.01,
        dtype: torch.dtype = torch.bfloat16,
    ) -> None:
        """`parameters` must be matrices; `dtype` is that of the iteration."""
        self._groups: dict[tuple[int, ...], list[Parameter]] = {}
        for parameter in parameters:
            self._groups.setdefault(tuple(parameter.shape), []).append(parameter)
        self._buffers = {
            shape: torch.zeros(len(group), *shape, device=group[0].device) for shape, group in self._groups.items()
        }
        self._momentum, self._weight_decay, self._dtype = momentum, weight_decay, dtype

    @torch.no_grad()
    def step(self, rate: float) -> None:
        """Updates every parameter from its gradient."""
        for shape, group in self._groups.items():
            gradient = torch.stack([_gradient(parameter) for parameter in group])
            buffer = self._buffers[shape]
            buffer.lerp_(gradient, 1 - self._momentum)
            # Nesterov: look ahead along the momentum
            update = newton_schulz(gradient.lerp_(buffer, self._momentum).to(self._dtype))
            scale = UPDATE_RMS * max(shape) ** 0.5
            for parameter, direction in zip(group, update, strict=True):
                parameter.mul_(1 - rate * self._weight_decay).add_(direction, alpha=-rate * scale)

    def state(self) -> list[Tensor]:
        """The momentum, stacked by shape, in the order in which the shapes come in the model."""
        return list(self._buffers.values())

    def load(self, buffers: Sequence[Tensor]) -> None:
        """Takes over saved momentum.

        Raises:
            ModelError: it belongs to a model of another shape.
        """
        shapes = [tuple(buffer.shape) for buffer in self._buffers.values()]
        if [tuple(buffer.shape) for buffer in buffers] != shapes:
            raise ModelError("the saved momentum belongs to a model of another shape, or was made without Muon")
        for own, saved in zip(self._buffers.values(), buffers, strict=True):
            own.copy_(saved)


def _gradient(parameter: Parameter) -> Tensor:
    if parameter.grad is None:
        raise ModelError("a matrix got no gradient: a layer of the model is not used in the forward pass")
    return parameter.grad


class Optimizers:
    """Both optimizers over one model, driven by one schedule."""

    def __init__(
        self, model: MarianMTModel, adam_rate: float, muon_rate: float, dtype: torch.dtype = torch.bfloat16
    ) -> None:
        """With a `muon_rate` of 0, AdamW takes all; `dtype` is that of Muon's iteration."""
        named = [(name, p) for name, p in model.named_parameters() if p.requires_grad]
        self.parameters = [p for _, p in named]
        matrices = [p for name, p in named if p.dim() == 2 and name != SHARED] if muon_rate else []
        taken = {id(p) for p in matrices}
        self.adam = torch.optim.AdamW(
            [p for p in self.parameters if id(p) not in taken],
            lr=adam_rate,
            betas=(0.9, 0.98),
            eps=1e-9,
            weight_decay=0.01,
            fused=True,
        )
        self.muon = Muon(matrices, dtype=dtype) if matrices else None
        self._rates = (adam_rate, muon_rate)

    def step(self, factor: float) -> None:
        """One update at `factor` times the peak rates; drops the gradients."""
        for group in self.adam.param_groups:
            group["lr"] = self._rates[0] * factor
        self.adam.step()
        if self.muon is not None:
            self.muon.step(self._rates[1] * factor)
        for parameter in self.parameters:
            parameter.grad = None
