"""`summarizer models`: what there is, under which licence, what is installed; pull, verify, remove, choose."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from summarizer.cli.context import Context, color_system, verbosity_options, width
from summarizer.cli.output import write_stdout
from summarizer.errors import EXIT_DONE, EXIT_FAILED, ModelError
from summarizer.untrusted import one_line

if TYPE_CHECKING:
    from summarizer.models.catalog import ModelCard, ModelTask
    from summarizer.models.hub import Progress
    from summarizer.models.overview import Listed
    from summarizer.models.store import ModelStore

# Terminal columns that a table with unbroken ids takes.
WIDE = 120
# The tasks of the catalogue, which is not imported for the sake of a help page.
TASKS: tuple[ModelTask, ...] = ("translation", "summarization", "embedding")

_format = click.option(
    "-f",
    "--format",
    "form",
    type=click.Choice(["auto", "rich", "text", "json"]),
    default="auto",
    show_default=True,
    help="auto: rich on a terminal, text in a pipe.",
)


def _store(*, allow_noncommercial: bool = False) -> ModelStore:
    from summarizer.models.store import ModelStore
    from summarizer.options import default_cache, default_config

    return ModelStore(default_cache(), default_config(), allow_noncommercial=allow_noncommercial)


@click.group("models", context_settings={"help_option_names": ["-h", "--help"]})
@verbosity_options
def command() -> None:
    """Find, pull, verify and choose models."""


@command.command("list")
@click.option("--installed", is_flag=True, help="Only what can be used now.")
@click.option("--task", type=click.Choice(TASKS), help="Only models for this task.")
@click.option("--language", metavar="LANG", help="Only models that write this language, or compare sentences in it.")
@_format
@verbosity_options
def list_(installed: bool, task: str | None, language: str | None, form: str) -> None:
    """Show every model: languages, licence, size, published quality, installed or not."""
    from summarizer.languages import language as known_language
    from summarizer.models.overview import overview

    tag = known_language(language).tag if language else None
    rows = [
        row
        for row in overview(_store())
        if (not installed or row.state in ("shipped", "installed"))
        and (task is None or row.card.task == task)
        and (tag is None or row.card.writes(tag))
    ]
    form = _resolved(form)
    if form == "json":
        write_stdout(json.dumps([row.as_json() for row in rows], ensure_ascii=False, indent=1) + "\n", utf8=True)
    elif form == "rich":
        _print_table(rows)
    else:
        cells = [[*_cells(row), row.card.task] for row in rows]
        widths = [max((len(row[i]) for row in cells), default=0) for i in range(len(_COLUMNS))]
        lines = ["  ".join(cell.ljust(w) for cell, w in zip(row, widths, strict=False)) for row in cells]
        write_stdout("".join(f"{line}  {row[-1]}\n" for line, row in zip(lines, cells, strict=True)), utf8=False)


@command.command("show")
@click.argument("model_id", metavar="ID")
@_format
@verbosity_options
def show(model_id: str, form: str) -> None:
    """Show everything that is known of one model."""
    from summarizer.models.overview import overview

    found = next((row for row in overview(_store()) if row.card.id == model_id), None)
    if found is None:
        raise ModelError(f"unknown model {model_id!r}: `summarizer models list` shows what there is")
    if form == "json":
        write_stdout(json.dumps(found.as_json(), ensure_ascii=False, indent=1) + "\n", utf8=True)
        return
    write_stdout("".join(f"{name:14} {one_line(value)}\n" for name, value in _facts(found) if value), utf8=False)


@command.command("pull")
@click.argument("model_id", metavar="ID")
@click.option("--revision", metavar="REV", help="Branch, tag or commit, instead of the catalogue's.")
@click.option("--allow-noncommercial", is_flag=True, help="Accept a licence that restricts use, or the lack of one.")
@click.option("--offline", is_flag=True, help="Touch no network.")
@verbosity_options
@click.pass_obj
def pull(state: Context, model_id: str, revision: str | None, allow_noncommercial: bool, offline: bool) -> None:
    """Fetch a model from the Hugging Face hub, go on with a pull that was cut off, or repair a damaged model.

    ID is a model of `summarizer models list`, or any repository of a supported architecture. Files go into the hub's
    own cache (HF_HOME), where other tools find them.
    """
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    store = _store(allow_noncommercial=allow_noncommercial)
    with _progress(state, model_id) as progress:
        model = store.pull(
            model_id, revision=revision, allow_noncommercial=allow_noncommercial, offline=offline, progress=progress
        )
    card = model.card
    state.say(f"{card.id} is installed, commit {model.revision[:12]}, {_licence(card)}")
    if card.attribution:
        state.say(f"attribution: {card.attribution}")
    if card.note:
        state.say(f"note: {card.note}")


@command.command("verify")
@click.argument("model_id", metavar="[ID]", required=False)
@verbosity_options
@click.pass_obj
def verify(state: Context, model_id: str | None) -> int:
    """Read every file of a model, or of all pulled ones, and compare it with its checksum. Exits with 1 on damage."""
    from summarizer.models.overview import overview

    store = _store()
    wanted = [model_id] if model_id else [row.card.id for row in overview(store) if row.receipt is not None]
    damaged = False
    for each in wanted:
        faults = store.verify(each)
        damaged |= bool(faults)
        click.echo(f"{one_line(each)}: {'damaged' if faults else 'whole'}")
        for fault in faults:
            click.echo(f"  {one_line(fault)}")
        if faults and store.receipt(each) is not None:
            state.error(f"`summarizer models pull {each}` repairs it")
    if not wanted:
        state.say("no model has been pulled")
    return EXIT_FAILED if damaged else EXIT_DONE


@command.command("remove")
@click.argument("model_id", metavar="ID")
@verbosity_options
@click.pass_obj
def remove(state: Context, model_id: str) -> None:
    """Delete a pulled model, its converted copies, and its files in the hub's cache that nothing else uses."""
    freed = _store().remove(model_id)
    state.say(f"{model_id} is removed, {freed / 1e6:.0f} MB are free again")


@command.command("default")
@click.argument("model_id", metavar="[ID]", required=False)
@verbosity_options
@click.pass_obj
def default(state: Context, model_id: str | None) -> None:
    """Make an installed model the first choice for its task, or show what the first choices are."""
    store = _store()
    if model_id:
        task = store.set_default(model_id)
        state.say(f"{model_id} is now the default for {task}")
        return
    for task in TASKS:
        click.echo(f"{task:14} {store.default(task) or '(the best that is installed)'}")


# -- forms --------------------------------------------------------------------------------------------------------


def _resolved(form: str) -> str:
    return ("rich" if sys.stdout.isatty() else "text") if form == "auto" else form


_COLUMNS = ("model", "languages", "licence", "MB", "published", "state")


def _cells(row: Listed) -> list[str]:
    card = row.card
    return [
        one_line(card.id),
        _languages(card),
        _licence(card),
        str(card.download_mb or ""),
        _published(card),
        f"{row.state}, default" if row.default else row.state,
    ]


def _languages(card: ModelCard) -> str:
    def side(tags: tuple[str, ...]) -> str:
        return "many" if "*" in tags else ",".join(tags) if len(tags) <= 3 else f"{','.join(tags[:2])} +{len(tags) - 2}"

    if card.task != "translation" and card.sources == card.targets:
        return side(card.targets)
    return f"{side(card.sources)} → {side(card.targets)}"


def _licence(card: ModelCard) -> str:
    if not card.licence:
        return "no licence stated"
    return one_line(card.licence) + ("" if card.commercial else ", not for commercial use")


def _published(card: ModelCard) -> str:
    if not card.quality:
        return ""
    best = next((q for q in card.quality if q.metric == "BLEU"), card.quality[0])
    return f"{best.metric} {best.score:g}"


def _facts(row: Listed) -> Iterator[tuple[str, str]]:
    card, receipt = row.card, row.receipt
    yield "id", card.id
    yield "name", card.name
    yield "task", card.task
    writes = "" if card.task == "embedding" else f" → {', '.join(card.targets)}"
    yield "languages", ", ".join(card.sources) + writes
    yield "architecture", card.architecture
    yield "parameters", f"{card.parameters / 1e6:.0f} million" if card.parameters else ""
    yield "download", f"{card.download_mb} MB" if card.download_mb else ""
    yield "input limit", f"{card.max_source_tokens} tokens"
    yield "decoding", card.generation.fingerprint().replace("|", " ") if card.generation else ""
    yield "licence", _licence(card)
    yield "attribution", card.attribution
    for quality in card.quality:
        pair = f"{quality.source}→{quality.target}" if quality.source != quality.target else quality.target
        yield "published", f"{quality.metric} {quality.score:g} on {quality.test_set}, {pair} ({quality.origin})"
    yield "note", card.note
    yield "revision", row.revision
    yield "state", f"{row.state}, default for {card.task}" if row.default else row.state
    if receipt is not None:
        yield "pulled", receipt.date + (", weights converted from pickle" if receipt.converted else "")
        yield "folder", str(receipt.folder)
    elif card.path is not None:
        yield "folder", str(card.path)


def _print_table(rows: list[Listed]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    columns = width(sys.stdout)
    colors = color_system(sys.stdout)
    console = Console(color_system=colors, no_color=colors is None, width=columns, highlight=False)
    table = Table(box=None, pad_edge=False, header_style="bold", show_header=columns >= WIDE)
    for name in _COLUMNS if columns >= WIDE else ("",):
        table.add_column(name, justify="right" if name == "MB" else "left", no_wrap=name in ("model", "MB"))
    task = ""
    for row in rows:
        if row.card.task != task:
            task = row.card.task
            table.add_row(Text(task, style="bold underline"))
        cells = _cells(row)
        styles = ["bold" if row.state in ("shipped", "installed") else "", "", "", "", "", ""]
        styles[2] = "" if row.card.unrestricted else "yellow"
        styles[5] = {"shipped": "green", "installed": "green", "not installed": "dim"}.get(row.state, "red")
        parts = [Text(cell, style=style) for cell, style in zip(cells, styles, strict=True)]
        if columns >= WIDE:
            table.add_row(*parts)
            continue
        # too narrow for a table whose ids can be copied: the id on a line, the rest under it
        parts[3] = Text(f"{cells[3]} MB" if cells[3] else "")
        rest = Text(" · ").join(part for part in parts[1:] if part.plain)
        table.add_row(parts[0])
        table.add_row(Text.assemble("    ", rest))
    console.print(table)


@contextmanager
def _progress(state: Context, model_id: str) -> Iterator[Progress | None]:
    """A bar on a terminal, a line where there is none."""
    if not state.live:
        state.say(f"pulling {model_id}")
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn, TransferSpeedColumn

    colors = color_system(sys.stderr)
    console = Console(stderr=True, color_system=colors, no_color=colors is None, highlight=False)
    columns: list[Any] = [
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
    ]
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task(one_line(model_id), total=None)

        def report(name: str, done: int, total: int) -> None:
            bar.update(task, description=one_line(name), completed=done, total=total)

        yield report
