"""What a checkpoint's own files say of it: which files it needs, its family, languages and licence. Trusts none of it.

Nothing here opens weights, and a checkpoint that wants code of its own run is refused.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from summarizer.errors import ModelError, UsageError
from summarizer.languages import language
from summarizer.models.licences import licence_fields

SAFETENSORS = "model.safetensors"
PICKLE = "pytorch_model.bin"
ENCODER = "encoder"
"""Family of the models for embedding."""
_MODULES, _POOLING, _LIMITS = "modules.json", "1_Pooling/config.json", "sentence_bert_config.json"

# Files of a tokenizer or of the model's description, by name: nothing else of a repository is fetched or looked at.
_DESCRIPTION = re.compile(
    r"(config|generation_config|tokenizer|tokenizer_config|special_tokens_map|added_tokens|vocab|target_vocab)\.json"
    r"|vocab\.txt|merges\.txt|(source|target)\.spm|(spiece|sentencepiece|sentencepiece\.bpe)\.model"
    # hints for rare words, where a model was trained with them
    r"|hints\.[a-z]{3}\.tsv"
    r"|README\.md|LICEN[CS]E(\.(txt|md))?"
    # how a sentence-transformers model makes one vector of a sentence
    r"|modules\.json|1_Pooling/config\.json|sentence_bert_config\.json"
)
_SHARD = {
    SAFETENSORS: re.compile(r"model-\d{5}-of-\d{5}\.safetensors"),
    PICKLE: re.compile(r"pytorch_model-\d{5}-of-\d{5}\.bin"),
}

_ARCHITECTURES: Mapping[str, tuple[str, str]] = {
    "marian": ("marian", "MarianMTModel"),
    "m2m_100": ("m2m100", "M2M100ForConditionalGeneration"),
    "mbart": ("mbart", "MBartForConditionalGeneration"),
    "bart": ("bart", "BartForConditionalGeneration"),
    "pegasus": ("pegasus", "PegasusForConditionalGeneration"),
    "t5": ("t5", "T5ForConditionalGeneration"),
    "mt5": ("mt5", "MT5ForConditionalGeneration"),
    "umt5": ("mt5", "UMT5ForConditionalGeneration"),
    "longt5": ("longt5", "LongT5ForConditionalGeneration"),
    "led": ("led", "LEDForConditionalGeneration"),
    "bert": (ENCODER, "BertModel"),
    "xlm-roberta": (ENCODER, "XLMRobertaModel"),
}
_TRANSLATE_ALL = frozenset({"m2m100", "nllb", "mbart50"})


def descriptions(names: Iterable[str]) -> list[str]:
    """Those files among `names` that describe a model or make up its tokenizer."""
    return sorted(name for name in names if _DESCRIPTION.fullmatch(name))


def weights(names: Iterable[str]) -> tuple[str, list[str]]:
    """The kind of weights to take, `SAFETENSORS` before `PICKLE`, and the files they are in, an index included.

    Raises:
        ModelError: there are no weights that transformers for PyTorch can read.
    """
    names = set(names)
    for kind in (SAFETENSORS, PICKLE):
        if kind in names:
            return kind, [kind]
        index = f"{kind}.index.json"
        if index in names:
            return kind, [index, *sorted(name for name in names if _SHARD[kind].fullmatch(name))]
    raise ModelError(f"has neither {SAFETENSORS} nor {PICKLE}: not a PyTorch checkpoint")


def files_of(folder: Path) -> list[Path]:
    """The files of a checkpoint folder that decide what the model does, in a fixed order.

    Raises:
        ModelError: the folder cannot be read, or holds no weights in safetensors.
    """
    try:
        names = [entry.name for entry in folder.iterdir() if entry.is_file()]
        names += [_POOLING] if (folder / _POOLING).is_file() else []
    except OSError as error:
        raise ModelError(f"{folder}: cannot be read as a model ({error.strerror})") from error
    try:
        kind, files = weights(names)
    except ModelError as error:
        raise ModelError(f"{folder}: {error}") from None
    if kind != SAFETENSORS:
        raise ModelError(f"{folder}: has pickled weights only; save the model as {SAFETENSORS} first")
    deciding = (name for name in descriptions(names) if not name.startswith(("README", "LICEN")))
    return [folder / name for name in sorted({*deciding, *files})]


def read_json(path: Path) -> dict[str, Any]:
    """A JSON object of a checkpoint; raises ModelError."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ModelError(f"{path}: cannot be read ({error})") from error
    if not isinstance(data, dict):
        raise ModelError(f"{path}: is not a JSON object")
    return data


def refuse_remote_code(folder: Path, name: str) -> None:
    """Refuses a checkpoint that names Python code to be run.

    Raises:
        ModelError: its configuration does.
    """
    for file in ("config.json", "tokenizer_config.json"):
        if (folder / file).is_file() and "auto_map" in read_json(folder / file):
            raise ModelError(f"{name}: wants code from its repository run ({file}), which this program never does")


def describe(folder: Path, name: str) -> dict[str, Any]:
    """The fields of a model card that the checkpoint's files give away.

    Raises:
        ModelError: no config.json, or an architecture or a kind of sentence vectors that is not supported.
    """
    config = read_json(folder / "config.json")
    tokenizer_file = folder / "tokenizer_config.json"
    tokenizer = read_json(tokenizer_file) if tokenizer_file.is_file() else {}
    kind = str(config.get("model_type", ""))
    if kind not in _ARCHITECTURES:
        supported = ", ".join(_ARCHITECTURES)
        raise ModelError(f"{name}: model_type {kind!r} is not supported; those that are: {supported}")
    family, architecture = _ARCHITECTURES[kind]
    tokenizer_class = str(tokenizer.get("tokenizer_class") or config.get("tokenizer_class") or "")
    if tokenizer_class.startswith("Nllb"):
        family = "nllb"
    elif tokenizer_class.startswith("MBart50"):
        family = "mbart50"
    fields: dict[str, Any] = {"id": name, "family": family, "architecture": architecture}
    if limit := _limit(config, tokenizer):
        fields["max_source_tokens"] = limit
    if family in _TRANSLATE_ALL:
        fields |= {"task": "translation", "sources": ("*",), "targets": ("*",)}
    elif family == "marian":
        fields["task"] = "translation"
        for field, key in (("sources", "source_lang"), ("targets", "target_lang")):
            if tag := _tag(tokenizer.get(key)):
                fields[field] = (tag,)
    elif family == ENCODER:
        fields |= _sentence_vectors(folder, name, fields.get("max_source_tokens"))
    readme = folder / "README.md"
    if readme.is_file():
        card = _front_matter(readme)
        fields |= licence_fields(next(iter(card.get("license", [])), None))
        for task in card.get("pipeline_tag", []):
            if (known := task_of(task, family)) is not None:
                fields.setdefault("task", known)
        tags = tuple(tag for name in card.get("language", []) if (tag := _tag(name)))
        if fields.get("task") == "summarization" and len(tags) == 1:
            fields |= {"sources": tags, "targets": tags}
        elif fields.get("task") == "embedding" and tags:
            fields["sources"] = tags
    return fields


def task_of(pipeline: str | None, family: str) -> str | None:
    """The task that a hub's pipeline tag means for a model of this family; None for all that is of no use here."""
    if family == ENCODER:
        return "embedding" if pipeline in ("sentence-similarity", "feature-extraction") else None
    return pipeline if pipeline in ("translation", "summarization") else None


def _sentence_vectors(folder: Path, name: str, limit: int | None) -> dict[str, Any]:
    """What the files of a sentence-transformers model say; refuses whatever makes its vectors in another way.

    Without these files, the mean over the tokens is taken for granted.
    """
    fields: dict[str, Any] = {}
    if (folder / _MODULES).is_file():
        fields["task"] = "embedding"
        try:
            kinds = [str(m["type"]).rsplit(".", 1)[-1] for m in json.loads((folder / _MODULES).read_text("utf-8"))]
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise ModelError(f"{folder / _MODULES}: cannot be read ({error})") from error
        if other := [kind for kind in kinds if kind not in ("Transformer", "Pooling", "Normalize")]:
            raise ModelError(f"{name}: its vectors pass through a {other[0]} layer, which this program does not have")
    if (folder / _POOLING).is_file():
        pooling = read_json(folder / _POOLING)
        modes = [key for key, value in pooling.items() if key.startswith("pooling_mode_") and value is True]
        named = pooling.get("pooling_mode")
        if modes not in ([], ["pooling_mode_mean_tokens"]) or named not in (None, "mean"):
            raise ModelError(f"{name}: makes its vectors by {named or ' + '.join(modes)}; only the mean is supported")
    if (folder / _LIMITS).is_file():
        limits = read_json(folder / _LIMITS)
        if limits.get("do_lower_case"):
            raise ModelError(f"{name}: wants its input in lower case ({_LIMITS}), which is not supported")
        length = limits.get("max_seq_length")
        if isinstance(length, int) and length > 0:
            fields["max_source_tokens"] = min(length, limit or length)
    return fields


def _limit(config: Mapping[str, Any], tokenizer: Mapping[str, Any]) -> int | None:
    positions = config.get("max_encoder_position_embeddings", config.get("max_position_embeddings"))
    # a tokenizer without a limit says 10 ** 30
    candidates = [positions, config.get("n_positions"), tokenizer.get("model_max_length")]
    known = [int(n) for n in candidates if isinstance(n, (int, float)) and 0 < n < 1_000_000]
    return min(known, default=None)


def _tag(value: Any) -> str | None:
    try:
        return language(str(value)).tag if value else None
    except UsageError:
        return None


def _front_matter(readme: Path) -> dict[str, list[str]]:
    """The simple values between the first two `---` of a model card: `key: value`, `key: [a, b]`, `key:` and `- a`."""
    try:
        text = readme.read_text(encoding="utf-8", errors="replace")[:20_000]
    except OSError:
        return {}
    head = re.match(r"---\n(.*?)\n---", text, re.DOTALL)
    found: dict[str, list[str]] = {}
    key = ""
    for line in head.group(1).splitlines() if head else []:
        if pair := re.fullmatch(r"(\w+):[ \t]*([^#{|>]*?)[ \t]*(#.*)?", line):
            key = pair.group(1)
            found[key] = [value for part in pair.group(2).strip("[]").split(",") if (value := part.strip(" \"'"))]
        elif item := re.fullmatch(r"[ \t]*-[ \t]+([^:#{|>]+?)[ \t]*(#.*)?", line):
            found.setdefault(key, []).append(item.group(1).strip("\"'"))
    return found
