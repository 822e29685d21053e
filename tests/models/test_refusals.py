"""What must not be pulled or used is refused: code in weights, remote code, licences, a network that is forbidden."""

from __future__ import annotations

import io
import json
import os
import pickle
import subprocess
import sys
from pathlib import Path

import pytest

from summarizer.errors import ModelError
from summarizer.models.store import ModelStore
from tests import tiny
from tests.hub_standin import HubStandIn

NLLB = "facebook/nllb-200-distilled-600M"
OPUS = "Helsinki-NLP/opus-mt-it-en"


class Bomb:
    """Writes a file when it is unpickled."""

    def __init__(self, target: Path) -> None:
        self.target = str(target)

    def __reduce__(self) -> tuple[object, tuple[str, ...]]:
        return os.system, (f"touch {self.target}",)


def as_torch_file(content: object) -> bytes:
    """A pytorch_model.bin in today's form (a zip archive) with any pickle in it."""
    import zipfile

    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("model/data.pkl", pickle.dumps(content, protocol=2))
        archive.writestr("model/version", "3\n")
        archive.writestr("model/byteorder", "little")
    return buffer.getvalue()


@pytest.mark.parametrize("modern", [True, False], ids=["zip archive", "bare pickle"])
def test_a_pickle_that_runs_code_is_refused_and_nothing_runs(
    hub: HubStandIn, store: ModelStore, tmp_path: Path, modern: bool
) -> None:
    repository = hub.add(OPUS, tiny.checkpoint("marian"))
    del repository.files["model.safetensors"]
    target = tmp_path / "executed"
    content = {"model.shared.weight": Bomb(target)}
    repository.files["pytorch_model.bin"] = as_torch_file(content) if modern else pickle.dumps(content)
    with pytest.raises(ModelError, match="refused"):
        store.pull(OPUS)
    assert not target.exists()
    assert OPUS not in {model.card.id for model in store.installed()}


def test_an_honest_pickle_is_converted_once_to_the_same_weights(
    hub: HubStandIn, store: ModelStore, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    from safetensors.numpy import load_file

    hub.add(OPUS, tiny.build("marian", tmp_path / "pickled", pickled=True))
    model = store.pull(OPUS)
    assert "converting them to safetensors" in caplog.text
    ours, theirs = (
        load_file(model.path / "model.safetensors"),
        load_file(tiny.checkpoint("marian") / "model.safetensors"),
    )
    assert ours.keys() == theirs.keys()
    assert all((ours[name] == theirs[name]).all() for name in ours)
    receipt = store.receipt(OPUS)
    assert receipt is not None
    assert receipt.converted
    assert store.verify(OPUS) == []
    caplog.clear()
    store.pull(OPUS)
    assert "converting" not in caplog.text


def test_converted_weights_that_were_tampered_with_are_made_anew_by_a_pull(
    hub: HubStandIn, store: ModelStore, tmp_path: Path
) -> None:
    hub.add(OPUS, tiny.build("marian", tmp_path / "pickled", pickled=True))
    weights = store.pull(OPUS).path / "model.safetensors"
    right = weights.read_bytes()
    weights.write_bytes(right[:-1] + bytes([right[-1] ^ 1]))
    assert store.verify(OPUS) == ["model.safetensors: the checksum differs from that of the file that was pulled"]
    store.pull(OPUS)
    assert weights.read_bytes() == right
    assert store.verify(OPUS) == []


def test_converted_weights_without_a_receipt_are_not_taken_for_whole(
    hub: HubStandIn, store: ModelStore, tmp_path: Path
) -> None:
    hub.add(OPUS, tiny.build("marian", tmp_path / "pickled", pickled=True))
    weights = store.pull(OPUS).path / "model.safetensors"
    right = weights.read_bytes()
    # as a crash between conversion and receipt leaves it
    [receipt] = (tmp_path / "cache" / "receipts").iterdir()
    receipt.unlink()
    weights.write_bytes(right[: len(right) // 2])
    store.pull(OPUS)
    assert weights.read_bytes() == right


def test_tied_tensors_of_a_pickle_are_written_once(tmp_path: Path) -> None:
    import torch
    from safetensors.torch import load_file

    from summarizer.models.pickles import convert

    table = torch.arange(12.0).reshape(4, 3)
    tied = {"model.shared.weight": table, "lm_head.weight": table, "model.encoder.embed_tokens.weight": table}
    torch.save({**tied, "bias": torch.ones(3), "copy": table.clone()}, tmp_path / "weights.bin")
    convert(tmp_path / "model.safetensors", [tmp_path / "weights.bin"])
    assert set(load_file(tmp_path / "model.safetensors")) == {"model.shared.weight", "bias", "copy"}


def test_an_old_torch_opens_no_pickles(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import torch

    from summarizer.models.pickles import convert

    monkeypatch.setattr(torch, "__version__", "2.9.1+cpu")
    with pytest.raises(ValueError, match="too old"):
        convert(tmp_path / "out", [tmp_path / "in"])


@pytest.mark.parametrize("name", ["config.json", "tokenizer_config.json"])
def test_a_repository_that_wants_its_code_run_is_refused_before_its_weights_are_fetched(
    hub: HubStandIn, store: ModelStore, name: str
) -> None:
    repository = hub.add(OPUS, tiny.checkpoint("marian"))
    config = json.loads(repository.files[name]) | {"auto_map": {"AutoModel": "evil.EvilModel"}}
    repository.files |= {name: json.dumps(config).encode(), "evil.py": b"raise SystemExit('executed')"}
    with pytest.raises(ModelError, match="wants code"):
        store.pull(OPUS)
    assert hub.sent["model.safetensors"] == 0
    assert hub.sent["evil.py"] == 0


def test_an_architecture_that_nobody_knows_is_refused_before_its_weights_are_fetched(
    hub: HubStandIn, store: ModelStore
) -> None:
    repository = hub.add("someone/gpt", tiny.checkpoint("marian"), card={"license": "mit"})
    repository.files["config.json"] = json.dumps({"model_type": "gpt2"}).encode()
    with pytest.raises(ModelError, match=r"'gpt2' is not supported; those that are: marian"):
        store.pull("someone/gpt")
    assert hub.sent["model.safetensors"] == 0


def test_a_noncommercial_model_needs_the_users_word(hub: HubStandIn, store: ModelStore) -> None:
    hub.add(NLLB, tiny.checkpoint("nllb"))
    with pytest.raises(ModelError, match=r"CC-BY-NC-4\.0.*--allow-noncommercial"):
        store.pull(NLLB)
    assert hub.requests == []
    store.pull(NLLB, allow_noncommercial=True)
    assert NLLB in {model.card.id for model in store.installed()}
    receipt = store.receipt(NLLB)
    assert receipt is not None
    assert receipt.accepted


def test_the_setting_is_the_users_word_too(hub: HubStandIn, store: ModelStore, config: Path) -> None:
    hub.add(NLLB, tiny.checkpoint("nllb"))
    (config / "settings.json").write_text('{"allow_noncommercial": true}', encoding="utf-8")
    store.pull(NLLB)
    (config / "settings.json").unlink()
    # the receipt holds what was accepted at the time
    assert store.find(NLLB).card.id == NLLB


@pytest.mark.parametrize(
    ("card", "message"),
    [
        ({}, "states no licence"),
        ({"license": "unknown"}, "states no licence"),
        ({"license": "cc-by-nc-sa-4.0"}, "does not allow commercial use"),
    ],
)
def test_models_outside_the_catalogue_are_judged_by_their_own_card(
    hub: HubStandIn, store: ModelStore, card: dict[str, str], message: str
) -> None:
    hub.add("someone/it-en", tiny.checkpoint("marian"), card=card)
    with pytest.raises(ModelError, match=message):
        store.pull("someone/it-en")
    assert store.pull("someone/it-en", allow_noncommercial=True).card.commercial is False


def test_offline_means_no_request_at_all(hub: HubStandIn, store: ModelStore, monkeypatch: pytest.MonkeyPatch) -> None:
    from huggingface_hub import constants

    hub.add(OPUS, tiny.checkpoint("marian"))
    with pytest.raises(ModelError, match="--offline"):
        store.pull(OPUS, offline=True)
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    with pytest.raises(ModelError, match="HF_HUB_OFFLINE"):
        store.pull(OPUS)
    store.installed()
    assert hub.requests == []


def test_a_pulled_model_is_found_verified_and_loaded_without_the_network(hub: HubStandIn, store: ModelStore) -> None:
    hub.add("someone/it-en", tiny.checkpoint("marian"), card={"license": "mit"})
    store.pull("someone/it-en")
    hub.requests.clear()
    model = store.find("someone/it-en")
    assert store.verify("someone/it-en") == []
    store.engine(model).close()
    assert hub.requests == []


@pytest.mark.parametrize("engine", ["auto", "transformers"])
def test_loading_a_tokenizer_of_transformers_asks_nobody_anything(
    hub: HubStandIn, store: ModelStore, engine: str
) -> None:
    hub.add("someone/m2m", tiny.checkpoint("m2m100"), card={"license": "mit"})
    model = store.pull("someone/m2m")
    hub.requests.clear()
    store.engine(model, engine=engine).close()
    assert hub.requests == []


def test_listing_and_finding_models_imports_no_engine(tmp_path: Path) -> None:
    code = """
import sys
from pathlib import Path
from summarizer.models.store import ModelStore
store = ModelStore(Path(sys.argv[1]), Path(sys.argv[1]))
store.installed(), store.cards(), store.find("embedded")
heavy = {"torch", "transformers", "ctranslate2", "huggingface_hub", "numpy", "httpx"} & set(sys.modules)
sys.exit(f"imported: {heavy}" if heavy else 0)
"""
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
