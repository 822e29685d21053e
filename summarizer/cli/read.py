"""`summarizer read`: the main job."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from summarizer.cli.context import Context, color_system, speaks_unicode, verbosity_options, width
from summarizer.cli.output import format_for, write_file, write_stdout
from summarizer.cli.shared import memory_option, model_options, noncommercial_option, summary_options, view_option
from summarizer.errors import EXIT_DONE, EXIT_FAILED, EXIT_PARTIAL, SummarizerError, UsageError
from summarizer.render.interface import RenderOptions

# Sources read ahead and translated together: enough to fill the batches, few enough that the first answer comes soon.
WINDOW = 8


@click.command(
    "read",
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="""\b
Examples:
  summarizer read article.it.txt
  summarizer read article.it.txt -l fr -l en --length short
  summarizer read *.html -f json > reports.jsonl
  summarizer read --view side-by-side article.pdf
""",
)
@click.argument("sources", nargs=-1, metavar="[SOURCE]...")
@summary_options
@click.option(
    "-f",
    "--format",
    "form",
    type=click.Choice(["auto", "rich", "text", "markdown", "html", "json", "tmx"]),
    default="auto",
    show_default=True,
    help="auto: rich on a terminal, text in a pipe, by the ending with -o.",
)
@view_option
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="FILE", help="Write to a file.")
@model_options
@click.option("--offline", is_flag=True, help="Touch no network.")
@click.option("--force", is_flag=True, help="Read it even if it is not Italian.")
@noncommercial_option
@click.option("--strict", is_flag=True, help="Exit with 3 if a finding is an error.")
@memory_option
@verbosity_options
@click.pass_obj
def command(
    state: Context,
    /,
    sources: tuple[str, ...],
    languages: tuple[str, ...],
    form: str,
    view: str,
    output: Path | None,
    strict: bool,
    **options: Any,
) -> int:
    """Translate and summarise Italian articles.

    SOURCE is a file (.txt .md .html .pdf .docx), an http(s) URL, or - for standard input, which is also read when no
    source is given and something is piped in.
    """
    from summarizer.pipeline import Pipeline

    if not sources:
        if sys.stdin.isatty():
            raise click.UsageError("nothing to read: name a file, a URL, or - for standard input")
        sources = ("-",)
    settings = _options(languages or ("en",), **options)
    if form == "auto":
        form = format_for(output) if output else "rich" if sys.stdout.isatty() else "text"
    if form in ("html", "tmx") and len(sources) > 1:
        raise click.UsageError(f"{form} holds one article: give one source, or use `summarizer batch`")
    failed, faulty, texts = 0, False, []
    with Pipeline(settings) as pipeline:
        for number, (source, result) in enumerate(_reports(pipeline, sources, state)):
            if isinstance(result, SummarizerError):
                if state.debug:
                    raise result
                state.error(str(result))
                failed += 1
                continue
            faulty |= any(f.severity == "error" for f in result.findings)
            if state.verbose:
                for piece in result.article.dropped:
                    state.say(f"{source}: left out ({piece.reason}): {piece.text}")
            text = _render(result, form, view, to_file=output is not None, many=len(sources) > 1, state=state)
            if output is None:
                write_stdout(
                    ("\n" if number and form in ("rich", "text", "markdown") else "") + text,
                    utf8=form not in ("rich", "text"),
                )
            else:
                texts.append(text)
    if output is not None and texts:
        write_file(output, "\n".join(texts) if form in ("rich", "text", "markdown") else "".join(texts))
    if failed:
        return EXIT_PARTIAL if failed < len(sources) else EXIT_FAILED
    return EXIT_PARTIAL if strict and faulty else EXIT_DONE


def _options(languages: Sequence[str], *, length: str, no_memory: bool, **rest: Any) -> Any:
    from summarizer.options import Options
    from summarizer.summarization.interface import Length

    return Options(languages=tuple(languages), length=Length(length), memory=not no_memory, **rest)


def _reports(pipeline: Any, sources: Sequence[str], state: Context) -> Iterator[tuple[str, Any]]:
    """Each source with its report or with the fault that kept it from one, in order."""
    if sources.count("-") > 1:
        raise UsageError("standard input can be read only once: give - a single time")
    for start in range(0, len(sources), WINDOW):
        window = sources[start : start + WINDOW]
        drafts: list[Any] = []
        for source in window:
            try:
                drafts.append(pipeline.read(source, stdin=sys.stdin.buffer))
            except SummarizerError as error:
                drafts.append(error)
        good = [d for d in drafts if not isinstance(d, SummarizerError)]
        with _progress(state) as (expect, advance):
            reports = iter(pipeline.finish(good, advance, expect) if good else [])
        for source, draft in zip(window, drafts, strict=True):
            yield source, draft if isinstance(draft, SummarizerError) else next(reports)


@contextmanager
def _progress(state: Context) -> Iterator[tuple[Any, Any]]:
    """A bar on stderr while sentences are translated, gone afterwards; nothing where stderr is no terminal."""
    if not state.live:
        yield None, None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("translating"),
        BarColumn(bar_width=32),
        MofNCompleteColumn(),
        TextColumn("sentences"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("translating", total=None)
        yield (lambda total: bar.update(task, total=total)), (lambda done: bar.advance(task, done))


def _render(report: Any, form: str, view: str, *, to_file: bool, many: bool, state: Context) -> str:
    from summarizer.render import renderer

    if form == "json" and many:
        from summarizer.render.json import dumps

        return dumps(report, indent=None) + "\n"
    stdout = sys.stdout
    options = RenderOptions(
        view=view,  # type: ignore[arg-type]  # click checked it
        width=80 if to_file else width(stdout),
        color_system=None if to_file else color_system(stdout),
        unicode=to_file or speaks_unicode(stdout),
        verbose=state.verbose,
    )
    return renderer(form).render(report, options)
