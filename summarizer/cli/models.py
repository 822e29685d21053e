"""`summarizer models`: what there is, under which licence, and what is installed."""

from __future__ import annotations

import click

from summarizer.cli.context import Context, color_system, verbosity_options, width
from summarizer.untrusted import one_line


@click.group("models", context_settings={"help_option_names": ["-h", "--help"]})
@verbosity_options
def command() -> None:
    """List and look at models."""


@command.command("list")
@verbosity_options
@click.pass_obj
def list_(state: Context) -> None:
    """Show every model of the catalogue: task, languages, licence, size, installed or not."""
    import sys

    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from summarizer.models.catalog import catalog
    from summarizer.models.store import ModelStore
    from summarizer.options import Options

    here = {model.card.id for model in ModelStore(Options().cache).installed()}
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in ("model", "task", "languages", "licence", "MB", "installed"):
        table.add_column(column, justify="right" if column == "MB" else "left")
    for card in catalog():
        table.add_row(
            Text(card.id),
            Text(card.task),
            Text(f"{','.join(card.sources)} → {','.join(card.targets)}"),
            Text(card.licence),
            Text(str(card.download_mb or "")),
            Text("yes" if card.id in here else "no"),
        )
    colors = color_system(sys.stdout)
    Console(color_system=colors, no_color=colors is None, width=max(100, width(sys.stdout)), highlight=False).print(
        table
    )


@command.command("show")
@click.argument("model_id", metavar="ID")
@verbosity_options
def show(model_id: str) -> None:
    """Show everything that is known of one model."""
    from dataclasses import fields

    from summarizer.models.catalog import card

    found = card(model_id)
    for field in fields(found):
        value = getattr(found, field.name)
        text = ", ".join(value) if isinstance(value, tuple) else str(value)
        click.echo(f"{field.name:18} {one_line(text)}")
