"""Puts folders with checkpoints into the user's own catalogue, as a newsroom would."""

from __future__ import annotations

import json
from pathlib import Path

from platformdirs import user_config_path

# Greedy search: beams fill up with shorter outputs, which a model that knows nothing else finds as likely as any.
BEAMS = ("--beam-size", "1", "--force", "--no-memory")


def state(**models: dict[str, object]) -> None:
    """Writes models.toml; each keyword is an id, its value the keys of the entry."""
    lines = []
    for model_id, fields in models.items():
        known = {"licence": "MIT", "commercial": True, **fields}
        lines += ["[[model]]", f'id = "{model_id}"']
        for key, value in known.items():
            lines.append(f"{key} = {_toml(value)}")
    folder = user_config_path("summarizer", appauthor=False)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "models.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")


def _toml(value: object) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {_toml(item)}" for key, item in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(_toml(item) for item in value) + "]"
    return json.dumps(str(value) if isinstance(value, Path) else value, ensure_ascii=False)
