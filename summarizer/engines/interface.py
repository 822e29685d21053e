"""What an engine is: text in, hypotheses out, for one loaded model. Knows nothing of articles, languages or retries."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy
    from numpy.typing import NDArray

ENGINES_VERSION = "e3"
"""Part of `Decoding.fingerprint`: raise it when a change in this room changes what comes out of a model."""

# Padded source tokens in one batch, and the most rows in it: large enough to fill two cores, small enough that a batch
# of a 1 024-dimensional model stays under a few hundred megabytes.
BATCH_TOKENS = 2048
BATCH_ROWS = 64
# Where nothing is known of a model: well below the 512 positions that most have.
COMFORTABLE_TOKENS = 160


@dataclass(frozen=True, slots=True)
class Task:
    """What the model is asked to do, in the model's own codes."""

    source: str | None = None
    """Source language code for tokenizers that need one ("it", "ita_Latn", "it_IT")."""
    target: str | None = None
    """Target language code that the first generated token must be, for models with a forced BOS token."""
    prefix: str = ""
    """Text put before every input: ">>fra<< ", "<2en> ", "translate Italian to English: "."""
    start: str | None = None
    """Language code that the decoder starts from, for models without a fixed start token (mBART cc25)."""


@dataclass(frozen=True, slots=True)
class Decoding:
    """Generation parameters, in the vocabulary of Hugging Face `generate`."""

    num_beams: int = 4
    length_penalty: float = 1.0
    repetition_penalty: float = 1.0
    no_repeat_ngram_size: int = 0
    min_new_tokens: int = 0
    """Fewest tokens, counted as `Hypothesis.tokens` counts."""
    comfortable_tokens: int = COMFORTABLE_TOKENS
    """Source tokens up to which a sentence is translated whole; a longer one is split at clause boundaries. Models of
    single sentences lose clauses long before their position table ends, small ones sooner than large ones."""
    reread_tokens: int = 0
    """Source tokens of the clauses in which a sentence is translated again where a check finds something wrong with its
    translation; 0: it is not. Helps small models, which lose names in long sentences."""
    num_return_sequences: int = 1
    """Hypotheses wanted of each input, at most `num_beams`: `Hypothesis.others` holds those after the best."""
    max_new_tokens: int | None = None
    """Most tokens, the end token included; None: from the source length, see `token_limit`."""

    def fingerprint(self) -> str:
        """A short stable text of all that changes the output; part of the memory key and the signature."""
        return (
            f"beam{self.num_beams}|lp{self.length_penalty:g}|rp{self.repetition_penalty:g}"
            f"|ng{self.no_repeat_ngram_size}|min{self.min_new_tokens}|max{self.max_new_tokens or 'auto'}"
            + (f"|nr{self.num_return_sequences}" if self.num_return_sequences > 1 else "")
            + (f"|split{self.comfortable_tokens}" if self.comfortable_tokens != COMFORTABLE_TOKENS else "")
            + (f"|reread{self.reread_tokens}" if self.reread_tokens else "")
            + f"|{ENGINES_VERSION}"
        )

    def token_limit(self, source_tokens: int) -> int:
        """Most tokens to generate for an input of so many tokens.

        A translation twice as long as its source is already absurd; without a limit near it, one looping row would
        hold up its whole batch until the model's maximum.
        """
        return self.max_new_tokens or 2 * source_tokens + 16


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """One decoded output."""

    text: str
    tokens: int
    """Generated tokens, without the end token and those that the task or the model forces in front."""
    score: float
    """Mean log-probability per generated token, the end token included; 0 is certainty. Where minimum lengths or
    n-gram blocking bar words, ctranslate2 states it among the words left, transformers among all."""
    truncated: bool
    """True if decoding stopped at the token limit, not at an end token."""
    others: tuple[Hypothesis, ...] = ()
    """What else the beam found, best first, where `Decoding.num_return_sequences` asks for it."""


Progress = Callable[[int], None]
"""Called with the number of inputs finished since the last call."""


class Engine(ABC):
    """A loaded model. Not safe for several threads at once; close it when done."""

    name: str
    """"ctranslate2" or "transformers"."""
    precision: str
    """"int8", "float32" …"""

    @property
    @abstractmethod
    def max_source_tokens(self) -> int:
        """The longest input the model takes, in tokens, its special tokens included."""

    @abstractmethod
    def count_tokens(self, text: str, task: Task) -> int:
        """Tokens that the input takes with the task's prefix and all special tokens."""

    @abstractmethod
    def generate(
        self, texts: Sequence[str], task: Task, decoding: Decoding, progress: Progress | None = None
    ) -> list[Hypothesis]:
        """The best hypothesis of each input, in input order.

        Inputs longer than `max_source_tokens` are the caller's fault: nothing is cut here.

        Raises:
            EngineError: an input is too long, or the engine failed while decoding.
        """

    def close(self) -> None:  # noqa: B027 - engines without resources need none
        """Frees the model's memory."""


class Encoder(ABC):
    """A loaded model that turns sentences into vectors. Not safe for several threads at once; close it when done."""

    name: str
    """"transformers"."""
    precision: str
    """"float32"."""

    @property
    @abstractmethod
    def max_source_tokens(self) -> int:
        """The longest piece of text that is looked at in one, in tokens, its special tokens included."""

    @abstractmethod
    def encode(self, texts: Sequence[str]) -> NDArray[numpy.float32]:
        """One vector a text, of shape (texts, dimensions), each of length 1; zeros for a text without a word.

        A text that is longer than `max_source_tokens` is read in pieces, whose vectors are averaged by their tokens.

        Raises:
            EngineError: the engine failed.
        """

    def close(self) -> None:  # noqa: B027 - encoders without resources need none
        """Frees the model's memory."""


def padded(length: int) -> int:
    """Tokens that an input of so many is given room for in a batch: 1 to 16 as they are, then 20, 24, 28, 32, 40 …

    Inputs share a batch only if this is equal, and all limits are taken from it, so that an input's output is decided
    by the input alone. Kernels of matrix products sum up in another order below 16 columns, which is why short inputs
    are not padded at all; beyond that, zeros at the end change nothing (`tests/engines` holds the engines to it).
    """
    if length <= 16:
        return length
    step = 1 << ((length - 1).bit_length() - 3)
    return -(-length // step) * step


def batches(lengths: Sequence[int], *, tokens: int = BATCH_TOKENS, rows: int = BATCH_ROWS) -> Iterator[list[int]]:
    """Groups of indices for padded batches: longest inputs first, no batch above the token or row budget.

    Only inputs of like length (see `padded`) come together. Longest first, so that a batch too large for the memory
    shows at once, and the last batches are short ones. Deterministic: equal lengths keep their order.
    """
    widths = [padded(length) for length in lengths]
    order = sorted(range(len(lengths)), key=lambda i: -lengths[i])
    start = 0
    while start < len(order):
        width = widths[order[start]]
        size = max(1, min(rows, tokens // max(1, width)))
        end = start + 1
        while end < min(start + size, len(order)) and widths[order[end]] == width:
            end += 1
        yield order[start:end]
        start = end
