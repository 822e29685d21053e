"""Other forms of Italian words: what is known of one of them is known of all.

Endings alone decide, no dictionary: most of what comes out is no word. Whoever asks looks it up in a table of words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_ENDINGS = "oaie"
_SHORTEST, _SHORTEST_STEM = 6, 4

# The forms of a verb whose translations look alike, by conjugation (-are, -ere, -ire): said, saying, say.
_PAST = (
    ["ò", "arono", "ava", "avano", "asse", "assero", "ai", "ato", "ata", "ati", "ate"],
    ["é", "è", "erono", "ette", "ettero", "eva", "evano", "esse", "essero", "ei", "uto", "uta", "uti", "ute"],
    ["ì", "irono", "iva", "ivano", "isse", "issero", "ii", "ito", "ita", "iti", "ite"],
)
_GERUND = (["ando"], ["endo"], ["endo"])
_PRESENT = (
    ["a", "ano", "are", "erà", "eranno", "erebbe", "erebbero", "i", "ino", "iamo", "eremo"],
    ["e", "ono", "ere", "erà", "eranno", "erebbe", "erebbero", "a", "ano", "iamo", "eremo"],
    ["e", "ono", "isce", "iscono", "ire", "irà", "iranno", "irebbe", "irebbero", "isca", "iscano", "a", "ano", "iamo"],
)
_CLITIC = re.compile(r"(.{3,}(?:r|ndo))(?:si|sene|[mtcv]i|l[aeio]|ne|gli|gliene|gliel[aeio]|[mtcv]e(?:ne|l[aeio]))")
"""An infinitive or a gerund with a pronoun behind it: riscattarsi, accusandolo."""


def siblings(word: str) -> Iterator[str]:
    """Other forms of an Italian word of six letters or more, in lower case, those most like it first.

    Of nouns and adjectives (omologo: omologhi) and of regular verbs (esortò: esortarono, esortato, esorta), also of
    those with a pronoun (accusandolo: accusando).
    """
    if len(word) < _SHORTEST:
        return
    yield from _nouns(word)
    if parts := _CLITIC.fullmatch(word):
        base = parts[1] if parts[1].endswith("ndo") else f"{parts[1]}e"
        yield base
        yield from _verbs(base)
    else:
        yield from _verbs(word)


def _nouns(word: str) -> Iterator[str]:
    stem, ending = word[:-1], word[-1:]
    if ending not in _ENDINGS:
        return
    yield from (stem + other for other in _ENDINGS if other != ending)
    if stem[-2:] in ("ch", "gh"):
        yield from (stem[:-1] + other for other in "oa")
    elif stem[-1] in "cg":
        yield from (f"{stem}h{other}" for other in "ie")


def _verbs(word: str) -> Iterator[str]:
    for kind, others in ((_PAST, (_PRESENT, _GERUND)), (_GERUND, (_PRESENT, _PAST)), (_PRESENT, (_PAST, _GERUND))):
        for conjugation, endings in enumerate(kind):
            for ending in endings:
                stem = word.removesuffix(ending)
                if stem == word or len(stem) < _SHORTEST_STEM:
                    continue
                for forms in (kind, *others):
                    yield from (stem + other for other in forms[conjugation] if other != ending)
