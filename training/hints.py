"""Makes the hints for rare words, see `summarizer.engines.hints`, from the pairs of a prepared folder.

    python -m training.hints PREPARED

Aligns the words of all pairs in both directions (Östling and Tiedemann 2016, eflomal) and keeps for each word that is
not frequent what it is aligned with most often. Writes hints.TAG.tsv beside the parts; `train` and `export` take them
from there. Needs `pip install eflomal`; some three minutes for a million pairs.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import numpy as np

from summarizer.engines.hints import WORD, hints_file, siblings
from summarizer.errors import UsageError
from training import command, parts, pieces
from training.testsets import TAGS

if TYPE_CHECKING:
    from sentencepiece import SentencePieceProcessor

LONGEST = 45
"""Words of the longest side that is aligned."""
PREFIX = 7
"""Letters by which words are told apart in the alignment, so that the forms of a rare word help each other."""
MOST_FREQUENT = 2500
"""Occurrences above which a word is left to the model."""
FEWEST_LINKS, LEAST_SHARE = 2, 0.1
"""How often a word must be aligned with its hint, also as a share of its occurrences."""
MOST = 0.5
"""The same share for a hint that is the word itself."""
SHORTEST, SHORTEST_HINT = 4, 2
"""Letters of a word and of a hint."""
FUNCTION_WORDS = 100
"""So many most frequent words of the target language are never hints: they stand for a word's ending, not for it."""


@dataclass(slots=True)
class Counts:
    """What is known of words after all pairs have been seen."""

    sources: Counter[str] = field(default_factory=Counter)
    targets: Counter[str] = field(default_factory=Counter)
    links: Counter[tuple[str, str]] = field(default_factory=Counter)
    casing: dict[str, Counter[str]] = field(default_factory=dict)
    """The forms of each target word in lower case, where no sentence begins with it."""

    def add(self, source: str, target: str, links: Sequence[tuple[int, int]]) -> None:
        """Counts a pair of texts."""
        before, after = words(source), WORD.findall(target)
        self.sources.update(before)
        self.targets.update(map(str.lower, after))
        self.links.update((before[i], after[j].lower()) for i, j in links)
        for form in after[1:]:
            self.casing.setdefault(form.lower(), Counter())[form] += 1

    def hints(self) -> Iterator[tuple[str, str]]:
        """Words, sorted, each with what it is aligned with most often, as that is mostly written.

        The hint is "" for words so frequent that the model is expected to know them, where another form has one.
        """
        best: dict[str, tuple[int, str]] = {}
        function_words = {word for word, _ in self.targets.most_common(FUNCTION_WORDS)}
        for (source, target), number in self.links.items():
            # English among the Italian is aligned with itself: "case", mostly houses, would get "case"
            is_copy = source == target and number < MOST * self.sources[source]
            if target not in function_words and not is_copy:
                best[source] = max(best.get(source, (0, "")), (number, target))
        hints: dict[str, str] = {}
        for source, (number, target) in best.items():
            sure = number >= max(FEWEST_LINKS, LEAST_SHARE * self.sources[source])
            long = len(source) >= SHORTEST and len(target) >= SHORTEST_HINT
            hint = self._cased(target)
            # names that stay as they are can be copied without
            if sure and long and (source != target or hint.islower()):
                hints[source] = hint
        known = {word for word, number in self.sources.items() if number > MOST_FREQUENT}
        for word in sorted(hints.keys() | known):
            if word not in known:
                yield word, hints[word]
            elif any(other in hints and other not in known for other in siblings(word)):
                yield word, ""

    def _cased(self, word: str) -> str:
        forms = self.casing.get(word, Counter())
        # headings in capitals say nothing of a word
        usual = Counter({form: number for form, number in forms.items() if not form.isupper()}) or forms
        return usual.most_common(1)[0][0] if usual else word


def words(text: str) -> list[str]:
    """The words of a text, in lower case."""
    return [word.lower() for word in WORD.findall(text)]


def aligned(pairs: Iterable[tuple[str, str]], folder: Path) -> Iterator[list[tuple[int, int]]]:
    """Links of each pair that both directions have.

    Raises:
        UsageError: eflomal is not installed.
    """
    try:
        from eflomal import Aligner  # type: ignore[import-not-found,import-untyped,unused-ignore]
    except ImportError as error:
        raise UsageError("hints need a word aligner: pip install eflomal") from error
    names = {name: folder / name for name in ("source", "target", "forward", "reverse")}
    with names["source"].open("w", encoding="utf-8") as before, names["target"].open("w", encoding="utf-8") as after:
        for source, target in pairs:
            print(*words(source), file=before)
            print(*words(target), file=after)
    with names["source"].open(encoding="utf-8") as before, names["target"].open(encoding="utf-8") as after:
        Aligner(n_samplers=1, rel_iterations=0.5, source_prefix_len=PREFIX, target_prefix_len=PREFIX).align(
            before, after, links_filename_fwd=str(names["forward"]), links_filename_rev=str(names["reverse"])
        )
    with names["forward"].open(encoding="utf-8") as forward, names["reverse"].open(encoding="utf-8") as reverse:
        for one, other in zip(forward, reverse, strict=True):
            yield [(int(i), int(j)) for i, j in (link.split("-") for link in set(one.split()) & set(other.split()))]


def made(corpus: parts.Corpus, processor: SentencePieceProcessor, chosen: Sequence[int]) -> dict[str, str]:
    """Hints from the chosen pairs."""

    def fitting() -> Iterator[tuple[str, str]]:
        for source, target in pieces.texts(corpus, processor, chosen):
            if 0 < len(words(source)) <= LONGEST and 0 < len(words(target)) <= LONGEST:
                yield source, target

    counts = Counts()
    with TemporaryDirectory(prefix="hints-") as folder:
        for (source, target), links in zip(fitting(), aligned(fitting(), Path(folder)), strict=True):
            counts.add(source, target, links)
    return dict(counts.hints())


def main(arguments: list[str] | None = None) -> int:
    """Runs the command."""
    p = argparse.ArgumentParser(prog="python -m training.hints", description=__doc__.splitlines()[0])
    p.add_argument("prepared", type=Path, help="folder written by training.prepare")
    a = p.parse_args(arguments)
    meta, corpus = parts.read_meta(a.prepared), parts.read_corpus(a.prepared)
    processor = pieces.read(a.prepared / pieces.FILE)
    languages = np.array([group.target for group in meta.groups])[corpus.group]
    for target in meta.dev:
        hints = made(corpus, processor, np.flatnonzero(languages == target).tolist())
        path = hints_file(a.prepared, TAGS[target])
        path.write_text("".join(f"{word}\t{hint}\n" for word, hint in hints.items()), encoding="utf-8")
        command.note(f"{path.name}: {sum(map(bool, hints.values()))} words")
    return 0


if __name__ == "__main__":
    command.run(lambda: main(sys.argv[1:]))
