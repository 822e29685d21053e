"""The token ids and limits that a checkpoint's decoder depends on, read from its JSON files.

Read here and not through transformers, so that both engines decode by the same rules whatever version is installed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from summarizer.errors import EngineError


@dataclass(frozen=True, slots=True)
class SpecialTokens:
    """What generation needs to know of a checkpoint beyond its weights."""

    start: int | None
    """Id the decoder starts from."""
    ends: tuple[int, ...]
    """Ids that end an output."""
    pad: int | None
    forced_first: int | None
    """Id that every output must begin with (BART), None where there is none or the task gives it."""
    suppressed: tuple[tuple[int, ...], ...]
    """Sequences of ids that must never be generated."""
    source_positions: int | None
    """Tokens the encoder has positions for; None for relative positions, which have no end."""
    target_positions: int | None
    """The same for the decoder, its start token included."""


def special_tokens(checkpoint: Path) -> SpecialTokens:
    """Reads generation_config.json and, for what is not there, config.json, which older checkpoints use for both.

    Raises:
        EngineError: config.json is missing or is not JSON.
    """
    config = _read(checkpoint / "config.json")
    optional = checkpoint / "generation_config.json"
    generation = {**config, **(_read(optional) if optional.is_file() else {})}
    ends = generation.get("eos_token_id")
    positions = config.get("max_position_embeddings")
    pad = _id(generation.get("pad_token_id"))
    suppressed = [tuple(int(i) for i in ids) for ids in generation.get("bad_words_ids") or []]
    if config.get("model_type") == "marian" and pad is not None and (pad,) not in suppressed:
        # <pad> is not a word of Marian's; transformers added it to have something to start from
        suppressed.append((pad,))
    return SpecialTokens(
        start=_id(generation.get("decoder_start_token_id")),
        ends=tuple(ends) if isinstance(ends, list) else () if ends is None else (int(ends),),
        pad=pad,
        forced_first=_id(generation.get("forced_bos_token_id")),
        suppressed=tuple(suppressed),
        source_positions=_id(config.get("max_encoder_position_embeddings", positions)),
        target_positions=_id(config.get("max_decoder_position_embeddings", positions)),
    )


def _read(path: Path) -> Mapping[str, Any]:
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise EngineError(f"{path}: cannot be read ({error})") from error
    if not isinstance(data, dict):
        raise EngineError(f"{path}: is not a JSON object")
    return data


def _id(value: Any) -> int | None:
    return None if value is None else int(value)
