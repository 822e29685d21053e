"""Loads a checkpoint with transformers and makes sure that the weights in memory are those of the files.

transformers 5 has loaded several families with wrong or random weights and said nothing (huggingface/transformers
#48154, #45005, #47620); a model that is loaded here has been compared with its files, tensor by tensor.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from summarizer.errors import EngineError

# Made by the model's code and not learned, so old checkpoints do not hold them.
_COMPUTED = ("final_logits_bias", "embed_positions.weight", "embed_positions.weights", "num_batches_tracked")
_SINUSOIDAL = frozenset({"marian", "pegasus", "m2m_100", "nllb-moe"})
# Rows compared of each tensor: a wrong tie or a random start differs in the first.
_ROWS = 4


def load_seq2seq(checkpoint: Path, *, dtype: Any, **options: Any) -> Any:
    """The model, from safetensors only, never with code from the checkpoint, never from the network.

    Raises:
        EngineError: it cannot be loaded, or what was loaded is not what the files hold.
    """
    from transformers import AutoModelForSeq2SeqLM

    return _load(AutoModelForSeq2SeqLM, checkpoint, dtype=dtype, **options)


def load_encoder(checkpoint: Path, *, dtype: Any) -> Any:
    """An encoder without its pooling layer, which sentence vectors do not pass through; otherwise as `load_seq2seq`.

    Raises:
        EngineError: it cannot be loaded, or what was loaded is not what the files hold.
    """
    from transformers import AutoModel

    return _load(AutoModel, checkpoint, dtype=dtype, add_pooling_layer=False)


def _load(kind: Any, checkpoint: Path, *, dtype: Any, **options: Any) -> Any:
    from transformers import __version__

    quieten()
    try:
        model, report = kind.from_pretrained(
            checkpoint, dtype=dtype, use_safetensors=True, local_files_only=True, trust_remote_code=False,
            output_loading_info=True, **options,
        )  # fmt: skip
    except (OSError, ValueError, RuntimeError, ImportError, KeyError, TypeError, AttributeError) as error:
        reason = " ".join(str(error).split())[:300]
        raise EngineError(f"{checkpoint}: transformers cannot load the checkpoint ({reason})") from error
    computed = _COMPUTED if model.config.model_type in _SINUSOIDAL else _COMPUTED[:1]
    missing = sorted(key for key in report["missing_keys"] if not key.endswith(computed))
    wrong = missing or [str(key) for key in report["mismatched_keys"]] or list(_different(model, checkpoint))
    if wrong:
        raise EngineError(
            f"{checkpoint}: transformers {__version__} loads wrong weights for this model ({wrong[0]} and "
            f"{len(wrong) - 1} more); use another version of transformers"
        )
    return model


def quieten() -> None:
    """Keeps transformers' progress bars and its advice to people who train models out of the reader's terminal."""
    from transformers.utils import logging

    logging.set_verbosity_error()  # type: ignore[no-untyped-call]
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]


def _different(model: Any, checkpoint: Path) -> Iterator[str]:
    """Names of tensors whose values in the model are not those in the files."""
    import torch
    from safetensors import safe_open

    loaded = model.state_dict()
    # weights of an encoder may have been saved as a part of a larger model
    prefix = f"{model.base_model_prefix}."
    for file in _weight_files(checkpoint):
        with safe_open(file, framework="pt") as tensors:
            for name in tensors.keys():  # noqa: SIM118 - not a mapping
                here = loaded.get(name, loaded.get(name.removeprefix(prefix)))
                if here is None:
                    continue
                stored = tensors.get_slice(name)
                if list(stored.get_shape()) != list(here.shape):
                    yield name
                elif here.ndim:
                    sample = stored[: min(_ROWS, here.shape[0])].to(here.dtype)
                    if not torch.equal(sample, here[: sample.shape[0]].to("cpu")):
                        yield name


def _weight_files(checkpoint: Path) -> list[Path]:
    index = checkpoint / "model.safetensors.index.json"
    if not index.is_file():
        return [checkpoint / "model.safetensors"]
    names = json.loads(index.read_text(encoding="utf-8"))["weight_map"].values()
    return [checkpoint / name for name in sorted(set(names))]
