"""Dates as Italian pages and files state them, to ISO 8601. It reads whole dates only and never guesses a part."""

from __future__ import annotations

import datetime
import re
from typing import Final

_MONTHS: Final = (
    "gennaio",
    "febbraio",
    "marzo",
    "aprile",
    "maggio",
    "giugno",
    "luglio",
    "agosto",
    "settembre",
    "ottobre",
    "novembre",
    "dicembre",
)
_ISO: Final = re.compile(r"(?<!\d)(\d{4})-(\d{2})-(\d{2})(?!\d)")
_NUMERIC: Final = re.compile(r"(?<!\d)(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?!\d)")
_NAMED: Final = re.compile(
    rf"(?<!\d)(\d{{1,2}})[°º]?\s+({'|'.join(_MONTHS)}|{'|'.join(m[:3] for m in _MONTHS)})\.?\s+(\d{{4}})(?!\d)",
    re.IGNORECASE,
)


def iso_date(text: str) -> str | None:
    """The first date in `text` as YYYY-MM-DD; None where there is none or it is impossible.

    Reads "2022-05-12T10:00:00+02:00", "12 maggio 2022", "12 mag 2022" and, day first as in Italy, "12/05/2022".
    """
    if match := _ISO.search(text):
        year, month, day = match.groups()
    elif match := _NAMED.search(text):
        day, name, year = match.groups()
        month = str([m[:3] for m in _MONTHS].index(name[:3].lower()) + 1)
    elif match := _NUMERIC.search(text):
        day, month, year = match.groups()
    else:
        return None
    try:
        return datetime.date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return None
