"""The default engine on CPU: CTranslate2 over a converted, quantised copy of the checkpoint."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from summarizer.engines.batched import BatchedEngine, Decoded
from summarizer.engines.codec import codec_for
from summarizer.engines.interface import BATCH_ROWS, BATCH_TOKENS, Decoding, Hypothesis, Task
from summarizer.engines.special import special_tokens
from summarizer.errors import EngineError

DEFAULT_MAX_SOURCE_TOKENS = 512
# Hypotheses that a CPU decodes side by side: more of them no longer fit its caches. With four beams, batches of 24 rows
# take a fifth less time than batches of 64, as measured with the shipped model.
CPU_HYPOTHESES = 96
# Threads that share a batch wait for each other more than they work: with two on two cores the shipped model takes four
# times as long as with one, a model of 50 M parameters a fifth longer. But threads with a batch of their own read all
# weights each for itself and hold a batch each in memory, which a large model cannot afford.
LARGE_BYTES = 256_000_000
WEIGHTS = "model.bin"
_TOKENS_A_ROW = BATCH_TOKENS // BATCH_ROWS

# float16 overflows in the feed-forward layers of these families, which were trained in bfloat16.
WIDE_RANGE = frozenset({"t5", "mt5", "umt5", "longt5", "pegasus"})

# what the runtime raises when it cannot decode a batch, at once or when its result is asked for
_FAILURES = (RuntimeError, ValueError, MemoryError)


class DamagedConversion(EngineError):
    """The converted copy cannot be loaded; the checkpoint it came from may be whole."""


class CTranslate2Engine(BatchedEngine[str]):
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
            threads: of the CPU; 0 means the number of usable cores, at most 4. Each has a batch of its own unless the
                model is large.

        Raises:
            DamagedConversion: the converted model cannot be loaded.
            EngineError: the tokenizer cannot be loaded, or the GPU is too small.
        """
        import ctranslate2

        super().__init__(
            codec_for(checkpoint), special_tokens(checkpoint), max_source_tokens=max_source_tokens
        )  # before the model: a broken tokenizer must not look like a broken conversion
        threads = threads or min(4, usable_cores())
        try:
            apart = device == "cpu" and (converted / WEIGHTS).stat().st_size < LARGE_BYTES
            self._ahead = threads if apart else 1
            self._translator = ctranslate2.Translator(
                str(converted),
                device=device,
                inter_threads=threads if apart else 1,
                intra_threads=1 if apart else threads,
            )
        except (RuntimeError, ValueError, OSError, IndexError, MemoryError) as error:
            if "CUDA" in str(error):
                raise EngineError(f"the model cannot be put on the GPU ({error}); try --device cpu") from error
            raise DamagedConversion(f"{converted}: the converted model cannot be loaded ({error})") from error
        self.precision = str(self._translator.compute_type)
        self._device = device
        self._ends = self._codec.tokens(self._special.ends)
        # Marian's <pad> is not in the converted vocabulary
        self._suppressed = [self._codec.tokens(ids) for ids in self._special.suppressed if ids != (self._special.pad,)]

    def _encode(self, text: str, task: Task) -> list[str]:
        return self._codec.encode(text, task)

    def _budget(self, decoding: Decoding) -> tuple[int, int]:
        if self._device != "cpu":
            return super()._budget(decoding)
        rows = min(BATCH_ROWS, max(1, CPU_HYPOTHESES // decoding.num_beams))
        return rows * _TOKENS_A_ROW, rows

    def _begin(self, sources: list[list[str]], task: Task, decoding: Decoding) -> Decoded:
        forced = self._codec.tokens(self._forced(task))
        # a model without a fixed start token takes it from the target prefix
        prefix = [task.start, *forced] if task.start is not None else forced
        limit = self._limit(sources, len(forced), decoding)
        options: dict[str, Any] = {
            "beam_size": decoding.num_beams,
            "num_hypotheses": min(decoding.num_return_sequences, decoding.num_beams),
            "length_penalty": decoding.length_penalty,
            "repetition_penalty": decoding.repetition_penalty,
            "no_repeat_ngram_size": decoding.no_repeat_ngram_size,
            # the runtime counts the forced tokens, which are not ours to count
            "min_decoding_length": max(1, min(decoding.min_new_tokens, limit) + len(forced)),
            "max_decoding_length": limit + len(forced),
            "max_input_length": 0,
            "return_scores": True,
            "asynchronous": True,
            "return_end_token": True,
            "target_prefix": [prefix] * len(sources) if prefix else None,
            "end_token": self._ends or None,
            "suppress_sequences": self._suppressed or None,
        }
        try:
            begun = self._translator.translate_batch(sources, **options)
        except _FAILURES as error:
            raise _failed(error) from error
        return partial(self._finish, begun, len(forced), decoding.length_penalty)

    def _finish(self, begun: list[Any], forced: int, length_penalty: float) -> list[Hypothesis]:
        made = []
        for waiting in begun:
            try:
                result = waiting.result()
            except _FAILURES as error:
                raise _failed(error) from error
            best, *others = (
                self._hypothesis(list(tokens), float(score), forced, length_penalty)
                for tokens, score in zip(result.hypotheses, result.scores, strict=True)
            )
            made.append(replace(best, others=tuple(others)))
        return made

    def _hypothesis(self, generated: list[str], score: float, forced: int, length_penalty: float) -> Hypothesis:
        tokens = generated[forced:]
        ended = bool(tokens) and tokens[-1] in self._ends
        # the runtime has divided the sum by this, the forced tokens counted
        divisor = max(1, len(generated)) ** length_penalty
        return Hypothesis(
            text=self._codec.decode(tokens[: len(tokens) - ended]),
            tokens=len(tokens) - ended,
            score=score * divisor / max(1, len(tokens)),
            truncated=not ended,
        )

    def close(self) -> None:  # noqa: D102
        self._translator.unload_model()


def _failed(error: BaseException) -> EngineError:
    return EngineError(f"ctranslate2 failed while decoding: {error}")


def quantization_for(device: str, checkpoint: Path) -> tuple[str, str]:
    """The device to run on and the quantization to convert to; "auto" is the GPU where the runtime sees one.

    Raises:
        EngineError: a GPU is asked for and there is none.
    """
    import ctranslate2

    gpus = ctranslate2.get_cuda_device_count()
    if device == "cuda" and not gpus:
        raise EngineError("ctranslate2 sees no GPU here; use --device cpu")
    if device == "cpu" or not gpus:
        return "cpu", "int8"
    config = json.loads((checkpoint / "config.json").read_text(encoding="utf-8"))
    half = "int8_bfloat16" if config.get("model_type") in WIDE_RANGE else "int8_float16"
    return "cuda", half if half in ctranslate2.get_supported_compute_types("cuda") else "int8_float32"


def usable_cores() -> int:
    """Cores this process may run on, which in a container can be fewer than the machine has."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not on macOS and Windows
        return os.cpu_count() or 1
