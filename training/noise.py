"""Noise: what news text looks like that no careful corpus holds. Off unless asked for by rates.

Never damages a name or a number: a mistyped word is a lower-case one, and "swap" changes both sides alike.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from summarizer.errors import UsageError
from training.command import named_numbers
from training.parts import EOS, MAX_TOKENS, UNK, Ids

if TYPE_CHECKING:
    from sentencepiece import SentencePieceProcessor

Pair = tuple[str, str]
Change = Callable[[str, str, np.random.Generator], Pair]

_ORDINARY_WORD = re.compile(r"(?<![\w'])[a-zà-ù]{5,}(?![\w'])")
_FINAL_ACCENT = re.compile(r"([àèéìòù])(?!\w)", re.IGNORECASE)
_AGENCIES = ("ANSA", "AGI", "Adnkronos", "LaPresse", "Askanews")
_CITIES = {
    "Roma": "Rome", "Milano": "Milan", "Napoli": "Naples", "Torino": "Turin", "Firenze": "Florence",
    "Venezia": "Venice", "Genova": "Genoa", "Palermo": "Palermo", "Bologna": "Bologna", "Bari": "Bari",
    "Bruxelles": "Brussels", "Parigi": "Paris", "Londra": "London", "Berlino": "Berlin", "Mosca": "Moscow",
    "Pechino": "Beijing", "Washington": "Washington", "New York": "New York", "Ginevra": "Geneva", "Kiev": "Kyiv",
    "Gerusalemme": "Jerusalem", "Il Cairo": "Cairo", "Città del Vaticano": "Vatican City", "Atene": "Athens",
}  # fmt: skip
_MONTHS = {
    "gennaio": "January", "febbraio": "February", "marzo": "March", "aprile": "April", "maggio": "May",
    "giugno": "June", "luglio": "July", "agosto": "August", "settembre": "September", "ottobre": "October",
    "novembre": "November", "dicembre": "December",
}  # fmt: skip
_SPEECH = {
    "ha detto": "said", "ha dichiarato": "said", "dice": "says", "ha spiegato": "explained", "ha aggiunto": "added",
    "ha scritto": "wrote", "ha affermato": "said", "ha sottolineato": "stressed", "racconta": "says",
    "ha commentato": "commented",
}  # fmt: skip
_SPEAKERS = {
    "il ministro": "the minister", "il presidente": "the president", "il sindaco": "the mayor", "la donna": "the woman",
    "il premier": "the prime minister", "l'avvocato": "the lawyer", "il portavoce": "the spokesman",
    "la ministra": "the minister", "l'allenatore": "the coach", "il procuratore": "the prosecutor",
    "la presidente della Commissione": "the president of the Commission", "un testimone": "a witness",
}  # fmt: skip


def capitals(source: str, target: str, rng: np.random.Generator) -> Pair:
    """The whole source in capitals; the translation stays in ordinary case."""
    return source.upper(), target


def headline(source: str, target: str, rng: np.random.Generator) -> Pair:
    """Every longer word of the source capitalised, no final stop on either side."""
    words = [w[:1].upper() + w[1:] if len(w) > 3 else w for w in source.split(" ")]
    return stop(" ".join(words), target, rng)


def stop(source: str, target: str, rng: np.random.Generator) -> Pair:
    """No final stop, on either side: titles and captions have none."""
    if source.endswith(".") and target.endswith(".") and not source.endswith(".."):
        return source[:-1], target[:-1]
    return source, target


def accents(source: str, target: str, rng: np.random.Generator) -> Pair:
    """Accented vowels as keyboards without them give: an apostrophe after a final one (E', citta'), or nothing."""
    if rng.random() < 0.5:
        source = _FINAL_ACCENT.sub(lambda m: _bare(m.group(1)) + "'", source)
    return _bare(source), target


def _bare(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))


def typos(source: str, target: str, rng: np.random.Generator) -> Pair:
    """One mistyped ordinary word: two letters swapped, one dropped or one doubled."""
    words = list(_ORDINARY_WORD.finditer(source))
    if not words:
        return source, target
    word = words[int(rng.integers(len(words)))]
    at = word.start() + int(rng.integers(1, len(word.group()) - 1))
    first, second = source[at], source[at + 1]
    wrong = (second + first, second, first + first + second)[int(rng.integers(3))]
    return source[:at] + wrong + source[at + 2 :], target


def dateline(source: str, target: str, rng: np.random.Generator) -> Pair:
    """The dateline of a news agency in front of both sides, in one of its usual forms."""
    cities, months = list(_CITIES), list(_MONTHS)
    city, month = cities[int(rng.integers(len(cities)))], months[int(rng.integers(len(months)))]
    day, agency = int(rng.integers(1, 29)), _AGENCIES[int(rng.integers(len(_AGENCIES)))]
    english, english_month = _CITIES[city], _MONTHS[month]
    short = month[:3].upper() if rng.random() < 0.5 else month
    place = city.upper() if rng.random() < 0.5 else city
    forms = (
        (f"({agency}) - {place}, {day} {short} - ", f"({agency}) - {english}, {day} {english_month} - "),
        (f"{place}, {day} {month} ({agency}) - ", f"{english}, {day} {english_month} ({agency}) - "),
        (f"{place} - ", f"{english} - "),
    )
    before, translated = forms[int(rng.integers(len(forms)))]
    return before + source, translated + target


def quotes(source: str, target: str, rng: np.random.Generator) -> Pair:
    """Both sides in quotation marks: news quotes whole sentences, corpora hardly ever do."""
    return _quoted(source, target)


def speech(source: str, target: str, rng: np.random.Generator) -> Pair:
    """Both sides as what somebody said: "…", ha detto il ministro."""
    if not source.endswith(".") or not target.endswith("."):
        return _quoted(source, target)
    verb, english_verb = list(_SPEECH.items())[int(rng.integers(len(_SPEECH)))]
    speaker, english_speaker = list(_SPEAKERS.items())[int(rng.integers(len(_SPEAKERS)))]
    said, translated = _quoted(source[:-1], target[:-1] + ",")
    if said == source[:-1]:
        return source, target
    order = f"{english_speaker} {english_verb}" if rng.random() < 0.5 else f"{english_verb} {english_speaker}"
    return f"{said}, {verb} {speaker}.", f"{translated} {order}."


def _quoted(source: str, target: str) -> Pair:
    if '"' in source or '"' in target:
        return source, target
    return f'"{source}"', f'"{target}"'


CHANGES: Mapping[str, Change] = {
    "capitals": capitals,
    "headline": headline,
    "accents": accents,
    "typos": typos,
    "dateline": dateline,
    "stop": stop,
    "quotes": quotes,
    "speech": speech,
}
_ENGLISH_ONLY = frozenset({"dateline", "speech"})

SWAP = "swap"
"""The change that `training.swaps` makes; it needs names to put in."""


def parse_rates(text: str) -> dict[str, float]:
    """Rates by kind from "capitals=0.02,typos=0.05"; "" is no noise.

    Raises:
        UsageError: rates that add up to more than 1; or as `named_numbers`.
    """
    rates = named_numbers(text, (*CHANGES, SWAP), "noise")
    if sum(rates.values()) > 1:
        raise UsageError("the rates of noise must not add up to more than 1")
    return rates


class Noise:
    """Applies at most one kind of noise to a pair of token ids, by way of the text."""

    def __init__(
        self,
        processor: SentencePieceProcessor,
        rates: Mapping[str, float],
        tags: Mapping[int, str],
        swap: Change | None = None,
    ) -> None:
        """`tags` are the ids of the language tokens with their languages; datelines and speakers are English only.

        Raises:
            UsageError: swapping is asked for and `swap` is not given.
        """
        if SWAP in rates and swap is None:
            raise UsageError(f"noise {SWAP}: no names are given to put in")
        self._changes = {**CHANGES, **({SWAP: swap} if swap else {})}
        self._processor, self._tags = processor, tags
        self._names = list(rates)
        self._bounds = np.cumsum([rates[name] for name in self._names])

    def __call__(self, source: Ids, target: Ids, rng: np.random.Generator) -> tuple[Sequence[int], Sequence[int]]:
        """The pair's ids, changed with the rates' probability; a pair with an unknown token is left alone."""
        kind = int(np.searchsorted(self._bounds, rng.random(), side="right"))
        if kind == len(self._names):
            return source.tolist(), target.tolist()
        name, ids, answer = self._names[kind], source.tolist(), target.tolist()
        language = self._tags.get(ids[0])
        if UNK in ids or UNK in answer or (name in _ENGLISH_ONLY and language not in (None, "en")):
            return ids, answer
        tag = ids[:1] if language is not None else []
        before = (self._processor.decode(ids[len(tag) : -1]), self._processor.decode(answer[:-1]))
        after = self._changes[name](*before, rng)
        if after == before:
            return ids, answer
        encoded = [self._processor.encode(text) for text in after]
        if max(map(len, encoded)) > MAX_TOKENS:  # capitals take many more pieces
            return ids, answer
        return [*tag, *encoded[0], EOS], [*encoded[1], EOS]
