"""Set phrases and their translations, written by hand for this project: idioms.tsv.

The word alignment finds what is often said; "vale a dire" or "a bocce ferme" is too rare in the pairs, or translated in
too many ways, and a small model then takes it word by word. Left out are phrases that the pairs have in thousands.
"""

from __future__ import annotations

import csv
from pathlib import Path

from summarizer.engines.hints import LONGEST
from summarizer.errors import UsageError

IDIOMS = Path(__file__).with_name("idioms.tsv")
SOURCE = "ita"


def read(tag: str, path: Path = IDIOMS) -> dict[str, str]:
    """The Italian phrases, each with its translation into the language of a tag like ">>eng<<".

    Raises:
        UsageError: a line is not a phrase of two to `LONGEST` tokens with one translation a language.
    """
    language = tag.strip("<>")
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE, strict=True)
        if language not in (rows.fieldnames or ()):
            return {}
        found: dict[str, str] = {}
        for row in rows:
            phrase, translation = row[SOURCE], row[language]
            whole = None not in row and translation
            if not whole or not 2 <= len(phrase.split()) <= LONGEST or phrase in found:
                raise UsageError(
                    f"{path}:{rows.line_num}: not a new phrase of two to {LONGEST} words and a translation"
                )
            found[phrase] = translation
    return found
