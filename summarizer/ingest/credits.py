"""Section label, byline and date line at the head of an article, taken out of the text; author and date are kept.

It looks only above the first real paragraph and takes only lines that hold nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from summarizer.article import Dropped
from summarizer.ingest.dates import iso_date
from summarizer.ingest.interface import DraftBlock
from summarizer.ingest.lines import ends_sentence

_HEAD_BLOCKS: Final = 8
_LINE_MAX_WORDS: Final = 16
_LINE_MAX_CHARACTERS: Final = 200
_SECTIONS: Final = frozenset(
    """attualità|cronaca|cronache|cultura|economia|esteri|finanza|interni|italia|lavoro|mondo|motori|musica|opinioni|
    politica|primo piano|salute|scienza|scienze|scuola|società|spettacoli|sport|tecnologia|ultime notizie|ultim'ora|
    viaggi|ambiente|europa""".replace("\n    ", "").split("|")
)

_NAME: Final = r"[A-ZÀ-Þ][\w'’.\-]+(?:\s+(?:d[aei]|del|dell[ao]|de|di|van|von|la|lo|[A-ZÀ-Þ][\w'’.\-]*)){1,4}"
_BYLINE: Final = re.compile(rf"^(?:di|a cura di|A cura di|by|By)\s+({_NAME}(?:\s*(?:,|\be\b|&)\s*{_NAME}){{0,3}})\s*$")
_DAY: Final = (
    r"(?:(?:luned[ìi]|marted[ìi]|mercoled[ìi]|gioved[ìi]|venerd[ìi]|sabato|domenica),?\s+)?"
    r"(?:\d{1,2}[°º]?\s+[a-z]{3,9}\.?\s+\d{4}|\d{1,2}[/.\-]\d{1,2}[/.\-]\d{4}|\d{4}-\d{2}-\d{2})"
)
_TIME: Final = r"(?:[\s,|·–\-]*(?:alle|ore|h|alle ore)?[\s:.]*\d{1,2}[:.]\d{2})?"
_UPDATED: Final = r"aggiornato|ultimo aggiornamento|modificato|ultima modifica"
_DATE_LINE: Final = re.compile(
    rf"^(?:(?:pubblicato|data(?: di pubblicazione)?|{_UPDATED})(?:\s+il)?\s*:?\s*)?{_DAY}{_TIME}"
    rf"(?:[\s,|·–\-(]*(?:{_UPDATED})(?:\s+il)?\s*:?\s*{_DAY}{_TIME}\)?)?\s*$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Credits:
    """What the head of an article says about its making."""

    author: str | None
    date: str | None
    """ISO 8601."""


def take(blocks: Sequence[DraftBlock]) -> tuple[list[DraftBlock], Credits, list[Dropped]]:
    """The blocks without section label, byline and date line, what these said, and the lines taken out."""
    author = date = None
    kept: list[DraftBlock] = []
    dropped: list[Dropped] = []
    for index, block in enumerate(blocks):
        text = block.text
        if index >= _HEAD_BLOCKS or (len(text.split()) > _LINE_MAX_WORDS and ends_sentence(text)):
            kept.extend(blocks[index:])
            break
        if len(text) > _LINE_MAX_CHARACTERS:
            kept.append(block)
        elif index == 0 and text.casefold() in _SECTIONS and len(blocks) > 1 and not ends_sentence(blocks[1].text):
            dropped.append(Dropped(text, "section label"))
        elif author is None and (byline := _BYLINE.match(text)):
            author = byline[1]
            dropped.append(Dropped(text, "byline"))
        elif _DATE_LINE.match(text) and (found := iso_date(text)):
            # the first one is the publication, what follows are updates
            date = date or found
            dropped.append(Dropped(text, "date line"))
        else:
            kept.append(block)
    return kept, Credits(author, date), dropped
