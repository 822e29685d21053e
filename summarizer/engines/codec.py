"""From text to the model's tokens and back: the light way for Marian models, Hugging Face tokenizers for all others.

Marian's own files (source.spm, target.spm, vocab.json) are read with sentencepiece alone, so that the shipped model
runs without transformers and torch, whose import alone takes longer than translating an article.
"""

from __future__ import annotations

import json
import re
from abc import ABC, abstractmethod
from collections.abc import Sequence
from pathlib import Path

from summarizer.engines.interface import Task
from summarizer.errors import EngineError

_LANGUAGE_TAG = re.compile(r">>[^<>\s]+<<")


class Codec(ABC):
    """Text to tokens and back, for one model."""

    @abstractmethod
    def encode(self, text: str, task: Task) -> list[str]:
        """Tokens of the input as the encoder wants them: language codes, prefix and end token included."""

    @abstractmethod
    def target_prefix(self, task: Task) -> list[str]:
        """Tokens that every output must begin with; mostly none or one language code."""

    @abstractmethod
    def decode(self, tokens: Sequence[str]) -> str:
        """Text of generated tokens; special tokens leave no trace."""


class MarianCodec(Codec):
    """MarianMT's tokenization, as `transformers.MarianTokenizer` does it."""

    def __init__(self, folder: Path) -> None:
        """Reads source.spm, target.spm and vocab.json from `folder`.

        Raises:
            EngineError: one of the files is missing or damaged.
        """
        from sentencepiece import SentencePieceProcessor

        try:
            self._source = SentencePieceProcessor(model_file=str(folder / "source.spm"))
            self._target = SentencePieceProcessor(model_file=str(folder / "target.spm"))
            self._vocabulary: dict[str, int] = json.loads((folder / "vocab.json").read_text(encoding="utf-8"))
        except (OSError, RuntimeError, ValueError) as error:
            raise EngineError(f"{folder}: the tokenizer files are missing or damaged ({error})") from error

    def encode(self, text: str, task: Task) -> list[str]:  # noqa: D102 - see the base class
        # Only the task's own prefix may hold a language tag; one that stands in the text is text.
        pieces = []
        if tag := _LANGUAGE_TAG.match(task.prefix):
            pieces = [tag.group()]
            prefix = task.prefix[tag.end() :]
        else:
            prefix = task.prefix
        body = self._source.encode(prefix + _LANGUAGE_TAG.sub(lambda m: m.group()[2:-2], text), out_type=str)
        known = self._vocabulary
        return [*pieces, *(piece if piece in known else "<unk>" for piece in body), "</s>"]

    def target_prefix(self, task: Task) -> list[str]:  # noqa: D102
        return []

    def decode(self, tokens: Sequence[str]) -> str:  # noqa: D102
        special = {"</s>", "<unk>", "<pad>", "<s>"}
        pieces = [t for t in tokens if t not in special and not _LANGUAGE_TAG.fullmatch(t)]
        return str(self._target.decode(pieces)).strip()


class AutoCodec(Codec):
    """Any Hugging Face tokenizer, through `AutoTokenizer`."""

    def __init__(self, folder: Path) -> None:
        """Loads the tokenizer of the checkpoint in `folder`; never runs code from it, never asks the network.

        Raises:
            EngineError: the tokenizer files are missing, damaged, or want remote code.
        """
        import warnings

        from transformers import AutoTokenizer

        try:
            # Marian's tokenizer recommends sacremoses for a normalisation that its encoding does not use
            warnings.filterwarnings("ignore", message="Recommended: pip install sacremoses")
            self.tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True, trust_remote_code=False)
        except (OSError, ValueError, ImportError, KeyError, TypeError, AttributeError, RuntimeError) as error:
            raise EngineError(f"{folder}: the tokenizer cannot be loaded ({error})") from error

    def encode_ids(self, text: str, task: Task) -> list[int]:
        """Token ids of the input, special tokens included; never truncated."""
        if task.source is not None:
            self.tokenizer.src_lang = task.source
        return list(self.tokenizer(task.prefix + text, truncation=False, verbose=False)["input_ids"])

    def encode(self, text: str, task: Task) -> list[str]:  # noqa: D102
        return list(self.tokenizer.convert_ids_to_tokens(self.encode_ids(text, task)))

    def target_id(self, task: Task) -> int | None:
        """Id of the target language's token for a forced BOS, None where the task names no target code.

        Raises:
            EngineError: the tokenizer does not know the code.
        """
        if task.target is None:
            return None
        token = task.target
        if token not in self.tokenizer.get_vocab():
            # M2M100 writes its codes as __it__, and its tokenizer keeps them outside the vocabulary
            token = f"__{task.target}__"
        identifier = self.tokenizer.convert_tokens_to_ids(token)
        if identifier is None or identifier == self.tokenizer.unk_token_id:
            raise EngineError(f"the model's tokenizer has no language code {task.target!r}")
        return int(identifier)

    def target_prefix(self, task: Task) -> list[str]:  # noqa: D102
        identifier = self.target_id(task)
        return [] if identifier is None else [str(self.tokenizer.convert_ids_to_tokens(identifier))]

    def decode(self, tokens: Sequence[str]) -> str:  # noqa: D102
        return self.decode_ids(self.tokenizer.convert_tokens_to_ids(list(tokens)))

    def decode_ids(self, ids: Sequence[int]) -> str:
        """Text of generated token ids, special tokens left out."""
        return str(
            self.tokenizer.decode(list(ids), skip_special_tokens=True, clean_up_tokenization_spaces=False)
        ).strip()


def codec_for(folder: Path) -> Codec:
    """The lightest codec that reads the checkpoint in `folder`."""
    marian = all((folder / name).is_file() for name in ("source.spm", "target.spm", "vocab.json"))
    return MarianCodec(folder) if marian else AutoCodec(folder)
