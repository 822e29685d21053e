"""The reference engine: `AutoModelForSeq2SeqLM.generate`, for every architecture, on CPU or GPU."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from summarizer.engines.batched import BatchedEngine, Decoded
from summarizer.engines.codec import AutoCodec
from summarizer.engines.ctranslate2 import WIDE_RANGE
from summarizer.engines.interface import Decoding, Hypothesis, Task, padded
from summarizer.engines.loading import load_seq2seq
from summarizer.engines.special import special_tokens
from summarizer.errors import EngineError

# Values of one logits tensor while scoring: 128 MB in float32, whatever the vocabulary.
_SCORING_VALUES = 1 << 25


class TransformersEngine(BatchedEngine[int]):
    """A Hugging Face checkpoint run by transformers and torch."""

    name = "transformers"

    def __init__(self, checkpoint: Path, *, device: str = "cpu", max_source_tokens: int = 512) -> None:
        """Loads the checkpoint, in float32 on CPU and in half precision on a GPU.

        The dtype is always given: transformers 5 takes the checkpoint's own otherwise, and several OPUS-MT checkpoints
        say float16, which a CPU computes slowly and badly.

        Raises:
            EngineError: the checkpoint cannot be loaded, holds pickled weights only, or arrives with wrong weights.
        """
        import torch

        self._torch = torch
        self._tokenizer = AutoCodec(checkpoint)
        super().__init__(self._tokenizer, special_tokens(checkpoint), max_source_tokens=max_source_tokens)
        self._device = device
        dtype = _dtype(torch, checkpoint, device)
        self.precision = str(dtype).removeprefix("torch.")
        try:
            self._model = load_seq2seq(checkpoint, dtype=dtype).to(device).eval()
        except (RuntimeError, AssertionError) as error:
            raise EngineError(f"{checkpoint}: cannot be put on {device} ({error}); try --device cpu") from error
        # whatever the checkpoint says of lengths and beams must not mix with what the caller asks for
        self._model.generation_config = self._generation_config()

    def _generation_config(self, **options: Any) -> Any:
        from transformers import GenerationConfig

        special = self._special
        return GenerationConfig(  # type: ignore[no-untyped-call]
            decoder_start_token_id=special.start,
            pad_token_id=special.pad,
            eos_token_id=list(special.ends),
            bad_words_ids=[list(ids) for ids in special.suppressed] or None,
            do_sample=False,
            **options,
        )

    def _encode(self, text: str, task: Task) -> list[int]:
        return self._tokenizer.encode_ids(text, task)

    def _begin(self, sources: list[list[int]], task: Task, decoding: Decoding) -> Decoded:
        return partial(self._decode_batch, sources, task, decoding)

    def _decode_batch(self, sources: list[list[int]], task: Task, decoding: Decoding) -> list[Hypothesis]:
        torch = self._torch
        try:
            with torch.inference_mode():
                return self._generate(sources, task, decoding)
        except torch.OutOfMemoryError as error:
            if len(sources) == 1:
                raise EngineError(f"the GPU's memory is too small for this model: {error}") from error
        except (RuntimeError, ValueError, IndexError, MemoryError) as error:
            raise EngineError(f"transformers failed while decoding: {error}") from error
        torch.cuda.empty_cache()
        half = len(sources) // 2
        return self._decode_batch(sources[:half], task, decoding) + self._decode_batch(sources[half:], task, decoding)

    def _generate(self, sources: list[list[int]], task: Task, decoding: Decoding) -> list[Hypothesis]:
        forced = self._forced(task)
        start = self._special.start if task.start is None else self._codec.language_id(task.start)
        wanted = min(decoding.num_return_sequences, decoding.num_beams)
        limit = self._limit(sources, len(forced), decoding)
        # a decoder with few positions may end before the least length that is asked for
        least = min(decoding.min_new_tokens, limit)
        config = self._generation_config(
            num_beams=decoding.num_beams,
            num_return_sequences=wanted,
            length_penalty=decoding.length_penalty,
            repetition_penalty=decoding.repetition_penalty,
            no_repeat_ngram_size=decoding.no_repeat_ngram_size,
            # the forced tokens count as new ones here
            min_new_tokens=least + len(forced) if least else None,
            max_new_tokens=limit + len(forced),
            # as CTranslate2 stops: when as many hypotheses as beams have ended
            early_stopping=decoding.num_beams > 1,
            # constraints bar words before the probabilities are taken, as in CTranslate2 and Marian
            renormalize_logits=True,
            forced_bos_token_id=forced[0] if forced else None,
        )
        config.decoder_start_token_id = start
        inputs = self._inputs(sources)
        rows = self._model.generate(**inputs, generation_config=config).tolist()
        outputs = [self._output(row, 1 + len(forced)) for row in rows]
        repeated = {name: value.repeat_interleave(wanted, 0) for name, value in inputs.items()}
        scores = self._scores(repeated, rows, [len(ids) for ids, _ in outputs], 1 + len(forced))
        hypotheses = [
            Hypothesis(
                text=self._tokenizer.decode_ids(ids[: len(ids) - ended]),
                tokens=len(ids) - ended,
                score=score,
                truncated=not ended,
            )
            for (ids, ended), score in zip(outputs, scores, strict=True)
        ]
        return [
            replace(hypotheses[first], others=tuple(hypotheses[first + 1 : first + wanted]))
            for first in range(0, len(hypotheses), wanted)
        ]

    def _inputs(self, sources: list[list[int]]) -> dict[str, Any]:
        torch = self._torch
        pad = self._special.pad or 0
        # not the longest row's length, so that the shape does not depend on who is in the batch
        width = padded(max(len(source) for source in sources))
        width = min(width, self._special.source_positions or width)
        ids = torch.tensor([source + [pad] * (width - len(source)) for source in sources], device=self._device)
        mask = torch.tensor([[1] * len(s) + [0] * (width - len(s)) for s in sources], device=self._device)
        inputs = {"input_ids": ids, "attention_mask": mask}
        if self._model.config.model_type == "led":
            # the first token sees the whole input and is seen by it, as the model was trained
            inputs["global_attention_mask"] = torch.zeros_like(mask)
            inputs["global_attention_mask"][:, 0] = 1
        return inputs

    def _output(self, row: list[int], skip: int) -> tuple[list[int], bool]:
        """Generated ids, the end token included, and whether there is one."""
        for position in range(skip, len(row)):
            if row[position] in self._special.ends:
                return row[skip : position + 1], True
        return row[skip:], False

    def _scores(self, inputs: dict[str, Any], rows: list[list[int]], lengths: list[int], skip: int) -> list[float]:
        """Mean log-probability of each output, from one more pass over it.

        `generate` could return scores, but keeps the logits of all beams and steps for that: gigabytes for a batch
        of a model with 250 000 words.
        """
        torch = self._torch
        barred = [ids[0] for ids in self._special.suppressed if len(ids) == 1]
        vocabulary = self._model.get_output_embeddings().weight.shape[0]
        size = max(1, _SCORING_VALUES // (len(rows[0]) * vocabulary))
        scores: list[float] = []
        for first in range(0, len(rows), size):
            chosen = slice(first, first + size)
            target = torch.tensor(rows[chosen], device=self._device)
            logits = self._model(
                **{name: value[chosen] for name, value in inputs.items()}, decoder_input_ids=target[:, :-1]
            ).logits.float()
            logits[..., barred] = -torch.inf
            picked = logits.log_softmax(-1).gather(-1, target[:, 1:, None])[..., 0]
            for row, length in zip(picked, lengths[chosen], strict=True):
                scores.append(float(row[skip - 1 : skip - 1 + length].mean()) if length else 0.0)
        return scores

    def close(self) -> None:  # noqa: D102
        del self._model
        if self._device != "cpu":
            self._torch.cuda.empty_cache()


def _dtype(torch: Any, checkpoint: Path, device: str) -> Any:
    import json

    if device == "cpu":
        return torch.float32
    config = json.loads((checkpoint / "config.json").read_text(encoding="utf-8"))
    if config.get("model_type") not in WIDE_RANGE:
        return torch.float16
    return torch.bfloat16 if torch.cuda.is_bf16_supported() else torch.float32
