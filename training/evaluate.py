"""Scores an exported model: BLEU, chrF and speed per test set, direction, engine, precision and beam size.

    python -m training.evaluate DATA MODEL --json OUT.json --markdown OUT.md [--targets en] [--beams 1,2,4,6]

Tunes nothing; what is measured here is what the program does, engine by engine.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from summarizer.engines.interface import Engine
from summarizer.errors import UsageError
from training import command, engines, testsets
from training.testsets import TestSet

WARM_UP = 4
"""Sentences translated before the clock starts."""


@dataclass(frozen=True, slots=True)
class Score:
    """One measurement."""

    set: str
    target: str
    engine: str
    """Engine and precision: "ctranslate2-int8"."""
    beams: int
    bleu: float
    chrf: float
    sentences: int
    seconds: float

    @property
    def speed(self) -> float:
        """Sentences per second."""
        return self.sentences / self.seconds


def measure(engine: Engine, kind: str, test: TestSet, asked: Any, beams: int) -> tuple[Score, dict[str, str]]:
    """The score of one engine on one set, and sacrebleu's signatures of both metrics."""
    from sacrebleu.metrics.bleu import BLEU
    from sacrebleu.metrics.chrf import CHRF

    engines.translate(engine, test.sources[:WARM_UP], asked, beams)
    started = time.perf_counter()
    output = engines.translate(engine, test.sources, asked, beams)
    seconds = time.perf_counter() - started
    bleu, chrf = BLEU(), CHRF()
    references = [list(test.references)]
    score = Score(
        set=test.name,
        target=test.target,
        engine=kind,
        beams=beams,
        bleu=round(bleu.corpus_score(output, references).score, 2),
        chrf=round(chrf.corpus_score(output, references).score, 2),
        sentences=len(output),
        seconds=round(seconds, 3),
    )
    return score, {"bleu": str(bleu.get_signature()), "chrf": str(chrf.get_signature())}


def report(model: str, scores: Sequence[Score], signatures: dict[str, str], facts: dict[str, str]) -> dict[str, Any]:
    """All measurements as JSON-ready data."""
    rows = [{**asdict(score), "sentences_per_second": round(score.speed, 1)} for score in scores]
    return {"model": model, "signatures": signatures, "versions": facts, "scores": rows}


def markdown(data: dict[str, Any]) -> str:
    """The measurements as tables, one a set and target language, and what int8 costs."""
    lines = [f"# {data['model']}", ""]
    rows = data["scores"]
    for name, target in dict.fromkeys((row["set"], row["target"]) for row in rows):
        mine = [row for row in rows if (row["set"], row["target"]) == (name, target)]
        lines += [f"## {name}, it→{target}, {mine[0]['sentences']} sentences", ""]
        lines += ["| engine | beams | BLEU | chrF | sentences/s |", "|---|---|---|---|---|"]
        lines += [
            f"| {row['engine']} | {row['beams']} | {row['bleu']:.2f} | {row['chrf']:.2f} "
            f"| {row['sentences_per_second']:.1f} |"
            for row in mine
        ]
        full = {row["beams"]: row for row in mine if row["engine"] == "ctranslate2-float32"}
        costs = [
            f"{row['chrf'] - full[row['beams']]['chrf']:+.2f} at beam {row['beams']}"
            for row in mine
            if row["engine"] == "ctranslate2-int8" and row["beams"] in full
        ]
        lines += ["", f"int8 against float32, chrF: {', '.join(costs)}", ""] if costs else [""]
    lines += [f"- {metric}: `{signature}`" for metric, signature in data["signatures"].items()]
    lines.append("- " + ", ".join(f"{name} {value}" for name, value in data["versions"].items()))
    return "\n".join(lines) + "\n"


def _numbers(text: str) -> list[int]:
    try:
        numbers = [int(part) for part in text.split(",")]
    except ValueError:
        numbers = []
    if not numbers or min(numbers) < 1:
        raise UsageError(f"{text!r} are no beam sizes: write 1,2,4,6")
    return numbers


def parser() -> argparse.ArgumentParser:
    """The command line."""
    p = argparse.ArgumentParser(prog="python -m training.evaluate", description="Scores an exported model.")
    p.add_argument("data", type=Path, help="the corpora, with the evaluation sets in dev/")
    p.add_argument("model", type=Path, help="folder written by training.export")
    p.add_argument("--json", type=Path, help="write the measurements here")
    p.add_argument("--markdown", type=Path, help="write the tables here; stdout otherwise")
    p.add_argument("--targets", default="en")
    p.add_argument("--sets", default=",".join(testsets.NAMES))
    p.add_argument("--beams", default="1,2,4,6", help="of ctranslate2")
    p.add_argument("--transformers-beams", default="1,4", help="of transformers, which is slow on a CPU")
    p.add_argument("--engines", default=",".join(engines.KINDS))
    p.add_argument("--lines", type=int, help="the first so many sentences of each set only")
    p.add_argument("--threads", type=int, default=0)
    return p


def main(arguments: list[str] | None = None) -> int:
    """Runs the command."""
    a = parser().parse_args(arguments)
    kinds = [kind for kind in engines.KINDS if kind in a.engines.split(",")]
    if not kinds:
        raise UsageError(f"--engines: choose from {', '.join(engines.KINDS)}")
    tests = [
        testsets.read(a.data, name, target, a.lines) for name in a.sets.split(",") for target in a.targets.split(",")
    ]
    scores: list[Score] = []
    signatures: dict[str, str] = {}
    for kind in kinds:
        beams = _numbers(a.transformers_beams if kind.startswith("transformers") else a.beams)
        with engines.opened(a.model, kind, a.threads) as engine:
            for test in tests:
                for size in beams:
                    score, signatures = measure(engine, kind, test, engines.task(a.model, test.target), size)
                    scores.append(score)
                    command.note(
                        f"{test.name} {test.target} {kind} beam {size}: BLEU {score.bleu:.2f} chrF {score.chrf:.2f} "
                        f"{score.speed:.1f} sentences/s"
                    )
    scores.sort(key=lambda score: (score.set, score.target))
    facts = {name: version(name) for name in ("ctranslate2", "transformers", "torch", "sacrebleu")}
    data = report(a.model.resolve().name, scores, signatures, facts)
    if a.json:
        a.json.write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")
    if a.markdown:
        a.markdown.write_text(markdown(data), encoding="utf-8")
    else:
        print(markdown(data))
    return 0


if __name__ == "__main__":
    command.run(lambda: main(sys.argv[1:]))
