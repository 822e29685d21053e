"""The default engine on CPU: CTranslate2 over a converted, quantised copy of the checkpoint."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from summarizer.engines.codec import codec_for
from summarizer.engines.interface import Decoding, Engine, Hypothesis, Progress, Task, batches, padded
from summarizer.errors import EngineError

# CTranslate2 calls a source "length" what follows; Marian's position table is the hardest limit among the families.
DEFAULT_MAX_SOURCE_TOKENS = 512


class CTranslate2Engine(Engine):
    """A converted model run by `ctranslate2.Translator`."""

    name = "ctranslate2"

    def __init__(
        self,
        converted: Path,
        checkpoint: Path,
        *,
        device: str = "cpu",
        max_source_tokens: int = DEFAULT_MAX_SOURCE_TOKENS,
        threads: int = 0,
    ) -> None:
        """Loads the model.

        Args:
            converted: folder that `models.convert` wrote.
            checkpoint: the Hugging Face folder it came from, for the tokenizer files.
            device: "cpu" or "cuda".
            max_source_tokens: the longest input the architecture takes.
            threads: intra-operation threads; 0 means the number of usable cores, at most 4 (beyond that a beam
                search over sentences gains little).

        Raises:
            EngineError: the converted model cannot be loaded.
        """
        import ctranslate2

        self._codec = codec_for(checkpoint)
        self._max_source_tokens = max_source_tokens
        try:
            self._translator = ctranslate2.Translator(
                str(converted),
                device=device,
                inter_threads=1,
                intra_threads=threads or min(4, usable_cores()),
            )
        except (RuntimeError, ValueError, OSError) as error:
            raise EngineError(f"{converted}: the converted model cannot be loaded ({error})") from error
        self.precision = str(self._translator.compute_type)

    @property
    def max_source_tokens(self) -> int:  # noqa: D102 - see the base class
        return self._max_source_tokens

    def count_tokens(self, text: str, task: Task) -> int:  # noqa: D102
        return len(self._codec.encode(text, task))

    def generate(  # noqa: D102
        self, texts: Sequence[str], task: Task, decoding: Decoding, progress: Progress | None = None
    ) -> list[Hypothesis]:
        sources = [self._codec.encode(text, task) for text in texts]
        for source in sources:
            if len(source) > self._max_source_tokens:
                raise EngineError(
                    f"an input of {len(source)} tokens is longer than the model's {self._max_source_tokens}"
                )
        prefix = self._codec.target_prefix(task)
        results: list[Hypothesis | None] = [None] * len(texts)
        for group in batches([len(source) for source in sources]):
            for index, hypothesis in zip(
                group, self._batch([sources[i] for i in group], prefix, decoding), strict=True
            ):
                results[index] = hypothesis
            if progress is not None:
                progress(len(group))
        return [result for result in results if result is not None]

    def _batch(self, sources: list[list[str]], prefix: list[str], decoding: Decoding) -> list[Hypothesis]:
        # one limit a batch; it is the same whichever of the rows are in it
        limit = decoding.token_limit(padded(max(len(source) for source in sources)))
        options: dict[str, Any] = {
            "beam_size": decoding.num_beams,
            "length_penalty": decoding.length_penalty,
            "repetition_penalty": decoding.repetition_penalty,
            "no_repeat_ngram_size": decoding.no_repeat_ngram_size,
            "min_decoding_length": max(1, decoding.min_new_tokens),
            "max_decoding_length": limit,
            "max_input_length": 0,
            "return_scores": True,
            "return_end_token": True,
        }
        if prefix:
            options["target_prefix"] = [prefix] * len(sources)
        try:
            results = self._translator.translate_batch(sources, **options)
        except (RuntimeError, ValueError, MemoryError) as error:
            raise EngineError(f"ctranslate2 failed while decoding: {error}") from error
        return [self._hypothesis(result, prefix) for result in results]

    def _hypothesis(self, result: Any, prefix: list[str]) -> Hypothesis:
        tokens = list(result.hypotheses[0])
        ended = bool(tokens) and tokens[-1] == "</s>"
        generated = tokens[: len(tokens) - ended]
        if prefix and generated[: len(prefix)] == prefix:
            generated = generated[len(prefix) :]
        return Hypothesis(
            text=self._codec.decode(generated),
            tokens=len(generated),
            score=float(result.scores[0]),
            truncated=not ended,
        )

    def close(self) -> None:  # noqa: D102
        self._translator.unload_model()


def usable_cores() -> int:
    """Cores this process may run on, which in a container can be fewer than the machine has."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not on macOS and Windows
        return os.cpu_count() or 1
