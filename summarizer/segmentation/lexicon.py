"""The words of `italian.toml`, looked up the way the splitter needs them.

Never holds a rule: what a class of words means for a sentence is decided where sentences are split.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal, get_args

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

AbbreviationClass = Literal["never", "title", "other", "final"]


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Italian abbreviations by what may follow them, and the words that tell a new sentence from a name."""

    abbreviations: dict[str, AbbreviationClass]
    """Without the last full stop; a key with a capital matches only as it stands."""
    months: frozenset[str]
    weekdays: frozenset[str]
    openers: frozenset[str]
    """Lower-case; an elided word keeps its apostrophe ("un'")."""
    particles: frozenset[str]
    lettered: frozenset[str]
    conjunctions: frozenset[str]

    def abbreviation(self, token: str) -> AbbreviationClass | None:
        """The class of an abbreviation written without its last full stop, None for any other word.

        A single capital never stands for its small letter: "v." is *vedi*, "V." an initial or a number.
        """
        found = self.abbreviations.get(token)
        return found or (self.abbreviations.get(token.lower()) if len(token) > 1 else None)


@cache
def lexicon() -> Lexicon:
    """The lexicon of this package, read on first use."""
    data = tomllib.loads(files(__package__).joinpath("italian.toml").read_text(encoding="utf-8"))
    classes, words = data["abbreviations"], data["words"]
    return Lexicon(
        abbreviations={entry: kind for kind in get_args(AbbreviationClass) for entry in classes[kind]},
        months=frozenset(classes["month"]),
        weekdays=frozenset(classes["weekday"]),
        openers=frozenset(words["opener"]),
        particles=frozenset(words["particle"]),
        lettered=frozenset(words["lettered"]),
        conjunctions=frozenset(words["conjunction"]),
    )
