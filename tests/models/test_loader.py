"""From files to an engine: the right engine, no model that is known or found to be broken."""

from __future__ import annotations

import shutil
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path

import pytest

from summarizer.engines.interface import Decoding, Engine, Task
from summarizer.errors import EngineError, ModelError
from summarizer.models import catalog
from summarizer.models.catalog import EMBEDDED, Golden, ModelCard
from summarizer.models.families import task_for
from summarizer.models.installed import InstalledModel
from summarizer.models.loader import Loader
from tests import tiny


def card(**fields: object) -> ModelCard:
    return ModelCard(
        **{
            "id": "test/model", "name": "test", "task": "translation", "family": "marian", "sources": ("it",),
            "targets": ("en",), "architecture": "MarianMTModel", "licence": "MIT", "commercial": True, **fields,
        }  # type: ignore[arg-type]
    )  # fmt: skip


def model(checkpoint: str = "marian", **fields: object) -> InstalledModel:
    return InstalledModel(card(**fields), tiny.checkpoint(checkpoint), "0" * 40, "d" * 64)


@pytest.fixture
def loader(tmp_path: Path) -> Loader:
    return Loader(tmp_path / "cache")


def output(engine: Engine) -> str:
    return engine.generate([tiny.ITALIAN[0]], Task(), Decoding(num_beams=1, max_new_tokens=8))[0].text


def test_ctranslate2_is_the_engine_unless_another_is_asked_for(loader: Loader) -> None:
    assert [loader.load(model(), engine=name).name for name in ("auto", "ctranslate2", "transformers")] == [
        "ctranslate2",
        "ctranslate2",
        "transformers",
    ]


@pytest.mark.parametrize("family", ["led", "longt5"])
def test_what_ctranslate2_cannot_run_falls_to_transformers_and_only_if_left_the_choice(
    loader: Loader, family: str
) -> None:
    subject = model(family, family=family, task="summarization", architecture="LEDForConditionalGeneration")
    assert loader.load(subject).name == "transformers"
    with pytest.raises(ModelError, match=r"ctranslate2 cannot run its architecture.*--engine transformers"):
        loader.load(subject, engine="ctranslate2")


def test_families_that_need_transformers_to_convert_are_converted_in_a_process_of_its_own(loader: Loader) -> None:
    engine = loader.load(model("bart", family="bart", task="summarization"))
    assert engine.name == "ctranslate2"
    assert engine.precision.startswith("int8")


def test_a_gpu_that_is_not_there_is_said(loader: Loader) -> None:
    import ctranslate2

    if ctranslate2.get_cuda_device_count():
        pytest.skip("there is a GPU")
    with pytest.raises(EngineError, match="--device cpu"):
        loader.load(model(), device="cuda")
    assert loader.load(model(), device="auto").precision.startswith("int8")


def test_a_converted_copy_that_is_damaged_is_made_anew(loader: Loader, caplog: pytest.LogCaptureFixture) -> None:
    first = output(loader.load(model()))
    copy = loader.converted(model(), "int8")
    data = (copy / "model.bin").read_bytes()
    (copy / "model.bin").write_bytes(b"\0" * len(data))
    assert output(loader.load(model())) == first
    assert "converting again" in caplog.text
    (copy / "model.bin").write_bytes(data[:100])
    assert output(loader.load(model())) == first


def test_a_broken_tokenizer_is_not_taken_for_a_broken_conversion(loader: Loader, tmp_path: Path) -> None:
    folder = shutil.copytree(tiny.checkpoint("marian"), tmp_path / "model")
    (folder / "source.spm").write_bytes(b"nothing")
    with pytest.raises(EngineError, match="tokenizer files are missing or damaged"):
        loader.load(replace(model(), path=folder))


def test_another_checkpoint_under_the_same_name_has_another_copy(loader: Loader) -> None:
    assert loader.converted(model(), "int8") != loader.converted(replace(model(), digest="e" * 64), "int8")


def test_a_cache_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file", encoding="utf-8")
    with pytest.raises(ModelError, match="cache cannot be written"):
        Loader(tmp_path / "cache").converted(model(), "int8")


def test_versions_of_transformers_that_run_a_model_wrongly_are_refused(loader: Loader) -> None:
    here = version("transformers")
    broken = model("t5", family="t5", task="summarization", known_bad_transformers=f"=={here}")
    for engine in ("auto", "transformers"):
        with pytest.raises(ModelError, match=f"wrong with transformers {here}"):
            loader.load(broken, engine=engine)
    with pytest.raises(ModelError, match=r"needs transformers 99\.0 or later"):
        loader.load(replace(broken, card=card(family="t5", min_transformers="99.0")))
    # Marian is converted without transformers, so its faults do not matter
    loader.load(model(known_bad_transformers=f"=={here}")).close()


def golden_for(engine: Engine, **fields: object) -> Golden:
    """A golden sentence that the tiny model gets exactly right."""
    [hypothesis] = engine.generate([tiny.ITALIAN[0]], Task(), Decoding(num_beams=2))
    return Golden(**{"source": tiny.ITALIAN[0], "reference": hypothesis.text, "chrf": 90.0, **fields})  # type: ignore[arg-type]


def test_a_model_that_passes_its_self_test_is_tested_once_for_these_versions(
    loader: Loader, monkeypatch: pytest.MonkeyPatch
) -> None:
    from summarizer.engines.ctranslate2 import CTranslate2Engine

    subject = model(golden=(golden_for(loader.load(model())),))
    loader.load(subject).close()
    calls = []
    monkeypatch.setattr(CTranslate2Engine, "generate", lambda *a, **k: calls.append(a) or [])
    loader.load(subject).close()
    assert calls == []
    # another revision, other sentences, another version of transformers: each is a new test
    monkeypatch.setattr("summarizer.models.selftest.version", lambda name: "99")
    with pytest.raises(ValueError, match="not enough values"):
        loader.load(subject)
    assert len(calls) == 1


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"reference": "The mayor opened the library."}, r"chrF \d+, at least 90 expected"),
        ({"log_probability": (-0.001, 0.0)}, r"log-probability -\d"),
        ({"log_probability": (-99.0, -98.0)}, "output cannot be trusted"),
    ],
)
def test_a_model_that_fails_its_self_test_is_not_used_and_not_remembered(
    loader: Loader, fields: dict[str, object], message: str
) -> None:
    golden = golden_for(loader.load(model()), **fields)
    for _ in range(2):
        with pytest.raises(ModelError, match=message):
            loader.load(model(golden=(golden,)))


def test_the_self_test_finds_weights_that_were_shuffled(loader: Loader, tmp_path: Path) -> None:
    from safetensors.numpy import load_file, save_file

    golden = golden_for(loader.load(model()), chrf=50.0, log_probability=(-4.0, 0.0))
    folder = shutil.copytree(tiny.checkpoint("marian"), tmp_path / "model")
    weights = load_file(folder / "model.safetensors")
    # the words stay, their vectors change places: what a wrong tie or a wrong vocabulary does
    weights["model.shared.weight"][2:-1] = weights["model.shared.weight"][2:-1][::-1].copy()
    save_file(weights, folder / "model.safetensors")
    subject = InstalledModel(card(golden=(golden,)), folder, "1" * 40, "f" * 64)
    with pytest.raises(ModelError, match="fails its self-test"):
        loader.load(subject)


def test_both_engines_agree_on_the_shipped_model(tmp_path: Path) -> None:
    """Token for token on plain sentences, for a checkpoint whose <pad> embedding is zero, as Marian's is."""
    import numpy as np
    from safetensors.numpy import load_file, save_file

    from summarizer.engines.ctranslate2 import CTranslate2Engine
    from summarizer.engines.transformers import TransformersEngine
    from summarizer.models.convert import convert

    source = Path(catalog.__file__).parent / EMBEDDED
    folder = shutil.copytree(source, tmp_path / "model")
    weights = {name: tensor.astype(np.float32) for name, tensor in load_file(folder / "model.safetensors").items()}
    table = next(name for name in ("model.shared.weight", "model.decoder.embed_tokens.weight") if name in weights)
    weights[table][-1] = 0
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
    convert(folder, tmp_path / "converted", "float32")
    engines = TransformersEngine(folder), CTranslate2Engine(tmp_path / "converted", folder, threads=1)
    task = task_for(catalog.card(EMBEDDED), "it", "en")
    for decoding in (Decoding(num_beams=1), Decoding(num_beams=4)):
        first, second = (e.generate(tiny.ITALIAN, task, decoding) for e in engines)
        different = [(a.text, b.text) for a, b in zip(first, second, strict=True) if a.text != b.text]
        assert len(different) <= decoding.num_beams // 4, different
        assert all(
            a.score == pytest.approx(b.score, abs=0.02) for a, b in zip(first, second, strict=True) if a.text == b.text
        )
