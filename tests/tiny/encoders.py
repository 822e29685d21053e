"""Tiny encoders in the file layout of sentence-transformers: random ones, and ones taught what means the same."""

from __future__ import annotations

import atexit
import json
import shutil
import tempfile
from functools import cache
from pathlib import Path

from tests.tiny.saving import seeded
from tests.tiny.tokenizers import ENGLISH, ITALIAN, SENTENCES, sentencepiece, write_json

# longer than a sentence, shorter than two
TOKENS = 40
POSITIONS = 64
SAME_MEANING = tuple(zip(ITALIAN, ENGLISH, strict=True))
GOLDEN = [
    {"source": a, "reference": b, "chrf": 0, "source_language": "it", "target_language": "en"}
    for a, b in SAME_MEANING[1:5]
]
"""Sentences by which the taught encoders can be measured, as an entry of models.toml states them."""
POOLING = {
    "word_embedding_dimension": 32, "pooling_mode_cls_token": False, "pooling_mode_mean_tokens": True,
    "pooling_mode_max_tokens": False, "pooling_mode_mean_sqrt_len_tokens": False,
}  # fmt: skip


def build(kind: str, folder: Path, *, seed: int = 0) -> Path:
    """Writes a random encoder: "bert" with XLM-R's tokenizer, as multilingual MiniLM and E5 are, or "xlm-roberta"."""
    from transformers import AutoModel, BertConfig, XLMRobertaConfig, XLMRobertaTokenizer

    folder.mkdir(parents=True, exist_ok=True)
    (folder / "sentencepiece.bpe.model").write_bytes(sentencepiece(SENTENCES, 220))
    tokenizer = XLMRobertaTokenizer.from_pretrained(folder)
    tokenizer.save_pretrained(folder)
    special = {"bos_token": "<s>", "eos_token": "</s>", "unk_token": "<unk>", "sep_token": "</s>", "pad_token": "<pad>",
               "cls_token": "<s>", "mask_token": "<mask>"}  # fmt: skip
    write_json(folder / "special_tokens_map.json", special)
    write_json(
        folder / "tokenizer_config.json",
        {"tokenizer_class": "XLMRobertaTokenizer", "model_max_length": 512, **special},
    )
    sizes = {
        "vocab_size": len(tokenizer), "hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 4,
        "intermediate_size": 64, "hidden_dropout_prob": 0.0, "attention_probs_dropout_prob": 0.0,
    }  # fmt: skip
    seeded(seed)
    if kind == "bert":
        # the id that the published configs state is not the tokenizer's
        config = BertConfig(max_position_embeddings=POSITIONS, pad_token_id=0, **sizes)
    else:
        config = XLMRobertaConfig(max_position_embeddings=POSITIONS + 2, pad_token_id=1, type_vocab_size=1, **sizes)
    AutoModel.from_config(config).eval().save_pretrained(folder)
    modules = [("0", "", "Transformer"), ("1", "1_Pooling", "Pooling"), ("2", "2_Normalize", "Normalize")]
    write_json(
        folder / "modules.json",
        [
            {"idx": int(n), "name": n, "path": path, "type": f"sentence_transformers.models.{kind}"}
            for n, path, kind in modules
        ],
    )
    (folder / "1_Pooling").mkdir()
    write_json(folder / "1_Pooling" / "config.json", POOLING)
    write_json(folder / "sentence_bert_config.json", {"max_seq_length": TOKENS, "do_lower_case": False})
    head = "language:\n- multilingual\n- it\n- en\n- fr\nlicense: apache-2.0\npipeline_tag: sentence-similarity"
    (folder / "README.md").write_text(f"---\n{head}\n---\n", encoding="utf-8")
    return folder


@cache
def _shelf() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="encoders-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


@cache
def encoder(kind: str) -> Path:
    """The random encoder of a kind, built once a run; not to be changed."""
    return build(kind, _shelf() / kind)


@cache
def knowing(*pairs: tuple[str, str], kind: str = "bert", prefix: str = "") -> Path:
    """An encoder that puts the two sentences of each pair near each other and far from all others; made once a run.

    Pairs that share their first sentence mean the same.
    """
    import torch

    from summarizer.engines.encoder import TransformersEncoder

    torch.set_num_threads(1)
    pairs = tuple(dict.fromkeys((*pairs, *SAME_MEANING)))
    folder = Path(tempfile.mkdtemp(prefix="knowing-", dir=_shelf()))
    shutil.copytree(encoder(kind), folder, dirs_exist_ok=True)
    engine = TransformersEncoder(folder, prefix=prefix)
    model = engine._model.train()
    for parameter in model.parameters():
        parameter.requires_grad_(True)
    rows = [engine._ids(text) for pair in pairs for text in pair]
    width = max(len(row) for row in rows)
    ids = torch.tensor([row + [engine._pad] * (width - len(row)) for row in rows])
    mask = torch.tensor([[1] * len(row) + [0] * (width - len(row)) for row in rows])
    same = torch.tensor([[a == b for b, _ in pairs] for a, _ in pairs])
    optimizer = torch.optim.Adam(model.parameters(), lr=2e-3)
    seeded(0)
    for _ in range(1000):
        hidden = model(input_ids=ids, attention_mask=mask).last_hidden_state
        vectors = torch.nn.functional.normalize((hidden * mask[:, :, None]).sum(1), dim=-1)
        cosines = vectors[::2] @ vectors[1::2].T
        worst_pair, worst_stranger = cosines[same].min().item(), cosines[~same].max().item()
        if worst_pair > 0.95 and worst_stranger < 0.5:
            break
        loss = ((1 - cosines[same]) ** 2).mean() + (cosines[~same].clamp(min=0) ** 2).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    else:
        raise AssertionError(
            f"the encoder does not learn: {worst_pair:.2f} for a pair, {worst_stranger:.2f} for others"
        )
    kept = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    model.eval().save_pretrained(folder)
    write_json(folder / "config.json", kept)
    return folder
