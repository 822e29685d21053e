"""The stand-in for the hub, and a store that knows no other."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from summarizer.models.store import ModelStore
from tests.cli.conftest import cli
from tests.hub_standin import HubStandIn, serve

__all__ = ["cli"]


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[HubStandIn]:
    from huggingface_hub import constants

    for standin in serve():
        # huggingface_hub reads its environment once, when it is imported
        monkeypatch.setattr(constants, "ENDPOINT", standin.endpoint)
        monkeypatch.setattr(
            constants, "HUGGINGFACE_CO_URL_TEMPLATE", standin.endpoint + "/{repo_id}/resolve/{revision}/{filename}"
        )
        monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
        monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "hf" / "hub"))
        monkeypatch.setattr("summarizer.models.download.PAUSE", 0.0)
        yield standin


@pytest.fixture
def config(tmp_path: Path) -> Path:
    folder = tmp_path / "config" / "summarizer"
    folder.mkdir(parents=True)
    return folder


@pytest.fixture
def store(tmp_path: Path, config: Path) -> ModelStore:
    return ModelStore(tmp_path / "cache", config)
