"""The report's two plots, as inline SVG without style or script: they stretch with the page, their text does not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, tzinfo
from math import ceil, log10

from summarizer.batch.digest import Bin, Throughput
from summarizer.batch.markup import day_and_time, duration, element, inline, number, opening

MAX_KINDS = 12
_TICKS = 4
# Tenths of a power of ten, such that the half is a round figure too wherever there is room for it.
_TOPS = (10, 12, 16, 20, 24, 30, 40, 60, 80, 100)


def throughput(over_time: Throughput, zone: tzinfo | None) -> Iterator[str]:
    """Articles finished, as bars over time; failed ones stand on the others."""
    bins = over_time.bins
    if not bins:
        return
    top = _round_up(max(b.done + b.failed for b in bins))
    peak = max(bins, key=lambda b: b.done + b.failed)
    name = f"Articles per {duration(over_time.seconds).removeprefix('1 ')}"
    described = (
        f"{name}, from {_moment(bins[0], zone, over_time)} to {_moment(bins[-1], zone, over_time)}; "
        f"at most {number(peak.done + peak.failed)}, at {_moment(peak, zone, over_time)}"
    )
    yield '<figure class="throughput">'
    yield element("figcaption", name)
    yield '<div class="plot">'
    scale = (number(top), number(top // 2) if top % 2 == 0 else "", "0")
    yield inline("div", "".join(element("span", figure) for figure in scale), class_="scale", aria_hidden="true")
    yield opening("svg", viewBox=f"0 0 {len(bins)} {top}", preserveAspectRatio="none", role="img", aria_label=described)
    yield f'<path class="rule" d="M0 0H{len(bins)}M0 {top / 2:g}H{len(bins)}"/>'
    for place, b in enumerate(bins):
        yield from _bar(place, top, 0, b.done, "done", f"{_moment(b, zone, over_time)}: {number(b.done)} done")
        yield from _bar(place, top, b.done, b.failed, "failed", f"{_moment(b, zone, over_time)}: {b.failed} failed")
    yield "</svg>"
    marks = [bins[min(len(bins) - 1, len(bins) * i // _TICKS)] for i in range(_TICKS)] if len(bins) > _TICKS else bins
    yield inline(
        "div",
        "".join(element("span", _moment(b, zone, over_time)) for b in marks),
        class_="times",
        aria_hidden="true",
    )
    yield "</div></figure>"


def findings_by_kind(kinds: Counter[str]) -> Iterator[str]:
    """Findings by kind, as bars, the longest first."""
    if not kinds:
        return
    shown = kinds.most_common(MAX_KINDS)
    if rest := kinds.total() - sum(count for _, count in shown):
        shown.append(("others", rest))
    top = max(count for _, count in shown)
    yield '<figure class="kinds">'
    yield element("figcaption", "Findings by kind")
    yield "<dl>"
    for kind, count in shown:
        bar = (
            '<svg viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true">'
            f'<rect width="{100 * count / top:.2f}" height="1"/></svg>'
        )
        yield element("dt", kind) + inline("dd", bar + element("span", number(count)))
    yield "</dl></figure>"


def _bar(place: int, top: int, below: int, height: int, kind: str, title: str) -> Iterator[str]:
    if height:
        yield (
            f'<rect class="{kind}" x="{place + 0.1:g}" y="{top - below - height}" width="0.8" height="{height}">'
            f"{element('title', title)}</rect>"
        )


def _moment(b: Bin, zone: tzinfo | None, over_time: Throughput) -> str:
    at = datetime.fromtimestamp(b.start, zone)
    if over_time.seconds >= 86400:
        return f"{at.day} {at:%b %Y}" if over_time.seconds > 86400 else f"{at.day} {at:%b}"
    days = (over_time.bins[-1].start - over_time.bins[0].start) >= 86400
    return day_and_time(at) if days else f"{at:%H:%M}"


def _round_up(value: int) -> int:
    """The next figure that reads well on a scale."""
    power: int = 10 ** max(0, ceil(log10(max(1, value))) - 1)
    return next(top for tenths in _TOPS if tenths * power % 10 == 0 and (top := tenths * power // 10) >= value)
