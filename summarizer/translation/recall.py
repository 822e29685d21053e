"""What a translator remembers: the translation memory, seen from one model, direction and way of decoding.

A memory that cannot be used costs time, never a result: it is given up with a warning.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence

from summarizer.errors import MemoryStoreError
from summarizer.translation.memory import MemoryEntry, MemoryKey, TranslationMemory

log = logging.getLogger(__name__)


class Recall:
    """The translations that one translator made before, in this run or an earlier one."""

    def __init__(self, memory: TranslationMemory | None, source: str, target: str, model: str, recipe: str) -> None:
        """Nothing is remembered without `memory`.

        Args:
            memory: where it is kept.
            source: language of the sentences (BCP-47).
            target: language of their translations.
            model: identity of the model.
            recipe: all else that changes a translation.
        """
        self._memory = memory
        self._source, self._target, self._model, self._recipe = source, target, model, recipe

    def find(self, texts: Sequence[str]) -> tuple[dict[str, str], dict[str, bytes]]:
        """The translations that are known.

        Beside them, of those known to be clean, the digest of the words they were compared with.
        """
        if self._memory is None:
            return {}, {}
        try:
            found = self._memory.get_many([self._key(text) for text in texts])
            imported = self._memory.imported(self._source, self._target, texts)
        except MemoryStoreError as error:
            self._give_up(error)
            return {}, {}
        known = {key.source: entry.text for key, entry in found.items()} | dict(imported)
        clean = {key.source: entry.clean for key, entry in found.items() if entry.clean and key.source not in imported}
        return known, clean

    def keep(self, translations: Mapping[str, str], clean: Mapping[str, bytes]) -> None:
        """Remembers them; `clean` as from `find`."""
        if self._memory is None or not translations:
            return
        entries = [
            MemoryEntry(self._key(text), made, clean=clean.get(text, b"")) for text, made in translations.items()
        ]
        try:
            self._memory.put_many(entries)
        except MemoryStoreError as error:
            self._give_up(error)

    def _key(self, text: str) -> MemoryKey:
        return MemoryKey(
            source=text,
            source_language=self._source,
            target_language=self._target,
            model=self._model,
            decoding=self._recipe,
        )

    def _give_up(self, error: MemoryStoreError) -> None:
        log.warning("%s; going on without the translation memory", error)
        self._memory = None
