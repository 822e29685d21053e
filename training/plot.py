"""Draws the curve of a run as an SVG: loss above, BLEU and chrF below, over the target tokens learnt from.

    python -m training.plot LOG.jsonl... OUT.svg

By hand, without a plotting library; the same log gives the same bytes.
"""

from __future__ import annotations

import argparse
import math
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise
from pathlib import Path

from summarizer.errors import UsageError
from training import command
from training.log import DevPoint, TrainPoint, read

WIDTH, HEIGHT = 760, 560
LEFT, RIGHT, TOP, GAP, BOTTOM = 56, 160, 28, 36, 44
COLOURS = {"train": "#9aa5b1", "loss": "#0b6e99", "BLEU": "#c1440e", "chrF": "#3b7a2a"}
MAX_POINTS = 400
"""Training points drawn; more are averaged together."""

Points = list[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Line:
    """One curve."""

    name: str
    colour: str
    points: Points
    dashed: bool = False
    """A cool-down."""
    marked: bool = True
    """Each point with a dot, so that a single one can be seen."""


@dataclass(frozen=True, slots=True)
class Panel:
    """A coordinate system: its place in the picture and its curves."""

    title: str
    top: float
    height: float
    lines: tuple[Line, ...]


def draw(trained: Sequence[TrainPoint], validated: Sequence[DevPoint]) -> str:
    """The picture.

    Raises:
        UsageError: there is nothing to draw.
    """
    if not trained:
        raise UsageError("the log holds no progress: nothing to draw")
    end = max([p.tokens for p in trained] + [p.tokens for p in validated]) / 1e6
    inner = (HEIGHT - TOP - GAP - BOTTOM) / 2
    panels = [Panel("loss, nats per token", TOP, inner, _losses(trained, validated))]
    if scores := _scores(validated):
        panels.append(Panel("BLEU and chrF of the validation set", TOP + inner + GAP, inner, scores))
    height = HEIGHT if len(panels) > 1 else TOP + inner + BOTTOM
    body = "".join(_panel(panel, end) for panel in panels)
    bottom = height - BOTTOM
    body += "".join(
        f'<text x="{_x(tick, end):.1f}" y="{bottom + 16:.1f}" text-anchor="middle">{tick:g}</text>'
        for tick in ticks(0, end)
    )
    body += f'<text x="{(LEFT + WIDTH - RIGHT) / 2:.1f}" y="{bottom + 34:.1f}" text-anchor="middle">'
    body += "million target tokens</text>"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:g}" role="img" '
        f'font-family="sans-serif" font-size="11" fill="#333"><title>Training curve</title>'
        f'<rect width="{WIDTH}" height="{height:g}" fill="#fff"/>{body}</svg>\n'
    )


def _losses(trained: Sequence[TrainPoint], validated: Sequence[DevPoint]) -> tuple[Line, ...]:
    lines = []
    for branch in (False, True):
        points = [(p.tokens / 1e6, p.loss) for p in trained if p.branch is branch]
        lines.append(Line("training", COLOURS["train"], thinned(points), branch, marked=False))
        for target in sorted({p.target for p in validated}):
            points = [(p.tokens / 1e6, p.loss) for p in validated if p.target == target and p.branch is branch]
            lines.append(Line(f"validation {target}", COLOURS["loss"], points, branch))
    return tuple(line for line in lines if line.points)


def _scores(validated: Sequence[DevPoint]) -> tuple[Line, ...]:
    lines = []
    for branch in (False, True):
        for target in sorted({p.target for p in validated}):
            mine = [p for p in validated if p.target == target and p.branch is branch]
            lines.append(Line(f"BLEU {target}", COLOURS["BLEU"], [(p.tokens / 1e6, p.bleu) for p in mine], branch))
            lines.append(Line(f"chrF {target}", COLOURS["chrF"], [(p.tokens / 1e6, p.chrf) for p in mine], branch))
    return tuple(line for line in lines if line.points)


def thinned(points: Points, limit: int = MAX_POINTS) -> Points:
    """At most `limit` points: means of neighbours."""
    step = -(-len(points) // limit) or 1
    groups = (points[i : i + step] for i in range(0, len(points), step))
    return [(sum(x for x, _ in g) / len(g), sum(y for _, y in g) / len(g)) for g in groups]


def ticks(low: float, high: float, wanted: int = 6) -> list[float]:
    """Round numbers from `low` to `high`, about `wanted` of them."""
    span = max(high - low, 1e-9)
    power = 10 ** math.floor(math.log10(span / wanted))
    step = next(power * factor for factor in (1, 2, 5, 10) if span / (power * factor) <= wanted)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [round(i * step, 10) for i in range(first, last + 1)]


def _x(tokens: float, end: float) -> float:
    return LEFT + (WIDTH - LEFT - RIGHT) * tokens / end


def _panel(panel: Panel, end: float) -> str:
    values = [y for line in panel.lines for _, y in line.points]
    low, high = min(values), max(values)
    margin = max(0.05 * (high - low), 0.05)
    low, high = max(0.0, low - margin), high + margin

    def y(value: float) -> float:
        return panel.top + panel.height * (high - value) / (high - low)

    parts = [f'<text x="{LEFT}" y="{panel.top - 8:.1f}" font-weight="bold">{escape(panel.title)}</text>']
    parts += [
        f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y(tick):.1f}" y2="{y(tick):.1f}" stroke="#e4e7eb"/>'
        f'<text x="{LEFT - 6}" y="{y(tick) + 4:.1f}" text-anchor="end">{tick:g}</text>'
        for tick in ticks(low, high)
    ]
    labels: list[tuple[float, Line]] = []
    for line in panel.lines:
        path = " ".join(f"{_x(px, end):.1f},{y(py):.1f}" for px, py in line.points)
        dash = ' stroke-dasharray="4 3"' if line.dashed else ""
        parts.append(f'<polyline points="{path}" fill="none" stroke="{line.colour}" stroke-width="1.6"{dash}/>')
        if line.marked:
            parts += [
                f'<circle cx="{_x(px, end):.1f}" cy="{y(py):.1f}" r="2" fill="{line.colour}"/>'
                for px, py in line.points
            ]
        labels.append((y(line.points[-1][1]), line))
    labels.sort(key=lambda label: label[0])
    places = [height for height, _ in labels]
    for before, after in pairwise(range(len(places))):
        places[after] = max(places[after], places[before] + 13)  # labels must not lie on each other
    for place, (_, line) in zip(places, labels, strict=True):
        text = f"{line.name}{', cooled' if line.dashed else ''} {line.points[-1][1]:.2f}"
        parts.append(f'<text x="{WIDTH - RIGHT + 5}" y="{place + 4:.1f}" fill="{line.colour}">{escape(text)}</text>')
    return "".join(parts)


def main(arguments: list[str] | None = None) -> int:
    """Runs the command."""
    p = argparse.ArgumentParser(prog="python -m training.plot", description=__doc__.splitlines()[0])
    p.add_argument("logs", type=Path, nargs="+", help="log.jsonl of the run, or what it printed on stderr")
    p.add_argument("out", type=Path)
    a = p.parse_args(arguments)
    a.out.write_text(draw(*read(a.logs)), encoding="utf-8")
    return 0


if __name__ == "__main__":
    command.run(lambda: main(sys.argv[1:]))
