"""Licences: which allow commercial use, the refusal of those that do not unless the user accepts them, and credits."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from summarizer.errors import ModelError

if TYPE_CHECKING:
    from summarizer.models.catalog import ModelCard

# Tags of licences that forbid commercial use, or leave it open what they allow.
_RESTRICTED = re.compile(r"-nc\b|\bnon-?commercial\b|^(other|unknown)$")


@dataclass(frozen=True, slots=True)
class Credits:
    """What must be said where the output of one model, or of several together, is shown."""

    model: str
    licence: str
    attribution: str

    @classmethod
    def of(cls, cards: Iterable[ModelCard]) -> Credits:
        """The credits of these models, in order, each once; "none" where no model was at work."""
        cards = list(cards)
        return cls(
            model=" + ".join(dict.fromkeys(card.id for card in cards)) or "none",
            licence=" + ".join(dict.fromkeys(card.licence or "no licence stated" for card in cards)) or "none",
            attribution="; ".join(dict.fromkeys(card.attribution for card in cards if card.attribution)),
        )


def check_licence(name: str, licence: str, commercial: bool, *, allowed: bool) -> None:
    """Refuses a model whose licence restricts its use, unless the user accepts that.

    Raises:
        ModelError: names the licence and the way to accept it.
    """
    if allowed or (commercial and licence):
        return
    what = f"its licence, {licence}, does not allow commercial use" if licence else "its publisher states no licence"
    raise ModelError(f"{name}: {what}; if your use is allowed all the same, say --allow-noncommercial")


def licence_fields(licence: Any) -> dict[str, Any]:
    """`licence` and `commercial` from a model card's tag ("apache-2.0", "cc-by-nc-4.0"); empty for no tag."""
    if not isinstance(licence, str) or not licence.strip():
        return {}
    text = licence.strip()
    restricted = _RESTRICTED.search(text.lower()) is not None
    return {"licence": "" if text.lower() in ("other", "unknown") else text, "commercial": not restricted}
