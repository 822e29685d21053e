"""Support: the names and figures of a summary must occur in the sentences it summarises.

The sources may be Italian or already translated; both readings count, so that a figure is only reported when neither
has it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from summarizer.fidelity.calendar import calendar, dates
from summarizer.fidelity.figures import Reading, figures
from summarizer.fidelity.gazetteer import gazetteer
from summarizer.fidelity.lexicon import LANGUAGES, is_common
from summarizer.fidelity.numbers import answered, pool
from summarizer.fidelity.similarity import Spellings
from summarizer.fidelity.text import Text, Token, clip
from summarizer.report import Finding, Severity

_SHORTEST = 3


@dataclass(frozen=True, slots=True)
class _Source:
    """What one sentence can lend support to."""

    words: frozenset[str]
    capitals: frozenset[str]
    readings: frozenset[Reading]
    entities: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]


def unsupported(text: str, sources: Sequence[str], language: str) -> list[Finding]:
    """Figures, dates and names of a summary's `text` that none of its `sources` has; of kind "unsupported".

    `language` is the BCP-47 tag of the summary; a source is Italian or in that language. A figure in digits is an
    error, anything else a warning. `Finding.sentence` is None: a summary sentence has no id of its own.
    """
    summary = Text(text, language)
    read = [_read(source, language) for source in sources]
    findings = [
        _finding("error" if figure.digits else "warning", "figure", figure.text)
        for figure in figures(summary)
        if figure.asked and not figure.code and not any(answered(figure, source.readings) for source in read)
    ]
    said = dates(summary)
    months = frozenset[int]().union(*(source.months for source in read))
    weekdays = frozenset[int]().union(*(source.weekdays for source in read))
    findings += [_finding("warning", "month", word) for month, word in said.months.items() if month not in months]
    findings += [_finding("warning", "day of the week", word) for d, word in said.weekdays.items() if d not in weekdays]
    return findings + [_finding("warning", "name", token.text) for token in _unsupported_names(summary, read)]


def _finding(severity: Severity, what: str, words: str) -> Finding:
    message = f'{what} without support: "{clip(words)}" is in none of the source sentences'
    return Finding("unsupported", severity, None, "", words, message)


@lru_cache(maxsize=512)
def _read(source: str, language: str) -> _Source:
    italian, translated = Text(source, "it"), Text(source, language)
    names = gazetteer(translated.language)
    entities = {mention.entity for mention in names.mentions(italian)}
    entities.update(number for token in italian.tokens if token.capital for number in names.named_by(token.folded))
    readings: set[Reading] = set()
    possible = [dates(italian), dates(translated)]
    for reading in (italian, translated):
        readings |= pool(reading, figures(reading))
    return _Source(
        italian.words,
        frozenset(token.folded for token in italian.tokens if token.capital),
        frozenset(readings),
        frozenset(entities),
        frozenset().union(*(d.possible_months for d in possible), *(_numeric_months(d.numeric) for d in possible)),
        frozenset().union(*(d.possible_weekdays for d in possible)),
    )


def _numeric_months(numeric: tuple[tuple[int, int, str], ...]) -> frozenset[int]:
    return frozenset(number for first, second, _ in numeric for number in (first, second))


def _unsupported_names(summary: Text, sources: Sequence[_Source]) -> list[Token]:
    words = frozenset[str]().union(*(source.words for source in sources))
    spellings = Spellings(frozenset[str]().union(*(source.capitals for source in sources)))
    entities = frozenset[int]().union(*(source.entities for source in sources))
    names = gazetteer(summary.language)
    days = calendar(summary.language)
    figure_starts = {figure.start for figure in figures(summary)}
    found: dict[str, Token] = {}
    for token in summary.tokens:
        word = token.folded
        if not token.capital or len(word) < _SHORTEST or word in words or token.start in figure_starts:
            continue
        if word in found or word in days.months or word in days.weekdays:
            continue
        named = names.named_by(word)
        if not entities.isdisjoint(named) or (not named and not _must_be_a_name(token, summary)):
            continue
        if not spellings.have(word):
            found[word] = token
    return list(found.values())


def _must_be_a_name(token: Token, summary: Text) -> bool:
    """Whether a capital can only mean a name: German nouns have one, and so has whatever opens a sentence."""
    if is_common(token.folded, summary.language) or token.text.isupper():
        return False
    return summary.language in LANGUAGES or (summary.language != "de" and not token.initial)
