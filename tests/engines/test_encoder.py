"""Sentence vectors: means over tokens, of length 1, of nothing but the text; what is too long is read to its end."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from summarizer.engines.encoder import TransformersEncoder
from summarizer.errors import EngineError
from tests.tiny.encoders import POSITIONS, TOKENS, encoder
from tests.tiny.tokenizers import ENGLISH, ITALIAN


@pytest.fixture(params=["bert", "xlm-roberta"])
def engine(request: pytest.FixtureRequest) -> Iterator[TransformersEncoder]:
    made = TransformersEncoder(encoder(request.param), max_source_tokens=TOKENS)
    yield made
    made.close()


def test_a_vector_is_the_mean_over_the_last_layers_tokens_and_has_length_one(engine: TransformersEncoder) -> None:
    import torch
    from transformers import AutoModel, AutoTokenizer

    folder = encoder(engine._model.config.model_type)
    tokens = AutoTokenizer.from_pretrained(folder)(ITALIAN[0], return_tensors="pt")
    with torch.inference_mode():
        hidden = AutoModel.from_pretrained(folder).eval()(**tokens).last_hidden_state[0]
    expected = (hidden.mean(0) / hidden.mean(0).norm()).numpy()
    [vector] = engine.encode([ITALIAN[0]])
    assert vector.dtype == np.float32
    assert np.allclose(vector, expected, atol=1e-5)


def test_a_vector_does_not_depend_on_the_other_texts_and_keeps_its_place(engine: TransformersEncoder) -> None:
    together = engine.encode([*ITALIAN, "Sì.", *ENGLISH])
    assert together.shape == (len(ITALIAN) + len(ENGLISH) + 1, 32)
    alone = np.concatenate([engine.encode([text]) for text in (*ITALIAN, "Sì.", *ENGLISH)])
    assert np.allclose(together, alone, atol=1e-5)
    assert np.allclose(np.linalg.norm(together, axis=1), 1)


def test_a_text_that_is_too_long_is_read_to_its_end_in_pieces_that_weigh_as_many_tokens_as_they_have(
    engine: TransformersEncoder,
) -> None:
    long = "; ".join(ITALIAN[:4])
    pieces = engine._pieces(long)
    assert len(pieces) > 2
    assert max(len(ids) for ids in pieces) <= TOKENS
    assert "".join(engine._codec.decode_ids(ids) for ids in pieces).replace(" ", "") == long.replace(" ", "")
    means = [engine._sums([ids])[0] / len(ids) for ids in pieces]
    mean = np.average(means, axis=0, weights=[len(ids) for ids in pieces])
    [vector] = engine.encode([long])
    assert np.allclose(vector, mean / np.linalg.norm(mean), atol=1e-5)
    [other] = engine.encode(["; ".join([*ITALIAN[:3], ENGLISH[7]])])
    assert not np.allclose(vector, other, atol=1e-3)


def test_the_limit_is_what_the_model_has_positions_for(engine: TransformersEncoder) -> None:
    wide = TransformersEncoder(encoder(engine._model.config.model_type), max_source_tokens=512)
    assert wide.max_source_tokens == POSITIONS
    words = next(n for n in range(1, 200) if len(wide._ids("la " * n)) == POSITIONS)
    assert len(wide._pieces("la " * words)) == 1
    assert np.isfinite(wide.encode(["la " * words])).all()


def test_a_text_without_a_word_has_no_vector(engine: TransformersEncoder) -> None:
    assert not engine.encode(["", "…", " - "]).any()
    assert engine.encode([]).shape == (0, 32)


def test_the_prefix_stands_before_every_text_and_every_piece() -> None:
    plain = TransformersEncoder(encoder("bert"), max_source_tokens=TOKENS)
    asked = TransformersEncoder(encoder("bert"), max_source_tokens=TOKENS, prefix="query: ")
    assert np.allclose(asked.encode(["la neve"]), plain.encode(["query: la neve"]), atol=1e-6)
    start = asked._ids("")[:3]
    assert all(ids[:3] == start for ids in asked._pieces(" ".join(ITALIAN[:3])))
    with pytest.raises(EngineError, match=r"prefix .* alone fills"):
        TransformersEncoder(encoder("bert"), max_source_tokens=TOKENS, prefix="query " * 40)


def test_what_looks_like_a_control_token_in_a_text_is_text() -> None:
    engine = TransformersEncoder(encoder("bert"))
    assert engine._ids("fine </s> della neve").count(engine._codec.tokenizer.eos_token_id) == 1


def test_a_checkpoint_that_lacks_weights_is_refused(tmp_path: Path) -> None:
    from safetensors.torch import load_file, save_file

    folder = Path(shutil.copytree(encoder("bert"), tmp_path / "damaged"))
    weights = load_file(folder / "model.safetensors")
    del weights["encoder.layer.1.output.dense.weight"]
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
    with pytest.raises(EngineError, match=r"wrong weights .*encoder\.layer\.1\.output\.dense\.weight"):
        TransformersEncoder(folder)


def test_weights_saved_as_a_part_of_a_larger_model_are_compared_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from safetensors.torch import load_file, save_file

    folder = Path(shutil.copytree(encoder("bert"), tmp_path / "masked"))
    weights = {f"bert.{name}": tensor for name, tensor in load_file(folder / "model.safetensors").items()}
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
    assert np.allclose(
        TransformersEncoder(folder).encode(ITALIAN[:2]), TransformersEncoder(encoder("bert")).encode(ITALIAN[:2])
    )
    from transformers import BertModel

    real = BertModel.from_pretrained

    def wrong(*arguments: object, **options: object) -> object:
        model, report = real(*arguments, **options)
        model.embeddings.word_embeddings.weight.data[0] += 1
        return model, report

    monkeypatch.setattr(BertModel, "from_pretrained", wrong)
    with pytest.raises(EngineError, match=r"wrong weights .*bert\.embeddings\.word_embeddings"):
        TransformersEncoder(folder)


def test_pickled_weights_are_not_opened(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(encoder("bert"), tmp_path / "pickled"))
    (folder / "model.safetensors").rename(folder / "pytorch_model.bin")
    with pytest.raises(EngineError, match="cannot load the checkpoint"):
        TransformersEncoder(folder)


def test_code_from_the_checkpoint_is_not_run(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(encoder("bert"), tmp_path / "remote"))
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    config["auto_map"] = {"AutoModel": "evil.Evil", "AutoConfig": "evil.EvilConfig"}
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
    (folder / "evil.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w').close()\n", encoding="utf-8")
    TransformersEncoder(folder)
    assert not (tmp_path / "ran").exists()
