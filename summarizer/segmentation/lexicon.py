"""The words of `italian.toml` and its like, looked up the way the splitter needs them.

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

ITALIAN = "it"
FILES = {
    ITALIAN: "italian.toml", "en": "english.toml", "fr": "french.toml", "de": "german.toml", "es": "spanish.toml",
    "pt": "portuguese.toml",
}  # fmt: skip
"""By language, the file of its words. Articles are Italian; the others are languages of summaries."""


@dataclass(frozen=True, slots=True)
class Lexicon:
    """A language's abbreviations by what may follow them, and the words that tell a new sentence from a name."""

    abbreviations: dict[str, AbbreviationClass]
    """Without the last full stop; a key with a capital matches only as it stands."""
    months: frozenset[str]
    weekdays: frozenset[str]
    openers: frozenset[str]
    """Lower-case; an elided word keeps its apostrophe ("un'")."""
    particles: frozenset[str]
    lettered: frozenset[str]
    conjunctions: frozenset[str]
    continuations: frozenset[str] = frozenset()
    """Verbs that after a comma have their subject before it."""
    links: frozenset[str] = frozenset()
    """Words that mostly open a clause even without a comma."""
    ordinals: bool = False
    """A full stop after a number of one or two digits makes it an ordinal ("am 3. Oktober")."""

    def abbreviation(self, token: str) -> AbbreviationClass | None:
        """The class of an abbreviation written without its last full stop, None for any other word.

        A single capital never stands for its small letter: "v." is *vedi*, "V." an initial or a number.
        """
        found = self.abbreviations.get(token)
        return found or (self.abbreviations.get(token.lower()) if len(token) > 1 else None)


@cache
def lexicon(language: str = ITALIAN) -> Lexicon:
    """The lexicon of a language by its BCP-47 tag, read on first use; one without words where there is no file for it.

    Without words, initials, dotted letters and numbers are still known by their shape.
    """
    if language not in FILES:
        none: frozenset[str] = frozenset()
        return Lexicon({}, months=none, weekdays=none, openers=none, particles=none, lettered=none, conjunctions=none)
    data = tomllib.loads(files(__package__).joinpath(FILES[language]).read_text(encoding="utf-8"))
    classes, words = data["abbreviations"], data["words"]
    return Lexicon(
        abbreviations={entry: kind for kind in get_args(AbbreviationClass) for entry in classes[kind]},
        months=frozenset(classes.get("month", ())),
        weekdays=frozenset(classes.get("weekday", ())),
        openers=frozenset(words["opener"]),
        particles=frozenset(words["particle"]),
        lettered=frozenset(words["lettered"]),
        conjunctions=frozenset(words["conjunction"]),
        continuations=frozenset(words.get("continuation", ())),
        links=frozenset(words.get("link", ())),
        ordinals=data.get("rules", {}).get("ordinals", False),
    )
