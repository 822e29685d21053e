"""The reference engine trusts no checkpoint: weights are compared with their files, settings are the caller's."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from summarizer.engines.interface import Decoding, Task
from summarizer.engines.transformers import TransformersEngine
from summarizer.errors import EngineError
from tests import tiny


def copy(family: str, target: Path) -> Path:
    shutil.copytree(tiny.checkpoint(family), target)
    return target


def test_weights_are_those_of_the_file_even_for_an_output_matrix_of_its_own() -> None:
    from safetensors.numpy import load_file

    engine = TransformersEngine(tiny.checkpoint("madlad"))
    stored = load_file(tiny.checkpoint("madlad") / "model.safetensors")["lm_head.weight"]
    assert (engine._model.lm_head.weight.detach().numpy() == stored).all()


def test_a_loader_that_mixes_up_weights_is_found_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import transformers

    folder = copy("flan_t5", tmp_path / "model")
    real = transformers.AutoModelForSeq2SeqLM.from_pretrained

    def tied_wrongly(*arguments: object, **options: object) -> object:
        model, report = real(*arguments, **options)
        model.lm_head.weight = model.shared.weight  # what transformers 5.0 to 5.15 did with MADLAD
        return model, report

    monkeypatch.setattr(transformers.AutoModelForSeq2SeqLM, "from_pretrained", tied_wrongly)
    with pytest.raises(EngineError, match=r"loads wrong weights .*lm_head\.weight"):
        TransformersEngine(folder)


def test_weights_missing_from_the_file_are_an_error_not_random_numbers(tmp_path: Path) -> None:
    from safetensors.torch import load_file, save_file

    folder = copy("bart", tmp_path / "model")
    weights = load_file(folder / "model.safetensors")
    del weights["model.decoder.layers.1.fc1.weight"]
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
    with pytest.raises(EngineError, match=r"model\.decoder\.layers\.1\.fc1\.weight"):
        TransformersEngine(folder)


def test_the_checkpoints_own_lengths_and_beams_do_not_mix_with_the_callers(tmp_path: Path) -> None:
    folder = copy("bart", tmp_path / "model")
    generation = json.loads((folder / "generation_config.json").read_text(encoding="utf-8"))
    generation |= {"min_length": 30, "max_length": 31, "no_repeat_ngram_size": 1, "num_beams": 3}
    (folder / "generation_config.json").write_text(json.dumps(generation), encoding="utf-8")
    decoding = Decoding(num_beams=1, max_new_tokens=12)
    plain, changed = (
        TransformersEngine(f).generate(tiny.ITALIAN, Task(), decoding) for f in (tiny.checkpoint("bart"), folder)
    )
    assert [h.text for h in plain] == [h.text for h in changed]
    assert all(h.tokens <= 12 for h in changed)


def test_an_output_that_runs_into_its_limit_is_marked_even_where_the_model_forces_an_end() -> None:
    engine = TransformersEngine(tiny.checkpoint("bart"))
    hypotheses = engine.generate(tiny.ITALIAN, Task(), Decoding(num_beams=1, max_new_tokens=3))
    assert any(h.truncated for h in hypotheses)
    assert all(h.tokens == 3 for h in hypotheses if h.truncated)


def test_older_checkpoints_that_keep_generation_settings_in_config_json_decode_the_same(tmp_path: Path) -> None:
    folder = copy("bart", tmp_path / "model")
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    config |= json.loads((folder / "generation_config.json").read_text(encoding="utf-8"))
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
    (folder / "generation_config.json").unlink()
    decoding = Decoding(num_beams=2, max_new_tokens=12)
    new, old = (
        TransformersEngine(f).generate(tiny.ITALIAN, Task(), decoding) for f in (tiny.checkpoint("bart"), folder)
    )
    assert [h.text for h in new] == [h.text for h in old]


@pytest.mark.parametrize("family", ["led", "longt5"])
def test_long_input_models_read_more_than_their_windows(family: str) -> None:
    engine = TransformersEngine(tiny.checkpoint(family), max_source_tokens=1000)
    text = " ".join(tiny.ITALIAN)
    assert engine.count_tokens(text, Task()) > 200
    [hypothesis] = engine.generate([text], Task(), Decoding(num_beams=2, max_new_tokens=10, min_new_tokens=4))
    assert hypothesis.tokens >= 4


def test_an_input_too_long_is_refused_not_cut() -> None:
    engine = TransformersEngine(tiny.checkpoint("bart"), max_source_tokens=10_000)
    assert engine.max_source_tokens == tiny.POSITIONS
    with pytest.raises(EngineError, match=f"longer than the model's {tiny.POSITIONS}"):
        engine.generate([" ".join(tiny.SENTENCES)], Task(), Decoding())


def test_pickled_weights_are_not_opened(tmp_path: Path) -> None:
    folder = tiny.build("bart", tmp_path / "model", pickled=True)
    with pytest.raises(EngineError, match="cannot load"):
        TransformersEngine(folder)


def test_batches_too_large_for_the_memory_are_halved(monkeypatch: pytest.MonkeyPatch) -> None:
    import torch

    engine = TransformersEngine(tiny.checkpoint("bart"))
    decoding = Decoding(num_beams=1, max_new_tokens=8)
    expected = engine.generate(tiny.ITALIAN, Task(), decoding)
    real, sizes = engine._generate, []

    def small(sources: list[list[int]], task: Task, decoding: Decoding) -> object:
        sizes.append(len(sources))
        if len(sources) > 3:
            raise torch.OutOfMemoryError("CUDA out of memory")
        return real(sources, task, decoding)

    monkeypatch.setattr(engine, "_generate", small)
    monkeypatch.setattr(torch.cuda, "empty_cache", lambda: None)
    assert [h.text for h in engine.generate(tiny.ITALIAN, Task(), decoding)] == [h.text for h in expected]
    assert max(sizes) > 3
    assert sum(size for size in sizes if size <= 3) == len(tiny.ITALIAN)
