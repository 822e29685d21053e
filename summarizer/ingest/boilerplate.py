"""Takes web furniture out of an article: share bars, link boxes, copyright lines, cookie and subscription notices.

Precision comes before recall: what might be a sentence of the article stays. Everything taken out keeps its reason.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Final

from summarizer.article import Dropped
from summarizer.ingest.furniture import LINKS, NEWSLETTER, NOTICES, STRONG_PHRASES, TAILS, WEAK_PHRASES
from summarizer.ingest.interface import DraftBlock

_SHARE_BAR: Final = "share buttons and page links"
_SEPARATORS: Final = re.compile(r"[\s/|·•∙>»›\-–—:]*")
_PHRASE: Final = re.compile(
    # the longest wording wins because "condividi" alone would strand "su Facebook"
    rf"(?:(?P<strong>{'|'.join(STRONG_PHRASES)})|(?P<weak>{'|'.join(WEAK_PHRASES)})"
    # counts of shares and comments between the buttons
    r"|\d{1,6}|[\d.,]{1,6}[km])(?![\w'’])",
    re.IGNORECASE,
)
_TAIL_START: Final = re.compile(r"[.!?…][\"”»’')\]]*\s+|\s+(?=©|(?:\([cC]\)\s*)?RIPRODUZIONE RISERVATA|LEGGI ANCHE\b)")
_BAR_MAX_CHARACTERS: Final = 400
_LIST_HEADS: Final = frozenset({LINKS, NEWSLETTER})
_MENU_LINE_MAX_WORDS: Final = 16
_MENU_LABEL_MAX_WORDS: Final = 2
_NOTICE_MAX_CHARACTERS: Final = 1_500
_TAIL_MAX_CHARACTERS: Final = 400
_MAX_TAILS: Final = 8
"""Pieces of furniture looked for at the end of one paragraph."""


def clean(blocks: Sequence[DraftBlock]) -> tuple[list[DraftBlock], list[Dropped]]:
    """The blocks without furniture, and what was taken out in the order it stood in; texts are sanitised already."""
    verdicts = _with_groups(blocks, [_verdict(block) for block in blocks])
    kept: list[DraftBlock] = []
    dropped: list[Dropped] = []
    for index, (block, verdict) in enumerate(zip(blocks, verdicts, strict=True)):
        # one lone word ("Facebook", "Stampa") may be a heading; beside other furniture it is a button
        if verdict == "weak":
            beside = verdicts[max(index - 1, 0) : index + 2]
            verdict = _SHARE_BAR if sum(neighbour is not None for neighbour in beside) > 1 else None
        if verdict is not None:
            dropped.append(Dropped(block.text, verdict))
            continue
        text = block.text
        for _ in range(_MAX_TAILS):
            if (cut := _tail(text)) is None:
                break
            position, reason = cut
            dropped.append(Dropped(text[position:], reason))
            text = text[:position].rstrip()
        kept.append(replace(block, text=text))
    return kept, dropped


def _verdict(block: DraftBlock) -> str | None:
    """Why the whole block is furniture; "weak" if only its neighbours can tell; None if it is not."""
    text = block.text
    if block.kind == "title":
        return None
    if len(text) <= _NOTICE_MAX_CHARACTERS:
        words = len(text.split())
        for reason, max_words, pattern in NOTICES:
            if words <= max_words and pattern.search(text):
                return reason
    strong, weak = _share_bar(text)
    if strong or weak >= 2:
        return _SHARE_BAR
    return "weak" if weak else None


def _with_groups(blocks: Sequence[DraftBlock], verdicts: Sequence[str | None]) -> list[str | None]:
    """The verdicts, with the entries of menus and link lists that only their neighbours give away.

    Of a group of short lines all go that stand under "LEGGI ANCHE" or a newsletter prompt; in one that is mostly
    furniture, single words go too ("Cronaca" between "Home" and "Accedi").
    """
    verdicts = list(verdicts)
    for _, members in groupby(range(len(blocks)), key=lambda index: blocks[index].group):
        group = list(members)
        words = [len(blocks[index].text.split()) for index in group]
        if blocks[group[0]].group is None or len(group) < 2 or max(words) > _MENU_LINE_MAX_WORDS:
            continue
        heads_links = verdicts[group[0]] in _LIST_HEADS
        mostly = 2 * sum(verdicts[index] is not None for index in group) > len(group)
        for index, count in zip(group, words, strict=True):
            if verdicts[index] in (None, "weak"):
                linked = heads_links and (verdicts[group[0]] == NEWSLETTER or not blocks[index].text.endswith("."))
                if linked or (mostly and count <= _MENU_LABEL_MAX_WORDS):
                    verdicts[index] = verdicts[group[0]] if heads_links else _SHARE_BAR
    return verdicts


def _share_bar(text: str) -> tuple[int, int]:
    """How many strong and weak phrases make up `text`; (0, 0) if anything else stands in it."""
    if len(text) > _BAR_MAX_CHARACTERS:
        return 0, 0
    strong = weak = 0
    position = _SEPARATORS.match(text).end()  # type: ignore[union-attr]
    while position < len(text):
        phrase = _PHRASE.match(text, position)
        if phrase is None:
            return 0, 0
        strong += phrase["strong"] is not None
        weak += phrase["weak"] is not None
        position = _SEPARATORS.match(text, phrase.end()).end()  # type: ignore[union-attr]
    return strong, weak


def _tail(text: str) -> tuple[int, str] | None:
    """Where furniture begins behind a full stop in `text`, and what it is."""
    for position in _tail_starts(text):
        rest = text[position:]
        for reason, pattern in TAILS:
            if pattern.match(rest):
                return position, reason
        strong, weak = _share_bar(rest)
        if strong or weak >= 3:
            return position, _SHARE_BAR
    return None


def _tail_starts(text: str) -> Iterator[int]:
    first = max(len(text) - _TAIL_MAX_CHARACTERS, 0)
    for match in _TAIL_START.finditer(text, first):
        if match.end() < len(text):
            yield match.end()
