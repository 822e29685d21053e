"""A figure of a text. Plain frozen data."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from summarizer.fidelity.figures.digits import Reading


class Figure(NamedTuple):
    """A number in a text; two figures agree when they share a reading."""

    text: str
    start: int
    end: int
    readings: frozenset[Reading]
    """All it can mean: "anni '90" is 90 and 1990."""
    parts: tuple[Decimal, ...] = ()
    """What it falls into when the other text writes it as several numbers; empty if it is one number only."""
    digits: bool = False
    asked: bool = False
    """The other text must have it. Otherwise it may answer for one there, and that is all."""
    calendar: bool = False
    """A decade or a century."""
    vague: bool = False
    """"hundreds", "dozens": compared with its like only."""
    code: bool = False
    """Part of a name, as in CO2 or F-16."""
    scale: Decimal = Decimal(1)
    """The last scale word in it ("milioni"), 1 if there is none."""
    unit: str | None = None
    """Currency or measure: "EUR", "km", "percent" …"""

    @property
    def values(self) -> tuple[Decimal, ...]:
        """The readings that are plain numbers."""
        return tuple(reading for reading in self.readings if isinstance(reading, Decimal))
