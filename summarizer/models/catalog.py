"""The catalogue: which models there are, what they do, under which licence. Reads data, decides nothing."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

from summarizer.errors import ModelError

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

EMBEDDED = "embedded"
"""Id of the model inside the package."""


@dataclass(frozen=True, slots=True)
class ModelCard:
    """What the catalogue says of one model."""

    id: str
    name: str
    task: Literal["translation", "summarization"]
    family: str
    sources: tuple[str, ...]
    targets: tuple[str, ...]
    architecture: str
    licence: str
    commercial: bool
    attribution: str = ""
    parameters: int | None = None
    download_mb: int | None = None
    max_source_tokens: int = 512
    tagged: bool = False
    """True if every input begins with a >>xxx<< tag although the model writes one language only."""
    revision: str = "main"
    """Commit to pin; "main" means unpinned."""

    def writes(self, language: str) -> bool:
        """True if the model can write the language."""
        return language in self.targets or "*" in self.targets

    def reads(self, language: str) -> bool:
        """True if the model can read the language."""
        return language in self.sources or "*" in self.sources


def parse(text: str, origin: str) -> tuple[ModelCard, ...]:
    """The cards of a catalogue file.

    Raises:
        ModelError: not TOML, an unknown key, or a key missing; names `origin`.
    """
    try:
        data = tomllib.loads(text)
        return tuple(_card(entry) for entry in data.get("model", []))
    except (tomllib.TOMLDecodeError, TypeError) as error:
        raise ModelError(f"{origin}: not a valid model catalogue ({error})") from error


def _card(entry: Mapping[str, Any]) -> ModelCard:
    return ModelCard(**{key: tuple(value) if isinstance(value, list) else value for key, value in entry.items()})


@cache
def catalog() -> tuple[ModelCard, ...]:
    """The cards that come with the program."""
    path = Path(__file__).with_name("catalog.toml")
    return parse(path.read_text(encoding="utf-8"), path.name)


def card(model_id: str) -> ModelCard:
    """The card of a model.

    Raises:
        ModelError: the id is not in the catalogue.
    """
    for found in catalog():
        if found.id == model_id:
            return found
    raise ModelError(f"unknown model {model_id!r}: `summarizer models list` shows what there is")
