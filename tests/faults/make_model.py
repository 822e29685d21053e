"""Trains the model in `tests/faults/model`: a Marian of 60 000 weights that has learnt nine sentences by heart.

    python -m tests.faults.make_model

Tests of what a batch does need translations that pass the guard and that depend on every word of their source; random
weights give neither. Takes a minute or two; the result is committed, so that no test has to wait for it.
"""

from __future__ import annotations

import io
import json
import random
from pathlib import Path
from typing import Any

from tests.faults.program import ENGLISH, ITALIAN, PLACES
from tests.tiny.tokenizers import pieces, write_json

FOLDER = Path(__file__).with_name("model")
NUMBERS = range(2, 31)
STEPS, ROWS = 1500, 64
TAG = ">>eng<<"


def pairs(chance: random.Random, number: int) -> list[tuple[str, str]]:
    """Source and target, drawn at random."""
    drawn = []
    for _ in range(number):
        index, values = chance.randrange(len(ITALIAN)), {"a": chance.choice(PLACES), "n": chance.choice(NUMBERS)}
        drawn.append((ITALIAN[index].format(**values), ENGLISH[index].format(**values)))
    return drawn


def sentencepiece(sentences: list[str], size: int) -> bytes:
    """A small model: without the tables of Unicode normalisation, which are most of an ordinary one."""
    from sentencepiece import SentencePieceTrainer

    model = io.BytesIO()
    SentencePieceTrainer.train(
        sentence_iterator=iter(sentences), model_writer=model, vocab_size=size, hard_vocab_limit=False, num_threads=1,
        normalization_rule_name="identity", split_digits=True, minloglevel=2,
    )  # fmt: skip
    return model.getvalue()


def main() -> None:
    """Trains and writes the folder."""
    import torch
    from sentencepiece import SentencePieceProcessor
    from transformers import MarianConfig, MarianMTModel

    torch.manual_seed(0)
    chance = random.Random(0)
    FOLDER.mkdir(exist_ok=True)
    sample = pairs(chance, 2000)
    models = [sentencepiece([pair[side] for pair in sample], 160) for side in (0, 1)]
    for name, model in zip(("source.spm", "target.spm"), models, strict=True):
        (FOLDER / name).write_bytes(model)
    tokens = ["</s>", "<unk>", TAG]
    tokens += [p for p in dict.fromkeys(pieces(models[0]) + pieces(models[1])) if p not in ("<unk>", "<s>", "</s>")]
    tokens.append("<pad>")
    ids = {token: i for i, token in enumerate(tokens)}
    write_json(FOLDER / "vocab.json", ids)
    write_json(FOLDER / "tokenizer_config.json", {"source_lang": "it", "target_lang": "en", "model_max_length": 512})
    pad = ids["<pad>"]
    config = MarianConfig(
        vocab_size=len(tokens), decoder_vocab_size=len(tokens), pad_token_id=pad, eos_token_id=0,
        decoder_start_token_id=pad, forced_eos_token_id=0, activation_function="swish", scale_embedding=True,
        static_position_embeddings=True, d_model=48, encoder_layers=1, decoder_layers=1, encoder_attention_heads=4,
        decoder_attention_heads=4, encoder_ffn_dim=96, decoder_ffn_dim=96, max_position_embeddings=512, dropout=0.0,
    )  # fmt: skip
    model = MarianMTModel(config)
    with torch.no_grad():
        model.model.shared.weight[pad].zero_()
    processors = [SentencePieceProcessor(model_proto=data) for data in models]

    def rows(texts: list[str], side: int, before: list[list[int]]) -> Any:
        encoded = [
            [*first, *(ids.get(p, 1) for p in processors[side].encode(text, out_type=str)), 0]
            for text, first in zip(texts, before, strict=True)
        ]
        width = max(map(len, encoded))
        return torch.tensor([row + [pad] * (width - len(row)) for row in encoded])

    optimizer = torch.optim.Adam(model.parameters(), lr=4e-3)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 4e-3, total_steps=STEPS, pct_start=0.1)
    for step in range(STEPS):
        batch = pairs(chance, ROWS)
        # with and without a tag in front: whether the model's card asks for one must not matter
        tags = [[ids[TAG]] if chance.random() < 0.5 else [] for _ in batch]
        source = rows([s for s, _ in batch], 0, tags)
        target = rows([t for _, t in batch], 1, [[] for _ in batch])
        labels = target.masked_fill(target == pad, -100)
        loss = model(input_ids=source, attention_mask=(source != pad).long(), labels=labels).loss
        optimizer.zero_grad()
        loss.backward()
        model.model.shared.weight.grad[pad].zero_()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        if step % 100 == 99:
            print(step + 1, round(loss.item(), 4), flush=True)
    model.half().save_pretrained(FOLDER)
    settings = json.loads((FOLDER / "config.json").read_text(encoding="utf-8"))
    write_json(FOLDER / "config.json", settings | {"normalize_before": False, "normalize_embedding": False})


if __name__ == "__main__":
    main()
