"""Sentence vectors: any BERT or XLM-R checkpoint run by transformers, the mean over the tokens of its last layer.

As sentence-transformers makes them (Reimers and Gurevych, "Sentence-BERT", EMNLP 2019), without that package: the
checkpoint is loaded like every other one here, from safetensors only, never with code from it, never from the network.
Nothing is cut off: a text that is too long is read in pieces.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from summarizer.engines.codec import AutoCodec
from summarizer.engines.interface import Encoder, Task, batches, padded
from summarizer.engines.loading import load_encoder
from summarizer.errors import EngineError
from summarizer.segmentation import split_clauses

if TYPE_CHECKING:
    import numpy
    from numpy.typing import NDArray


class TransformersEncoder(Encoder):
    """A Hugging Face encoder run by transformers and torch, in float32 everywhere: vectors are compared, not read."""

    name = "transformers"
    precision = "float32"

    def __init__(
        self, checkpoint: Path, *, device: str = "cpu", max_source_tokens: int = 512, prefix: str = ""
    ) -> None:
        """Loads the checkpoint.

        Args:
            checkpoint: folder with config, tokenizer and safetensors.
            device: "cpu" or "cuda".
            max_source_tokens: tokens it was trained for; lowered to what it has positions for.
            prefix: text it wants before every sentence ("query: ").

        Raises:
            EngineError: it cannot be loaded, holds pickled weights only, or arrives with wrong weights.
        """
        import torch

        self._torch = torch
        self._codec = AutoCodec(checkpoint)
        self._task = Task(prefix=prefix)
        self._device = device
        try:
            self._model = load_encoder(checkpoint, dtype=torch.float32).to(device).eval()
        except (RuntimeError, AssertionError) as error:
            raise EngineError(f"{checkpoint}: cannot be put on {device} ({error}); try --device cpu") from error
        config = self._model.config
        # XLM-R counts positions from the one after its padding id
        positions = config.max_position_embeddings - (0 if config.model_type == "bert" else config.pad_token_id + 1)
        self._max_source_tokens: int = min(max_source_tokens, positions)
        # a config's pad_token_id may be another tokenizer's: multilingual MiniLM says 0, which is <s>
        self._pad = int(self._codec.tokenizer.pad_token_id or 0)
        if len(self._ids("")) >= self._max_source_tokens:
            raise EngineError(
                f"{checkpoint}: the prefix {prefix!r} alone fills the model's {self._max_source_tokens} tokens"
            )

    @property
    def max_source_tokens(self) -> int:  # noqa: D102 - see the base class
        return self._max_source_tokens

    def encode(self, texts: Sequence[str]) -> NDArray[numpy.float32]:  # noqa: D102
        import numpy as np

        pieces = [(number, ids) for number, text in enumerate(texts) for ids in self._pieces(text)]
        sums = np.zeros((len(texts), self._model.config.hidden_size))
        for group in batches([len(ids) for _, ids in pieces]):
            owners = [pieces[i][0] for i in group]
            # sums over the tokens of all pieces: the mean of the pieces' vectors, weighed by their tokens
            for owner, total in zip(owners, self._sums([pieces[i][1] for i in group]), strict=True):
                sums[owner] += total
        lengths = np.linalg.norm(sums, axis=1, keepdims=True)
        unit: NDArray[numpy.float32] = np.divide(sums, lengths, out=np.zeros_like(sums), where=lengths > 0).astype("f4")
        return unit

    def _pieces(self, text: str) -> list[list[int]]:
        """The token ids of a text in pieces that the model has room for; none for a text without a word."""
        if not any(c.isalnum() for c in text):
            return []
        ids = self._ids(text)
        if len(ids) <= self._max_source_tokens:
            return [ids]
        spans = split_clauses(text, lambda piece: len(self._ids(piece)) <= self._max_source_tokens)
        found = [self._ids(text[start:end]) for start, end in spans]
        if longest := max((len(ids) for ids in found if len(ids) > self._max_source_tokens), default=0):
            raise EngineError(f"one character takes {longest} tokens; the model has room for {self._max_source_tokens}")
        return found

    def _ids(self, text: str) -> list[int]:
        return self._codec.encode_ids(text, self._task)

    def _sums(self, rows: list[list[int]]) -> NDArray[numpy.float32]:
        """Sums of the last layer's vectors over each row's tokens, of shape (rows, dimensions)."""
        torch = self._torch
        # not the longest row's length, so that a text's vector does not depend on who is in its batch
        width = min(padded(max(len(row) for row in rows)), self._max_source_tokens)
        ids = torch.tensor([row + [self._pad] * (width - len(row)) for row in rows], device=self._device)
        mask = torch.tensor([[1] * len(row) + [0] * (width - len(row)) for row in rows], device=self._device)
        try:
            with torch.inference_mode():
                hidden = self._model(input_ids=ids, attention_mask=mask).last_hidden_state
                sums: Any = (hidden * mask[:, :, None]).sum(1).cpu().numpy()
        except (RuntimeError, IndexError, MemoryError) as error:
            raise EngineError(f"transformers failed while encoding: {error}") from error
        result: NDArray[numpy.float32] = sums
        return result

    def close(self) -> None:  # noqa: D102
        del self._model
        if self._device != "cpu":
            self._torch.cuda.empty_cache()
