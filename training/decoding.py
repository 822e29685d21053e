"""Compares ways of decoding: BLEU, chrF and time of the program's whole way, the shipped settings first.

    python -m training.decoding DATA MODEL [--engine ctranslate2-int8] num_beams=6 comfortable_tokens=160,num_beams=2 …

Each argument is a set of changes; the card's own settings come first. Fields are those of `engines.interface.Decoding`.
"""

from __future__ import annotations

import argparse
import sys
import time
from dataclasses import fields, replace
from pathlib import Path
from typing import cast

from summarizer.engines.interface import Decoding
from training import command, engines, testsets
from training.engines import Kind


def changes(text: str) -> dict[str, float]:
    """The fields that "num_beams=6,length_penalty=1.2" sets.

    Raises:
        UsageError: as `command.named_numbers`.
    """
    known = sorted(field.name for field in fields(Decoding))
    numbers = command.named_numbers(text, known, "setting of decoding")
    return {name: int(number) if number.is_integer() else number for name, number in numbers.items()}


def parser() -> argparse.ArgumentParser:
    """The command line."""
    p = argparse.ArgumentParser(prog="python -m training.decoding", description="Compares ways of decoding.")
    p.add_argument("data", type=Path, help="the corpora, with the evaluation sets in dev/")
    p.add_argument("model", type=Path, help="folder written by training.export")
    p.add_argument("settings", nargs="*", metavar="FIELD=VALUE,…")
    p.add_argument("--engine", default="ctranslate2-int8", choices=engines.KINDS)
    p.add_argument("--target", default="en", choices=list(testsets.TAGS))
    p.add_argument("--sets", default=",".join(testsets.NAMES))
    p.add_argument("--lines", type=int, help="the first so many sentences of each set only")
    p.add_argument("--threads", type=int, default=0)
    return p


def main(arguments: list[str] | None = None) -> int:
    """Runs the command."""
    import sacrebleu

    a = parser().parse_args(arguments)
    wanted = [changes(text) for text in ("", *a.settings)]
    tests = [testsets.read(a.data, name, a.target, a.lines) for name in a.sets.split(",")]
    print("| settings | " + " | ".join(f"{test.name} BLEU / chrF | seconds" for test in tests) + " |")
    print("|---|" + "---|---|" * len(tests))
    with engines.opened(a.model, cast("Kind", a.engine), a.threads) as engine:
        for text, settings in zip(("as shipped", *a.settings), wanted, strict=True):
            cells = []
            for test in tests:
                decoding = replace(engines.shipped_decoding(), **settings)  # type: ignore[arg-type]
                started = time.perf_counter()
                outputs = engines.as_shipped(engine, a.model, a.target, test.sources, decoding)
                seconds = time.perf_counter() - started
                bleu = sacrebleu.corpus_bleu(outputs, [list(test.references)]).score
                chrf = sacrebleu.corpus_chrf(outputs, [list(test.references)]).score
                cells.append(f"{bleu:.2f} / {chrf:.2f} | {seconds:.1f}")
            print(f"| {text} | {' | '.join(cells)} |", flush=True)
    return 0


if __name__ == "__main__":
    command.run(lambda: main(sys.argv[1:]))
