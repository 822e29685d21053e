"""Puts a source sentence into the form models are trained on, and a translation back into good typography.

Only what the decoder sees changes: the article keeps every character of its own.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable
from functools import cached_property

NORMALIZATION_VERSION = "n1"
"""Part of the memory key and the signature: raise it when a change here changes what the model sees."""

_STRAIGHT = str.maketrans(
    {
        "’": "'",
        "‘": "'",
        "‛": "'",
        "ʼ": "'",
        "`": "'",
        "“": '"',
        "”": '"',
        "„": '"',
        "‟": '"',
        "«": '"',
        "»": '"',
        "‹": "'",
        "›": "'",
    }
)
_CURLED = re.compile(f"[{''.join(map(chr, _STRAIGHT))}]")
_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*")
_DATELINE = re.compile(r"^[(\[]?[^\W\d_a-zà-ÿ][^a-zà-ÿ]{2,60}\s[-–—]\s")
_MONTHS = {
    "GEN": "gennaio", "FEB": "febbraio", "MAR": "marzo", "APR": "aprile", "MAG": "maggio", "GIU": "giugno",
    "LUG": "luglio", "AGO": "agosto", "SET": "settembre", "OTT": "ottobre", "NOV": "novembre", "DIC": "dicembre",
}  # fmt: skip
_DAY_AND_MONTH = re.compile(rf"\b(\d{{1,2}})\s(?P<month>{'|'.join(_MONTHS)})\b\.?")
_SMALL = frozenset([
    "a", "ad", "ai", "al", "alla", "alle", "allo", "agli", "anche", "c", "che", "chi", "ci", "come", "con", "contro",
    "da", "dal", "dalla", "dalle", "dallo", "dai", "dagli", "dei", "del", "della", "delle", "dello", "degli", "di",
    "dopo", "e", "ed", "era", "fa", "fra", "gli", "ha", "hanno", "i", "il", "in", "l", "la", "le", "lo", "ma", "nei",
    "nel", "nella", "nelle", "nello", "negli", "non", "o", "per", "più", "prima", "si", "sono", "su", "sui", "sul",
    "sulla", "sulle", "sullo", "sugli", "tra", "un", "una", "uno", "è",
])  # fmt: skip


def normalize(text: str) -> str:
    """The form of a sentence that models are given: NFKC, straight quotation marks, single spaces."""
    text = unicodedata.normalize("NFKC", text)
    if _CURLED.search(text):
        text = text.translate(_STRAIGHT)
    return " ".join(text.split())


class Truecaser:
    """Gives words in capitals the case they have elsewhere in the same article.

    Capitals hide which words are names and send small models into repetition loops; the article itself mostly shows
    the right form. Words seen nowhere else become lower case, or capitalised if they stand in a dateline.
    """

    def __init__(self, sentences: Iterable[str]) -> None:
        """Learns from all sentences of an article, once it meets the first capitals: most articles have none."""
        self._sentences = tuple(sentences)

    @cached_property
    def _forms(self) -> dict[str, str]:
        """By word in capitals, the form it has most often in ordinary sentences."""
        counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
        for sentence in self._sentences:
            for match in list(_WORD.finditer(normalize(sentence)))[1:]:
                word = match.group()
                if not (word.isupper() and len(word) > 1):
                    counts[word.upper()][word] += 1
        return {upper: forms.most_common(1)[0][0] for upper, forms in counts.items()}

    def __call__(self, text: str) -> str:
        """The sentence with its all-capitals dateline or its all-capitals whole in ordinary case."""
        letters = list(filter(str.isalpha, text))
        if sum(map(str.isupper, letters)) >= 0.8 * len(letters) and len(_WORD.findall(text)) >= 3:
            return self._sentence(text)
        dateline = _DATELINE.match(text)
        if dateline:
            return self._recase(dateline.group(), unseen=str.capitalize) + text[dateline.end() :]
        return text

    def _sentence(self, text: str) -> str:
        out = self._recase(text, unseen=str.lower)
        first = _WORD.search(out)
        return out if first is None else out[: first.start()] + out[first.start()].upper() + out[first.start() + 1 :]

    def _recase(self, text: str, *, unseen: object) -> str:
        text = _DAY_AND_MONTH.sub(lambda m: f"{m[1]} {_MONTHS[m['month']]}", text)

        def word(match: re.Match[str]) -> str:
            upper = match.group()
            if not upper.isupper():
                return upper
            lower = upper.lower()
            if upper in self._forms:
                return self._forms[upper]
            if lower in _SMALL:
                return lower
            # short words without a lower-case twin in the article are mostly acronyms: ANSA, NATO, PIL, USA
            if len(upper) <= 4 and (unseen is str.capitalize and match.start() > 0 and text[match.start() - 1] == "("):
                return upper
            return lower.capitalize() if unseen is str.capitalize else lower

        return _WORD.sub(word, text)


_QUOTES = {
    "en": ("“", "”"), "pt": ("“", "”"), "es": ("«", "»"), "it": ("«", "»"), "fr": ("«\u00a0", "\u00a0»"),
    "de": ("„", "“"),
}  # fmt: skip


def restore_typography(text: str, language: str) -> str:
    """Straight double quotation marks, where they pair up, as the target language prints them."""
    pair = _QUOTES.get(language)
    if pair is None or text.count('"') % 2 or '"' not in text:
        return text
    parts = text.split('"')
    # an opening mark after a letter, or a closing one before a letter, means that the marks do not pair as counted
    for inside in range(1, len(parts), 2):
        before, after = parts[inside - 1], parts[inside + 1]
        if before[-1:].isalnum() or after[:1].isalnum() or not parts[inside].strip():
            return text
    out = [parts[0]]
    for index, part in enumerate(parts[1:], start=1):
        out.append((pair[0] + part.strip()) if index % 2 else pair[1] + part)
    return "".join(out)
