"""Options that several commands have: written once, so that they are called and mean the same everywhere."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])


def _together(*options: Callable[[F], F]) -> Callable[[F], F]:
    """One decorator that adds the options in this order."""

    def add(function: F) -> F:
        for option in reversed(options):
            function = option(function)
        return function

    return add


view_option = click.option(
    "--view",
    type=click.Choice(["full", "summary", "translation", "side-by-side"]),
    default="full",
    show_default=True,
    help="What to show.",
)
noncommercial_option = click.option(
    "--allow-noncommercial", is_flag=True, help="Use models that forbid commercial use or state no licence."
)
memory_option = click.option("--no-memory", is_flag=True, help="Neither use nor fill the translation memory.")

summary_options = _together(
    click.option(
        "-l",
        "--language",
        "languages",
        multiple=True,
        metavar="LANG",
        help="Summary language; repeatable.  [default: en]",
    ),
    click.option("-t", "--to", default="en", show_default=True, metavar="LANG", help="Translation language."),
    click.option(
        "--length",
        default="medium",
        show_default=True,
        metavar="short|medium|long|N",
        help="Summary length; N sentences.",
    ),
    click.option(
        "--style",
        type=click.Choice(["auto", "extractive", "abstractive"]),
        default="auto",
        show_default=True,
        help="Chosen sentences, or sentences written by a model.",
    ),
)
"""What is to be written: `languages`, `to`, `length` and `style`."""

engine_options = _together(
    click.option(
        "--engine", type=click.Choice(["auto", "ctranslate2", "transformers"]), default="auto", show_default=True
    ),
    click.option("--device", type=click.Choice(["auto", "cpu", "cuda"]), default="auto", show_default=True),
    click.option(
        "--beam-size", type=click.IntRange(1, 32), default=4, show_default=True, metavar="N", help="1 is greedy search."
    ),
)
"""How models are run: `engine`, `device` and `beam_size`."""

model_options = _together(
    click.option("--model", metavar="ID", help="Translation model."),
    click.option("--summarizer", metavar="ID", help="Summarization model."),
    click.option(
        "--prompt", type=click.Path(path_type=Path), metavar="FILE", help="Prompt template for the summarization model."
    ),
    engine_options,
    click.option(
        "--glossary",
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="Terms that must be translated so: TSV, CSV or TOML.",
    ),
)
"""What it is written with: `model`, `summarizer`, `prompt`, the engine's options and `glossary`."""
