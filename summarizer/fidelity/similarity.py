"""When two spellings are one name, and when one is a mangled form of the other.

Works on folded words alone; knows no names. Must never compare more than a bounded number of letters.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache, lru_cache

from summarizer.fidelity.text import word_set

_SAME_SOUND = (
    "yy:y sch:s tch:c sh:s cch:k ch:c kh:k gh:g ph:f th:t dh:d zh:z rh:r ck:k cz:c dj:j ts:z tz:z ou:u oo:u ee:i gu:g"
    " gia:ia gio:io giu:iu uw:u x:s q:k c:k y:i j:i w:v ie:e ae:a oe:o ue:u"
)
"""Spellings that romanisations and languages use for the same sound, in the order in which they are replaced."""

# What English and other languages put behind a name to make adjectives, followers and plurals of it.
_DERIVED = word_set(
    "s es n an ans ian ians ean eans ese i is ic ics ite ites er ers ish ism ist ists y ies isch ische ischen"
    " ois oise ais aise en ne al als ano ana e o a os as no na ni ne"
)
# Italian endings and what stands for them elsewhere: Siberi-a, Siberi-e; Lombard-ia, Lombard-y; Mosc-a, Mosc-ow.
_ENDINGS = {
    "a": word_set("e ed ia y an ian al as um us is en en ow"),
    "o": word_set("e ed an ian us um is er ue ic en os y"),
    "e": word_set("s is as es a on us"),
    "i": word_set("s is es as y"),
    "ia": word_set("y ie e ien ian ey"),
    "io": word_set("ius ium e y us is"),
    "ea": word_set("ean ee"),
    "ica": word_set("ic ical ics"),
    "ico": word_set("ic ical"),
    "ici": word_set("ic ical ics"),
    "iche": word_set("ic ical ics"),
    "ii": word_set("ies is"),
    "": word_set("us um is es ius"),
}
_PAIR = re.compile(r"(.)\1")
_LONGEST = 32
_SHORTEST_STEM = 3
_FULLEST = 64


@cache
def _same_sound() -> tuple[tuple[str, str], ...]:
    return tuple((spelling, sound) for spelling, _, sound in (pair.partition(":") for pair in _SAME_SOUND.split()))


@lru_cache(maxsize=4096)
def sound_key(word: str) -> str:
    """A folded name reduced to what different romanisations of it share: Khamenei = Chamenei, Tokaev = Tokayev."""
    for spelling, sound in _same_sound():
        word = word.replace(spelling, sound)
    # pairs alone: what becomes three of a kind has a letter too many (Tayyip, Tayiyip)
    return _PAIR.sub(r"\1", word).strip("h")


def _without_doubles(word: str) -> str:
    return "".join(letter for letter, before in zip(word, " " + word, strict=False) if letter != before)


def is_same_name(source: str, target: str) -> bool:
    """Two folded spellings of one name, or a name and what is derived from it (Bush, Bushes; Sumatra, Sumatran)."""
    if source == target or _is_form_of(source, target):
        return True
    if _without_doubles(source) == _without_doubles(target):
        # no romanisation differs in doubled letters alone; a typing error does
        return False
    key, other = sound_key(source), sound_key(target)
    return key == other or _is_form_of(key, other)


def _is_form_of(source: str, target: str) -> bool:
    shared = _shared_beginning(source, target)
    rest, other = source[shared:], target[shared:]
    if shared < _SHORTEST_STEM or len(rest) > 4 or len(other) > 4:
        return False
    if not rest or not other:
        return (rest or other) in _DERIVED
    return shared >= 4 and other in _ENDINGS.get(rest, ())


class Spellings:
    """Words that are asked whether one of them is the same name as another word, without comparing them all."""

    __slots__ = ("_words",)

    def __init__(self, words: Iterable[str]) -> None:
        """`words` are folded."""
        self._words: dict[str, set[str]] = {}
        for word in words:
            for key in _keys(word):
                bucket = self._words.setdefault(key, set())
                if len(bucket) < _FULLEST:
                    bucket.add(word)

    def have(self, word: str) -> bool:
        """Whether one of the words is the same name."""
        return any(is_same_name(word, other) for key in _keys(word) for other in self._words.get(key, ()))


def _keys(word: str) -> set[str]:
    return {word[:_SHORTEST_STEM], sound_key(word)[:_SHORTEST_STEM]}


def is_mangled(source: str, target: str) -> bool:
    """A folded word that is a name with a letter or two wrong."""
    longest = max(len(source), len(target))
    if longest > _LONGEST or min(len(source), len(target)) < 4:
        return False
    if _without_doubles(source) == _without_doubles(target):
        return True
    allowed = 1 if longest < 7 else 2
    if abs(len(source) - len(target)) > allowed:
        return False
    return distance(source, target, allowed) <= allowed


def is_mangled_acronym(source: str, target: str) -> bool:
    """Words in capitals, the second of which is the first with a letter put in: UAV, UNAV.

    Other differences are how languages differ: OMS, WHO; USA, US.
    """
    if len(source) < _SHORTEST_STEM or len(target) != len(source) + 1 or not (source.isupper() and target.isupper()):
        return False
    shared = _shared_beginning(source, target)
    return source[shared:] == target[shared + 1 :]


def distance(a: str, b: str, limit: int) -> int:
    """Optimal string alignment distance (insertions, deletions, substitutions, swaps); `limit` + 1 for anything beyond.

    L. Boytsov, "Indexing methods for approximate dictionary searching", ACM JEA 16 (2011), section 2.2.
    """
    if a == b:
        return 0
    before: list[int] = []
    row = list(range(len(b) + 1))
    for i, letter in enumerate(a, 1):
        current = [i]
        for j, other in enumerate(b, 1):
            cost = min(row[j] + 1, current[j - 1] + 1, row[j - 1] + (letter != other))
            if i > 1 and j > 1 and letter == b[j - 2] and a[i - 2] == other:
                cost = min(cost, before[j - 2] + 1)
            current.append(cost)
        if min(current) > limit:
            return limit + 1
        before, row = row, current
    return min(row[-1], limit + 1)


def _shared_beginning(a: str, b: str) -> int:
    shared = 0
    for letter, other in zip(a, b, strict=False):
        if letter != other:
            break
        shared += 1
    return shared
