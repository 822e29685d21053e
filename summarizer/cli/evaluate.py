"""`summarizer evaluate`: which model is best, and how fast, on pairs of one's own."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from summarizer.cli.context import Context, color_system, verbosity_options, width
from summarizer.cli.shared import engine_options, noncommercial_option
from summarizer.errors import UsageError
from summarizer.untrusted import one_line

if TYPE_CHECKING:
    from summarizer.evaluation.evaluate import Interval, ModelScores

_SETS = ("flores-dev", "flores-devtest", "newstest2009")


@click.command("evaluate", context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--source",
    required=True,
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Italian sentences, one a line; for summarizers, articles.",
)
@click.option(
    "--reference",
    required=True,
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Their translations, or summaries, line by line.",
)
@click.option(
    "--model",
    "models",
    multiple=True,
    metavar="ID",
    help="Translation or summarization model to measure; repeatable.  [default: the translation model read uses]",
)
@click.option("-t", "--to", default="en", show_default=True, metavar="LANG", help="Language of the references.")
@click.option(
    "-f", "--format", "form", type=click.Choice(["auto", "rich", "markdown", "json"]), default="auto", show_default=True
)
@click.option(
    "--length", default="medium", show_default=True, metavar="short|medium|long|N", help="Length of summaries."
)
@click.option("--prompt", type=click.Path(path_type=Path), metavar="FILE", help="Prompt template for summarizers.")
@click.option("--published", type=click.Choice(_SETS), help="Add other systems' published BLEU for this test set.")
@engine_options
@noncommercial_option
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
    length: str,
    **options: Any,
) -> None:
    """Score models on a test set of one's own: BLEU, chrF, TER, ROUGE, and sentences per second.

    Every score comes with its 95 % confidence interval and sacrebleu's signature. Scores of single sentences say
    little; a few hundred lines of one's own kind of news say much.
    """
    from summarizer.evaluation.evaluate import evaluate, read_lines
    from summarizer.evaluation.evaluate import published as known
    from summarizer.languages import language
    from summarizer.options import Options
    from summarizer.summarization.interface import Length

    if published and language(options["to"]).tag != "en":
        raise UsageError("--published has figures for translation into English only")
    # a prompt is for models that write; whether those that are measured do is for `evaluate` to say
    chosen = Options(**options, style="abstractive" if options["prompt"] else "auto", length=Length(length))
    results = evaluate(read_lines(source), read_lines(reference), chosen, models or (None,))
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
        for name in ("bleu", "chrf", "ter", "rouge_1", "rouge_2", "rouge_l"):
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


# What the scores are called, in the order in which they matter for the task.
_SCORES = {
    "translation": {"bleu": "BLEU", "chrf": "chrF", "ter": "TER", "rouge_l": "ROUGE-L"},
    "summarization": {"rouge_1": "ROUGE-1", "rouge_2": "ROUGE-2", "rouge_l": "ROUGE-L", "bleu": "BLEU", "chrf": "chrF"},
}


def _table(results: list[ModelScores], others: dict[str, float]) -> tuple[list[str], list[list[str]]]:
    """Headings and rows."""

    def shown(interval: Interval) -> str:
        return f"{interval.score:.1f} ±{(interval.high - interval.low) / 2:.1f}"

    scores = _SCORES[results[0].task]
    rows = [
        [
            one_line(r.id), *(shown(getattr(r, name)) for name in scores),
            f"{r.sentences_per_second:.1f}", str(r.kept_untranslated), one_line(r.licence),
        ]
        for r in results
    ]  # fmt: skip
    for name, bleu in others.items():
        figures = [f"{bleu:.1f}" if score == "bleu" else "" for score in scores]
        rows.append([f"{name} (published)", *figures, "", "", ""])
    return ["model", *scores.values(), "sentences/s", "failed", "licence"], rows


def _markdown(results: list[ModelScores], others: dict[str, float]) -> list[str]:
    headings, rows = _table(results, others)
    lines = ["| " + " | ".join(headings) + " |", "|---|" + "--:|" * (len(headings) - 2) + "---|"]
    return lines + ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows]


def _rich(results: list[ModelScores], others: dict[str, float]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    headings, rows = _table(results, others)
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in headings:
        table.add_column(column, justify="left" if column in ("model", "licence") else "right", no_wrap=True)
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    colors = color_system(sys.stdout)
    # figures are no use when they are cut: a narrow terminal breaks the lines
    wide = max(width(sys.stdout), _whole(headings, rows))
    Console(color_system=colors, no_color=colors is None, width=wide, highlight=False).print(table)


def _whole(headings: list[str], rows: list[list[str]]) -> int:
    """Columns that the whole table takes."""
    return sum(max(len(row[i]) for row in [headings, *rows]) + 2 for i in range(len(headings)))
