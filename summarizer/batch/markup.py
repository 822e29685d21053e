"""The few HTML elements and figures that the report is made of; text from outside passes `sanitize` and is escaped."""

from __future__ import annotations

from datetime import datetime
from html import escape

from summarizer.untrusted import one_line


def element(name: str, text: str, **attributes: str | None) -> str:
    """An element around plain text; an attribute `data_key` becomes `data-key`, `class_` becomes `class`."""
    return inline(name, escape(one_line(text), quote=False), **attributes)


def inline(name: str, html: str, **attributes: str | None) -> str:
    """An element around HTML made here; attributes that are None are left out."""
    return f"{opening(name, **attributes)}{html}</{name}>"


def opening(name: str, **attributes: str | None) -> str:
    """The tag that opens an element."""
    named = ((key.rstrip("_").replace("_", "-"), value) for key, value in attributes.items() if value is not None)
    return f"<{name}" + "".join(f' {key}="{escape(one_line(value))}"' for key, value in named) + ">"


def shortened(text: str, length: int) -> str:
    """The text, cut at a space if it is longer than `length` characters."""
    text = one_line(text)
    if len(text) <= length:
        return text
    return text[:length].rpartition(" ")[0].rstrip(" ,;:.") + " …" if " " in text[:length] else text[:length] + "…"


def day(at: datetime) -> str:
    """ "Monday 23 November 2026", whatever the system."""
    return f"{at:%A} {at.day} {at:%B %Y}"


def day_and_time(at: datetime) -> str:
    """ "23 Nov, 05:40"."""
    return f"{at.day} {at:%b, %H:%M}"


def offset(at: datetime) -> str:
    """ "UTC+01:00"."""
    offset = f"{at.astimezone():%z}" if at.tzinfo is None else f"{at:%z}"
    return f"UTC{offset[:3]}:{offset[3:5]}"


def number(value: int) -> str:
    """With thin spaces between the thousands, as ISO 80000 has it."""
    return f"{value:,}".replace(",", "\u202f")


def duration(seconds: float) -> str:
    """ "0.4 s", "12 s", "3 min 20 s", "5 h 10 min", "3 d 4 h"."""
    if seconds < 9.95:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    for size, name, part, part_name in ((86400, "d", 3600, "h"), (3600, "h", 60, "min"), (60, "min", 1, "s")):
        if whole >= size:
            rest = whole % size // part
            return f"{number(whole // size)} {name}" + (f" {rest} {part_name}" if rest else "")
    return f"{whole} s"
