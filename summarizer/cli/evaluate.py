"""`summarizer evaluate`: which model is best, and how fast, on pairs of one's own."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from summarizer.cli.context import Context, color_system, verbosity_options, width
from summarizer.untrusted import one_line

if TYPE_CHECKING:
    from summarizer.evaluation.evaluate import Interval, ModelScores

_SETS = ("flores-dev", "flores-devtest", "newstest2009")


@click.command("evaluate", context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--source", required=True, type=click.Path(path_type=Path), metavar="FILE", help="Italian sentences, one a line."
)
@click.option(
    "--reference",
    required=True,
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Their translations, line by line.",
)
@click.option(
    "--model", "models", multiple=True, metavar="ID", help="Model to measure; repeatable.  [default: the one read uses]"
)
@click.option("-t", "--to", default="en", show_default=True, metavar="LANG", help="Language of the references.")
@click.option(
    "-f", "--format", "form", type=click.Choice(["auto", "rich", "markdown", "json"]), default="auto", show_default=True
)
@click.option("--published", type=click.Choice(_SETS), help="Add other systems' published BLEU for this test set.")
@click.option("--engine", type=click.Choice(["auto", "ctranslate2", "transformers"]), default="auto", show_default=True)
@click.option("--device", type=click.Choice(["auto", "cpu", "cuda"]), default="auto", show_default=True)
@click.option("--beam-size", type=click.IntRange(1, 32), default=4, show_default=True, metavar="N")
@verbosity_options
@click.pass_obj
def command(
    state: Context,
    /,
    source: Path,
    reference: Path,
    models: tuple[str, ...],
    form: str,
    published: str | None,
    **options: Any,
) -> None:
    """Score translation models on a parallel test set: BLEU, chrF, TER, ROUGE-L, and sentences per second.

    Every score comes with its 95 % confidence interval and sacrebleu's signature. Scores of single sentences say
    little; a few hundred lines of one's own kind of news say much.
    """
    from summarizer.evaluation.evaluate import evaluate, read_lines
    from summarizer.evaluation.evaluate import published as known
    from summarizer.options import Options

    results = evaluate(read_lines(source), read_lines(reference), Options(**options), models or (None,))
    others = known()[published] if published else {}
    if form == "json":
        click.echo(json.dumps(_data(results, others, source, reference), ensure_ascii=False, indent=2))
    elif form == "markdown":
        click.echo("\n".join(_markdown(results, others)))
    else:
        _rich(results, others)
    if form != "json":
        for result in results:
            state.say(f"{result.id}: {result.signature}")


def _data(results: list[ModelScores], others: dict[str, float], source: Path, reference: Path) -> dict[str, Any]:
    def one(result: ModelScores) -> dict[str, Any]:
        data = asdict(result)
        for name in ("bleu", "chrf", "ter", "rouge_l"):
            interval = data.pop(name)
            data[name] = round(interval["score"], 2)
            data[f"{name}_95"] = [round(interval["low"], 2), round(interval["high"], 2)]
        return data | {"sentences_per_second": round(result.sentences_per_second, 2)}

    return {
        "models": [one(result) for result in results],
        "published": [{"id": name, "bleu": bleu} for name, bleu in others.items()],
        "source": str(source),
        "reference": str(reference),
    }


def _rows(results: list[ModelScores], others: dict[str, float]) -> list[tuple[str, ...]]:
    def shown(interval: Interval) -> str:
        return f"{interval.score:.1f} ±{(interval.high - interval.low) / 2:.1f}"

    rows: list[tuple[str, ...]] = [
        (
            one_line(r.id), shown(r.bleu), shown(r.chrf), shown(r.ter), shown(r.rouge_l),
            f"{r.sentences_per_second:.1f}", str(r.kept_untranslated), r.licence,
        )
        for r in results
    ]  # fmt: skip
    return rows + [(f"{name} (published)", f"{bleu:.1f}", "", "", "", "", "", "") for name, bleu in others.items()]


_COLUMNS = ("model", "BLEU", "chrF", "TER", "ROUGE-L", "sentences/s", "kept Italian", "licence")


def _markdown(results: list[ModelScores], others: dict[str, float]) -> list[str]:
    lines = ["| " + " | ".join(_COLUMNS) + " |", "|---|" + "--:|" * 6 + "---|"]
    return lines + [
        "| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in _rows(results, others)
    ]


def _rich(results: list[ModelScores], others: dict[str, float]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in _COLUMNS:
        table.add_column(column, justify="left" if column in ("model", "licence") else "right", no_wrap=True)
    for row in _rows(results, others):
        table.add_row(*(Text(cell) for cell in row))
    colors = color_system(sys.stdout)
    Console(color_system=colors, no_color=colors is None, width=max(140, width(sys.stdout)), highlight=False).print(
        table
    )
