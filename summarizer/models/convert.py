"""Converts a Hugging Face checkpoint to a quantised CTranslate2 model; run as a process of its own by the store.

    python -m summarizer.models.convert CHECKPOINT OUTPUT QUANTIZATION

Marian checkpoints are converted from their safetensors with numpy alone, in well under a second, so that the shipped
model answers at its first call; all other architectures go through CTranslate2's own converter, which needs
transformers and torch. A process of its own keeps the memory of either out of the program's. Never runs code from the
checkpoint and never opens a pickle.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

CONVERTER_VERSION = 3
"""Part of the key of the converted copy: raise it when this file changes what it writes."""

CONVERTIBLE = frozenset({"marian", "bart", "mbart", "m2m_100", "pegasus", "t5", "mt5", "umt5"})
"""Values of `model_type` that CTranslate2 has an encoder-decoder for."""

INT8_RANGE = 90
"""Greatest weight in int8 on a CPU. A processor with AVX2 but without VNNI adds two products at a time in 16 bits and
cuts off what is more, which with weights up to 127 costs more quality than the coarser steps do everywhere."""


def is_light(checkpoint: Path) -> bool:
    """True if the checkpoint is a Marian model with safetensors, which needs no torch to convert."""
    return (
        _config(checkpoint).get("model_type") == "marian"
        and (checkpoint / "model.safetensors").is_file()
        and (checkpoint / "vocab.json").is_file()
    )


def _config(checkpoint: Path) -> dict[str, Any]:
    config: dict[str, Any] = json.loads((checkpoint / "config.json").read_text(encoding="utf-8"))
    return config


def convert(checkpoint: Path, output: Path, quantization: str) -> None:
    """Writes the converted model into `output`, which must not exist."""
    if is_light(checkpoint):
        _convert_marian(checkpoint, output, quantization)
    else:
        _convert_with_transformers(checkpoint, output, quantization)


def _convert_with_transformers(checkpoint: Path, output: Path, quantization: str) -> None:
    from ctranslate2.converters import TransformersConverter

    from summarizer.engines.loading import load_seq2seq

    class Converter(TransformersConverter):  # type: ignore[misc]
        """CTranslate2's converter, fed with a model whose weights have been compared with the files."""

        def load_model(self, model_class: Any, path: str, **options: Any) -> Any:
            import torch

            # numpy has no bfloat16
            dtype = torch.float16 if options.get("dtype") == torch.float16 else torch.float32
            self._model = load_seq2seq(Path(path), dtype=dtype, low_cpu_mem_usage=True)
            _complete(self._model.config, _config(Path(path)))
            return self._model

        def load_tokenizer(self, tokenizer_class: Any, path: str, **options: Any) -> Any:
            tokenizer = tokenizer_class.from_pretrained(path, local_files_only=True, trust_remote_code=False)
            # tells mBART-50, which starts from </s>, from mBART, which starts from the language code
            self._model.config.tokenizer_class = type(tokenizer).__name__.removesuffix("Fast")
            if tokenizer.bos_token is None:
                # the runtime wants a text here and looks at it for decoder-only models
                tokenizer.bos_token = tokenizer.cls_token or tokenizer.pad_token
            return tokenizer

    _save(Converter(str(checkpoint))._load(), output, quantization)


def _complete(config: Any, stored: dict[str, Any]) -> None:
    """Sets what CTranslate2's converter reads from a config and not every config holds."""
    kind = config.model_type
    if kind in ("bart", "mbart", "pegasus"):
        config.normalize_before = stored.get("normalize_before", kind != "bart")
        config.normalize_embedding = stored.get("normalize_embedding", kind != "pegasus")
    elif kind in ("t5", "mt5", "umt5"):
        # The converter takes a tied output matrix for a scaled one. transformers 5 says "tied" of every T5; only the
        # first T5 series scales, and that is what the stored config says.
        config.tie_word_embeddings = kind == "t5" and stored.get("tie_word_embeddings", True)


def _convert_marian(checkpoint: Path, output: Path, quantization: str) -> None:
    import numpy as np
    from ctranslate2.specs import common_spec, transformer_spec
    from safetensors.numpy import load_file

    config = _config(checkpoint)
    weights = {name: w.astype(np.float32) for name, w in load_file(checkpoint / "model.safetensors").items()}
    shared = config.get("share_encoder_decoder_embeddings", True)
    source_tokens = _vocabulary(checkpoint / "vocab.json")
    target_tokens = source_tokens if shared else _vocabulary(checkpoint / "target_vocab.json")
    name = "model.shared.weight"
    source_embeddings = weights[name if shared else "model.encoder.embed_tokens.weight"][: len(source_tokens)]
    target_embeddings = weights[name if shared else "model.decoder.embed_tokens.weight"][: len(target_tokens)]
    if config.get("tie_word_embeddings", True):
        projection = target_embeddings
    else:
        projection = weights["lm_head.weight"][: len(target_tokens)]

    def linear(spec: Any, *names: str) -> None:
        spec.weight = np.concatenate([weights[f"{name}.weight"] for name in names])
        spec.bias = np.concatenate([weights[f"{name}.bias"] for name in names])

    def norm(spec: Any, name: str) -> None:
        spec.gamma, spec.beta = weights[f"{name}.weight"], weights[f"{name}.bias"]

    def attention(spec: Any, name: str, *, self_attention: bool) -> None:
        query, key, value, out = (f"{name}.{part}_proj" for part in ("q", "k", "v", "out"))
        if self_attention:
            linear(spec.linear[0], query, key, value)
        else:
            linear(spec.linear[0], query)
            linear(spec.linear[1], key, value)
        linear(spec.linear[-1], out)

    def feed_forward(spec: Any, name: str) -> None:
        linear(spec.ffn.linear_0, f"{name}.fc1")
        linear(spec.ffn.linear_1, f"{name}.fc2")
        norm(spec.ffn.layer_norm, f"{name}.final_layer_norm")

    spec = transformer_spec.TransformerSpec.from_config(
        (config["encoder_layers"], config["decoder_layers"]),
        config["encoder_attention_heads"],
        pre_norm=False,
        activation={"relu": common_spec.Activation.RELU, "swish": common_spec.Activation.SWISH}[
            config["activation_function"]
        ],
        layernorm_embedding=False,
    )
    positions = _sinusoids(config["max_position_embeddings"], config["d_model"])
    scale = config["d_model"] ** 0.5 if config["scale_embedding"] else 1.0
    for side in (spec.encoder, spec.decoder):
        side.scale_embeddings = scale
        side.position_encodings.encodings = positions
    spec.encoder.embeddings[0].weight = source_embeddings
    spec.decoder.embeddings.weight = target_embeddings
    spec.decoder.start_from_zero_embedding = True
    spec.decoder.projection.weight = projection
    if "final_logits_bias" in weights and weights["final_logits_bias"].any():
        spec.decoder.projection.bias = weights["final_logits_bias"].squeeze()[: len(target_tokens)]
    for i, layer in enumerate(spec.encoder.layer):
        name = f"model.encoder.layers.{i}"
        attention(layer.self_attention, f"{name}.self_attn", self_attention=True)
        norm(layer.self_attention.layer_norm, f"{name}.self_attn_layer_norm")
        feed_forward(layer, name)
    for i, layer in enumerate(spec.decoder.layer):
        name = f"model.decoder.layers.{i}"
        attention(layer.self_attention, f"{name}.self_attn", self_attention=True)
        norm(layer.self_attention.layer_norm, f"{name}.self_attn_layer_norm")
        attention(layer.attention, f"{name}.encoder_attn", self_attention=False)
        norm(layer.attention.layer_norm, f"{name}.encoder_attn_layer_norm")
        feed_forward(layer, name)

    spec.register_source_vocabulary(source_tokens)
    spec.register_target_vocabulary(target_tokens)
    spec.config.eos_token = "</s>"
    spec.config.unk_token = "<unk>"
    spec.config.decoder_start_token = "</s>"  # not looked at: the start is a zero embedding
    _save(spec, output, quantization)


def _save(spec: Any, output: Path, quantization: str) -> None:
    spec.validate()
    quantize(spec, quantization)
    output.mkdir(parents=True)
    spec.save(str(output))


def quantize(spec: Any, quantization: str) -> None:
    """Quantises a CTranslate2 specification as CTranslate2 does, but "int8", which is for CPUs, to `INT8_RANGE`.

    A row of a matrix has a scale of its own, which makes its greatest weight `INT8_RANGE`.
    """
    if quantization != "int8":
        spec.optimize(quantization=quantization)
        return
    import numpy as np
    from ctranslate2.specs.model_spec import NumpyVariable, Variable, visit_spec

    def narrowed(layer: Any, path: str, value: Any) -> None:
        name = path.rpartition("/")[2]
        if not isinstance(value, Variable) or not hasattr(layer, f"{name}_scale"):
            return
        weights = value.to("float32").numpy()
        # a row of zeros stays one
        scale = INT8_RANGE / np.maximum(np.abs(weights).max(axis=1, keepdims=True), np.float32(1e-30))
        setattr(layer, name, NumpyVariable(np.rint(weights * scale).astype(np.int8)))
        setattr(layer, f"{name}_scale", NumpyVariable(scale.squeeze(1)))

    spec.optimize()  # equal weights become one
    visit_spec(spec, narrowed)


def _vocabulary(path: Path) -> list[str]:
    vocabulary = json.loads(path.read_text(encoding="utf-8"))
    tokens = sorted(vocabulary, key=vocabulary.__getitem__)
    # Marian starts from a zero embedding; Hugging Face added <pad> to have a token for that
    return tokens[:-1] if tokens[-1] == "<pad>" else tokens


def _sinusoids(positions: int, width: int) -> Any:
    """Marian's position table, float32 of shape (positions, width): all sines, then all cosines, not interleaved."""
    import numpy as np

    rates = 1 / np.power(10000, 2 * (np.arange(width) // 2) / width)
    angles = np.arange(positions)[:, None] * rates[None, :]
    return np.concatenate([np.sin(angles[:, 0::2]), np.cos(angles[:, 1::2])], axis=1).astype(np.float32)


if __name__ == "__main__":
    if is_light(Path(sys.argv[1])):
        # ctranslate2.specs imports torch where it is installed and does well without
        sys.modules["torch"] = None  # type: ignore[assignment]
    convert(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3])
