"""`summarizer batch`: a folder in, a mirrored folder out."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from summarizer.cli.context import Context, verbosity_options
from summarizer.errors import EXIT_DONE, EXIT_INTERRUPTED, EXIT_PARTIAL

if TYPE_CHECKING:
    from summarizer.batch.interface import Event, Stop


@click.command("batch", context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("source", metavar="INPUT", type=click.Path(path_type=Path))
@click.argument("output", metavar="OUTPUT", type=click.Path(path_type=Path))
@click.option(
    "-l", "--language", "languages", multiple=True, metavar="LANG", help="Summary language; repeatable.  [default: en]"
)
@click.option("-t", "--to", default="en", show_default=True, metavar="LANG", help="Translation language.")
@click.option("--length", default="medium", show_default=True, metavar="short|medium|long|N", help="Summary length.")
@click.option(
    "-f",
    "--format",
    "formats",
    multiple=True,
    type=click.Choice(["text", "markdown", "html", "json", "tmx"]),
    help="Form of the results; repeatable.  [default: json]",
)
@click.option(
    "--view", type=click.Choice(["full", "summary", "translation", "side-by-side"]), default="full", show_default=True
)
@click.option("--include", multiple=True, metavar="GLOB", help="Take only these; repeatable.")
@click.option("--exclude", multiple=True, metavar="GLOB", help="Leave these out; repeatable.")
@click.option(
    "--jobs", type=click.IntRange(0, 1024), default=0, metavar="N", help="Worker processes.  [default: one a core]"
)
@click.option("--resume/--restart", default=True, help="Go on where the last run stopped, or do everything anew.")
@click.option("--retry-failed", is_flag=True, help="Try articles again that failed before.")
@click.option(
    "--timeout",
    type=click.FloatRange(min=1),
    default=600.0,
    show_default=True,
    metavar="SECONDS",
    help="Longest time one article may take.",
)
@click.option("--model", metavar="ID", help="Translation model.")
@click.option("--engine", type=click.Choice(["auto", "ctranslate2", "transformers"]), default="auto", show_default=True)
@click.option("--device", type=click.Choice(["auto", "cpu", "cuda"]), default="auto", show_default=True)
@click.option("--beam-size", type=click.IntRange(1, 32), default=4, show_default=True, metavar="N")
@click.option("--glossary", type=click.Path(path_type=Path), metavar="FILE")
@click.option("--force", is_flag=True, help="Take articles that are not Italian too.")
@click.option("--no-memory", is_flag=True, help="Neither use nor fill the translation memory.")
@verbosity_options
@click.pass_obj
def command(
    state: Context,
    /,
    source: Path,
    output: Path,
    languages: tuple[str, ...],
    length: str,
    formats: tuple[str, ...],
    view: str,
    include: tuple[str, ...],
    exclude: tuple[str, ...],
    jobs: int,
    resume: bool,
    retry_failed: bool,
    timeout: float,
    no_memory: bool,
    **rest: Any,
) -> int:
    """Translate and summarise every article of a folder into a mirrored folder.

    May be stopped or killed at any moment; the same command goes on where it stopped. One bad article fails alone and
    is listed in OUTPUT/failures.csv.
    """
    from summarizer.batch.interface import BatchOptions, Stop
    from summarizer.batch.local import LocalExecutor
    from summarizer.batch.runner import Runner
    from summarizer.options import Options
    from summarizer.summarization.interface import Length

    batch = BatchOptions(
        options=Options(
            languages=languages or ("en",), length=Length(length), memory=not no_memory, offline=True, **rest
        ),
        formats=tuple(dict.fromkeys(formats)) or ("json",),
        view=view,  # type: ignore[arg-type]  # click checked it
        include=include,
        exclude=exclude,
        jobs=jobs,
        restart=not resume,
        retry_failed=retry_failed,
        article_seconds=timeout,
    )
    stop = Stop()

    def listen(event: Event) -> None:
        if event.name in ("failed", "notice"):
            state.say(event.message)

    with _signals(stop, state):
        totals = Runner(source, output, batch, LocalExecutor(), listener=listen).run(stop)
    state.say(
        f"{totals.done} done, {totals.failed} failed, {totals.skipped} done before, {totals.held} failed before, "
        f"{totals.words} words in {totals.seconds:.1f} s"
    )
    if totals.stopped:
        state.say("stopped; the same command goes on from here")
        return EXIT_INTERRUPTED
    return EXIT_PARTIAL if totals.failed or totals.held else EXIT_DONE


@contextmanager
def _signals(stop: Stop, state: Context) -> Iterator[None]:
    """Ctrl-C or SIGTERM once: finish what is in flight; twice: stop now. Nothing is lost either way."""

    def handle(number: int, frame: object) -> None:
        stop.now = stop.requested
        stop.requested = True
        state.say("stopping now" if stop.now else "stopping after what is in flight; once more stops now")

    before = {number: signal.signal(number, handle) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
