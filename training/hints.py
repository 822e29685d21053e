"""Makes the hints for rare words and expressions, see `summarizer.engines.hints`, from the pairs of a prepared folder.

    python -m training.hints PREPARED

Aligns the words of all pairs in both directions (Östling and Tiedemann 2016, eflomal) and keeps for each word that is
not frequent what it is aligned with most often, and for expressions what their words do not tell, see
`training.expressions`; set phrases are written by hand, see `training.idioms`. Writes hints.TAG.tsv beside the parts;
`train` and `export` take them from there. Needs `pip install eflomal`; some ten minutes for a million pairs.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import numpy as np

from summarizer.engines.hints import WORD, hints_file
from summarizer.engines.inflection import siblings
from summarizer.errors import UsageError
from summarizer.fidelity.vulgarity import is_decent
from training import command, idioms, parts, pieces
from training.expressions import Expressions
from training.testsets import TAGS

if TYPE_CHECKING:
    from sentencepiece import SentencePieceProcessor

LONGEST = 45
"""Words of the longest side that is aligned."""
PREFIX = 7
"""Letters by which words are told apart in the alignment, so that the forms of a rare word help each other."""
MOST_FREQUENT = 2500
"""Occurrences above which a word is left to the model."""
SEEN_ENOUGH = 50
"""Occurrences above which a word without a hint is left without one, whatever its other forms have."""
FEWEST_LINKS, LEAST_SHARE = 2, 0.1
"""How often a word must be aligned with its hint, also as a share of its occurrences."""
MOST = 0.5
"""The same share for a hint that is the word itself."""
SHORTEST, SHORTEST_HINT = 4, 2
"""Letters of a word and of a hint."""
LONGEST_ACRONYM = 4
"""Letters up to which a word that is mostly written in capitals is written so."""
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
        """Counts a pair of texts; that of a dictionary, a word and a word, is evidence enough by itself."""
        before, after = words(source), WORD.findall(target)
        self.sources.update(before)
        self.targets.update(map(str.lower, after))
        if len(before) == len(after) == 1:
            self.links[before[0], after[0].lower()] += FEWEST_LINKS
        else:
            self.links.update((before[i], after[j].lower()) for i, j in links)
        for form in after[1:]:
            self.casing.setdefault(form.lower(), Counter())[form] += 1

    def hints(self) -> Iterator[tuple[str, str]]:
        """Words, sorted, each with what it is aligned with most often, as that is mostly written.

        The hint is "" where a word must not have that of another form: the model is expected to know it, or it was seen
        often enough to have one of its own.
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
        for word in sorted(hints.keys() | {word for word, number in self.sources.items() if number > SEEN_ENOUGH}):
            if word in hints and word not in known:
                yield word, hints[word]
            elif any(other in hints and other not in known for other in siblings(word)):
                yield word, ""

    def probability(self, source: str, target: str) -> float:
        """How often a source word is linked to a target word, both in lower case."""
        return self.links[source, target] / max(1, self.sources[source])

    def _cased(self, word: str) -> str:
        """A target word as it is mostly written where it begins no sentence."""
        forms = self.casing.get(word, Counter())
        # headings in capitals say nothing of a word, but for acronyms and "I"
        heading = len(word) > LONGEST_ACRONYM
        usual = Counter({form: number for form, number in forms.items() if not (heading and form.isupper())}) or forms
        return usual.most_common(1)[0][0] if usual else word


def words(text: str) -> list[str]:
    """The words of a text, in lower case."""
    return [word.lower() for word in WORD.findall(text)]


@contextmanager
def aligned(pairs: Iterable[tuple[str, str]]) -> Iterator[Callable[[], Iterator[list[tuple[int, int]]]]]:
    """What gives, as often as it is asked, the links of each pair that both directions have.

    Raises:
        UsageError: eflomal is not installed.
    """
    try:
        from eflomal import Aligner  # type: ignore[import-not-found,import-untyped,unused-ignore]
    except ImportError as error:
        raise UsageError("hints need a word aligner: pip install eflomal") from error
    with TemporaryDirectory(prefix="hints-") as folder:
        source_file, target_file, *links_files = (
            Path(folder, name) for name in ("source", "target", "forward", "reverse")
        )
        with source_file.open("w", encoding="utf-8") as before, target_file.open("w", encoding="utf-8") as after:
            for source, target in pairs:
                print(*words(source), file=before)
                print(*words(target), file=after)
        with source_file.open(encoding="utf-8") as before, target_file.open(encoding="utf-8") as after:
            Aligner(n_samplers=1, rel_iterations=0.5, source_prefix_len=PREFIX, target_prefix_len=PREFIX).align(
                before, after, links_filename_fwd=str(links_files[0]), links_filename_rev=str(links_files[1])
            )

        def links() -> Iterator[list[tuple[int, int]]]:
            with links_files[0].open(encoding="utf-8") as forward, links_files[1].open(encoding="utf-8") as reverse:
                for one, other in zip(forward, reverse, strict=True):
                    both = set(one.split()) & set(other.split())
                    yield [(int(i), int(j)) for i, j in (link.split("-") for link in both)]

        yield links


def made(
    corpus: parts.Corpus, processor: SentencePieceProcessor, chosen: Sequence[int], weights: Sequence[float]
) -> dict[str, str]:
    """Hints from the chosen pairs; `weights` are how much the expressions of each count."""
    fitting = [
        (source, target, weight)
        for (source, target), weight in zip(pieces.texts(corpus, processor, chosen), weights, strict=True)
        if 0 < len(words(source)) <= LONGEST and 0 < len(words(target)) <= LONGEST
    ]
    counts, expressions = Counts(), Expressions()
    with aligned((source, target) for source, target, _ in fitting) as links:
        for source, _, weight in fitting:
            expressions.count(source, weight)
        expressions.counted()
        for (source, target, _), linked in zip(fitting, links(), strict=True):
            counts.add(source, target, linked)
            expressions.add(source, target, linked)
    return dict(counts.hints()) | dict(expressions.hints(counts.probability))


def main(arguments: list[str] | None = None) -> int:
    """Runs the command."""
    p = argparse.ArgumentParser(prog="python -m training.hints", description=__doc__.splitlines()[0])
    p.add_argument("prepared", type=Path, help="folder written by training.prepare")
    a = p.parse_args(arguments)
    meta, corpus = parts.read_meta(a.prepared), parts.read_corpus(a.prepared)
    processor = pieces.read(a.prepared / pieces.FILE)
    languages = np.array([group.target for group in meta.groups])[corpus.group]
    weights = np.array([group.weight for group in meta.groups])[corpus.group]
    for target in meta.dev:
        chosen = np.flatnonzero(languages == target)
        found = made(corpus, processor, chosen.tolist(), weights[chosen].tolist()) | idioms.read(TAGS[target])
        # one that is wrong must not be vulgar besides
        hints = {known: hint for known, hint in found.items() if is_decent(hint, target)}
        path = hints_file(a.prepared, TAGS[target])
        path.write_text("".join(f"{word}\t{hint}\n" for word, hint in hints.items()), encoding="utf-8")
        words_only = sum(1 for word, hint in hints.items() if hint and " " not in word)
        expressions = sum(1 for word in hints if " " in word)
        command.note(f"{path.name}: {words_only} words, {expressions} expressions")
    return 0


if __name__ == "__main__":
    command.run(lambda: main(sys.argv[1:]))
