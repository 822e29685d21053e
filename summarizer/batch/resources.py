"""How many workers a machine has room for: cores, and memory for a copy of the models in each."""

from __future__ import annotations

import os
from pathlib import Path

from summarizer.batch.interface import BatchOptions
from summarizer.engines.ctranslate2 import usable_cores
from summarizer.models.store import InstalledModel, ModelStore
from summarizer.translation.routes import find_route

# What a worker needs besides its models: the interpreter, the format libraries, an article being read, a batch.
WORKER_BYTES = 400 << 20
# The rest is for the driver, the file cache and the other users of the machine.
_SHARE = 0.75
_CGROUP_LIMITS = (Path("/sys/fs/cgroup/memory.max"), Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"))


def worker_count(batch: BatchOptions) -> int:
    """Workers to start: `--jobs`, else one a core as far as memory goes; one for a GPU, which they would share.

    Raises:
        LanguageUnavailable, ModelError: no installed model does what is asked for.
    """
    if batch.jobs:
        return batch.jobs
    if _on_gpu(batch):
        return 1
    room = int(usable_memory() * _SHARE) // (WORKER_BYTES + _model_bytes(batch))
    return max(1, min(usable_cores(), room))


def usable_memory() -> int:
    """Bytes of memory this process may use, which in a container can be fewer than the machine has."""
    limits = [_physical_memory()]
    for path in _CGROUP_LIMITS:
        try:
            limits.append(int(path.read_text()))
        except (OSError, ValueError):
            # no such group, or "max"
            continue
    return min(limits)


def _on_gpu(batch: BatchOptions) -> bool:
    device = batch.options.device
    if device == "auto":
        import ctranslate2

        return bool(ctranslate2.get_cuda_device_count())
    return device == "cuda"


def _physical_memory() -> int:
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):
        # not on Windows: a guess that allows a few workers
        return 8 << 30


def _model_bytes(batch: BatchOptions) -> int:
    """Weights on disk of all models a worker loads; in memory they are at most that, quantised they are less."""
    options = batch.options
    store = ModelStore(options.cache, options.config, allow_noncommercial=options.allow_noncommercial)
    models: dict[str, InstalledModel] = {}
    for target in (options.to, *options.languages):
        for step in find_route(store, "it", target, model=options.model):
            models[step.model.card.id] = step.model
    weights = (file for model in models.values() for file in model.path.glob("*") if file.is_file())
    return sum(file.stat().st_size for file in weights)
