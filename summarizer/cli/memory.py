"""`summarizer memory`: what is remembered, out to TMX, in from TMX, gone."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from summarizer.cli.context import Context, verbosity_options
from summarizer.untrusted import one_line

if TYPE_CHECKING:
    from summarizer.translation.memory import TranslationMemory


def _open() -> TranslationMemory:
    from summarizer.options import Options
    from summarizer.translation.memory import TranslationMemory

    return TranslationMemory.open(Options().memory_path)


@click.group("memory", context_settings={"help_option_names": ["-h", "--help"]})
@verbosity_options
def command() -> None:
    """Look after the translation memory.

    It holds every sentence translated so far, so that none is translated twice. Deleting it costs time, never
    correctness.
    """


@command.command("stats")
@verbosity_options
def stats() -> None:
    """Say how much is remembered."""
    with _open() as memory:
        found = memory.stats()
    click.echo(f"entries   {found.entries}")
    for (source, target), number in sorted(found.pairs.items()):
        click.echo(f"  {source} → {target}   {number}")
    for model, number in sorted(found.models.items()):
        click.echo(f"  {one_line(model) or 'imported'}   {number}")
    click.echo(f"size      {found.bytes / 1e6:.1f} MB")


@command.command("export")
@click.argument("file", type=click.Path(path_type=Path))
@verbosity_options
@click.pass_obj
def export(state: Context, file: Path) -> None:
    """Write everything to a TMX 1.4 file."""
    from summarizer.translation.tmx import write_units

    with _open() as memory:
        number = write_units(memory.units(), file)
    state.say(f"{number} sentence pairs written to {file}")


@command.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@verbosity_options
@click.pass_obj
def import_(state: Context, file: Path) -> None:
    """Take in sentence pairs from a TMX file; they win over what a model would say."""
    from summarizer.translation.tmx import read_units

    with _open() as memory:
        number = memory.import_units(read_units(file))
    state.say(f"{number} sentence pairs taken in from {file}")


@command.command("clear")
@click.confirmation_option(prompt="Forget every translation?")
@verbosity_options
@click.pass_obj
def clear(state: Context) -> None:
    """Forget everything."""
    with _open() as memory:
        number = memory.clear()
    state.say(f"{number} entries forgotten")
