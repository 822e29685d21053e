"""Common words of Italian and English: a capitalised word that is one of them need not be a name.

`data/common.*.txt` holds the word forms that free corpora (Europarl, the nlp-compromise corpora, GATE and others)
write in lower case about as often as not or more; `benchmarks/fidelity_words.py` makes it. `data/capitalised.*.txt` is
written by hand: common words that mostly carry a capital. They are read once, on first use.
"""

from __future__ import annotations

from functools import cache
from importlib import resources

LANGUAGES = ("it", "en")


@cache
def common_words(language: str) -> frozenset[str]:
    """The folded common words of a language; empty for one that is not in `LANGUAGES`."""
    if language not in LANGUAGES:
        return frozenset()
    tables = (
        resources.files("summarizer.fidelity").joinpath(f"data/{kind}.{language}.txt")
        for kind in ("common", "capitalised")
    )
    return frozenset(word for table in tables for word in table.read_text(encoding="ascii").split())


def is_common(word: str, language: str) -> bool:
    """Whether a folded word is a common one; a long Italian one also if another gender or number of it is."""
    words = common_words(language)
    if word in words:
        return True
    if language == "en":
        return word.endswith("s") and word[:-1] in words
    # not for short ones: "Rossi" is a surname, though "rosso" is common
    return language == "it" and len(word) > 7 and any(word[:-1] + ending in words for ending in "aeio")
