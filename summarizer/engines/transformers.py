"""The reference engine: `AutoModelForSeq2SeqLM.generate`, for every architecture, on CPU or GPU."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from summarizer.engines.codec import AutoCodec
from summarizer.engines.interface import Decoding, Engine, Hypothesis, Progress, Task, batches, padded
from summarizer.errors import EngineError


class TransformersEngine(Engine):
    """A Hugging Face checkpoint run by transformers and torch."""

    name = "transformers"

    def __init__(self, checkpoint: Path, *, device: str = "cpu", max_source_tokens: int = 512) -> None:
        """Loads the checkpoint, in float32 on CPU and float16 on a GPU.

        The dtype is always given: transformers 5 takes the checkpoint's own otherwise, and several OPUS-MT checkpoints
        say float16, which a CPU computes slowly and badly.

        Raises:
            EngineError: the checkpoint cannot be loaded, or holds pickled weights only.
        """
        import torch
        from transformers import AutoModelForSeq2SeqLM
        from transformers.utils import logging

        # its progress bars and advice are for people who train models, and would stand in the reader's terminal
        logging.set_verbosity_error()
        logging.disable_progress_bar()
        self._torch = torch
        self._codec = AutoCodec(checkpoint)
        self._device = device
        self._max_source_tokens = max_source_tokens
        dtype = torch.float32 if device == "cpu" else torch.float16
        self.precision = str(dtype).removeprefix("torch.")
        try:
            model = AutoModelForSeq2SeqLM.from_pretrained(
                checkpoint, dtype=dtype, use_safetensors=True, local_files_only=True, trust_remote_code=False
            )
        except (OSError, ValueError, RuntimeError, ImportError, KeyError) as error:
            raise EngineError(f"{checkpoint}: transformers cannot load the checkpoint ({error})") from error
        self._model = model.to(device).eval()

    @property
    def max_source_tokens(self) -> int:  # noqa: D102 - see the base class
        return self._max_source_tokens

    def count_tokens(self, text: str, task: Task) -> int:  # noqa: D102
        return len(self._codec.encode_ids(text, task))

    def generate(  # noqa: D102
        self, texts: Sequence[str], task: Task, decoding: Decoding, progress: Progress | None = None
    ) -> list[Hypothesis]:
        sources = [self._codec.encode_ids(text, task) for text in texts]
        for source in sources:
            if len(source) > self._max_source_tokens:
                raise EngineError(
                    f"an input of {len(source)} tokens is longer than the model's {self._max_source_tokens}"
                )
        results: list[Hypothesis | None] = [None] * len(texts)
        for group in batches([len(source) for source in sources]):
            for index, hypothesis in zip(group, self._batch([sources[i] for i in group], task, decoding), strict=True):
                results[index] = hypothesis
            if progress is not None:
                progress(len(group))
        return [result for result in results if result is not None]

    def _generation_config(self, task: Task, decoding: Decoding, limit: int) -> Any:
        from copy import deepcopy

        config = deepcopy(self._model.generation_config)
        config.max_length = None
        config.max_new_tokens = limit
        config.min_length = 0
        config.output_scores = True
        config.return_dict_in_generate = True
        config.num_beams = decoding.num_beams
        config.do_sample = False
        config.early_stopping = False
        config.length_penalty = decoding.length_penalty
        config.repetition_penalty = decoding.repetition_penalty
        config.no_repeat_ngram_size = decoding.no_repeat_ngram_size
        config.min_new_tokens = decoding.min_new_tokens or None
        forced = self._codec.target_id(task)
        if forced is not None:
            config.forced_bos_token_id = forced
        return config

    def _batch(self, sources: list[list[int]], task: Task, decoding: Decoding) -> list[Hypothesis]:
        torch = self._torch
        pad = self._codec.tokenizer.pad_token_id
        width = max(len(source) for source in sources)
        ids = torch.tensor([source + [pad] * (width - len(source)) for source in sources], device=self._device)
        mask = torch.tensor([[1] * len(s) + [0] * (width - len(s)) for s in sources], device=self._device)
        limit = decoding.token_limit(padded(max(len(source) for source in sources)))
        try:
            with torch.inference_mode():
                output = self._model.generate(
                    input_ids=ids,
                    attention_mask=mask,
                    generation_config=self._generation_config(task, decoding, limit),
                )
        except (RuntimeError, ValueError, MemoryError) as error:
            raise EngineError(f"transformers failed while decoding: {error}") from error
        if decoding.num_beams > 1:
            scores = output.sequences_scores.tolist()
        else:
            steps = self._model.compute_transition_scores(output.sequences, output.scores, normalize_logits=True)
            finite = torch.isfinite(steps)
            scores = (steps.where(finite, 0).sum(1) / finite.sum(1).clamp(min=1)).tolist()
        return [self._hypothesis(row, score) for row, score in zip(output.sequences.tolist(), scores, strict=True)]

    def _hypothesis(self, row: list[int], score: float) -> Hypothesis:
        config = self._model.generation_config
        ends = config.eos_token_id if isinstance(config.eos_token_id, list) else [config.eos_token_id]
        body = row[1:]  # the decoder start token
        end = next((i for i, token in enumerate(body) if token in ends), None)
        generated = body if end is None else body[:end]
        return Hypothesis(
            text=self._codec.decode_ids(generated), tokens=len(generated), score=float(score), truncated=end is None
        )

    def close(self) -> None:  # noqa: D102
        del self._model
