"""Cuts a sentence that is too long for a model where it hurts least.

Never drops a character, and never calls a piece fitting that the caller's own measure did not accept.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Callable

from summarizer.segmentation.lexicon import lexicon

# Punctuation counts only before white space: no cut inside 10:30 or 1,5. A dash goes with the clause it opens.
_CLAUSE = re.compile(r"(?<=[;:])(?=\s)|(?=\s[–—-]\s)")
_COMMA = re.compile(r",(?=\s+([^\W\d_]*))")
_SPACE = re.compile(r"(?<=\S)(?=\s+([^\W\d_]*))")


def split_clauses(text: str, fits: Callable[[str], bool]) -> list[tuple[int, int]]:
    """Spans of pieces that each satisfy `fits`, in order; nothing but white space lies outside them.

    A piece that does not fit is cut in two at the best place near its middle: `;`, `:` or a dash, else a comma before a
    conjunction, else any comma but one that a verb follows, else in front of a word that links, else any comma or
    space, else between two characters. A single character that does not fit is left as it is. `fits` is asked about
    twice as often as there are pieces.
    """
    done: list[tuple[int, int]] = []
    waiting = _trim(text, 0, len(text))
    while waiting:
        start, end = waiting.pop()
        if end - start == 1 or fits(text[start:end]):
            done.append((start, end))
            continue
        cut = start + _best_cut(text[start:end])
        waiting += _trim(text, cut, end) + _trim(text, start, cut)
    return done


def _trim(text: str, start: int, end: int) -> list[tuple[int, int]]:
    piece = text[start:end]
    body = piece.strip()
    begin = start + len(piece) - len(piece.lstrip())
    return [(begin, begin + len(body))] if body else []


def _best_cut(piece: str) -> int:
    """An index strictly inside the piece."""
    clauses = [m.start() for m in _CLAUSE.finditer(piece)]
    commas, spaces = list(_COMMA.finditer(piece)), list(_SPACE.finditer(piece))
    words = lexicon()
    before_conjunction = [m.end() for m in commas if m[1].lower() in words.conjunctions]
    any_comma = [m.end() for m in commas if m[1].lower() not in words.continuations]
    before_link = [m.start() for m in spaces if m[1].lower() in words.links]
    low, high = len(piece) // 5, len(piece) - len(piece) // 5
    for cuts in (clauses, before_conjunction, any_comma, before_link):
        central = [cut for cut in cuts if low <= cut <= high]
        if central:
            return _nearest(central, len(piece) // 2)
    # A cut at a space breaks a clause; a comma near one end still beats that.
    for cuts in (sorted(clauses + [m.end() for m in commas]), [m.start() for m in spaces]):
        inside = [cut for cut in cuts if 0 < cut < len(piece)]
        if inside:
            return _nearest(inside, len(piece) // 2)
    return _between_characters(piece)


def _nearest(cuts: list[int], middle: int) -> int:
    at = bisect_left(cuts, middle)
    return min(cuts[max(0, at - 1) : at + 1], key=lambda cut: abs(cut - middle))


def _between_characters(piece: str) -> int:
    """The middle, moved to the left while an accent or joiner would be torn from its letter."""
    middle = len(piece) // 2
    for cut in range(middle, 0, -1):
        if not unicodedata.category(piece[cut]).startswith("M") and "\u200d" not in piece[cut - 1 : cut + 1]:
            return cut
    return middle
