"""One builder a family: a model of a few thousand random weights, saved as its publisher saves the real one.

The weights are drawn wide, so that the most probable token is far from the second and two engines that compute the
same thing print the same thing.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from summarizer.engines.interface import Task
from tests.tiny.saving import POSITIONS, save, seeded
from tests.tiny.text_to_text import flan_t5, longt5, madlad, mt5, t5
from tests.tiny.tokenizers import ENGLISH, ITALIAN, SENTENCES, byte_level_bpe, pieces, sentencepiece, write_json

FAIRSEQ_SPECIAL = ["<s>", "<pad>", "</s>", "<unk>"]


def _bart_sizes(**options: Any) -> dict[str, Any]:
    return {
        "d_model": 32, "encoder_layers": 2, "decoder_layers": 2, "encoder_attention_heads": 4,
        "decoder_attention_heads": 4, "encoder_ffn_dim": 64, "decoder_ffn_dim": 64, "init_std": 0.4,
        "max_position_embeddings": POSITIONS, "dropout": 0.0, **options,
    }  # fmt: skip


def marian(folder: Path, *, seed: int = 0, tags: tuple[str, ...] = ()) -> None:
    """opus-mt: two sentencepiece models and one joint vocabulary; `tags` for models with many targets."""
    import torch
    from transformers import MarianConfig, MarianMTModel

    source, target = sentencepiece(ITALIAN, 180), sentencepiece(ENGLISH, 180)
    (folder / "source.spm").write_bytes(source)
    (folder / "target.spm").write_bytes(target)
    tokens = ["</s>", "<unk>", *(f">>{tag}<<" for tag in tags)]
    tokens += [p for p in dict.fromkeys(pieces(source) + pieces(target)) if p not in ("<unk>", "<s>", "</s>")]
    tokens.append("<pad>")
    vocabulary = {token: i for i, token in enumerate(tokens)}
    write_json(folder / "vocab.json", vocabulary)
    write_json(folder / "tokenizer_config.json", {"source_lang": "it", "target_lang": "en", "model_max_length": 512})
    pad = vocabulary["<pad>"]
    seeded(seed)
    model = MarianMTModel(
        MarianConfig(
            vocab_size=len(tokens), decoder_vocab_size=len(tokens), pad_token_id=pad, eos_token_id=0,
            decoder_start_token_id=pad, forced_eos_token_id=0, activation_function="swish", scale_embedding=True,
            static_position_embeddings=True, **_bart_sizes(),
        )
    )  # fmt: skip
    with torch.no_grad():
        model.model.shared.weight[pad].zero_()  # as in every model that comes from Marian
    model.generation_config.update(bad_words_ids=[[pad]], num_beams=4, max_length=512)
    save(model, folder, keep={"normalize_before": False, "normalize_embedding": False})


def marian_multilingual(folder: Path, *, seed: int = 0) -> None:
    """opus-mt-en-itc and its like: the target language is a tag in front of the source."""
    marian(folder, seed=seed, tags=("fra", "spa", "por"))


def m2m100(folder: Path, *, seed: int = 0) -> None:
    """m2m100_418M: sentencepiece.bpe.model with vocab.json; language codes and made-up words behind the vocabulary."""
    from transformers import M2M100Config, M2M100ForConditionalGeneration
    from transformers.models.m2m_100.tokenization_m2m_100 import FAIRSEQ_LANGUAGE_CODES

    model_file = sentencepiece(SENTENCES, 220)
    (folder / "sentencepiece.bpe.model").write_bytes(model_file)
    tokens = [*FAIRSEQ_SPECIAL, *(p for p in pieces(model_file) if p not in ("<unk>", "<s>", "</s>"))]
    write_json(folder / "vocab.json", {token: i for i, token in enumerate(tokens)})
    codes = [f"__{code}__" for code in FAIRSEQ_LANGUAGE_CODES["m2m100"]]
    special = {
        "bos_token": "<s>", "eos_token": "</s>", "unk_token": "<unk>", "sep_token": "</s>", "pad_token": "<pad>",
        "additional_special_tokens": codes,
    }  # fmt: skip
    write_json(folder / "special_tokens_map.json", special)
    write_json(
        folder / "tokenizer_config.json",
        {"tokenizer_class": "M2M100Tokenizer", "model_max_length": 1024, "src_lang": None, "tgt_lang": None,
         "num_madeup_words": 8, **special},
    )  # fmt: skip
    seeded(seed)
    model = M2M100ForConditionalGeneration(
        M2M100Config(
            vocab_size=len(tokens) + len(codes) + 8, pad_token_id=1, bos_token_id=0, eos_token_id=2,
            decoder_start_token_id=2, activation_function="relu", scale_embedding=True, **_bart_sizes(),
        )
    )  # fmt: skip
    model.generation_config.update(num_beams=5, max_length=200, early_stopping=True)
    save(model, folder)


def nllb(folder: Path, *, seed: int = 0) -> None:
    """nllb-200-distilled-600M: a BPE sentencepiece model, tokenizer.json, FLORES codes as special tokens."""
    from transformers import M2M100Config, M2M100ForConditionalGeneration, NllbTokenizer
    from transformers.models.nllb.tokenization_nllb import FAIRSEQ_LANGUAGE_CODES

    (folder / "sentencepiece.bpe.model").write_bytes(sentencepiece(SENTENCES, 220, model_type="bpe"))
    tokenizer = NllbTokenizer.from_pretrained(folder, additional_special_tokens=FAIRSEQ_LANGUAGE_CODES)
    tokenizer.save_pretrained(folder)
    special = {
        "bos_token": "<s>", "eos_token": "</s>", "unk_token": "<unk>", "sep_token": "</s>", "pad_token": "<pad>",
        "cls_token": "<s>", "mask_token": "<mask>", "additional_special_tokens": FAIRSEQ_LANGUAGE_CODES,
    }  # fmt: skip
    write_json(folder / "special_tokens_map.json", special)
    write_json(
        folder / "tokenizer_config.json",
        {"tokenizer_class": "NllbTokenizer", "model_max_length": 1024, "src_lang": None, "tgt_lang": None, **special},
    )
    seeded(seed)
    model = M2M100ForConditionalGeneration(
        M2M100Config(
            vocab_size=len(tokenizer), pad_token_id=1, bos_token_id=0, eos_token_id=2, decoder_start_token_id=2,
            activation_function="relu", scale_embedding=True, **_bart_sizes(),
        )
    )  # fmt: skip
    model.generation_config.update(max_length=200)
    save(model, folder, keep={"tokenizer_class": "NllbTokenizer", "max_length": 200})


def mbart50(folder: Path, *, seed: int = 0) -> None:
    """mbart-large-50: language code in front of the source, and forced as the first target token."""
    from transformers import MBart50Tokenizer, MBartConfig, MBartForConditionalGeneration

    (folder / "sentencepiece.bpe.model").write_bytes(sentencepiece(SENTENCES, 220))
    tokenizer = MBart50Tokenizer.from_pretrained(folder)
    tokenizer.save_pretrained(folder)
    (folder / "tokenizer.json").unlink()
    write_json(
        folder / "tokenizer_config.json",
        {"tokenizer_class": "MBart50Tokenizer", "src_lang": None, "tgt_lang": None, "model_max_length": 1024},
    )
    seeded(seed)
    model = MBartForConditionalGeneration(
        MBartConfig(
            vocab_size=len(tokenizer), pad_token_id=1, bos_token_id=0, eos_token_id=2, decoder_start_token_id=2,
            forced_eos_token_id=2, activation_function="relu", scale_embedding=True, **_bart_sizes(),
        )
    )  # fmt: skip
    model.generation_config.update(num_beams=5, max_length=200, early_stopping=True)
    save(
        model, folder,
        keep={"tokenizer_class": "MBart50Tokenizer", "normalize_before": True, "normalize_embedding": True},
    )  # fmt: skip


def mbart(folder: Path, *, seed: int = 0) -> None:
    """mBART (cc25) summarisers: source ends in </s> and language code, the decoder starts from the language code."""
    from transformers import MBartConfig, MBartForConditionalGeneration, MBartTokenizer

    (folder / "sentencepiece.bpe.model").write_bytes(sentencepiece(SENTENCES, 220))
    tokenizer = MBartTokenizer.from_pretrained(folder, src_lang="it_IT", tgt_lang="it_IT")
    tokenizer.save_pretrained(folder)
    seeded(seed)
    model = MBartForConditionalGeneration(
        MBartConfig(
            vocab_size=len(tokenizer), pad_token_id=1, bos_token_id=0, eos_token_id=2,
            decoder_start_token_id=tokenizer.convert_tokens_to_ids("it_IT"), forced_eos_token_id=2,
            activation_function="gelu", scale_embedding=True, **_bart_sizes(),
        )
    )  # fmt: skip
    save(model, folder, keep={"normalize_before": True, "normalize_embedding": True})


def bart(folder: Path, *, seed: int = 0) -> None:
    """bart-large-cnn, distilbart, BART-IT: byte-level BPE; <s> forced first, </s> forced last and to start from."""
    from transformers import BartConfig, BartForConditionalGeneration

    size = byte_level_bpe(folder, [*FAIRSEQ_SPECIAL, "<mask>"])
    write_json(folder / "tokenizer_config.json", {"tokenizer_class": "BartTokenizer", "model_max_length": 1024})
    seeded(seed)
    model = BartForConditionalGeneration(
        BartConfig(
            vocab_size=size, pad_token_id=1, bos_token_id=0, eos_token_id=2, decoder_start_token_id=2,
            activation_function="gelu", **_bart_sizes(),
        )
    )  # fmt: skip
    model.generation_config.update(
        forced_bos_token_id=0, forced_eos_token_id=2, num_beams=4, min_length=56, max_length=142, length_penalty=2.0,
        no_repeat_ngram_size=3, early_stopping=True,
    )  # fmt: skip
    save(model, folder, keep={"normalize_before": False, "normalize_embedding": True})


def pegasus(folder: Path, *, seed: int = 0) -> None:
    """pegasus-cnn_dailymail: 103 reserved tokens, sinusoidal positions, decoding from <pad>, "<n>" for a line break."""
    from transformers import PegasusConfig, PegasusForConditionalGeneration, PegasusTokenizer

    options = {"pad_id": 0, "eos_id": 1, "unk_id": 2, "bos_id": -1, "user_defined_symbols": ["<n>"]}
    (folder / "spiece.model").write_bytes(sentencepiece(SENTENCES, 220, **options))
    tokenizer = PegasusTokenizer.from_pretrained(folder)
    tokenizer.save_pretrained(folder)
    seeded(seed)
    model = PegasusForConditionalGeneration(
        PegasusConfig(
            vocab_size=len(tokenizer), pad_token_id=0, eos_token_id=1, decoder_start_token_id=0, forced_eos_token_id=1,
            activation_function="relu", scale_embedding=True, **_bart_sizes(),
        )
    )  # fmt: skip
    save(
        model, folder,
        keep={"normalize_before": True, "normalize_embedding": False, "static_position_embeddings": True,
              "extra_pos_embeddings": 1, "add_final_layer_norm": True},
    )  # fmt: skip


def led(folder: Path, *, seed: int = 0) -> None:
    """led-large: BART with windowed attention and a global token; CTranslate2 cannot convert it."""
    from transformers import LEDConfig, LEDForConditionalGeneration

    size = byte_level_bpe(folder, [*FAIRSEQ_SPECIAL, "<mask>"])
    write_json(folder / "tokenizer_config.json", {"tokenizer_class": "LEDTokenizer", "model_max_length": 16384})
    sizes = _bart_sizes(attention_window=[16, 16])
    sizes.pop("max_position_embeddings")
    seeded(seed)
    model = LEDForConditionalGeneration(
        LEDConfig(
            vocab_size=size, pad_token_id=1, bos_token_id=0, eos_token_id=2, decoder_start_token_id=2,
            max_encoder_position_embeddings=POSITIONS * 4, max_decoder_position_embeddings=POSITIONS, **sizes,
        )
    )  # fmt: skip
    save(model, folder)


FAMILIES: dict[str, Callable[..., None]] = {
    builder.__name__: builder
    for builder in (
        marian, marian_multilingual, m2m100, nllb, mbart50, mbart, bart, pegasus, t5, flan_t5, madlad, mt5, longt5, led,
    )
}  # fmt: skip


NEEDS_PROTOBUF = frozenset({"nllb", "mbart50", "mbart", "pegasus", "t5", "flan_t5", "madlad", "mt5", "longt5"})
"""Families whose tokenizer transformers makes from a sentencepiece model."""

TASKS: dict[str, Task] = {
    "marian_multilingual": Task(prefix=">>fra<< "),
    "m2m100": Task(source="it", target="en"),
    "nllb": Task(source="ita_Latn", target="eng_Latn"),
    "mbart50": Task(source="it_IT", target="en_XX"),
    "mbart": Task(source="it_IT", start="it_IT"),
    "madlad": Task(prefix="<2en> "),
    "bart": Task(prefix=" "),
    "t5": Task(prefix="summarize: "),
}
"""What each family has to be told; nothing for those not named."""


def build(family: str, folder: Path, *, seed: int = 0, pickled: bool = False) -> Path:
    """Writes the tiny checkpoint of a family into `folder`; `pickled` for weights in pytorch_model.bin only."""
    folder.mkdir(parents=True, exist_ok=True)
    FAMILIES[family](folder, seed=seed)
    if pickled:
        import torch
        from safetensors.torch import load_file

        torch.save(load_file(folder / "model.safetensors"), folder / "pytorch_model.bin")
        (folder / "model.safetensors").unlink()
    return folder
