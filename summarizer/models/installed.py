"""A model whose files are on this machine: plain data that the rooms hand each other."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from summarizer.models.catalog import ModelCard


@dataclass(frozen=True, slots=True)
class InstalledModel:
    """A model whose files are on this machine."""

    card: ModelCard
    path: Path
    """Folder of the Hugging Face checkpoint."""
    revision: str
    """Commit of a hub model, or a digest of the files."""
    digest: str = ""
    """Digest of the files; the revision itself where there is no commit."""

    @property
    def identity(self) -> str:
        """Id and revision in one text, for the memory key and the signature."""
        return f"{self.card.id}@{self.revision[:12]}"
