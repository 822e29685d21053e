"""The shipped models are tested before they are trusted, like every other; no sentence depends on their weights."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from summarizer.errors import ModelError
from summarizer.models.catalog import EMBEDDED, SHIPPED
from summarizer.models.store import ModelStore


@pytest.mark.parametrize("name", SHIPPED)
@pytest.mark.parametrize("engine", ["ctranslate2", "transformers"])
def test_a_shipped_model_passes_its_self_test_in_both_engines(
    store: ModelStore, name: str, engine: str, tmp_path: Path
) -> None:
    model = store.find(name)
    assert len(model.card.golden) >= 3
    assert {golden.target_language for golden in model.card.golden} == set(model.card.targets)
    store.engine(model, engine=engine, device="cpu").close()
    assert engine in (tmp_path / "cache" / "selftests" / f"{name}.json").read_text(encoding="utf-8")


@pytest.mark.parametrize("engine", ["ctranslate2", "transformers"])
def test_a_shipped_model_with_weights_in_the_wrong_place_is_found_out(
    store: ModelStore, engine: str, tmp_path: Path
) -> None:
    from safetensors.numpy import load_file, save_file

    model = store.find(EMBEDDED)
    folder = shutil.copytree(model.path, tmp_path / "copy")
    weights = load_file(folder / "model.safetensors")
    # embeddings of one row further on: every word means its neighbour
    weights["model.shared.weight"] = weights["model.shared.weight"][[*range(1, len(weights["model.shared.weight"])), 0]]
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
    with pytest.raises(ModelError, match="embedded fails its self-test"):
        store.engine(replace(model, path=folder, digest="d" * 64), engine=engine, device="cpu")
