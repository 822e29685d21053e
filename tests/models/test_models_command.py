"""`summarizer models`: what a user types and sees."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests import tiny
from tests.cli.conftest import Cli
from tests.hub_standin import HubStandIn

ID = "Helsinki-NLP/opus-mt-it-en"
NLLB = "facebook/nllb-200-distilled-600M"


@pytest.fixture(autouse=True)
def _own_cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    # not the cache of the whole run: other tests must not find what is pulled here
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache-home"))


def test_the_list_shows_licence_size_quality_and_state(cli: Cli) -> None:
    seen = cli("models", "list")
    assert seen.code == 0
    lines = {line.split()[0]: line for line in seen.out.splitlines()}
    assert "Apache-2.0" in lines[ID] and "344" in lines[ID] and "BLEU 29.4" in lines[ID]
    assert "not installed" in lines[ID]
    assert "CC-BY-NC-4.0, not for commercial use" in lines[NLLB]
    assert "no licence stated" in lines["google/pegasus-xsum"]
    assert "shipped" in lines["embedded"]
    assert "\x1b" not in seen.out


def test_the_list_can_be_narrowed(cli: Cli) -> None:
    def first(*arguments: str) -> list[str]:
        return [line.split()[0] for line in cli("models", "list", *arguments).out.splitlines()]

    assert first("--installed") == ["embedded", "embedded-mul"]
    assert all("summar" in name or "bart" in name for name in first("--task", "summarization", "--language", "it")[:3])
    french = first("--language", "French")
    assert "Helsinki-NLP/opus-mt-it-fr" in french and "facebook/m2m100_418M" in french and ID not in french
    assert cli("models", "list", "--language", "Klingon").code == 2


@pytest.mark.parametrize("columns", ["60", "80", "160"])
def test_on_a_terminal_no_id_is_broken(cli: Cli, monkeypatch: pytest.MonkeyPatch, columns: str) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    out = cli("models", "list", "-f", "rich").out
    assert NLLB in out
    assert "facebook/mbart-large-50-many-to-one-mmt" in out
    assert max(len(line) for line in out.splitlines()) <= int(columns)


def test_the_list_as_json_has_everything(cli: Cli) -> None:
    rows = {row["id"]: row for row in json.loads(cli("models", "list", "-f", "json").out)}
    assert rows[ID]["commercial"] is True
    assert rows[NLLB]["commercial"] is False
    assert rows[ID]["quality"][0] == {
        "test_set": "FLORES-200 devtest", "metric": "BLEU", "score": 29.4, "source": "it", "target": "en",
        "published_by": "Mozilla, firefox-translations-models evaluation",
    }  # fmt: skip
    assert rows[ID]["revision"] is None
    assert rows["facebook/m2m100_418M"]["revision"] == "a84767a43c9159c5c15eb3964dce2179684647f6"


def test_show_says_what_is_known_and_that_a_model_is_unpinned(cli: Cli) -> None:
    out = cli("models", "show", ID).out
    assert "unpinned" in out
    assert "BLEU 29.4 on FLORES-200 devtest, it→en (Mozilla" in out
    assert "OPUS-MT" in out
    assert json.loads(cli("models", "show", ID, "-f", "json").out)["id"] == ID
    seen = cli("models", "show", "nobody/nothing")
    assert seen.code == 1
    assert "models list" in seen.err


def test_pull_verify_default_remove(cli: Cli, hub: HubStandIn) -> None:
    hub.add(ID, tiny.checkpoint("marian"))
    seen = cli("models", "pull", ID)
    assert seen.code == 0
    assert "is installed, commit" in seen.err and "attribution: OPUS-MT" in seen.err
    assert seen.out == ""
    assert cli("models", "verify").out == f"{ID}: whole\n"
    assert cli("models", "default", ID).code == 0
    assert f"translation    {ID}" in cli("models", "default").out
    assert "installed, default" in cli("models", "list").out
    assert hub.repositories[ID].commit in cli("models", "show", ID).out
    assert cli("models", "remove", ID).code == 0
    assert "not installed" in cli("models", "show", ID).out
    assert cli("models", "verify").out == ""


def test_verify_finds_damage_exits_with_1_and_names_the_repair(cli: Cli, hub: HubStandIn) -> None:
    hub.add(ID, tiny.checkpoint("marian"))
    cli("models", "pull", ID)
    folder = json.loads(cli("models", "show", ID, "-f", "json").out)["folder"]
    weights = (Path(folder) / "model.safetensors").resolve()
    weights.write_bytes(b"\0" * weights.stat().st_size)
    seen = cli("models", "verify", ID)
    assert seen.code == 1
    assert seen.out.startswith(f"{ID}: damaged\n  model.safetensors: the checksum differs")
    assert f"`summarizer models pull {ID}` repairs it" in seen.err
    assert cli("models", "pull", ID).code == 0
    assert cli("models", "verify", ID).code == 0


def test_refusals_exit_with_1_and_say_what_to_do(cli: Cli, hub: HubStandIn) -> None:
    for arguments, message in (
        (("pull", NLLB), "--allow-noncommercial"),
        (("pull", ID, "--offline"), "--offline forbids"),
        (("pull", "embedded"), "nothing to pull"),
        (("remove", ID), "was not pulled"),
        (("default", ID), "is not installed"),
        (("verify", ID), "is not installed"),
    ):
        seen = cli("models", *arguments)
        assert seen.code == 1
        assert message in seen.err
    assert hub.requests == []


def test_a_hostile_model_card_cannot_act_on_the_terminal(cli: Cli, hub: HubStandIn) -> None:
    hub.add("someone/it-en", tiny.checkpoint("marian"), card={"license": "mit\x1b[31m\nred"})
    seen = cli("models", "pull", "someone/it-en")
    listed = cli("models", "list").out + cli("models", "show", "someone/it-en").out
    assert "\x1b" not in seen.err + listed
    assert "someone/it-en" in listed


def test_a_real_process_honours_hf_endpoint_hf_home_and_hf_hub_offline(hub: HubStandIn, tmp_path: Path) -> None:
    hub.add(ID, tiny.checkpoint("marian"))
    environment = {
        **os.environ, "HF_ENDPOINT": hub.endpoint, "HF_HOME": str(tmp_path / "home"), "HF_HUB_OFFLINE": "0",
        "PYTHONPATH": os.pathsep.join(sys.path),
    }  # fmt: skip
    command = [sys.executable, "-m", "summarizer", "models", "pull", ID]
    offline = {**environment, "HF_HUB_OFFLINE": "1"}
    refused = subprocess.run(command, env=offline, capture_output=True, text=True, check=False)
    assert refused.returncode == 1
    assert "HF_HUB_OFFLINE forbids" in refused.stderr
    assert hub.requests == []
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert list((tmp_path / "home" / "hub" / "models--Helsinki-NLP--opus-mt-it-en" / "snapshots").iterdir())


def test_listing_imports_no_engine(tmp_path: Path) -> None:
    code = """
import sys
from summarizer.cli.app import run
code = run(["models", "list"])
heavy = {"torch", "transformers", "ctranslate2", "huggingface_hub", "numpy"} & set(sys.modules)
sys.exit(f"imported: {heavy}" if heavy else code)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
