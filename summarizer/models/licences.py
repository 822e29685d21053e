"""Licences: which allow commercial use, and the refusal of those that do not unless the user accepts them."""

from __future__ import annotations

import re
from typing import Any

from summarizer.errors import ModelError

# Tags of licences that forbid commercial use, or leave it open what they allow.
_RESTRICTED = re.compile(r"-nc\b|\bnon-?commercial\b|^(other|unknown)$")


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
