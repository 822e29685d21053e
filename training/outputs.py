"""Shows what the model makes of real sentences, so that a reader can judge with their own eyes.

    python -m training.outputs DATA MODEL [--markdown training/outputs.md] [--json outputs.json]

The sentences are drawn by a fixed seed, never picked.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import cast

from summarizer.segmentation import boundaries
from training import command, engines, testsets
from training.engines import Kind
from training.prepare import ARTICLE

SENTENCES = 40


@dataclass(frozen=True, slots=True)
class Row:
    """A sentence, what the model makes of it, and what a translator made of it."""

    source: str
    output: str
    reference: str
    chrf: float
    """Sentence chrF of the output."""


def judged(sources: Sequence[str], outputs: Sequence[str], references: Sequence[str]) -> list[Row]:
    """The rows, best first."""
    from sacrebleu.metrics.chrf import CHRF

    metric = CHRF()
    rows = [
        Row(source, output, reference, round(metric.sentence_score(output, [reference]).score, 1))
        for source, output, reference in zip(sources, outputs, references, strict=True)
    ]
    return sorted(rows, key=lambda row: -row.chrf)


def article_sentences(path: Path) -> list[str]:
    """The sentences of a plain-text article, in reading order."""
    return [line[start:end] for line in command.read_lines(path) for start, end in boundaries(line)]


def markdown(model: str, target: str, rows: Sequence[Row], article: Sequence[tuple[str, str]], drawn: str) -> str:
    """The page."""
    lines = [
        f"# What {model} makes of real sentences (it→{target})",
        "",
        f"{drawn}, sorted by sentence chrF, best first.",
        "As the program gives them: split where they are long, guarded, chosen among hypotheses, mended.",
        "FLORES-200 is CC BY-SA 4.0 (NLLB Team 2022, arXiv:2207.04672). Written by `python -m training.outputs`.",
        "",
        "| chrF | source | output | reference |",
        "|---|---|---|---|",
    ]
    lines += [f"| {r.chrf:.1f} | {_cell(r.source)} | {_cell(r.output)} | {_cell(r.reference)} |" for r in rows]
    lines += ["", "## The sample article", "", "| source | output |", "|---|---|"]
    lines += [f"| {_cell(source)} | {_cell(output)} |" for source, output in article]
    return "\n".join(lines) + "\n"


def _cell(text: str) -> str:
    return text.replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;")


def main(arguments: list[str] | None = None) -> int:
    """Runs the command."""
    p = argparse.ArgumentParser(prog="python -m training.outputs", description=__doc__.splitlines()[0])
    p.add_argument("data", type=Path, help="the corpora, with the evaluation sets in dev/")
    p.add_argument("model", type=Path, help="folder written by training.export")
    p.add_argument("--markdown", type=Path, default=Path(__file__).with_name("outputs.md"))
    p.add_argument("--json", type=Path, help="write the rows here too, for the model card")
    p.add_argument("--target", default="en", choices=list(testsets.TAGS))
    p.add_argument("--engine", default="ctranslate2-int8", choices=engines.KINDS)
    p.add_argument("--article", type=Path, default=ARTICLE)
    p.add_argument("--seed", type=int, default=1)
    a = p.parse_args(arguments)
    flores = testsets.read(a.data, "flores-dev", a.target)
    chosen = random.Random(a.seed).sample(range(len(flores.sources)), min(SENTENCES, len(flores.sources)))
    sources, references = [flores.sources[i] for i in chosen], [flores.references[i] for i in chosen]
    article = article_sentences(a.article)
    with engines.opened(a.model, cast("Kind", a.engine)) as engine:
        outputs = engines.as_shipped(engine, a.model, a.target, [*sources, *article])
    rows = judged(sources, outputs[: len(sources)], references)
    translated = list(zip(article, outputs[len(sources) :], strict=True))
    drawn = f"{len(rows)} sentences of FLORES-200 dev, drawn with seed {a.seed}"
    page = markdown(a.model.resolve().name, a.target, rows, translated, drawn)
    a.markdown.write_text(page, encoding="utf-8")
    if a.json:
        data = {"target": a.target, "rows": [asdict(row) for row in rows]}
        a.json.write_text(json.dumps(data, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    command.run(lambda: main(sys.argv[1:]))
