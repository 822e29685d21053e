"""Writes the model card: README.md of an exported model, from the records of its making. Invents no figure.

python -m training.card MODEL --prepared PREPARED --log STATE/log.jsonl --scores scores.json --outputs outputs.json
    --hardware "two CPU cores"
"""

from __future__ import annotations

import argparse
import json
import math
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from summarizer.engines.hints import HINTS_FILES
from summarizer.errors import UsageError
from training import command, parts
from training.log import TrainPoint, read
from training.sources import SOURCES, Source, load
from training.testsets import TAGS

ERRORS_SHOWN = 6
LICENCE = "cc-by-sa-4.0"

_HINTS = (
    "- {} words that are not frequent and {} expressions come with a hint, a translation from the word alignment of "
    "the training data or, for some set phrases, written by hand, in `hints.*.tsv`: behind them stands the token "
    "`<0x01>` and the hint in pieces (`summarizer/engines/hints.py`). Without hints the model works, and is worse."
)


@dataclass(frozen=True, slots=True)
class Facts:
    """All that the card says, as it was recorded."""

    name: str
    config: Mapping[str, Any]
    """config.json of the model."""
    parameters: int
    size: int
    """Bytes on disk."""
    meta: parts.Meta
    sources: Mapping[str, Source]
    trained: Sequence[TrainPoint]
    seconds: float
    """Of training."""
    hardware: str
    scores: Mapping[str, Any]
    """JSON of `training.evaluate`."""
    outputs: Sequence[Mapping[str, Any]]
    """Rows of `training.outputs`, of all target languages."""
    licence: str
    hinted: tuple[int, int] = (0, 0)
    """Words and expressions for which the model has a hint."""
    before: str = ""
    """What the weights had learnt from before the run of the log, in words; empty for a run that began from nothing."""


def card(facts: Facts) -> str:
    """The card in Markdown.

    Raises:
        UsageError: a corpus of the training data is not in the list of sources.
    """
    targets = list(facts.meta.dev)
    lines = ["---", "language:", "- it", *(f"- {target}" for target in targets), f"license: {facts.licence}"]
    lines += ["pipeline_tag: translation", "tags:", "- marian", "- translation", "---", "", f"# {facts.name}", ""]
    lines += _model(facts, targets)
    lines += _cost(facts)
    lines += _scores(facts.scores)
    lines += _limits(facts.outputs)
    lines += _data(facts.meta, facts.sources)
    return "\n".join(lines) + "\n"


def _model(facts: Facts, targets: Sequence[str]) -> list[str]:
    config, millions = facts.config, facts.parameters / 1e6
    tags = ", ".join(f"`{TAGS[target]} `" for target in targets)
    return [
        f"A MarianMT model that translates Italian into {', '.join(targets)}, sentence by sentence, made for news.",
        "",
        f"- {millions:.1f} M parameters: {config['encoder_layers']} encoder and {config['decoder_layers']} "
        f"decoder layers of width {config['d_model']}, {config['vocab_size'] - 1} joint sentencepiece pieces, digits "
        "split, unknown characters as bytes, one embedding for both sides and the output",
        f"- {facts.size / 1e6:.1f} MB on disk, fp16",
        f"- The source begins with the token of the target language, {tags}, and must be normalised as "
        "in training: NFKC, straight quotation marks, single spaces (`training/cleaning.py`).",
        *([_HINTS.format(*facts.hinted)] if any(facts.hinted) else []),
        "- Made by `training/` of this repository; its README has the commands.",
        "",
    ]


def _cost(facts: Facts) -> list[str]:
    stable = [p for p in facts.trained if not p.branch]
    cooled = [p for p in facts.trained if p.branch]
    last = facts.trained[-1]
    learnt = f"{last.tokens / 1e6:.1f} M target tokens in {last.step} steps"
    if cooled:
        steady = stable[-1].tokens if stable else 0  # a stable run shorter than the first line of its log
        learnt += f", {(last.tokens - steady) / 1e6:.1f} M of them while the rates fell to zero"
    return [
        "## Training",
        "",
        f"- {learnt}; last training loss {last.loss:.3f} nats per token",
        f"- {facts.seconds / 3600:.1f} hours on {facts.hardware}",
        *([f"- Before that: {facts.before}"] if facts.before else []),
        "",
    ]


def _scores(scores: Mapping[str, Any]) -> list[str]:
    lines = [
        "## Scores",
        "",
        "| set | direction | engine | beams | BLEU | chrF | sentences/s |",
        "|---|---|---|---|---|---|---|",
    ]
    lines += [
        f"| {row['set']} | it→{row['target']} | {row['engine']} | {row['beams']} | {row['bleu']:.2f} "
        f"| {row['chrf']:.2f} | {row['sentences_per_second']:.1f} |"
        for row in scores["scores"]
    ]
    lines.append("")
    lines += [f"- {metric}: `{signature}`" for metric, signature in scores["signatures"].items()]
    lines.append("- " + ", ".join(f"{name} {value}" for name, value in scores["versions"].items()))
    return [*lines, ""]


def _limits(outputs: Sequence[Mapping[str, Any]]) -> list[str]:
    worst = sorted(outputs, key=lambda row: row["chrf"])[:ERRORS_SHOWN]
    lines = [
        "## Limits",
        "",
        "A small model trained on little data. It may drop or invent words, mistake who does what to whom in long",
        "sentences, and get rare words and idioms wrong; a wrong translation can read as smoothly as a right one.",
        "It is made for single sentences of ordinary written Italian: verse, dialect and chat are outside what it has",
        "seen. Do not publish its output unread.",
        "",
        f"The {len(worst)} worst of {len(outputs)} validation sentences drawn by chance, by sentence chrF:",
        "",
    ]
    for row in worst:
        lines += [
            f"- *{_inline(row['source'])}*  ",
            f"  model ({row['chrf']:.1f}): {_inline(row['output'])}  ",
            f"  translator: {_inline(row['reference'])}",
        ]
    return [*lines, ""]


def _data(meta: parts.Meta, sources: Mapping[str, Source]) -> list[str]:
    lines = [
        "## Data",
        "",
        "Pairs after cleaning, de-duplication and removal of every overlap with FLORES-200, PUD and the sample article",
        "(`training/check_overlap.py`). The weight says how often each pair of a source is seen, relative to 1; the",
        "second, where there is one, holds while the rates fall.",
        "",
        "| source | class | licence as read there | pairs | weight |",
        "|---|---|---|---|---|",
    ]
    names = sorted({group.source for group in meta.groups}, key=lambda name: (-_pairs(meta, name), name))
    for name in names:
        if name not in sources:
            raise UsageError(f"corpus {name!r} is not in the list of sources: its licence is not known")
        source = sources[name]
        lines.append(
            f"| {name} ({source.repository}) | {source.licence_class} | {_cell(source.licence)} "
            f"| {_pairs(meta, name)} | {_weights(source)} |"
        )
    return lines


def _weights(source: Source) -> str:
    return f"{source.weight:g}" if source.annealed is None else f"{source.weight:g}, {source.annealed:g}"


def _pairs(meta: parts.Meta, source: str) -> int:
    return sum(group.pairs for group in meta.groups if group.source == source)


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _inline(text: str) -> str:
    return "".join("\\" + c if c in "\\`*_<[" else c for c in text)


def _json(path: Path) -> Any:
    try:
        return json.loads(command.read_bytes(path))
    except ValueError as error:
        raise UsageError(f"{path}: not JSON ({error})") from error


def main(arguments: list[str] | None = None) -> int:
    """Runs the command."""
    from safetensors import safe_open

    p = argparse.ArgumentParser(prog="python -m training.card", description=__doc__.splitlines()[0])
    p.add_argument("model", type=Path, help="folder written by training.export; its README.md is (over)written")
    p.add_argument("--prepared", type=Path, required=True, help="folder written by training.prepare")
    p.add_argument("--log", type=Path, nargs="+", required=True, help="log.jsonl, or what the run printed on stderr")
    p.add_argument("--scores", type=Path, required=True, help="JSON of training.evaluate")
    p.add_argument("--outputs", type=Path, nargs="+", required=True, help="JSON of training.outputs, of each target")
    p.add_argument("--hardware", required=True, help="what it was trained on, in words")
    p.add_argument("--before", default="", help="what the weights had learnt from before this run, in words")
    p.add_argument("--hours", type=float, help="of training, where the log does not say")
    p.add_argument("--sources", type=Path, default=SOURCES, help="the list the weights in use came from")
    p.add_argument("--licence", default=LICENCE)
    p.add_argument("--name", default="summarizer-it")
    a = p.parse_args(arguments)
    trained, _ = read(a.log)
    if not trained:
        raise UsageError(f"{a.log[0]}: no progress in the log")
    with safe_open(a.model / "model.safetensors", framework="numpy") as file:
        names = [name for name in file.keys() if name != "final_logits_bias"]  # noqa: SIM118 - it is no mapping
        parameters = sum(math.prod(file.get_slice(name).get_shape()) for name in names)
    facts = Facts(
        name=a.name,
        config=_json(a.model / "config.json"),
        parameters=parameters,
        size=sum(path.stat().st_size for path in a.model.iterdir() if path.name != "README.md"),
        hinted=_hinted(a.model),
        meta=parts.read_meta(a.prepared),
        sources=load(a.sources),
        trained=trained,
        seconds=a.hours * 3600 if a.hours else duration(trained),
        hardware=a.hardware,
        scores=_json(a.scores),
        outputs=[row for path in a.outputs for row in _json(path)["rows"]],
        licence=a.licence,
        before=a.before,
    )
    (a.model / "README.md").write_text(card(facts), encoding="utf-8")
    return 0


def _hinted(model: Path) -> tuple[int, int]:
    """How many words and expressions a model has hints for, in all its languages."""
    lines = (line.split("\t") for path in model.glob(HINTS_FILES) for line in command.read_lines(path))
    kinds = Counter(" " in known for known, hint in lines if hint)
    return kinds[False], kinds[True]


def duration(trained: Sequence[TrainPoint]) -> float:
    """Seconds of training that the points stand for: the tokens between them at the speeds they note."""
    total, before = 0.0, 0
    for point in trained:
        total += max(0, point.tokens - before) / point.tokens_per_second if point.tokens_per_second else 0.0
        before = point.tokens
    return total


if __name__ == "__main__":
    command.run(lambda: main(sys.argv[1:]))
