"""The few settings that `summarizer models` keeps: the default models, and whether restricted licences are accepted."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from summarizer.durable import make_folder, write_durably
from summarizer.errors import ModelError
from summarizer.models.catalog import ModelTask

FILE = "settings.json"


@dataclass(frozen=True, slots=True)
class Settings:
    """What stands in settings.json."""

    translation: str | None = None
    """Id of the default translation model."""
    summarization: str | None = None
    """Id of the default summarization model."""
    embedding: str | None = None
    """Id of the default model for embedding."""
    allow_noncommercial: bool = False

    def default(self, task: ModelTask) -> str | None:
        """Id of the default model of a task."""
        return self.defaults[task]

    @property
    def defaults(self) -> dict[ModelTask, str | None]:
        """The default model of each task."""
        return {
            "translation": self.translation,
            "summarization": self.summarization,
            "embedding": self.embedding,
        }

    def with_default(self, task: ModelTask, model_id: str | None) -> Settings:
        """The same with another default."""
        return self._with({**self.defaults, task: model_id})

    def without(self, model_id: str) -> Settings:
        """The same where the model is no default."""
        return self._with({task: None if id_ == model_id else id_ for task, id_ in self.defaults.items()})

    def _with(self, defaults: dict[ModelTask, str | None]) -> Settings:
        return replace(
            self,
            translation=defaults["translation"],
            summarization=defaults["summarization"],
            embedding=defaults["embedding"],
        )


def load(config: Path | None) -> Settings:
    """The settings in the folder `config`; the defaults where there are none.

    Raises:
        ModelError: the file is there and cannot be used.
    """
    if config is None:
        return Settings()
    path = config / FILE
    try:
        data = json.loads(path.read_text(encoding="utf-8-sig"))
        settings = Settings(**data)
    except FileNotFoundError:
        return Settings()
    except (OSError, ValueError, TypeError) as error:
        raise ModelError(f"{path}: not a settings file ({error}); mend or delete it") from error
    if not all(isinstance(v, str | None) for v in settings.defaults.values()) or not isinstance(
        settings.allow_noncommercial, bool
    ):
        raise ModelError(
            f"{path}: translation, summarization and embedding are model ids, allow_noncommercial is true or false"
        )
    return settings


def save(settings: Settings, config: Path | None) -> None:
    """Writes the settings.

    Raises:
        ModelError: there is no folder to write them to, or it cannot be written.
    """
    if config is None:
        raise ModelError("there is no configuration folder to keep settings in")
    path = config / FILE
    try:
        make_folder(config)
        write_durably(path, (json.dumps(asdict(settings), indent=1) + "\n").encode())
    except OSError as error:
        raise ModelError(f"{path}: cannot be written ({error.strerror})") from error
