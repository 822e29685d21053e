"""The exported folder is a MarianMT model that transformers and CTranslate2 run alike."""

from __future__ import annotations

import json

import pytest
import torch
from safetensors import safe_open

from summarizer.errors import ModelError
from training import checkpoint, engines, export, model, testsets
from training.parts import read_meta

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def sources(corpora):
    return testsets.read(corpora, "flores-dev", "en", 20).sources


def test_it_loads_with_the_marian_classes_and_translates(exported, sources, corpora):
    from transformers import MarianMTModel, MarianTokenizer

    tokenizer = MarianTokenizer.from_pretrained(exported)
    loaded = MarianMTModel.from_pretrained(exported, dtype=torch.float32).eval()
    inputs = tokenizer([f">>eng<< {source}" for source in sources[:10]], return_tensors="pt", padding=True)
    output = tokenizer.batch_decode(loaded.generate(**inputs, num_beams=1), skip_special_tokens=True)
    references = testsets.read(corpora, "flores-dev", "en").references[:10]
    assert sum(a == b for a, b in zip(output, references, strict=True)) >= 5


@pytest.mark.parametrize("beams", [1, 4])
def test_ctranslate2_and_transformers_translate_alike(exported, sources, beams):
    asked = engines.task(exported, "en")
    assert asked.prefix == ">>eng<< "
    outputs = []
    for kind in ("transformers-float32", "ctranslate2-float32"):
        with engines.opened(exported, kind, threads=1) as engine:
            outputs.append(engines.translate(engine, sources, asked, beams))
    assert outputs[0] == outputs[1]


def test_pad_starts_the_decoder_from_zero_and_is_never_an_output(exported):
    vocabulary = json.loads((exported / "vocab.json").read_text(encoding="utf-8"))
    pad = vocabulary["<pad>"]
    config = json.loads((exported / "config.json").read_text(encoding="utf-8"))
    assert pad == len(vocabulary) - 1 == config["decoder_start_token_id"] == config["vocab_size"] - 1
    with safe_open(exported / "model.safetensors", framework="pt") as file:
        shared, bias = file.get_tensor(model.SHARED), file.get_tensor("final_logits_bias")
        names = set(file.keys())
    assert shared.dtype == torch.float16
    assert shared.shape[0] == pad + 1
    assert not shared[pad].any()
    assert bias[0, pad] < -1000
    assert not bias[0, :pad].any()
    assert not any("embed_positions" in name or "embed_tokens" in name for name in names)


def test_the_best_weights_are_those_the_cool_down_noted(run_folder, prepared):
    pad = read_meta(prepared).pad
    state = checkpoint.load(run_folder / "cool-down" / "state.pt")
    assert state.branch["best"] in ("average", "last")
    chosen, last = (export.trained(state, pad, c).model.shared.weight for c in (state.branch["best"], "last"))
    assert torch.equal(export.trained(state, pad).model.shared.weight, chosen)
    assert torch.equal(last, state.model[model.SHARED])
    assert torch.equal(export.trained(state, pad, "average").model.shared.weight, state.ema[0])


def test_an_exported_model_can_be_trained_on(exported, prepared, run_folder):
    pad = read_meta(prepared).pad
    weights = export.read_weights(exported)
    state = checkpoint.load(run_folder / "cool-down" / "state.pt")
    best = export.trained(state, pad).state_dict()
    assert weights.keys() == best.keys()
    for name, weight in weights.items():
        torch.testing.assert_close(weight, best[name], rtol=1e-3, atol=1e-3)
    with pytest.raises(ModelError, match="not an exported model"):
        export.read_weights(run_folder)


def test_a_diverged_run_is_not_exported(prepared, run_folder, tmp_path):
    trained = export.trained(checkpoint.load(run_folder / "state.pt"), read_meta(prepared).pad)
    with torch.no_grad():
        trained.model.encoder.layers[0].fc1.weight[0, 0] = 1e6
    with pytest.raises(ModelError, match="does not fit into fp16"):
        export.export(trained, prepared, tmp_path)
