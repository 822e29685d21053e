"""Writes a trained state as a Hugging Face folder: MarianMT in fp16 safetensors, with its tokenizer and settings.

    python -m training.export PREPARED STATE.pt OUT [--weights best|average|last]

STATE.pt is a stable state or, better, that of a finished cool-down. Never changes it.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from summarizer.engines.hints import HINTS_FILES
from summarizer.errors import ModelError
from training import checkpoint, command, model, parts, pieces
from training.checkpoint import State

if TYPE_CHECKING:
    from transformers import MarianMTModel


def trained(state: State, pad: int, choice: str = "best") -> MarianMTModel:
    """The model with the weights of a state: "average", "last", or "best", which a finished cool-down has noted."""
    restored = model.restored(state.model, pad)
    if choice == "best":
        choice = str((state.branch or {}).get("best", "average"))
    if choice == "average":
        parameters = [p for p in restored.parameters() if p.requires_grad]
        with torch.no_grad():
            for parameter, averaged in zip(parameters, state.ema, strict=True):
                parameter.copy_(averaged)
    return restored


def export(trained_model: MarianMTModel, prepared: Path, out: Path) -> None:
    """Writes the folder.

    Raises:
        ModelError: a weight does not fit into fp16.
    """
    from transformers import GenerationConfig
    from transformers.utils import logging

    meta = parts.read_meta(prepared)
    out.mkdir(parents=True, exist_ok=True)
    trained_model.resize_token_embeddings(meta.vocabulary, mean_resizing=False)
    config = trained_model.config
    config.vocab_size = config.decoder_vocab_size = meta.vocabulary
    with torch.no_grad():
        model.exclude_pad(trained_model, meta.pad)
        trained_model.model.shared.weight[meta.pad] = 0
    trained_model.to(torch.float16)  # type: ignore[arg-type]
    if not all(bool(weight.isfinite().all()) for weight in trained_model.state_dict().values()):
        raise ModelError("a weight does not fit into fp16: the run has diverged, export an earlier state")
    trained_model.generation_config = GenerationConfig(**model.generation_settings(meta.pad))  # type: ignore[no-untyped-call]
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    trained_model.save_pretrained(out)
    (out / "model.safetensors").chmod(0o644)  # it comes readable for its owner only
    known = pieces.names(pieces.read(prepared / pieces.FILE))
    ids = {piece: i for i, piece in enumerate(known)} | {"<pad>": meta.pad}
    special = {"eos_token": "</s>", "unk_token": "<unk>", "pad_token": "<pad>"}
    tokenizer = {
        "tokenizer_class": "MarianTokenizer",
        "source_lang": "it",
        "target_lang": next(iter(meta.dev), "en") if len(meta.dev) == 1 else "mul",
        "model_max_length": model.MAX_POSITIONS,
        "separate_vocabs": False,
        **special,
    }
    for name in ("source.spm", "target.spm"):
        shutil.copyfile(prepared / pieces.FILE, out / name)
    for hints in prepared.glob(HINTS_FILES):
        shutil.copyfile(hints, out / hints.name)
    for name, data in (("vocab", ids), ("tokenizer_config", tokenizer), ("special_tokens_map", special)):
        (out / f"{name}.json").write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")


def read_weights(folder: Path) -> Mapping[str, Tensor]:
    """The weights of an exported folder in the form in which training holds them: float32, surplus rows, no biases.

    Raises:
        ModelError: the folder is damaged.
    """
    from transformers import MarianMTModel

    try:
        loaded = MarianMTModel.from_pretrained(folder, dtype=torch.float32, local_files_only=True)
    except (OSError, ValueError, RuntimeError) as error:
        raise ModelError(f"{folder}: not an exported model ({error})") from error
    pad = loaded.config.vocab_size - 1
    grown = model.build(pad + 1, pad, model.Shape.of(loaded.state_dict()))
    with torch.no_grad():
        for name, parameter in loaded.named_parameters():
            target = grown.get_parameter(name)
            target[: len(parameter)].copy_(parameter)
    return grown.state_dict()


def main(arguments: list[str] | None = None) -> int:
    """Runs the command."""
    p = argparse.ArgumentParser(prog="python -m training.export", description=__doc__.splitlines()[0])
    p.add_argument("prepared", type=Path, help="folder written by training.prepare")
    p.add_argument("state", type=Path, help="STATE/cool-down/state.pt or STATE/state.pt")
    p.add_argument("out", type=Path)
    p.add_argument("--weights", choices=["best", "average", "last"], default="best")
    a = p.parse_args(arguments)
    state = checkpoint.load(a.state)
    export(trained(state, parts.read_meta(a.prepared).pad, a.weights), a.prepared, a.out)
    size = sum(path.stat().st_size for path in a.out.iterdir())
    command.note(f"{a.out}: {size / 1e6:.1f} MB, from {state.progress.tokens / 1e6:.2f}M target tokens")
    return 0


if __name__ == "__main__":
    command.run(lambda: main(sys.argv[1:]))
