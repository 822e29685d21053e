"""A pulled model is whole, checked and recorded, whatever the network did on the way."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from summarizer.errors import ModelError
from summarizer.models import hub as hub_module
from summarizer.models.store import ModelStore
from tests import tiny
from tests.hub_standin import HubStandIn

ID = "Helsinki-NLP/opus-mt-it-en"
WEIGHTS = "model.safetensors"


@pytest.fixture
def published(hub: HubStandIn) -> HubStandIn:
    hub.add(ID, tiny.checkpoint("marian"), card={"license": "apache-2.0"})
    return hub


def ids(store: ModelStore) -> set[str]:
    return {model.card.id for model in store.installed()}


def test_a_pulled_model_is_installed_with_commit_licence_and_checksums(
    published: HubStandIn, store: ModelStore
) -> None:
    model = store.pull(ID)
    repository = published.repositories[ID]
    assert model.revision == repository.commit
    assert store.find(ID) == model
    assert ID in ids(store)
    receipt = store.receipt(ID)
    assert receipt is not None
    assert (receipt.licence, receipt.accepted, receipt.converted) == ("Apache-2.0", False, False)
    assert {name: record.sha256 for name, record in receipt.files.items()} == {
        name: hashlib.sha256(data).hexdigest() for name, data in repository.files.items()
    }
    assert store.verify(ID) == []


def test_only_files_that_are_needed_are_fetched(published: HubStandIn, store: ModelStore) -> None:
    extra = {"tf_model.h5": b"x" * 50, "pytorch_model.bin": b"x" * 50, "rust_model.ot": b"x", "onnx/model.onnx": b"x"}
    published.repositories[ID].files.update(extra)
    store.pull(ID)
    assert not set(extra) & set(published.sent)
    assert published.sent[WEIGHTS] == len(published.repositories[ID].files[WEIGHTS])


def test_the_files_lie_in_the_hubs_own_cache_for_other_tools(published: HubStandIn, store: ModelStore) -> None:
    from huggingface_hub import constants, hf_hub_download

    store.pull(ID)
    path = hf_hub_download(ID, WEIGHTS, local_files_only=True, cache_dir=constants.HF_HUB_CACHE, revision=None)
    assert Path(path).read_bytes() == published.repositories[ID].files[WEIGHTS]


def test_what_another_tool_has_fetched_is_not_fetched_again(published: HubStandIn, store: ModelStore) -> None:
    from huggingface_hub import hf_hub_download

    for name in published.repositories[ID].files:
        hf_hub_download(ID, name)
    published.sent.clear()
    store.pull(ID)
    assert sum(published.sent.values()) - published.sent[""] == 0


def test_progress_runs_from_nothing_to_everything(published: HubStandIn, store: ModelStore) -> None:
    seen: list[tuple[str, int, int]] = []
    store.pull(ID, progress=lambda *step: seen.append(step))
    total = sum(len(data) for data in published.repositories[ID].files.values())
    assert seen[-1][1:] == (total, total)
    assert [done for _, done, _ in seen] == sorted(done for _, done, _ in seen)


@pytest.mark.parametrize("tenth", range(1, 10))
def test_a_pull_that_is_cut_off_goes_on_where_it_was(
    published: HubStandIn, store: ModelStore, tenth: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    size = len(published.repositories[ID].files[WEIGHTS])
    published.faults.cuts[WEIGHTS] = [size * tenth // 10, 0]
    # the process gives up at the second fault, as if it had been killed
    monkeypatch.setattr("summarizer.models.download.ATTEMPTS", 1)
    with pytest.raises(ModelError, match="kept for the next pull"):
        store.pull(ID)
    assert ID not in ids(store)
    with pytest.raises(ModelError, match=f"models pull {ID}"):
        store.find(ID)
    store.pull(ID)
    assert store.verify(ID) == []
    assert published.sent[WEIGHTS] == size


def test_a_pull_that_is_killed_goes_on_where_it_was(published: HubStandIn, store: ModelStore, tmp_path: Path) -> None:
    from huggingface_hub import constants

    size = len(published.repositories[ID].files[WEIGHTS])
    published.faults.stalls[WEIGHTS] = size // 2
    code = f"""
from pathlib import Path
from summarizer.models.store import ModelStore
ModelStore(Path({str(tmp_path / "cache")!r})).pull({ID!r})
"""
    environment = {
        **os.environ, "HF_ENDPOINT": published.endpoint, "HF_HUB_CACHE": constants.HF_HUB_CACHE, "HF_HUB_OFFLINE": "0",
        "PYTHONPATH": os.pathsep.join(sys.path),
    }  # fmt: skip
    process = subprocess.Popen([sys.executable, "-c", code], env=environment)
    blobs = Path(constants.HF_HUB_CACHE) / "models--Helsinki-NLP--opus-mt-it-en" / "blobs"
    while _largest_part(blobs) < size // 2:
        assert process.poll() is None
        time.sleep(0.05)
    process.kill()
    process.wait()
    assert ID not in ids(store)
    published.faults.stalls.clear()
    store.pull(ID)
    assert store.verify(ID) == []
    assert published.sent[WEIGHTS] == size


def _largest_part(blobs: Path) -> int:
    """Bytes of the largest file on its way; smaller ones arrive, and lose that name, while this looks."""
    sizes = [0]
    for part in blobs.glob("*.incomplete"):
        with contextlib.suppress(FileNotFoundError):
            sizes.append(part.stat().st_size)
    return max(sizes)


def test_cuts_at_every_tenth_of_one_transfer_are_survived_without_a_new_pull(
    published: HubStandIn, store: ModelStore
) -> None:
    size = len(published.repositories[ID].files[WEIGHTS])
    published.faults.cuts[WEIGHTS] = [size // 10] * 9
    store.pull(ID)
    assert store.verify(ID) == []
    assert published.sent[WEIGHTS] == size


def test_a_server_that_ignores_ranges_costs_time_not_the_file(published: HubStandIn, store: ModelStore) -> None:
    published.faults.no_ranges = True
    published.faults.cuts[WEIGHTS] = [1000]
    store.pull(ID)
    assert store.verify(ID) == []


@pytest.mark.parametrize("status", [500, 502, 503, 429])
def test_passing_faults_of_the_hub_are_waited_out(published: HubStandIn, store: ModelStore, status: int) -> None:
    published.faults.statuses = [status, status]
    store.pull(ID)
    assert ID in ids(store)


def test_a_hub_that_stays_down_is_an_error_that_says_so(published: HubStandIn, store: ModelStore) -> None:
    published.faults.statuses = [503] * 50
    with pytest.raises(ModelError, match="does not deliver"):
        store.pull(ID)
    assert ID not in ids(store)


def test_a_file_damaged_on_the_way_is_fetched_again(published: HubStandIn, store: ModelStore) -> None:
    published.faults.corrupt[WEIGHTS] = 1
    store.pull(ID)
    assert store.verify(ID) == []


@pytest.mark.parametrize("name", [WEIGHTS, "config.json"])
def test_a_file_that_never_matches_its_checksum_is_never_used(
    published: HubStandIn, store: ModelStore, name: str
) -> None:
    published.faults.corrupt[name] = 100
    with pytest.raises(ModelError, match=f"{name} arrives with a wrong checksum"):
        store.pull(ID)
    assert ID not in ids(store)
    published.faults.corrupt[name] = 0
    store.pull(ID)
    assert store.verify(ID) == []


def test_a_blob_that_another_tool_left_half_is_replaced(published: HubStandIn, store: ModelStore) -> None:
    from huggingface_hub import hf_hub_download

    path = Path(hf_hub_download(ID, WEIGHTS))
    path.resolve().write_bytes(path.read_bytes()[:-100])
    store.pull(ID)
    assert store.verify(ID) == []


def test_a_file_that_the_listing_promises_and_nobody_delivers_is_named(
    published: HubStandIn, store: ModelStore
) -> None:
    published.faults.vanished = {"target.spm"}
    with pytest.raises(ModelError, match=r"target\.spm"):
        store.pull(ID)
    assert ID not in ids(store)


@pytest.mark.parametrize(("missing", "message"), [("config.json", r"no config\.json"), (WEIGHTS, "has neither")])
def test_a_repository_without_what_a_checkpoint_needs_is_refused(
    published: HubStandIn, store: ModelStore, missing: str, message: str
) -> None:
    del published.repositories[ID].files[missing]
    with pytest.raises(ModelError, match=message):
        store.pull(ID)


def test_too_small_a_disk_is_noticed_before_the_first_byte_of_weights(
    published: HubStandIn, store: ModelStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Usage:
        free = 80 << 20

    monkeypatch.setattr(hub_module.shutil, "disk_usage", lambda _: Usage)
    monkeypatch.setattr(hub_module, "_MARGIN", (80 << 20) - 100_000)
    with pytest.raises(ModelError, match=r"MB are needed and 84 MB are free"):
        store.pull(ID)
    assert published.sent[WEIGHTS] == 0


def test_a_disk_that_fills_up_on_the_way_keeps_what_is_there(
    published: HubStandIn, store: ModelStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    import errno

    from summarizer.models import download

    real = download._stream

    def full(url: str, have: int) -> object:
        for whole, chunk in real(url, have):
            yield whole, chunk[:5000]
            break
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(download, "_stream", full)
    with pytest.raises(ModelError, match="disk is full"):
        store.pull(ID)
    assert ID not in ids(store)
    monkeypatch.setattr(download, "_stream", real)
    store.pull(ID)
    assert store.verify(ID) == []
    assert any(method == "GET" and asked not in ("", "bytes=0-") for method, _, asked in published.requests)


def test_a_revision_can_be_pinned_and_an_unknown_one_is_an_error(published: HubStandIn, store: ModelStore) -> None:
    commit = published.repositories[ID].commit
    assert store.pull(ID, revision=commit).revision == commit
    with pytest.raises(ModelError, match="no such revision"):
        store.pull(ID, revision="0" * 40)


def test_a_model_that_the_hub_does_not_have_is_named(published: HubStandIn, store: ModelStore) -> None:
    with pytest.raises(ModelError, match="the hub has no such model"):
        store.pull("nobody/nothing")
    with pytest.raises(ModelError, match="not the id of a model"):
        store.pull("../../etc/passwd")


def test_a_half_written_receipt_is_no_receipt(published: HubStandIn, store: ModelStore, tmp_path: Path) -> None:
    store.pull(ID)
    [path] = (tmp_path / "cache" / "receipts").iterdir()
    text = path.read_text(encoding="utf-8")
    for damaged in (text[: len(text) // 2], "[]", json.dumps({"format": 99})):
        path.write_text(damaged, encoding="utf-8")
        assert ID not in ids(store)
