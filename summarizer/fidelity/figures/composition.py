"""Puts one number together: "two hundred and fifty thousand", "10 miliardi", "due milioni e mezzo", "quatre-vingt-dix".

The grammar is additive within a group below a thousand and multiplicative with the scale that follows the group.
"""

from __future__ import annotations

from decimal import Decimal

from summarizer.fidelity.figures.context import Context
from summarizer.fidelity.figures.digits import Reading, clock, digit_readings
from summarizer.fidelity.figures.figure import Figure
from summarizer.fidelity.figures.numerals import Numeral
from summarizer.fidelity.text import Token

COMPOSES = frozenset({"card", "hundred", "scale"})
"""Kinds of number words that a number can begin with."""

_ONE = Decimal(1)
_HALF = Decimal(1) / Decimal(2)
_ORDINAL_SUFFIXES = frozenset({"st", "nd", "rd", "th", "e", "er", "re", "eme", "esimo", "esima", "o", "a"})
# Number words that are more often another word: "sei" (you are), "neuf" (new), "venti" (winds) …
_AMBIGUOUS = {"it": frozenset({"sei", "venti"}), "fr": frozenset({"neuf"}), "de": frozenset({"acht", "sieben"})}
_DECIMALS = 100


class Composition:
    """One number in the making, from its first token on."""

    __slots__ = (
        "bare",
        "calendar",
        "context",
        "digits",
        "extra",
        "first",
        "following",
        "group",
        "parts",
        "scale",
        "total",
    )

    def __init__(self, context: Context, first: int) -> None:
        """`first` is the index of a token in digits or of a number word that `COMPOSES`."""
        self.context = context
        self.first = first
        self.following = first + 1
        self.total = Decimal(0)
        self.group: Decimal | None = None
        self.scale = _ONE
        self.extra: set[Reading] = set()
        self.parts: tuple[Decimal, ...] = ()
        self.digits = self.bare = self.calendar = False
        numeral = context.numeral(first)
        if numeral is None:
            self._take_digits(context.tokens[first])
        else:
            self._take(numeral)
        while self._extend():
            pass

    @property
    def value(self) -> Decimal:
        """The number so far."""
        return self.total + (self.group if self.group is not None else Decimal(0))

    def figure(self) -> Figure:
        """The finished figure."""
        context, value = self.context, self.value
        readings = set(self.extra)
        if self.group is not None or self.total:
            readings.add(value)
        counted = context.is_function("article", self.first - 1)
        vague = self.bare and not counted
        asked = self.digits
        calendar = self.calendar or (not self.digits and context.near_century(self.first, self.following - 1))
        if self.bare:
            readings.add(("vague", value))
            asked = counted and value > 1000
        elif not self.digits:
            asked = value > 2 and context.word(self.first) not in _AMBIGUOUS.get(context.language, ())
            calendar = self._read_words_in_context(readings) or calendar
        unit = context.unit(self.first, self.following)
        if unit == "percent":
            readings.add(value / 100)
        text, start, end = context.span(self.first, self.following)
        return Figure(
            text,
            start,
            end,
            frozenset(readings),
            parts=self.parts,
            digits=self.digits,
            asked=asked,
            calendar=calendar,
            vague=vague,
            code=self.digits and self._in_code(start),
            scale=self.scale,
            unit=unit,
        )

    def _in_code(self, start: int) -> bool:
        before = self.context.text.raw[max(0, start - 2) : start]
        return before[-1:].isalpha() or (before[-1:] in "-‐‑" and before[:1].isalpha() and len(before) == 2)

    def _read_words_in_context(self, readings: set[Reading]) -> bool:
        """Adds what the words around make of a number word; says whether it is a decade."""
        context, value = self.context, self.value
        if 12 < value <= 24 and context.is_function("time", self.first - 1):
            readings.add(value - 12)
        if context.is_function("decade", self.first - 1) and value % 10 == 0 and 10 <= value <= 2000:
            readings |= {value + 1900, value + 1800} if value < 100 else set()
            return True
        if context.language == "it" and value % 100 == 0 and 200 <= value <= 900:
            # "il Novecento" is the twentieth century, the 1900s
            readings |= {value / 100 + 11, value + 1000}
        return False

    def _take_digits(self, token: Token) -> None:
        self.digits = True
        readings, self.parts = digit_readings(token.text, self.context.language)
        self.extra.update(readings)
        self.group = next((reading for reading in readings if isinstance(reading, Decimal)), None)
        if self.group is not None and readings[0] == self.group and not self.parts and self.group == int(self.group):
            self.calendar = self._read_digits_in_context(token, int(self.group))

    def _read_digits_in_context(self, token: Token, value: int) -> bool:
        """Adds what the words around make of a whole number; says whether it is a decade or a century."""
        context, index, raw = self.context, self.first, self.context.text.raw
        attached = context.word(index + 1) if token.end < len(raw) and not context.text.gap(index) else ""
        apostrophe = token.start > 0 and raw[token.start - 1] in "'’‘"
        centuries = {Decimal(century + value) for century in (1800, 1900, 2000)}
        if attached in ("s", "er") and len(token.text) in (2, 4) and value % 10 == 0:
            if value < 100:
                self.extra |= centuries
            else:
                self.extra |= (
                    {Decimal(value % 100)} if value % 100 else {Decimal(value // 100 + 1), Decimal(value - 1000)}
                )
            return True
        if apostrophe and len(token.text) == 2:
            self.extra |= centuries
            return context.is_function("decade", index - 1)
        if apostrophe and len(token.text) == 3 and value % 100 == 0:
            self.extra |= {Decimal(value // 100 + 11), Decimal(1000 + value)}
            return True
        if context.is_function("decade", index - 1) and value % 10 == 0 and (value < 100 or 1700 < value < 2100):
            self.extra |= centuries if value < 100 else {Decimal(value % 100)}
            return True
        if 12 < value <= 24 and context.is_function("time", index - 1):
            self.extra.add(Decimal(value - 12))
        elif value < 12 and context.word(index + 1) == "pm":
            self.extra.add(Decimal(value + 12))
        return context.near_century(index, index + (1 if attached in _ORDINAL_SUFFIXES else 0))

    def _extend(self) -> bool:
        """Takes the next token into the number if it belongs there."""
        context, index = self.context, self.following
        if index >= len(context.tokens) or not context.joined(index - 1):
            return False
        numeral = context.numeral(index)
        if numeral is None or numeral.kind == "soft":
            return self._connect(index)
        if numeral.kind == "shortscale":
            if self.digits and self.scale == _ONE and self.group is not None and not context.text.gap(index - 1):
                self.extra.add(self.group * numeral.value)
                self.following += 1
            return False
        if numeral.kind == "ordinal":
            return not self.digits and self._close_with_ordinal(numeral)
        if numeral.kind not in COMPOSES or not self._take(numeral):
            return False
        self.following += 1
        return True

    def _connect(self, index: int) -> bool:
        """ "and", "point", "and a half" between two pieces of one number."""
        context = self.context
        if context.is_function("point", index):
            decimals = context.numeral(index + 1)
            if self.digits or self.group is None or decimals is None or decimals.kind != "card":
                return False
            if decimals.value >= _DECIMALS:
                return False
            self.group += decimals.value / (10 if decimals.value < 10 else _DECIMALS)
            self.following += 2
            return True
        if not context.is_function("and", index) or not context.joined(index):
            return False
        index += 1
        numeral = context.numeral(index)
        after_article = context.numeral(index + 1) if context.is_function("article", index) else None
        if after_article is not None and after_article.kind == "half":
            index, numeral = index + 1, after_article
        if numeral is None:
            return False
        if numeral.kind == "half":
            self._add_half()
        elif numeral.kind not in COMPOSES or not self._may_follow_and() or not self._add_piece(numeral):
            return False
        self.following = index + 1
        return True

    def _may_follow_and(self) -> bool:
        """ "hundred and fifty" everywhere, "treinta y uno" in the languages that write it so; never "10 e 20"."""
        if self.digits and self.scale == _ONE:
            return False
        if self.group is None:
            return True
        if self.group >= 100 and self.group % 100 == 0:
            return True
        return self.context.language in ("fr", "es", "pt") and self.group >= 20 and self.group % 10 == 0

    def _add_piece(self, numeral: Numeral) -> bool:
        before = self.value
        if not self._take(numeral):
            return False
        self.parts = (before, numeral.value)
        return True

    def _add_half(self) -> None:
        whole = self.value
        if self.group is None and self.scale > 1:
            self.total += self.scale / 2
        else:
            self.group = (self.group or Decimal(0)) + _HALF
            if whole < 25 and whole == int(whole):
                self.extra.add(clock(int(whole), 30))
        self.extra.discard(whole)
        self.parts = self.parts or (whole, _HALF)

    def _close_with_ordinal(self, numeral: Numeral) -> bool:
        """ "twenty-first" closes the number; "two thirds" is a fraction."""
        group = self.group or Decimal(0)
        if (group >= 20 and group % 10 == 0 and numeral.value < 10) or (group >= 100 and group % 100 == 0):
            self.group = group + numeral.value
            self.following += 1
        elif numeral.value > 2 and 0 < group < numeral.value * 3:
            self.extra.add(group / numeral.value)
            self.parts = (group, numeral.value)
            self.following += 1
        return False

    def _take(self, numeral: Numeral) -> bool:
        """Adds a number word to what is there; False if the two do not make one number."""
        value, group = numeral.value, self.group
        if numeral.kind == "scale":
            return self._scale(value)
        if numeral.kind == "hundred":
            if group is not None and not 1 <= group < 100:
                return False
            self.bare = self.bare or (group is None and not self.total and self.context.language == "en")
            self.group = (group if group is not None else _ONE) * 100
            return True
        if group is None:
            # "a thousand five years ago" is not 1005
            if (self.scale > 1 and value >= self.scale) or self.bare:
                return False
            self.group = value
            return True
        if (self.digits and self.scale == _ONE) or not self._adds_up(group, value):
            return False
        self.group = Decimal(80) if group == 4 and value == 20 else group + value
        return True

    def _scale(self, value: Decimal) -> bool:
        if self.group is None and self.total and value <= self.scale:
            return False
        if self.group is None and not self.total:
            self.bare = value > 1000 or self.context.language == "en"
            self.total = value
        elif value > self.scale:
            self.extra = {reading for reading in self.extra if not isinstance(reading, Decimal)}
            self.total = self.value * value
        else:
            self.total += (self.group or Decimal(0)) * value
        self.group, self.scale = None, value
        return True

    def _adds_up(self, group: Decimal, value: Decimal) -> bool:
        if group >= 100 and group % 100 == 0:
            return 0 < value < (1000 if group == 1000 else 100)
        if group >= 20 and group % 10 == 0 and 0 < value < 10:
            return True
        if self.context.language != "fr":
            return False
        # quatre-vingts, soixante-dix, quatre-vingt-dix-sept
        last_two = group % 100
        return (
            (group == 4 and value == 20)
            or (last_two in (60, 80) and 10 <= value < 20)
            or (last_two in (10, 70, 90) and 7 <= value < 10)
        )
