"""Learning rates over time: warm-up, constant, and a linear cool-down that is a branch of its own (WSD).

The constant part is never used up: its state stays on disk, and a later run goes on from it, while each cool-down makes
weights to ship (warm-up-stable-decay, Hu et al. 2024, arXiv:2404.06395; linear to zero as in Hägele et al. 2024,
arXiv:2405.18392).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from summarizer.errors import UsageError

_LENGTH = re.compile(r"(\d+(?:\.\d+)?)(M|s)")


@dataclass(frozen=True, slots=True)
class CoolDown:
    """How long the rates fall from their peak to zero: counted in target tokens, or in seconds of training."""

    tokens: float | None = None
    seconds: float | None = None

    @classmethod
    def parse(cls, text: str) -> CoolDown:
        """A length such as "20M" (million target tokens) or "300s".

        Raises:
            UsageError: something else.
        """
        match = _LENGTH.fullmatch(text)
        if match is None or float(match[1]) <= 0:
            raise UsageError(f"{text!r} is no length of a cool-down: write 20M for tokens or 300s for seconds")
        value = float(match[1])
        return cls(tokens=value * 1e6) if match[2] == "M" else cls(seconds=value)

    def left(self, tokens: float, seconds: float) -> float:
        """The share that is still to come, 1 to 0, after so much of it."""
        done = tokens / self.tokens if self.tokens else seconds / self.seconds if self.seconds else 1.0
        return min(1.0, max(0.0, 1.0 - done))


def warm_up(step: int, steps: int) -> float:
    """Factor of the rates at a 0-based step: linear to 1 over the first `steps`."""
    return min(1.0, (step + 1) / steps) if steps else 1.0


def fade(tokens: float, until: float) -> float:
    """Factor of the guided attention after so many target tokens: linear from 1 to 0."""
    return max(0.0, 1.0 - tokens / until) if until else 0.0
