"""What `summarizer batch` has beyond one run on one machine: shards and their merge, Ray, hot folders, the report."""

from __future__ import annotations

import contextlib
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from summarizer.cli.context import Context
from summarizer.errors import EXIT_DONE, EXIT_PARTIAL, UsageError

if TYPE_CHECKING:
    from summarizer.batch.interface import BatchOptions, Executor, Listener, Stop
    from summarizer.batch.runner import Totals

F = TypeVar("F", bound=Callable[..., Any])
_MAX_SHARDS = 1_000_000


def _shard(ctx: click.Context, param: click.Parameter, value: str) -> tuple[int, int]:
    found = re.fullmatch(r"([0-9]{1,7})/([0-9]{1,7})", value, re.ASCII)
    number, count = (int(found[1]), int(found[2])) if found else (0, 0)
    if not 1 <= number <= count <= _MAX_SHARDS:
        raise click.BadParameter(f"{value!r} is no shard: 1/16 is the first of sixteen, 16/16 the last", ctx, param)
    return number, count


def scale_options(function: F) -> F:
    """Adds the options; they arrive together, as the argument `scale`."""
    for option in reversed(
        (
            click.argument("further", metavar="[DIR]...", nargs=-1, type=click.Path(path_type=Path)),
            click.option(
                "--shard",
                callback=_shard,
                default="1/1",
                metavar="I/N",
                help="Do the I-th of N parts only, by content.",
            ),
            click.option(
                "--merge",
                is_flag=True,
                help="Join what shards did, here and in the output folders DIR, into one ledger and list of failures.",
            ),
            click.option(
                "--executor",
                type=click.Choice(["local", "ray"]),
                default="local",
                show_default=True,
                help="Where articles are done: on this machine, or on a Ray cluster.",
            ),
            click.option(
                "--ray-address", metavar="HOST:PORT|auto", help="The cluster to use.  [default: one of this machine]"
            ),
            click.option("--watch", is_flag=True, help="Go on with what comes into INPUT, until stopped."),
            click.option(
                "--settle",
                type=click.FloatRange(min=0, max=86400),
                default=2.0,
                show_default=True,
                metavar="SECONDS",
                help="With --watch: how long a file must have stayed as it is to count as complete.",
            ),
            click.option(
                "--report",
                type=click.Path(path_type=Path),
                metavar="FILE",
                help="Write a page (HTML) about all articles: what was done, what failed, what to check.",
            ),
        )
    ):
        function = option(function)
    return function


@dataclass(frozen=True, slots=True)
class Scale:
    """The values of these options."""

    further: tuple[Path, ...]
    shard: tuple[int, int]
    merge: bool
    executor: str
    ray_address: str | None
    watch: bool
    settle: float
    report: Path | None

    @classmethod
    def take(cls, rest: dict[str, Any], source: Path, output: Path, **others: bool) -> Scale:
        """Takes its values out of the command's arguments; `others` are options that do not go with --merge.

        Raises:
            UsageError: they contradict each other, or the report cannot stand where it is wanted.
        """
        scale = cls(**{name: rest.pop(name) for name in cls.__slots__})
        whole = scale.shard == (1, 1)
        if scale.further and not scale.merge:
            raise UsageError(f"{scale.further[0]}: one INPUT and one OUTPUT; more folders go with --merge only")
        if scale.ray_address and scale.executor != "ray":
            raise UsageError("--ray-address goes with --executor ray")
        if scale.watch and others.get("dry_run"):
            raise UsageError("--dry-run looks once; leave out --watch")
        if scale.merge and (scale.watch or not whole or any(others.values())):
            raise UsageError("--merge does no articles: give it without --shard, --watch, --dry-run and --restart")
        if scale.report is not None:
            _check_report(scale.report, source, output)
        return scale

    def make_executor(self) -> Executor:
        """The executor asked for; raises UsageError."""
        if self.executor == "ray":
            from summarizer.batch.ray import RayExecutor

            return RayExecutor(self.ray_address)
        from summarizer.batch.local import LocalExecutor

        return LocalExecutor(keep=self.watch)

    @contextlib.contextmanager
    def own_stdout(self) -> Iterator[None]:
        """Keeps what Ray prints (that a node died, with twenty lines of its log) away from standard output."""
        if self.executor == "ray":
            with contextlib.redirect_stdout(sys.stderr):
                yield
        else:
            yield


def run(
    scale: Scale, source: Path, output: Path, batch: BatchOptions, stop: Stop, listener: Listener
) -> Iterator[Totals]:
    """What one run did, or each round of a watched folder; writes the report after each."""
    from summarizer.batch.runner import Runner
    from summarizer.batch.watch import Lasting, Watch

    with scale.own_stdout():
        if scale.watch:
            with contextlib.closing(Lasting(scale.make_executor, batch)) as executor:
                watch = Watch(source, output, batch, executor, listener=listener, settle=scale.settle)
                for totals in watch.rounds(stop):
                    write_report(scale, source, output)
                    yield totals
        else:
            totals = Runner(source, output, batch, scale.make_executor(), listener=listener).run(stop)
            write_report(scale, source, output)
            yield totals


def merge(state: Context, scale: Scale, source: Path, output: Path) -> int:
    """Joins shards, says what came of it, and gives the exit code."""
    from summarizer.batch.failures import NAME
    from summarizer.batch.interface import Event
    from summarizer.batch.merge import Merger

    def listen(event: Event) -> None:
        state.say(event.message)

    merged = Merger(source, output, scale.further, listener=listen).run()
    write_report(scale, source, output)
    state.say(
        f"{merged.shards:,} shards joined: {merged.done:,} articles done, {merged.failed:,} failed; "
        f"{merged.taken:,} new or changed since the last merge"
    )
    if merged.copied:
        state.say(f"{merged.copied:,} documents brought in from other folders")
    if merged.failed:
        state.say(f"{output / NAME} says why they failed")
    if merged.missing:
        more = f" and {len(merged.missing) - 5:,} more" if len(merged.missing) > 5 else ""
        state.say(f"no sign of the shards {', '.join(merged.missing[:5])}{more}: run them, then merge again")
    if merged.stale:
        state.say(f"{merged.stale:,} articles were done with other options than the rest, or are to be done anew")
    incomplete = merged.failed or merged.missing or merged.left_out or merged.stale
    return EXIT_PARTIAL if incomplete else EXIT_DONE


def write_report(scale: Scale, source: Path, output: Path) -> None:
    """Writes the report, if one is wanted; raises OutputError, LedgerError."""
    if scale.report is None:
        return
    from summarizer.batch import plan, report
    from summarizer.batch.ledger import NAME, Ledger

    path = plan.private_folder(output, scale.shard) / NAME
    with closing(Ledger(path, read_only=True)) as ledger:
        report.write_report(scale.report, ledger.rows(), source=source, output=output)


def _check_report(report: Path, source: Path, output: Path) -> None:
    """Says before the night's work, not after it, that the report has no place."""
    if report.is_dir():
        raise UsageError(f"{report}: a folder; name the report's file, such as {report / 'report.html'}")
    if not report.suffix.lower().startswith(".htm"):
        raise UsageError(f"{report}: the report is HTML; give it a name that ends in .html")
    if not report.absolute().parent.is_dir() and report.absolute().parent != output.absolute():
        raise UsageError(f"{report}: there is no folder {report.parent}; make it first")
    place, within = report.resolve(), output.resolve()
    if place.is_relative_to(source.resolve()) and not place.is_relative_to(within):
        raise UsageError(f"{report}: in the input folder it would be taken for an article; name another place")
