"""Precision, recall and F1 of sentence boundaries on the labelled set, beside the libraries that are installed.

    python benchmarks/segmentation.py [--errors] [--lines FILE]

`--errors` lists the misses on the development half, never those on the held-out half. `--lines` measures on a text file
with one sentence a line instead, ten lines to a paragraph. The libraries compared are no dependencies of this package:
`pip install pysbd syntok sentencex sentence-splitter sentencesplit`, as many as wanted.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "segmentation")]

from labelled_set import Paragraph, Score, load, paragraph, score  # noqa: E402

from summarizer.segmentation import boundaries  # noqa: E402

Splitter = Callable[[str], Iterable[str]]


def ours(text: str) -> list[str]:
    """Our own sentences as strings."""
    return [text[start:end] for start, end in boundaries(text)]


def libraries() -> dict[str, Splitter]:
    """The splitters at hand, by name and version; each gives the sentences of a text as strings."""
    found: dict[str, Splitter] = {"summarizer": ours}

    def add(package: str, module: str, make: Callable[[], Splitter]) -> None:
        if find_spec(module):
            try:
                found[f"{package} {version(package)}"] = make()
            except PackageNotFoundError:
                print(f"{package}: not installed as a package, left out", file=sys.stderr)

    def pysbd() -> Splitter:
        from pysbd import Segmenter

        return Segmenter(language="it", clean=False).segment

    def sentencesplit() -> Splitter:
        from sentencesplit import Segmenter

        return Segmenter(language="it", clean=False).segment

    def sentencex() -> Splitter:
        from sentencex import segment

        return lambda text: segment("it", text)

    def sentence_splitter() -> Splitter:
        from sentence_splitter import SentenceSplitter

        return SentenceSplitter(language="it").split

    def syntok() -> Splitter:
        from syntok.segmenter import analyze

        return lambda text: (
            "".join(token.spacing + token.value for token in sentence) for par in analyze(text) for sentence in par
        )

    add("pysbd", "pysbd", pysbd)
    add("sentencesplit", "sentencesplit", sentencesplit)
    add("sentencex", "sentencex", sentencex)
    add("sentence-splitter", "sentence_splitter", sentence_splitter)
    add("syntok", "syntok", syntok)
    return found


def inner_ends(text: str, sentences: Iterable[str]) -> set[int]:
    """Where the sentences but the last end, counted in characters that are no white space.

    So counted, a library that changes the white space or gives no spans is measured like the others.
    """
    ends, seen = set(), 0
    for sentence in sentences:
        seen += len("".join(sentence.split()))
        ends.add(seen)
    return ends - {0, len("".join(text.split()))}


def measure(splitter: Splitter, paragraphs: Sequence[Paragraph]) -> Score:
    """The splitter's boundaries against the labelled ones."""
    return score((p.inner_ends, inner_ends(p.text, splitter(p.text))) for p in paragraphs)


def from_lines(path: Path) -> list[Paragraph]:
    """Paragraphs of ten lines of the file each, one sentence a line."""
    lines = [line.strip() for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    return [paragraph(path.name, lines[at : at + 10]) for at in range(0, len(lines), 10)]


def list_errors(paragraphs: Sequence[Paragraph]) -> None:
    """Prints our sentences of each paragraph that is not split as labelled."""
    for one in paragraphs:
        if inner_ends(one.text, ours(one.text)) != one.inner_ends:
            print("\n" + "\n".join(f"  {sentence}" for sentence in ours(one.text)))


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--errors", action="store_true", help="list our misses on the development half or the file")
    parser.add_argument("--lines", type=Path, metavar="FILE", help="measure on a file with one sentence a line")
    options = parser.parse_args()
    if options.lines:
        sets = {options.lines.stem[:11]: from_lines(options.lines)}
    else:
        sets = {half: load(half) for half in ("development", "held_out")}
        sets["both"] = sets["development"] + sets["held_out"]

    for name, paragraphs in sets.items():
        print(f"{name}: {len(paragraphs)} paragraphs, {sum(len(p.inner_ends) for p in paragraphs)} inner boundaries")
    print(f"\n| {'splitter':<23} | text        | precision | recall |    F1 | false | missed | ms   |")
    print("|" + "-" * 25 + "|-------------|-----------|--------|-------|-------|--------|------|")
    for splitter_name, splitter in libraries().items():
        list(splitter("Prova. Seconda."))  # loads what is loaded on first use
        for name, paragraphs in sets.items():
            begin = time.perf_counter()
            s = measure(splitter, paragraphs)
            elapsed = 1000 * (time.perf_counter() - begin)
            print(
                f"| {splitter_name:<23} | {name:<11} | {s.precision:9.3f} | {s.recall:6.3f} | {s.f1:5.3f} "
                f"| {s.false:5} | {s.missed:6} | {elapsed:4.0f} |"
            )
    if options.errors:
        list_errors(next(iter(sets.values())))


if __name__ == "__main__":
    main()
