"""What there is to choose from, with what is installed of it: the rows of `summarizer models list`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, get_args

from summarizer.models.catalog import SHIPPED, ModelCard, ModelTask
from summarizer.models.receipts import Receipt
from summarizer.models.store import ModelStore

State = Literal["shipped", "installed", "damaged", "refused", "not installed"]
"""`refused`: its files are there, its licence has not been accepted."""


@dataclass(frozen=True, slots=True)
class Listed:
    """One model, and how it stands on this machine."""

    card: ModelCard
    state: State
    default: bool
    """True if the user made it the default of its task."""
    receipt: Receipt | None

    @property
    def revision(self) -> str:
        """The commit that is installed, else the one that would be, else "unpinned"."""
        if self.receipt is not None:
            return self.receipt.commit
        return self.card.revision if self.card.pinned else "unpinned"

    def as_json(self) -> dict[str, Any]:
        """The JSON form; keys change only with a version of the program."""
        card, receipt = self.card, self.receipt
        return {
            "id": card.id,
            "name": card.name,
            "task": card.task,
            "family": card.family,
            "architecture": card.architecture,
            "sources": list(card.sources),
            "targets": list(card.targets),
            "licence": card.licence or None,
            "commercial": card.unrestricted,
            "attribution": card.attribution,
            "parameters": card.parameters,
            "download_mb": card.download_mb,
            "max_source_tokens": card.max_source_tokens,
            "quality": [
                {"test_set": q.test_set, "metric": q.metric, "score": q.score, "source": q.source, "target": q.target,
                 "published_by": q.origin}
                for q in card.quality
            ],
            "note": card.note,
            "state": self.state,
            "default": self.default,
            "revision": None if self.revision == "unpinned" else self.revision,
            "folder": str(receipt.folder) if receipt else str(card.path) if card.path else None,
            "pulled": receipt.date if receipt else None,
        }  # fmt: skip


def overview(store: ModelStore) -> list[Listed]:
    """Every model that is known or installed: by task, translation first; the best by published quality before others.

    Raises:
        ModelError: the user's models.toml or settings cannot be used.
    """
    installed = {model.card.id: model.card for model in store.installed()}
    cards = {card.id: card for card in store.cards()} | installed

    def listed(card: ModelCard) -> Listed:
        receipt = store.receipt(card.id)
        state: State = "not installed"
        if card.id in SHIPPED:
            state = "shipped"
        elif card.id in installed:
            state = "installed"
        elif receipt is not None:
            state = "damaged" if receipt.damage() else "refused"
        return Listed(card, state, store.default(card.task) == card.id, receipt)

    rows = [listed(card) for card in cards.values()]
    return sorted(rows, key=lambda row: get_args(ModelTask).index(row.card.task))
