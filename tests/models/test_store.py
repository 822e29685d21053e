"""What is at hand: pulled models, folders, the user's own catalogue; what is damaged is not."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from summarizer.errors import ModelError
from summarizer.models.catalog import EMBEDDED, EMBEDDED_MUL, SHIPPED
from summarizer.models.store import ModelStore
from tests import tiny
from tests.hub_standin import HubStandIn

ID = "Helsinki-NLP/opus-mt-it-en"


def ids(store: ModelStore) -> list[str]:
    return [model.card.id for model in store.installed()]


def test_the_shipped_model_is_there_from_the_start(store: ModelStore) -> None:
    assert ids(store) == [*SHIPPED]
    assert store.find(EMBEDDED).path.joinpath("config.json").is_file()


def test_a_model_with_better_published_figures_comes_before_the_shipped_one(hub: HubStandIn, store: ModelStore) -> None:
    hub.add(ID, tiny.checkpoint("marian"))
    store.pull(ID)
    assert ids(store) == [ID, *SHIPPED]


def test_the_users_default_comes_first_and_falls_with_its_model(hub: HubStandIn, store: ModelStore) -> None:
    hub.add(ID, tiny.checkpoint("marian"))
    store.pull(ID)
    assert store.set_default(EMBEDDED) == "translation"
    assert ids(store) == [EMBEDDED, ID, EMBEDDED_MUL]
    store.set_default(ID)
    assert store.default("translation") == ID
    store.remove(ID)
    assert store.default("translation") is None


def test_a_default_must_be_installed(store: ModelStore) -> None:
    with pytest.raises(ModelError, match="not installed"):
        store.set_default(ID)


def test_removing_frees_the_hubs_cache_the_copies_and_the_receipt(
    hub: HubStandIn, store: ModelStore, tmp_path: Path
) -> None:
    hub.add(ID, tiny.checkpoint("marian"))
    model = store.pull(ID)
    copy = store.converted(model, "int8")
    assert store.remove(ID) > 0
    assert not copy.exists()
    assert not model.path.exists()
    assert ids(store) == [*SHIPPED]
    with pytest.raises(ModelError, match="was not pulled"):
        store.remove(ID)


@pytest.mark.parametrize("damage", ["shorter", "gone"])
def test_a_damaged_model_is_not_used_and_the_repair_is_named(
    hub: HubStandIn, store: ModelStore, damage: str, caplog: pytest.LogCaptureFixture
) -> None:
    hub.add(ID, tiny.checkpoint("marian"))
    weights = (store.pull(ID).path / "model.safetensors").resolve()
    if damage == "gone":
        weights.unlink()
    else:
        weights.write_bytes(weights.read_bytes()[:-1])
    assert ids(store) == [*SHIPPED]
    assert f"models pull {ID}" in caplog.text
    with pytest.raises(ModelError, match=f"is damaged .*`summarizer models pull {ID}` repairs it"):
        store.find(ID)
    store.pull(ID)
    assert store.verify(ID) == []
    assert ID in ids(store)


def test_tampering_that_keeps_the_size_is_found_by_verify(hub: HubStandIn, store: ModelStore) -> None:
    hub.add(ID, tiny.checkpoint("marian"))
    weights = (store.pull(ID).path / "model.safetensors").resolve()
    data = bytearray(weights.read_bytes())
    data[-1] ^= 1
    weights.write_bytes(data)
    assert store.verify(ID) == ["model.safetensors: the checksum differs from that of the file that was pulled"]


def test_two_pulls_at_once_fetch_once_and_both_succeed(hub: HubStandIn, tmp_path: Path) -> None:
    import threading

    hub.add(ID, tiny.checkpoint("marian"))
    size = len(hub.repositories[ID].files["model.safetensors"])
    results: list[object] = []

    def pull() -> None:
        try:
            results.append(ModelStore(tmp_path / "cache").pull(ID).revision)
        except ModelError as error:
            results.append(error)

    threads = [threading.Thread(target=pull) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [hub.repositories[ID].commit] * 3
    assert hub.sent["model.safetensors"] == size


# -- models outside the catalogue ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("family", "expected"),
    [("m2m100", "m2m100"), ("nllb", "nllb"), ("mbart50", "mbart50")],
)  # fmt: skip
def test_a_repository_of_a_translation_family_needs_no_description(
    hub: HubStandIn, store: ModelStore, family: str, expected: str
) -> None:
    hub.add("someone/model", tiny.checkpoint(family), card={"license": "mit"})
    card = store.pull("someone/model").card
    assert (card.family, card.task, card.licence) == (expected, "translation", "mit")
    assert card.reads("it")
    assert card.writes("fr")
    assert store.find("someone/model").card == card
    assert "someone/model" in {c.id for c in store.cards()}


def test_a_summariser_with_one_language_on_its_card_needs_no_description(hub: HubStandIn, store: ModelStore) -> None:
    card = {"license": "mit", "language": "it"}
    hub.add("someone/bart", tiny.checkpoint("bart"), card=card, pipeline="summarization")
    made = store.pull("someone/bart").card
    assert (made.task, made.sources, made.targets) == ("summarization", ("it",), ("it",))


def test_what_no_file_says_is_asked_for_and_taken_from_the_users_catalogue(
    hub: HubStandIn, store: ModelStore, config: Path, tmp_path: Path
) -> None:
    hub.add("someone/t5", tiny.checkpoint("t5"), card={"license": "mit"})
    with pytest.raises(ModelError, match=r"do not say its task and sources and targets; state them in models\.toml"):
        store.pull("someone/t5")
    assert hub.sent["model.safetensors"] == 0
    (config / "models.toml").write_text(
        '[[model]]\nid = "someone/t5"\ntask = "summarization"\nsources = ["it"]\ntargets = ["it"]\n', encoding="utf-8"
    )
    fresh = ModelStore(tmp_path / "cache", config)
    assert fresh.pull("someone/t5").card.task == "summarization"
    assert fresh.find("someone/t5").card.sources == ("it",)


def test_the_users_catalogue_changes_single_fields_of_known_models(config: Path, tmp_path: Path) -> None:
    (config / "models.toml").write_text(f'[[model]]\nid = "{ID}"\nrevision = "abc123"\n', encoding="utf-8")
    [card] = [card for card in ModelStore(tmp_path / "cache", config).cards() if card.id == ID]
    assert (card.revision, card.licence) == ("abc123", "Apache-2.0")


def test_a_model_that_can_no_longer_be_described_is_passed_over_with_a_warning(
    hub: HubStandIn, config: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    hub.add("someone/t5", tiny.checkpoint("t5"), card={"license": "mit"})
    entry = '[[model]]\nid = "someone/t5"\ntask = "summarization"\nsources = ["it"]\ntargets = '
    (config / "models.toml").write_text(entry + '["it"]\n', encoding="utf-8")
    ModelStore(tmp_path / "cache", config).pull("someone/t5")
    (config / "models.toml").write_text(entry + "[]\n", encoding="utf-8")
    assert ids(ModelStore(tmp_path / "cache", config)) == [*SHIPPED]
    assert "someone/t5: state targets" in caplog.text


def local_entry(config: Path, folder: Path, extra: str = "") -> None:
    text = f'[[model]]\nid = "ours"\npath = "{folder}"\nlicence = "MIT"\ncommercial = true\n{extra}'
    (config / "models.toml").write_text(text, encoding="utf-8")


def test_a_folder_of_ones_own_is_a_model(config: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(tiny.checkpoint("marian"), tmp_path / "mine")
    local_entry(config, folder)
    store = ModelStore(tmp_path / "cache", config)
    model = store.find("ours")
    assert (model.path, model.card.sources, model.card.targets) == (folder, ("it",), ("en",))
    assert "ours" in ids(store)
    before = model.identity
    (folder / "vocab.json").write_text((folder / "vocab.json").read_text() + " ", encoding="utf-8")
    assert store.find("ours").identity != before


def test_a_folder_can_be_named_directly(config: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(tiny.checkpoint("marian"), tmp_path / "mine")
    with pytest.raises(ModelError, match="states no licence"):
        ModelStore(tmp_path / "cache", config).find(str(folder))
    (folder / "README.md").write_text("---\nlanguage: it\nlicense: apache-2.0\n---\n# Mine\n", encoding="utf-8")
    store = ModelStore(tmp_path / "cache", config)
    model = store.find(str(folder))
    assert (model.card.licence, model.card.commercial) == ("apache-2.0", True)
    store.engine(model).close()


@pytest.mark.parametrize("languages", ["language: it", "language:\n- it", "language: [it]"])
def test_a_folder_with_a_model_card_says_its_task_and_language_itself(
    config: Path, tmp_path: Path, languages: str
) -> None:
    folder = shutil.copytree(tiny.checkpoint("bart"), tmp_path / "mine")
    card = f"---\n{languages}\nlicense: mit  # as the data\npipeline_tag: summarization\n---\n"
    (folder / "README.md").write_text(card, encoding="utf-8")
    made = ModelStore(tmp_path / "cache", config).find(str(folder)).card
    assert (made.task, made.sources, made.targets, made.licence) == ("summarization", ("it",), ("it",), "mit")


def test_a_folder_that_does_not_say_enough_is_told_what_to_state(config: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(tiny.checkpoint("bart"), tmp_path / "mine")
    with pytest.raises(ModelError, match=r"models\.toml: model .*: state task, sources, targets"):
        ModelStore(tmp_path / "cache", config).find(str(folder))


def test_a_folder_with_code_or_pickles_is_refused(config: Path, tmp_path: Path) -> None:
    folder = tiny.build("marian", tmp_path / "mine", pickled=True)
    local_entry(config, folder)
    with pytest.raises(ModelError, match="pickled weights only"):
        ModelStore(tmp_path / "cache", config).find("ours")
    settings = json.loads((folder / "config.json").read_text()) | {"auto_map": {}}
    (folder / "config.json").write_text(json.dumps(settings), encoding="utf-8")
    with pytest.raises(ModelError, match="wants code"):
        ModelStore(tmp_path / "cache", config).find("ours")


def test_digests_are_remembered_and_survive_a_damaged_memo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from summarizer.models import digests

    reads = []
    real = digests.sha256
    monkeypatch.setattr(digests, "sha256", lambda path: reads.append(path) or real(path))
    cache = tmp_path / "cache"
    first = ModelStore(cache).find(EMBEDDED).revision
    assert reads
    reads.clear()
    assert ModelStore(cache).find(EMBEDDED).revision == first
    assert reads == []
    (cache / "digests.json").write_text('{"half": [1', encoding="utf-8")
    assert ModelStore(cache).find(EMBEDDED).revision == first
    assert reads


def test_two_processes_convert_one_model_at_once(tmp_path: Path) -> None:
    code = """
import sys
from pathlib import Path
from summarizer.models.store import ModelStore
store = ModelStore(Path(sys.argv[1]))
print(store.converted(store.find("embedded"), "int8"))
"""
    command = [sys.executable, "-c", code, str(tmp_path)]
    processes = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    folders = {process.communicate()[0].strip() for process in processes}
    assert [process.returncode for process in processes] == [0, 0, 0]
    [folder] = folders
    assert (Path(folder) / "model.bin").is_file()
    assert not list((tmp_path / "converted").glob(".converting-*"))
