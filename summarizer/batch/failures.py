"""The list of failed articles, for a spreadsheet; nothing in it may act there as a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from summarizer.batch.ledger import Row

NAME = "failures.csv"
_FIELDS = ("path", "kind", "error", "attempts")


def table(rows: Iterable[Row]) -> bytes:
    """The failed ones among the rows as CSV with a line of names first; empty if none failed."""
    text = io.StringIO()
    lines = csv.writer(text, lineterminator="\n")
    count = 0
    for row in rows:
        if row.state == "failed":
            lines.writerow([_cell(row.path), row.kind, _cell(row.error), row.attempts])
            count += 1
    return (",".join(_FIELDS) + "\n" + text.getvalue()).encode("utf-8", "replace") if count else b""


def _cell(text: str) -> str:
    # a spreadsheet takes a leading = + - @ for a formula, and file names come from outside
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text
