"""Tiny T5s: the first series, and those with an output matrix of their own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.tiny.saving import save, seeded
from tests.tiny.tokenizers import SENTENCES, sentencepiece

T5_IDS = (0, 1, 2)
MADLAD_IDS = (1, 2, 0)


def _t5(folder: Path, model_class: str, *, seed: int, special: tuple[int, int, int], **config: Any) -> None:
    """T5 and its kin; `special` are the ids of pad, eos and unk."""
    import transformers

    pad, eos, unk = special
    options = {"pad_id": pad, "eos_id": eos, "unk_id": unk, "bos_id": -1}
    if special == MADLAD_IDS:
        options |= {"unk_id": 0, "user_defined_symbols": ["<2en>", "<2it>", "<2fr>"]}
    (folder / "spiece.model").write_bytes(sentencepiece(SENTENCES, 220, **options))
    tokenizer = transformers.T5Tokenizer.from_pretrained(folder)
    tokenizer.save_pretrained(folder)
    seeded(seed)
    name = model_class.removesuffix("ForConditionalGeneration")
    settings = getattr(transformers, f"{name}Config")(
        vocab_size=len(tokenizer) + 4, d_model=32, d_kv=8, d_ff=64, num_layers=2, num_decoder_layers=2, num_heads=4,
        dropout_rate=0.0, initializer_factor=3.0, pad_token_id=pad, eos_token_id=eos,
        **{"decoder_start_token_id": pad, **config},
    )  # fmt: skip
    model = getattr(transformers, model_class)(settings)
    save(model, folder, keep={key: value for key, value in config.items() if key == "tie_word_embeddings"})
    if config.get("tie_word_embeddings") is False:
        _untie(folder, seed)


def _untie(folder: Path, seed: int) -> None:
    """Gives the checkpoint an output matrix of its own, as T5 1.1 and all that came from it have."""
    import torch
    from safetensors.torch import load_file, save_file

    weights = load_file(folder / "model.safetensors")
    generator = torch.Generator().manual_seed(seed + 1)
    weights["lm_head.weight"] = torch.randn(weights["shared.weight"].shape, generator=generator) * 0.5
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})


def t5(folder: Path, *, seed: int = 0) -> None:
    """t5-small, IT5 (first series): output matrix tied to the embeddings and scaled."""
    _t5(folder, "T5ForConditionalGeneration", seed=seed, special=T5_IDS)


def flan_t5(folder: Path, *, seed: int = 0) -> None:
    """flan-t5: gated feed-forward layers, an output matrix of its own."""
    _t5(
        folder, "T5ForConditionalGeneration", seed=seed, special=T5_IDS, feed_forward_proj="gated-gelu",
        tie_word_embeddings=False,
    )  # fmt: skip


def madlad(folder: Path, *, seed: int = 0) -> None:
    """madlad400: as flan-t5, with other special tokens: decoding starts from <unk>, and <pad> is 1."""
    _t5(
        folder, "T5ForConditionalGeneration", seed=seed, special=MADLAD_IDS, feed_forward_proj="gated-gelu",
        tie_word_embeddings=False, decoder_start_token_id=0,
    )  # fmt: skip


def mt5(folder: Path, *, seed: int = 0) -> None:
    """mT5, mT0: as flan-t5 under another name."""
    _t5(
        folder, "MT5ForConditionalGeneration", seed=seed, special=T5_IDS, feed_forward_proj="gated-gelu",
        tie_word_embeddings=False,
    )  # fmt: skip


def longt5(folder: Path, *, seed: int = 0) -> None:
    """long-t5-tglobal: T5 with local attention; CTranslate2 cannot convert it."""
    _t5(
        folder, "LongT5ForConditionalGeneration", seed=seed, special=T5_IDS, feed_forward_proj="gated-gelu",
        tie_word_embeddings=False, encoder_attention_type="transient-global", local_radius=15, global_block_size=8,
    )  # fmt: skip
