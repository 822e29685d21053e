"""Models for embedding: pulled, chosen and removed like all others, and measured before they are trusted."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from summarizer.engines.encoder import TransformersEncoder
from summarizer.errors import ModelError
from summarizer.models.calibration import Calibration, calibrate
from summarizer.models.catalog import Golden, ModelCard, catalog, paraphrases
from summarizer.models.store import ModelStore
from tests.cli.conftest import Cli
from tests.hub_standin import HubStandIn
from tests.tiny.encoders import GOLDEN, POOLING, TOKENS, encoder, knowing
from tests.tiny.tokenizers import ITALIAN

MINILM = "sentence-transformers/paraphrase-multilingual-MiniLM-L12-v2"
E5 = "intfloat/multilingual-e5-small"
PAIRS = tuple(Golden(**pair) for pair in GOLDEN)  # type: ignore[arg-type]


def publish(hub: HubStandIn, model_id: str) -> HubStandIn:
    """Publishes a tiny encoder on the branch and under the commit that the catalogue pins."""
    hub.add(model_id, encoder("bert"), card={"license": "apache-2.0"}, pipeline="sentence-similarity")
    return hub


def card(*languages: str, golden: tuple[Golden, ...] = PAIRS) -> ModelCard:
    tags = languages or ("it", "en")
    return ModelCard("ours", "ours", "embedding", "encoder", tags, tags, "BertModel", "MIT", True, golden=golden)


def test_only_what_an_encoder_needs_is_fetched_its_pooling_included(hub: HubStandIn, store: ModelStore) -> None:
    publish(hub, MINILM)
    extra = {"pytorch_model.bin": b"x", "tf_model.h5": b"x", "unigram.json": b"{}", "onnx/model.onnx": b"x"}
    hub.repositories[MINILM].files.update(extra)
    model = store.pull(MINILM, revision="main")
    assert not set(extra) & set(hub.sent)
    assert json.loads((model.path / "1_Pooling" / "config.json").read_text(encoding="utf-8")) == POOLING
    assert store.verify(MINILM) == []
    (model.path / "1_Pooling" / "config.json").resolve().write_text("{}", encoding="utf-8")
    assert store.verify(MINILM) != []


def test_pulled_encoders_can_be_listed_chosen_and_removed(
    cli: Cli, hub: HubStandIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache-home"))
    for model_id in (MINILM, E5):
        publish(hub, model_id)
        assert cli("models", "pull", model_id, "--revision", "main").code == 0
    rows = cli("models", "list", "--installed", "--task", "embedding").out.splitlines()
    assert sorted(row.split()[0] for row in rows) == [E5, MINILM]
    assert all(row.endswith("embedding") and "installed" in row for row in rows)
    assert E5 in cli("models", "list", "--language", "fr", "--task", "embedding").out
    assert cli("models", "default", MINILM).err.endswith("is now the default for embedding\n")
    assert f"embedding      {MINILM}" in cli("models", "default").out
    shown = cli("models", "show", MINILM).out
    assert "installed, default for embedding" in shown
    assert "→" not in shown
    assert cli("models", "remove", MINILM).code == 0
    assert "embedding      (the best that is installed)" in cli("models", "default").out
    assert cli("models", "list", "--installed", "--task", "embedding").out.count("\n") == 1


def test_the_default_is_taken_before_the_others(hub: HubStandIn, store: ModelStore) -> None:
    from summarizer.summarization.similarity import find_encoder

    assert find_encoder(store, "it") is None
    for model_id in (MINILM, E5):
        publish(hub, model_id)
        store.pull(model_id, revision="main")
    for chosen in (MINILM, E5):
        store.set_default(chosen)
        found = find_encoder(store, "it")
        assert found is not None
        assert found.card.id == chosen
    assert find_encoder(store, "mt") is None


def test_an_encoder_that_is_in_no_catalogue_is_recognised_by_its_files(hub: HubStandIn, store: ModelStore) -> None:
    publish(hub, "newsroom/vectors")
    found = store.pull("newsroom/vectors").card
    assert (found.task, found.family, found.architecture) == ("embedding", "encoder", "BertModel")
    assert (found.sources, found.max_source_tokens, found.licence) == (("it", "en", "fr"), TOKENS, "apache-2.0")
    assert found.targets == found.sources


def test_a_bert_that_makes_no_sentence_vectors_is_asked_for_its_task(hub: HubStandIn, store: ModelStore) -> None:
    repository = hub.add("newsroom/classifier", encoder("bert"), card={"license": "mit"})
    for name in ("modules.json", "README.md", "1_Pooling/config.json", "sentence_bert_config.json"):
        del repository.files[name]
    with pytest.raises(ModelError, match="do not say its task and sources"):
        store.pull("newsroom/classifier")


@pytest.mark.parametrize(
    ("file", "content", "message"),
    [
        ("1_Pooling/config.json", {**POOLING, "pooling_mode_cls_token": True}, "pooling_mode_cls_token"),
        ("1_Pooling/config.json", {"pooling_mode": "lasttoken"}, "vectors by lasttoken"),
        ("modules.json", [{"type": "sentence_transformers.models.Dense"}], "a Dense layer"),
        ("modules.json", {"a": 1}, "cannot be read"),
        ("sentence_bert_config.json", {"do_lower_case": True}, "lower case"),
    ],
)
def test_vectors_that_are_made_in_another_way_are_refused_before_the_weights_are_fetched(
    hub: HubStandIn, store: ModelStore, file: str, content: object, message: str
) -> None:
    publish(hub, MINILM)
    hub.repositories[MINILM].files[file] = json.dumps(content).encode()
    with pytest.raises(ModelError, match=message):
        store.pull(MINILM, revision="main")
    assert hub.sent["model.safetensors"] == 0


def test_a_folder_is_refused_for_its_pooling_too(store: ModelStore, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(encoder("bert"), tmp_path / "ours"))
    assert store.find(str(folder)).card.task == "embedding"
    before = store.find(str(folder)).digest
    (folder / "1_Pooling" / "config.json").write_text(json.dumps({"pooling_mode": "mean"}), encoding="utf-8")
    assert store.find(str(folder)).digest != before
    (folder / "1_Pooling" / "config.json").write_text(json.dumps({"pooling_mode": "max"}), encoding="utf-8")
    with pytest.raises(ModelError, match="only the mean"):
        store.find(str(folder))


def test_pickled_weights_are_converted_with_the_pooling_beside_them(hub: HubStandIn, store: ModelStore) -> None:
    import io

    import torch
    from safetensors.torch import load

    publish(hub, MINILM)
    files = hub.repositories[MINILM].files
    buffer = io.BytesIO()
    torch.save(load(files.pop("model.safetensors")), buffer)
    files["pytorch_model.bin"] = buffer.getvalue()
    model = store.pull(MINILM, revision="main")
    assert (model.path / "1_Pooling" / "config.json").is_file()
    assert np.isfinite(TransformersEncoder(model.path).encode(ITALIAN[:1])).all()


def test_a_scale_runs_from_the_unrelated_to_the_same() -> None:
    taught = TransformersEncoder(knowing(), max_source_tokens=TOKENS)
    scale = calibrate(card(), taught)
    assert scale.same > 0.9 > 0.5 > scale.unrelated
    assert Calibration(0.8, 0.9).similarity(np.array([0.1, 0.8, 0.85, 0.9, 1.0], dtype="f4")).tolist() == pytest.approx(
        [0, 0, 0.5, 1, 1], abs=1e-5
    )


def test_a_model_that_cannot_tell_meanings_apart_is_refused() -> None:
    random = TransformersEncoder(encoder("bert"), max_source_tokens=TOKENS)
    with pytest.raises(ModelError, match=r"ours cannot tell .* `summarizer models verify ours`"):
        calibrate(card(), random)
    with pytest.raises(ModelError, match="cannot tell"):
        calibrate(card(golden=()), random)


def test_a_model_of_languages_without_known_sentences_is_asked_for_some() -> None:
    random = TransformersEncoder(encoder("bert"), max_source_tokens=TOKENS)
    with pytest.raises(ModelError, match=r"state 3 pairs or more .* golden in models\.toml"):
        calibrate(card("fi", golden=()), random)


def test_the_programs_own_pairs_are_of_different_meanings_and_share_no_word() -> None:
    assert len({pair.source for pair in paraphrases()}) == len(paraphrases()) >= 8
    for pair in paraphrases():
        words = [{w.strip(".,").lower() for w in text.split() if len(w) > 3} for text in (pair.source, pair.reference)]
        assert not words[0] & words[1], pair
    for known in catalog():
        if known.task == "embedding":
            assert known.golden == paraphrases()
