"""What a paragraph is where the source's markup does not say: headline, heading, body, caption.

It decides by length, final stop and place only, and it never changes a text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from summarizer.article import BlockKind
from summarizer.ingest.interface import DraftBlock
from summarizer.ingest.lines import ends_sentence

_TITLE_MAX_WORDS: Final = 60
_EXCLAIMED_TITLE_MAX_WORDS: Final = 25
_KICKER_MAX_WORDS: Final = 2
_STANDFIRST_MAX_WORDS: Final = 40
_SHORT_MAX_WORDS: Final = 15
_SHORT_MAX_CHARACTERS: Final = 100
_CAPTION_MAX_WORDS: Final = 40
_CAPTION_MAX_CHARACTERS: Final = 600
_STOPPED_CAPTION_MAX_WORDS: Final = 25
_CLOSING_CAPTIONS: Final = 2
"""Most short lines behind the last paragraph that are captions; more of them are a list of something else."""

_EXCLAIMED: Final = re.compile(r"(?:[!?…]|\.\.\.)[\"”»’')\]]*$")
_INNER_STOP: Final = re.compile(r"[.!?…][\"”»’')\]]*\s+[\"“«‘(]?[A-ZÀ-Þ]")
# Who made the picture: no sentence of an article ends so.
_CREDIT: Final = re.compile(
    r"^(?:[Ff]oto|FOTO|[Ff]otografia|[Pp]h|[Pp]hoto|[Cc]redits?|[Cc]rediti)\s*[:./]"
    r"|[(\[]\s*(?:[Ff]oto|FOTO|[Pp]h|[Pp]hoto|[Cc]redits?)\b[^()\]]{0,60}[)\]]\s*\.?$"
    r"|\b(?:[Ff]oto|FOTO|[Pp]h\.|[Pp]hoto|[Cc]redits?)\s*[:/]\s*\S[^.]{0,60}$"
    r"|\b[Ff]oto (?:di )?(?:[A-ZÀ-Þ][\w'’.]+ ?){1,3}$"
)
# What opens a caption, and the agency's name that closes one; sentences can do so as well.
_OPENING: Final = re.compile(
    r"^(?:nella|nelle|in) foto(?:grafia)?\b|^(?:immagin[ei]|didascalia)\s*[:./]", re.IGNORECASE
)
_AGENCY: Final = re.compile(
    r"[(\[](?:ansa|afp|ap|reuters|lapresse|la presse|imagoeconomica|agf|getty(?: images)?|epa|fotogramma|ipp|"
    r"adnkronos|shutterstock|xinhua|ipa|sipa|contrasto)(?:[/ ][^()\]]{0,40})?[)\]]$",
    re.IGNORECASE,
)


def classify(blocks: Sequence[DraftBlock]) -> list[DraftBlock]:
    """The blocks with a kind each; at most one is a title, and it comes first.

    A title is a first block without a final stop (a short one may end in "?" or "!") that a longer paragraph follows.
    A short line without a stop is a heading where paragraphs follow it and a caption behind the last one; a longer one
    under the title is the standfirst, a heading too.
    """
    blocks = _with_title(blocks)
    last_body = max((index for index, block in enumerate(blocks) if _is_paragraph(block)), default=-1)
    closing = sum(block.kind is None for block in blocks[last_body + 1 :])
    kinded: list[DraftBlock] = []
    for index, block in enumerate(blocks):
        kind: BlockKind = "body"
        # without a single full sentence in the article there is nothing that a line could head or explain
        if last_body >= 0:
            under_title = index == 1 and blocks[0].kind == "title"
            kind = _kind(block.text, under_title=under_title, closing=closing if index > last_body else 0)
        kinded.append(replace(block, kind=block.kind or kind))
    return kinded


def _with_title(blocks: Sequence[DraftBlock]) -> list[DraftBlock]:
    stated = [index for index, block in enumerate(blocks) if block.kind == "title"]
    if stated:
        return _with_first(blocks, stated[0])
    if len(blocks) > 1 and _is_kicker(blocks[0], blocks[1]) and _is_title(blocks[1], blocks[2:]):
        return _with_first(blocks, 1)
    if blocks and _is_title(blocks[0], blocks[1:]):
        return _with_first(blocks, 0)
    return list(blocks)


def _with_first(blocks: Sequence[DraftBlock], title: int) -> list[DraftBlock]:
    """The blocks with one of them as title in front, what stood above it as headings, and no other title."""
    heading: BlockKind = "heading"
    rest = [
        replace(block, kind=heading) if block.kind == "title" or (index < title and block.kind is None) else block
        for index, block in enumerate(blocks)
        if index != title
    ]
    return [replace(blocks[title], kind="title"), *rest]


def _is_kicker(block: DraftBlock, following: DraftBlock) -> bool:
    """Whether a first line is a label in capitals above the headline ("TERRITORIO")."""
    return (
        block.kind is None
        and block.text.isupper()
        and not following.text.isupper()
        and len(block.text.split()) <= _KICKER_MAX_WORDS
        and len(following.text.split()) > 2 * _KICKER_MAX_WORDS
    )


def _is_title(block: DraftBlock, rest: Sequence[DraftBlock]) -> bool:
    if block.kind == "heading":
        return bool(rest)
    if block.kind is not None or _is_caption(block.text):
        return False
    words = len(block.text.split())
    if ends_sentence(block.text):
        if not _EXCLAIMED.search(block.text) or words > _EXCLAIMED_TITLE_MAX_WORDS or _INNER_STOP.search(block.text):
            return False
    elif words > _TITLE_MAX_WORDS:
        return False
    return any(_is_paragraph(other) and len(other.text) > len(block.text) for other in rest)


def _is_paragraph(block: DraftBlock) -> bool:
    if block.kind not in (None, "body"):
        return False
    words = len(block.text.split())
    return words > _CAPTION_MAX_WORDS or (ends_sentence(block.text) and not _is_caption(block.text))


def _is_caption(text: str) -> bool:
    words = len(text.split())
    if words > _CAPTION_MAX_WORDS or len(text) > _CAPTION_MAX_CHARACTERS:
        return False
    if _CREDIT.search(text):
        return True
    if _OPENING.search(text):
        return words <= _STOPPED_CAPTION_MAX_WORDS or not ends_sentence(text)
    return _AGENCY.search(text) is not None and not _INNER_STOP.search(text)


def _kind(text: str, *, under_title: bool, closing: int) -> BlockKind:
    """`closing` is the number of lines behind the last paragraph, of which this is one; 0 for a line before it."""
    if _is_caption(text):
        return "caption"
    if ends_sentence(text):
        return "body"
    words = len(text.split())
    short = words <= _SHORT_MAX_WORDS and len(text) <= _SHORT_MAX_CHARACTERS
    if closing:
        # a longer one is more likely a last paragraph whose full stop was forgotten
        return "caption" if short and closing <= _CLOSING_CAPTIONS else "body"
    return "heading" if short or (under_title and words <= _STANDFIRST_MAX_WORDS) else "body"
