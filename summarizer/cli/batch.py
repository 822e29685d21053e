"""`summarizer batch`: a folder in, a mirrored folder out."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from summarizer.cli.batch_scale import Scale, merge, run, scale_options
from summarizer.cli.context import Context, verbosity_options
from summarizer.cli.shared import memory_option, model_options, noncommercial_option, summary_options, view_option
from summarizer.errors import EXIT_DONE, EXIT_INTERRUPTED, EXIT_PARTIAL

if TYPE_CHECKING:
    from summarizer.batch.interface import BatchOptions, Stop
    from summarizer.batch.runner import Totals


@click.command(
    "batch",
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="""\b
Examples:
  summarizer batch articles/ results/
  summarizer batch articles/ results/ -l en -l fr -f html -f json
  summarizer batch articles/ results/ --dry-run
  summarizer batch articles/ results/ --include '*.html' --exclude 'drafts/*'
  summarizer batch articles/ results/ --log-json - | jq 'select(.event == "failed")'
  summarizer batch articles/ results/ -f html --report results/morning.html
  summarizer batch incoming/ results/ --watch
  summarizer batch articles/ results/ --shard 3/16        and when all sixteen are done:
  summarizer batch articles/ results/ --merge
""",
)
@click.argument("source", metavar="INPUT", type=click.Path(path_type=Path))
@click.argument("output", metavar="OUTPUT", type=click.Path(path_type=Path))
@summary_options
@click.option(
    "-f",
    "--format",
    "formats",
    multiple=True,
    type=click.Choice(["text", "markdown", "html", "json", "tmx"]),
    help="Form of the results; repeatable.  [default: json]",
)
@view_option
@click.option("--include", multiple=True, metavar="GLOB", help="Take only these; repeatable.")
@click.option("--exclude", multiple=True, metavar="GLOB", help="Leave these out; repeatable.")
@click.option(
    "--jobs",
    type=click.IntRange(0, 1024),
    default=0,
    metavar="N",
    help="Worker processes.  [default: one a core, as far as memory goes]",
)
@click.option("--resume/--restart", default=True, help="Go on where the last run stopped, or do everything anew.")
@click.option("--retry-failed", is_flag=True, help="Try articles again that failed before.")
@click.option(
    "--timeout",
    type=click.FloatRange(min=1),
    default=600.0,
    show_default=True,
    metavar="SECONDS",
    help="Longest time without a sign of life: an article that hangs longer fails.",
)
@click.option("--dry-run", is_flag=True, help="Say what there is to do and how long it will take; write nothing.")
@click.option("--log-json", metavar="FILE|-", help="Write each event as a line of JSON.")
@scale_options
@model_options
@click.option("--force", is_flag=True, help="Take articles that are not Italian too.")
@noncommercial_option
@memory_option
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
    dry_run: bool,
    log_json: str | None,
    no_memory: bool,
    **rest: Any,
) -> int:
    """Translate and summarise every article of a folder into a mirrored folder.

    May be stopped or killed at any moment; the same command goes on where it stopped. One bad article fails alone and
    is listed in OUTPUT/failures.csv.
    """
    from summarizer.batch.interface import BatchOptions, Stop
    from summarizer.cli.batch_view import view as watching
    from summarizer.options import Options
    from summarizer.summarization.interface import Length

    scale = Scale.take(rest, source, output, dry_run=dry_run, restart=not resume, retry_failed=retry_failed)
    if scale.merge:
        return merge(state, scale, source, output)
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
        shard=scale.shard,
    )
    if dry_run:
        return _dry_run(source, output, batch)
    stop = Stop()
    # nobody can count what has not come yet
    count = None if scale.watch else lambda: _count(source, output, batch)
    with _signals(stop), watching(state, log_json, count) as listener:
        for totals in run(scale, source, output, batch, stop, listener):
            if scale.watch:
                _say_counts(state, totals)
    return EXIT_DONE if scale.watch else _conclude(state, totals, output, batch)


def _count(source: Path, output: Path, batch: BatchOptions) -> int:
    from summarizer.batch import plan

    return sum(1 for _ in plan.find(source, output, batch)) // batch.shard[1]


def _say_counts(state: Context, totals: Totals) -> None:
    from summarizer.cli.batch_view import duration

    before = [f"{totals.skipped:,} done before"] if totals.skipped else []
    before += [f"{totals.held:,} failed before"] if totals.held else []
    counts = ", ".join([f"{totals.done:,} done", f"{totals.failed:,} failed", *before])
    speed = f"{totals.words:,} words in {duration(totals.seconds)}"
    if totals.seconds and totals.words:
        speed += f", {60 * totals.words / totals.seconds:,.0f} a minute"
    state.say(f"{counts}; {speed}")


def _conclude(state: Context, totals: Totals, output: Path, batch: BatchOptions) -> int:
    """Says what was done and what is left to do, and gives the exit code."""
    from summarizer.batch import failures, plan

    _say_counts(state, totals)
    if totals.failed or totals.held:
        folder = output if batch.shard[1] == 1 else plan.private_folder(output, batch.shard)
        state.say(f"{folder / failures.NAME} says why they failed; --retry-failed tries them again")
    if totals.stopped:
        state.say(f"stopped; the same command{' without --restart' if batch.restart else ''} goes on from here")
        return EXIT_INTERRUPTED
    return EXIT_PARTIAL if totals.failed or totals.held else EXIT_DONE


def _dry_run(source: Path, output: Path, batch: BatchOptions) -> int:
    from summarizer.batch.estimate import estimate
    from summarizer.batch.resources import worker_count
    from summarizer.cli.batch_view import duration

    found = estimate(source, output, batch)
    others = [
        f"{number:,} {what}"
        for number, what in (
            (found.skipped, "done before"),
            (found.held, "failed before"),
            (found.refused, "that cannot be read"),
        )
        if number
    ]
    click.echo(f"{found.articles:,} articles: {', '.join([f'{found.to_do:,} to do', *others])}")
    if not found.to_do:
        return EXIT_DONE
    about = "" if found.exact else "about "
    click.echo(f"{about}{found.sentences:,} sentences and {found.words:,} words to translate")
    if found.unreadable:
        click.echo(f"{'' if found.exact else 'of those looked into, '}{found.unreadable:,} will fail")
    if found.words_per_minute:
        workers = worker_count(batch)
        click.echo(
            f"about {duration(found.seconds)} with {workers} worker{'s' if workers > 1 else ''} on this machine: "
            f"{found.words_per_minute:,.0f} words a minute, measured; less where the translation memory helps"
        )
    return EXIT_DONE


@contextmanager
def _signals(stop: Stop) -> Iterator[None]:
    """Ctrl-C, SIGTERM or a closed terminal once: finish what is in flight; twice: stop now. Nothing is lost."""

    def handle(number: int, frame: object) -> None:
        # no more than this: whatever the main thread is writing at the moment must not be written into
        stop.now = stop.requested
        stop.requested = True

    signals = {signal.SIGINT, signal.SIGTERM, getattr(signal, "SIGHUP", signal.SIGTERM)}
    before = {number: signal.signal(number, handle) for number in signals}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
