"""How all builders draw their weights and save them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.tiny.tokenizers import write_json

# positions: long enough for a batch of real sentences, short enough that a test can run over the edge
POSITIONS = 256


def save(model: Any, folder: Path, *, keep: dict[str, Any] | None = None, drop: tuple[str, ...] = ()) -> None:
    """Saves weights and configs; `keep` are keys that the hub's config.json has and today's transformers leaves out."""
    model.eval()
    _favour_the_end(model)
    model.save_pretrained(folder)
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    config.update(keep or {})
    for key in drop:
        config.pop(key, None)
    write_json(folder / "config.json", config)


def _favour_the_end(model: Any) -> None:
    """Lengthens the output vector of the end token, so that some outputs end and others run into their limit."""
    import torch

    end = model.config.eos_token_id
    with torch.no_grad():
        model.get_output_embeddings().weight[end] *= 2.5


def seeded(seed: int) -> None:
    """Makes the weights drawn next the same in every run."""
    import torch

    torch.manual_seed(seed)
