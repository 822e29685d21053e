"""Number words of six languages: what each word is worth and how it joins with its neighbours.

Reads its table once, on first use; must never be loaded at import time.
"""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, lru_cache
from importlib import resources

LANGUAGES = ("it", "en", "de", "fr", "es", "pt")

_LONGEST_WORD = 48
_COMPOUND_PARTS = {"it": ("mila", "mille", "esim", "ultra"), "de": ("tausend",)}


@dataclass(frozen=True, slots=True)
class Numeral:
    """What a number word is worth."""

    kind: str
    """"card", "hundred", "scale", "shortscale" (only after digits), "ordinal", "half", "approx" (a dozen), "vague"
    (dozens), "decadeword" (nineties), "age" (ventenne), or "soft": it can stand for a number, but need not (both).
    """
    values: tuple[Decimal, ...]
    """The first is the usual one."""

    @property
    def value(self) -> Decimal:
        """The usual value."""
        return self.values[0]


@dataclass(frozen=True, slots=True)
class Numerals:
    """The number words of one language."""

    language: str
    words: dict[str, Numeral]
    units: dict[str, str]
    functions: dict[str, frozenset[str]]
    """Small words that matter beside numbers, by rôle: "and", "of", "point", "several", "article", "century" …"""
    compound_parts: tuple[str, ...] = ()
    """What a compound that is too long for the table has in it."""

    def among(self, words: frozenset[str]) -> Set[str]:
        """Of the folded words of a text at least those that are numerals, compounds included; cheap to make."""
        together = " ".join(words) if self.compound_parts else ""
        if not any(part in together for part in self.compound_parts):
            return self.words.keys()
        return {word for word in words if self.get(word) is not None}

    def get(self, word: str) -> Numeral | None:
        """The numeral that a folded word is, compounds included."""
        found = self.words.get(word)
        if found is None and 6 < len(word) <= _LONGEST_WORD and any(part in word for part in self.compound_parts):
            return _compound(self.language, word)
        return found

    def is_function(self, kind: str, word: str) -> bool:
        """Whether a folded word has this rôle beside numbers."""
        return word in self.functions.get(kind, ())


def _value(written: str) -> Decimal:
    top, _, bottom = written.partition("/")
    return Decimal(top) / Decimal(bottom or "1")


@cache
def numerals(language: str) -> Numerals:
    """The number words of a language; empty tables for one that is not in `LANGUAGES`."""
    words: dict[str, Numeral] = {}
    units: dict[str, str] = {}
    functions: dict[str, set[str]] = {}
    table = resources.files("summarizer.fidelity").joinpath("data/numerals.tsv").read_text(encoding="utf-8")
    for line in table.splitlines():
        row_language, _, rest = line.partition("\t")
        if row_language != language:
            continue
        kind, value, forms = rest.split("\t")
        if kind == "unit":
            units.update(dict.fromkeys(forms.split(), value))
        elif value == "0" and kind not in ("card", "soft"):
            functions.setdefault(kind, set()).update(forms.split())
        else:
            numeral = Numeral(kind, tuple(_value(v) for v in value.split()))
            for form in forms.split():
                words.setdefault(form, numeral)
    if language == "it":
        _add_italian_compounds(words)
    elif language == "de":
        _add_german_compounds(words)
    elif language == "en":
        _add_english_ordinals(words)
    roles = {kind: frozenset(forms) for kind, forms in functions.items()}
    return Numerals(language, words, units, roles, _COMPOUND_PARTS.get(language, ()))


def _add(words: dict[str, Numeral], kind: str, value: int, *forms: str) -> None:
    numeral = Numeral(kind, (Decimal(value),))
    for form in forms:
        words.setdefault(form, numeral)


def _below_hundred(words: dict[str, Numeral]) -> dict[int, str]:
    return {
        int(numeral.value): word
        for word, numeral in reversed(words.items())
        if numeral.kind == "card" and numeral.value < 100 and numeral.value == int(numeral.value)
    }


def _add_italian_compounds(words: dict[str, Numeral]) -> None:
    names = _below_hundred(words)
    for tens in range(20, 100, 10):
        for unit in range(1, 10):
            stem = names[tens][:-1] if unit in (1, 8) else names[tens]
            _add(words, "card", tens + unit, stem + names[unit])
            names[tens + unit] = stem + names[unit]
            if unit == 1:
                _add(words, "card", tens + unit, stem + "un")
    for value in range(11, 100):
        stem = names[value] if value % 10 == 3 and value > 20 else names[value][:-1]
        _add(words, "ordinal", value, *(stem + "esim" + ending for ending in "oaie"))
        if value > 10:
            _add(
                words, "age", value, *(names[value][:cut] + ending for cut in (-1, None) for ending in ("enne", "enni"))
            )
        if value > 19:
            # "vent'anni", "ventiquattr'ore"
            _add(words, "card", value, names[value][:-1])
    for value in (100, 1000):
        stem = "cent" if value == 100 else "mill"
        _add(words, "ordinal", value, *(stem + "esim" + ending for ending in "oaie"))
    for hundreds in range(1, 10):
        base = "cento" if hundreds == 1 else names[hundreds] + "cento"
        _add(words, "card", hundreds * 100, base, base[:-1])
        for rest in range(1, 100):
            # Both "centottanta" and "centoottanta" are written.
            forms = {base + names[rest], base[:-1] + names[rest]} if names[rest][0] in "ou" else {base + names[rest]}
            _add(words, "card", hundreds * 100 + rest, *forms)


def _add_german_compounds(words: dict[str, Numeral]) -> None:
    names = _below_hundred(words)
    names[1] = "ein"
    for tens in range(20, 100, 10):
        for unit in range(1, 10):
            names[tens + unit] = names[unit] + "und" + names[tens]
            _add(words, "card", tens + unit, names[tens + unit])
    for value in range(13, 100):
        ending = "t" if value < 20 else "st"
        _add(words, "ordinal", value, *(names[value] + ending + e for e in ("e", "en", "er", "es", "em")))
        _add(words, "soft", value, names[value] + "jahrige", names[value] + "jahriger", names[value] + "jahrigen")
    names[1] = "eins"
    for hundreds in range(1, 10):
        for base in {1: ("hundert", "einhundert")}.get(hundreds, (names[hundreds] + "hundert",)):
            _add(words, "card", hundreds * 100, base)
            for rest in range(1, 100):
                _add(words, "card", hundreds * 100 + rest, base + names[rest], base + "und" + names[rest])


def _add_english_ordinals(words: dict[str, Numeral]) -> None:
    # "twentyfirst" and "twentyone" are rare but seen; the hyphenated forms are joined by the scanner.
    names = _below_hundred(words)
    ordinals = {int(n.value): w for w, n in reversed(words.items()) if n.kind == "ordinal" and n.value < 10}
    for tens in range(20, 100, 10):
        for unit in range(1, 10):
            _add(words, "card", tens + unit, names[tens] + names[unit])
            _add(words, "ordinal", tens + unit, names[tens] + ordinals[unit])


@lru_cache(maxsize=4096)
def _compound(language: str, word: str) -> Numeral | None:
    """Thousands in one word ("duemilaventuno", "zweitausendeins"), long ordinals ("centoventesimo"), "ultraottantenne".

    None if the word is none of these.
    """
    words = numerals(language).words
    if language == "it":
        if word.startswith("ultra"):
            return words.get(word.removeprefix("ultra"))
        if word[-5:-1] == "esim":
            stems = (words.get(word[:-5] + ending) for ending in ("", "i", "o", "a", "e"))
            return next((Numeral("ordinal", n.values) for n in stems if n is not None and n.kind == "card"), None)
    thousand, one = ("mila", "mille") if language == "it" else ("tausend", "tausend")
    if word.startswith(one):
        left, rest = "", word[len(one) :]
    else:
        left, found, rest = word.partition(thousand)
        if not found:
            return None
    total = Decimal(1000)
    for part, factor in ((left, 1000), (rest.removeprefix("e") if language == "it" and len(rest) > 3 else rest, 1)):
        if not part:
            continue
        numeral = words.get(part) or (words.get("eins") if part == "ein" else None)
        if numeral is None or numeral.kind not in ("card", "hundred") or numeral.value >= 1000:
            return None
        total = numeral.value * factor if factor == 1000 else total + numeral.value
    return Numeral("card", (total,))
