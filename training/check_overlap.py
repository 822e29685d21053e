"""Proves that no evaluation sentence is in the training data, by reading the finished parts back as text.

    python -m training.check_overlap DATA PREPARED        # exit code 1 if a single one is found

Looks at what training really reads, not at what preparation meant to write.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path

from summarizer.errors import EXIT_DONE, EXIT_FAILED
from training import cleaning, command, parts, pieces, testsets
from training.prepare import ARTICLE

SHOWN = 10


def main(arguments: list[str] | None = None) -> int:
    """Runs the command; prints counts to stdout and the first overlaps, if any, with them."""
    p = argparse.ArgumentParser(prog="python -m training.check_overlap", description=__doc__.splitlines()[0])
    p.add_argument("data", type=Path, help="the corpora, with the evaluation sets in dev/")
    p.add_argument("prepared", type=Path, help="folder written by training.prepare")
    p.add_argument("--held-out", type=Path, nargs="*", default=[], help="more texts that were held out")
    a = p.parse_args(arguments)
    held_out = cleaning.HeldOut(testsets.held_out_lines(a.data, ARTICLE, *a.held_out))
    corpus = parts.read_corpus(a.prepared)
    processor = pieces.read(a.prepared / pieces.FILE)
    found: Counter[str] = Counter()
    for italian, translation in pieces.texts(corpus, processor, range(len(corpus))):
        overlap = held_out.overlap(cleaning.clean(italian), cleaning.clean(translation))
        if overlap is not None:
            found[overlap] += 1
            if found.total() <= SHOWN:
                print(f"{overlap}: {italian} | {translation}")
    print(f"evaluation sentences held out: {len(held_out)}")
    print(f"training pairs read back: {len(corpus)}")
    print(f"pairs that hold an evaluation sentence: {found['sentence']}")
    print(f"pairs that share a run of {cleaning.NGRAM} words with one: {found['8-gram']}")
    return EXIT_FAILED if found else EXIT_DONE


if __name__ == "__main__":
    command.run(lambda: main(sys.argv[1:]))
