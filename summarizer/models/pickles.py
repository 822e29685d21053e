"""Turns pickled weights into safetensors, once; run as a process of its own by the store.

    python -m summarizer.models.pickles OUTPUT WEIGHTS...

torch reads them with `weights_only=True`, which rebuilds tensors and nothing else: a file that holds any other call is
refused before it runs.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

OLDEST_TORCH = (2, 10)
"""Earlier versions can be made to run code even with `weights_only=True` (CVE-2025-32434, CVE-2026-24747)."""


def convert(output: Path, files: list[Path]) -> None:
    """Writes the tensors of `files` to `output`.

    Raises:
        ValueError: torch is too old, or a file is not a plain dictionary of tensors.
    """
    import torch
    from safetensors.torch import save_file

    version = tuple(int(part) for part in torch.__version__.split("+")[0].split(".")[:2])
    if version < OLDEST_TORCH:
        raise ValueError(f"torch {torch.__version__} is too old to open pickled weights safely; install 2.10 or later")
    tensors: dict[str, Any] = {}
    for file in files:
        content = torch.load(file, map_location="cpu", weights_only=True)
        if not isinstance(content, dict) or not all(isinstance(v, torch.Tensor) for v in content.values()):
            raise ValueError(f"{file.name} is not a plain dictionary of tensors")
        tensors |= content
    save_file(_unshared(tensors), output, metadata={"format": "pt"})


def _unshared(tensors: dict[str, Any]) -> dict[str, Any]:
    """Tensors without common memory, which safetensors cannot say; of tied embeddings only the shared one is kept.

    The model's code ties them again, and the engine compares what it loads with what is kept here.
    """
    by_memory: dict[tuple[int, int], list[str]] = {}
    for name, tensor in tensors.items():
        by_memory.setdefault((tensor.untyped_storage().data_ptr(), tensor.storage_offset()), []).append(name)
    kept: dict[str, Any] = {}
    for names in by_memory.values():
        shared = [name for name in names if name.endswith("shared.weight")]
        for name in shared[:1] or names:
            kept[name] = tensors[name].detach().clone().contiguous()
    return kept


if __name__ == "__main__":
    convert(Path(sys.argv[1]), [Path(argument) for argument in sys.argv[2:]])
