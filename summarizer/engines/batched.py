"""What both engines share: encoding, length checks, batches by length, limits, and forced tokens."""

from __future__ import annotations

from abc import abstractmethod
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Generic, TypeVar

from summarizer.engines.codec import Codec
from summarizer.engines.interface import (
    BATCH_ROWS,
    BATCH_TOKENS,
    Decoding,
    Engine,
    Hypothesis,
    Progress,
    Task,
    batches,
    padded,
)
from summarizer.engines.special import SpecialTokens
from summarizer.errors import EngineError

Token = TypeVar("Token", int, str)
Decoded = Callable[[], list[Hypothesis]]


class BatchedEngine(Engine, Generic[Token]):
    """An engine that decodes batches of encoded inputs; tokens are ids or texts, as the runtime wants them."""

    _ahead = 0
    """Batches begun while another is waited for: a runtime with threads of its own decodes them side by side."""

    def __init__(self, codec: Codec, special: SpecialTokens, *, max_source_tokens: int) -> None:
        """`max_source_tokens` is lowered to what the checkpoint has positions for."""
        self._codec = codec
        self._special = special
        self._max_source_tokens = min(max_source_tokens, special.source_positions or max_source_tokens)
        self._counted: dict[tuple[str, Task], list[Token]] = {}
        """Inputs that were counted since the last call of `generate`, which wants most of them next."""

    @property
    def max_source_tokens(self) -> int:  # noqa: D102 - see the base class
        return self._max_source_tokens

    def count_tokens(self, text: str, task: Task) -> int:  # noqa: D102
        if (text, task) not in self._counted:
            self._counted[text, task] = self._encode(text, task)
        return len(self._counted[text, task])

    def generate(  # noqa: D102
        self, texts: Sequence[str], task: Task, decoding: Decoding, progress: Progress | None = None
    ) -> list[Hypothesis]:
        sources = [self._counted.get((text, task)) or self._encode(text, task) for text in texts]
        self._counted.clear()
        longest = max((len(source) for source in sources), default=0)
        if longest > self._max_source_tokens:
            raise EngineError(f"an input of {longest} tokens is longer than the model's {self._max_source_tokens}")
        results: dict[int, Hypothesis] = {}
        begun: deque[tuple[list[int], Decoded]] = deque()

        def finish(most: int) -> None:
            while len(begun) > most:
                group, decoded = begun.popleft()
                results.update(zip(group, decoded(), strict=True))
                if progress is not None:
                    progress(len(group))

        tokens, rows = self._budget(decoding)
        for group in batches([len(source) for source in sources], tokens=tokens, rows=rows):
            begun.append((group, self._begin([sources[i] for i in group], task, decoding)))
            finish(self._ahead)
        finish(0)
        return [self._complete(text, results[i], task) for i, text in enumerate(texts)]

    def _complete(self, source: str, hypothesis: Hypothesis, task: Task) -> Hypothesis:
        best, *others = self._codec.complete(source, [hypothesis.text, *(o.text for o in hypothesis.others)], task)
        changed = (replace(other, text=text) for other, text in zip(hypothesis.others, others, strict=True))
        return replace(hypothesis, text=best, others=tuple(changed))

    def _budget(self, decoding: Decoding) -> tuple[int, int]:
        """Most padded source tokens and most rows in a batch; it decides the speed, never an output."""
        return BATCH_TOKENS, BATCH_ROWS

    def _limit(self, sources: Sequence[Sequence[Token]], forced: int, decoding: Decoding) -> int:
        """Most tokens to generate in a batch, the end token included, the forced ones in front not."""
        # one limit a batch; it is the same whichever of the rows are in it
        wanted = decoding.token_limit(padded(max(len(source) for source in sources)))
        positions = self._special.target_positions
        return wanted if positions is None else max(1, min(wanted, positions - 1 - forced))

    def _forced(self, task: Task) -> list[int]:
        """Ids that every output must begin with, after the decoder's start token."""
        if task.target is not None:
            return [self._codec.language_id(task.target)]
        return [] if self._special.forced_first is None else [self._special.forced_first]

    @abstractmethod
    def _encode(self, text: str, task: Task) -> list[Token]: ...

    @abstractmethod
    def _begin(self, sources: list[list[Token]], task: Task, decoding: Decoding) -> Decoded:
        """Begins a batch; what it gives waits for the hypotheses, or makes them."""
