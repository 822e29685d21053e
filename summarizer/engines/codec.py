"""From text to the model's tokens and back: the light way for Marian models, Hugging Face tokenizers for all others.

Marian's own files (source.spm, target.spm, vocab.json) are read with sentencepiece alone, so that the shipped model
runs without transformers and torch, whose import alone takes longer than translating an article. Control tokens come
from the task only; what looks like one in a text is text.
"""

from __future__ import annotations

import json
import re
from abc import ABC, abstractmethod
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from summarizer.engines.hints import HINTS_FILES, MARK, REMEMBERED, Hints, hints_file
from summarizer.engines.interface import Task
from summarizer.errors import EngineError

_LANGUAGE_TAG = re.compile(r">>[^<>\s]+<<")
_MADLAD_TAG = re.compile(r"<2[^<>\s]+>")


class Codec(ABC):
    """Text to tokens and back, for one model."""

    @abstractmethod
    def encode(self, text: str, task: Task) -> list[str]:
        """Tokens of the input as the encoder wants them: language codes, prefix and end token included.

        Raises:
            EngineError: the model does not know a language code of the task.
        """

    @abstractmethod
    def language_id(self, code: str) -> int:
        """Id of a language code's token.

        Raises:
            EngineError: the model does not know the code.
        """

    @abstractmethod
    def tokens(self, ids: Sequence[int]) -> list[str]:
        """Tokens of ids."""

    @abstractmethod
    def decode(self, tokens: Sequence[str]) -> str:
        """Text of generated tokens; special tokens leave no trace."""

    def complete(self, source: str, translations: Sequence[str], task: Task) -> Sequence[str]:
        """Translations with what the model left in the language of their source and the codec has a translation of."""
        return translations


class MarianCodec(Codec):
    """MarianMT's tokenization, as `transformers.MarianTokenizer` does it."""

    def __init__(self, folder: Path) -> None:
        """Reads source.spm, target.spm, vocab.json and, where source and target differ, target_vocab.json.

        Raises:
            EngineError: one of the files is missing or damaged.
        """
        from sentencepiece import SentencePieceProcessor

        try:
            self._source = SentencePieceProcessor(model_file=str(folder / "source.spm"))
            self._target = SentencePieceProcessor(model_file=str(folder / "target.spm"))
            self._vocabulary: dict[str, int] = json.loads((folder / "vocab.json").read_text(encoding="utf-8"))
            separate = folder / "target_vocab.json"
            target = json.loads(separate.read_text(encoding="utf-8")) if separate.is_file() else self._vocabulary
            self._target_tokens = {int(i): str(token) for token, i in target.items()}
        except (OSError, RuntimeError, ValueError, AttributeError) as error:
            raise EngineError(f"{folder}: the tokenizer files are missing or damaged ({error})") from error
        self._folder = folder
        self._hints: dict[str, Hints | None] = {}
        self._word = lru_cache(REMEMBERED)(self._pieces)

    def encode(self, text: str, task: Task) -> list[str]:  # noqa: D102 - see the base class
        pieces: list[str] = []
        prefix, hints = task.prefix, self._hints_for(task)
        if tag := _LANGUAGE_TAG.match(prefix):
            self.language_id(tag.group())
            pieces = [tag.group()]
            prefix = prefix[tag.end() :]
        text = prefix + _LANGUAGE_TAG.sub(lambda m: m.group()[2:-2], text)
        body = self._pieces(text) if hints is None else hints.pieces(text, self._word, MARK)
        return [*pieces, *body, "</s>"]

    def _pieces(self, text: str) -> list[str]:
        known = self._vocabulary
        return [piece if piece in known else "<unk>" for piece in self._source.encode(text, out_type=str)]

    def _hints_for(self, task: Task) -> Hints | None:
        tag = _LANGUAGE_TAG.match(task.prefix)
        if tag is None:
            return None
        name = tag.group()
        if name not in self._hints:
            file = hints_file(self._folder, name)
            self._hints[name] = Hints.read(file) if file.is_file() and MARK in self._vocabulary else None
        return self._hints[name]

    def complete(self, source: str, translations: Sequence[str], task: Task) -> Sequence[str]:  # noqa: D102
        hints = self._hints_for(task)
        return translations if hints is None else hints.translated(source, translations)

    def language_id(self, code: str) -> int:  # noqa: D102
        if code not in self._vocabulary:
            raise EngineError(f"the model's vocabulary has no language code {code!r}")
        return self._vocabulary[code]

    def tokens(self, ids: Sequence[int]) -> list[str]:  # noqa: D102
        return [self._target_tokens[i] for i in ids]

    def decode(self, tokens: Sequence[str]) -> str:  # noqa: D102
        special = {"</s>", "<unk>", "<pad>", "<s>"}
        pieces = [t for t in tokens if t not in special and not (t.startswith(">>") and _LANGUAGE_TAG.fullmatch(t))]
        # sentencepiece leaves the mark of a word's start in pieces that only the other language's model has
        return str(self._target.decode(pieces)).replace("▁", " ").strip()


class AutoCodec(Codec):
    """Any Hugging Face tokenizer, through `AutoTokenizer`."""

    def __init__(self, folder: Path) -> None:
        """Loads the tokenizer of the checkpoint in `folder`; never runs code from it, never asks the network.

        Raises:
            EngineError: the tokenizer files are missing, damaged, or want remote code.
        """
        import warnings

        from transformers import AutoTokenizer

        from summarizer.engines.loading import quieten

        quieten()
        try:
            with warnings.catch_warnings():
                # Marian's tokenizer recommends sacremoses for a normalisation that its encoding does not use
                warnings.filterwarnings("ignore", message="Recommended: pip install sacremoses")
                self.tokenizer: Any = AutoTokenizer.from_pretrained(
                    folder, local_files_only=True, trust_remote_code=False
                )
        except (OSError, ValueError, ImportError, KeyError, TypeError, AttributeError, RuntimeError) as error:
            raise EngineError(f"{folder}: the tokenizer cannot be loaded ({_reason(error)})") from error
        self._source: str | None = None
        vocabulary = self.tokenizer.get_vocab()
        # Pegasus writes line breaks as a word of its own
        self._line_break = "<n>" if "<n>" in vocabulary else None
        control = {*self.tokenizer.all_special_tokens, *(t for t in vocabulary if _MADLAD_TAG.fullmatch(t))}
        control |= set(self.tokenizer.get_added_vocab())
        longest_first = sorted((t for t in control if len(t) > 2), key=len, reverse=True)
        self._control = re.compile("|".join(re.escape(t) for t in longest_first) or r"(?!)")
        # the tokenizer knows nothing of hints
        self._hinted = MarianCodec(folder) if any(folder.glob(HINTS_FILES)) else None

    def encode_ids(self, text: str, task: Task) -> list[int]:
        """Token ids of the input, special tokens included; never truncated. Raises as `encode` does."""
        if self._hinted is not None:
            return list(self.tokenizer.convert_tokens_to_ids(self._hinted.encode(text, task)))
        if task.source is not None and task.source != self._source:
            self.language_id(task.source)
            self.tokenizer.src_lang = task.source
            self._source = task.source
        for tag in (*_MADLAD_TAG.findall(task.prefix), *_LANGUAGE_TAG.findall(task.prefix)):
            self.language_id(tag)
        # a space after the first character makes two words of what the tokenizer would take for a control token
        text = self._control.sub(lambda m: f"{m.group()[0]} {m.group()[1:]}", text)
        return list(self.tokenizer(task.prefix + text, truncation=False, verbose=False)["input_ids"])

    def encode(self, text: str, task: Task) -> list[str]:  # noqa: D102
        return self.tokens(self.encode_ids(text, task))

    def complete(self, source: str, translations: Sequence[str], task: Task) -> Sequence[str]:  # noqa: D102
        return translations if self._hinted is None else self._hinted.complete(source, translations, task)

    def language_id(self, code: str) -> int:  # noqa: D102
        # M2M100 writes its codes as __it__
        for token in (code, f"__{code}__"):
            identifier = self.tokenizer.convert_tokens_to_ids(token)
            if identifier is not None and identifier != self.tokenizer.unk_token_id:
                return int(identifier)
        raise EngineError(f"the model's vocabulary has no language code {code!r}")

    def tokens(self, ids: Sequence[int]) -> list[str]:  # noqa: D102
        return [str(token) for token in self.tokenizer.convert_ids_to_tokens(list(ids))]

    def decode(self, tokens: Sequence[str]) -> str:  # noqa: D102
        return self.decode_ids(self.tokenizer.convert_tokens_to_ids(list(tokens)))

    def decode_ids(self, ids: Sequence[int]) -> str:
        """Text of generated token ids, special tokens left out."""
        unknown = self.tokenizer.unk_token
        # rows that only fill up the embedding matrix stand for no word
        ids = [i for i in ids if self.tokenizer.convert_ids_to_tokens(i) not in (None, unknown)]
        text = str(self.tokenizer.decode(ids, skip_special_tokens=True, clean_up_tokenization_spaces=False))
        return (text.replace(self._line_break, "\n") if self._line_break else text).strip()


def _reason(error: Exception) -> str:
    """One line of an error of transformers, whose messages run over many and name the wrong package first."""
    if "tiktoken" in str(error):
        return "reading a sentencepiece model needs the protobuf package: pip install protobuf"
    return " ".join(str(error).split())[:300]


def codec_for(folder: Path) -> Codec:
    """The lightest codec that reads the checkpoint in `folder`."""
    marian = all((folder / name).is_file() for name in ("source.spm", "target.spm", "vocab.json"))
    return MarianCodec(folder) if marian else AutoCodec(folder)
