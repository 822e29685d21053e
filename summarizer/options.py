"""Everything a run can be told, resolved once and never changed; below this nothing reads the environment."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from summarizer.errors import UsageError
from summarizer.languages import language
from summarizer.summarization.interface import Length

Style = Literal["auto", "extractive", "abstractive"]
EngineName = Literal["auto", "ctranslate2", "transformers"]
Device = Literal["auto", "cpu", "cuda"]

MAX_BEAMS = 32


def default_cache() -> Path:
    """The user's cache folder for converted models and the translation memory."""
    from platformdirs import user_cache_path

    return user_cache_path("summarizer", appauthor=False)


def default_config() -> Path:
    """The user's configuration folder, with models.toml and the default model."""
    from platformdirs import user_config_path

    return user_config_path("summarizer", appauthor=False)


@dataclass(frozen=True, slots=True)
class Options:
    """One run's options; the names are those of the command line."""

    languages: tuple[str, ...] = ("en",)
    """Summary languages, BCP-47, in the order asked for."""
    to: str = "en"
    """Language of the translation."""
    length: Length = field(default_factory=Length)
    style: Style = "auto"
    model: str | None = None
    """Translation model id; None for the best installed one."""
    summarizer: str | None = None
    """Summarization model id for abstractive summaries."""
    prompt: Path | None = None
    """Prompt file in place of the summarizer family's own."""
    engine: EngineName = "auto"
    device: Device = "auto"
    beam_size: int = 4
    glossary: Path | None = None
    offline: bool = False
    force: bool = False
    """Read articles that are not Italian all the same."""
    memory: bool = True
    threads: int = 0
    """Threads of the engine; 0 leaves the choice to it."""
    allow_noncommercial: bool = False
    """Use models whose licence forbids commercial use, or that state none."""
    cache: Path = field(default_factory=default_cache)
    config: Path = field(default_factory=default_config)

    def __post_init__(self) -> None:
        """Puts language names into tags and checks the rest.

        Raises:
            UsageError: an unknown language, a beam size out of range, or options of which one would be passed over.
        """
        tags = tuple(dict.fromkeys(language(text).tag for text in self.languages))
        if not tags:
            raise UsageError("give at least one summary language")
        if not 1 <= self.beam_size <= MAX_BEAMS:
            raise UsageError(f"--beam-size must be from 1 to {MAX_BEAMS}")
        if self.style == "extractive" and self.summarizer is not None:
            raise UsageError("--style extractive chooses sentences of the article: leave --summarizer out")
        if self.prompt is not None and self.style != "abstractive" and self.summarizer is None:
            raise UsageError("--prompt is for a model that writes: add --style abstractive or --summarizer ID")
        object.__setattr__(self, "languages", tags)
        object.__setattr__(self, "to", language(self.to).tag)

    @property
    def memory_path(self) -> Path:
        """The translation memory's file."""
        return self.cache / "memory.sqlite3"
