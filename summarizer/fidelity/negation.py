"""Negation: what a source sentence denies, its translation must deny.

Counts, as languages deny in many ways: in English a word that carries the no ("fail", "unable", "homeless") answers
for a "non" unless an Italian word of its kind stands beside it. Other languages must have some denial, no more.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import resources

from summarizer.fidelity.interface import Pair
from summarizer.fidelity.lexicon import is_common
from summarizer.fidelity.text import Text, Token, word_set
from summarizer.report import Finding

_DENIES = word_set("non mai nessuno nessuna nessun senza niente nulla neanche nemmeno neppure ne")
_NE = frozenset({"né", "nè", "Né", "Nè"})
"""With its accent it denies; "ne" without is a pronoun."""
# What turns "non" into something else: "non solo", "non appena"; "finché non", "a meno che non", "di quanto non".
_AFTER_NON = word_set("solo soltanto solamente unicamente appena meno altro foss pochi poche poco poca")
_BEFORE_NON = word_set("finche fintanto fintantoche senonche quanto meno prima")
_BEFORE_MAI = word_set("piu quanto caso se come quando che cosa chi dove perche")
_IDIOMS = {
    "nulla": frozenset({"osta"}),
    "niente": frozenset({"meno"}),
    "senza": frozenset({"dubbio", "altro", "vita", "precedenti", "indugio", "giri"}),
}
# "non resta che", "non fa che", "non è che" say only
_ONLY = ("rest", "riman", "fa", "fanno", "far", "altro", "e")
_ONLY_WINDOW = 6
_NEGATIVE_PREFIXES = {"en": ("un", "in", "im", "ir", "il", "dis", "non", "mis"), "it": ("in", "im", "ir", "il", "dis")}
_NOT_NEGATIVE = word_set(
    "income inform inside import display disease input invest inland indeed unit under uncle disabile disabili"
)
_CONTRACTED = ("n't", "n’t", "n´t", "n`t")


@dataclass(frozen=True, slots=True)
class _Words:
    """The forms of one kind in one language."""

    whole: frozenset[str]
    beginnings: tuple[str, ...]
    endings: tuple[str, ...]
    phrases: tuple[str, ...]

    def has(self, word: str) -> bool:
        return word in self.whole or word.startswith(self.beginnings) or word.endswith(self.endings)


@cache
def _words(language: str, kind: str) -> _Words:
    forms: list[str] = []
    table = resources.files("summarizer.fidelity").joinpath("data/negation.tsv").read_text(encoding="utf-8")
    for line in table.splitlines():
        if line.startswith(f"{language}\t{kind}\t"):
            forms += line.split("\t")[2].split()
    phrases = tuple(form.replace("_", " ") for form in forms if "_" in form or form.startswith("-"))
    single = [form for form in forms if "_" not in form and not form.startswith("-")]
    return _Words(
        frozenset(form for form in single if "*" not in form),
        tuple(form[:-1] for form in single if form.endswith("*")),
        tuple(form[1:] for form in single if form.startswith("*")),
        phrases,
    )


def check_negation(pair: Pair) -> list[Finding]:
    """A denial of the source that nothing in the translation takes up."""
    language = pair.target.language
    if _DENIES.isdisjoint(pair.source.words):
        # as most sentences
        return []
    if not _words(language, "negation").whole or pair.source.raw.rstrip("»”\"' ").endswith("?"):
        return []
    denials = _denials(pair.source, ever="ever" in pair.target.words)
    if not denials:
        return []
    negations, others = _answers(pair.target)
    if language == "en":
        others = max(0, others - _count_denials(pair.source))
        missing = len(denials) > negations + others
    else:
        missing = not negations + others
    if not missing:
        return []
    denial = denials[0] if not negations else denials[-1]
    message = f'negation missing: "{denial.text}" in the source has no counterpart in the translation'
    return [pair.finding("negation", "warning", message, source=denial.text)]


def _denials(text: Text, *, ever: bool) -> list[Token]:
    """The words of an Italian text that deny; "non … mai", "non … nessuno" and "senza … senza" deny once."""
    found: list[Token] = []
    seen: set[str] = set()
    for index, token in enumerate(text.tokens):
        word = token.folded
        if word not in _DENIES or (word == "ne" and token.text not in _NE):
            continue
        before, seen = seen, seen | {word}
        if word == "non" and index > 1 and text.tokens[index - 2].folded == "non":
            # "non può non": an affirmation
            del found[-1:]
        elif word == "non":
            if not _says_only(text, index):
                found.append(token)
        elif word == "mai" and (ever or _follows(text, index, _BEFORE_MAI)):
            continue
        elif not before & {"non", "senza", word} and not (word == "ne" and before) and not _is_idiom(text, index):
            found.append(token)
    return found


def _follows(text: Text, index: int, words: frozenset[str]) -> bool:
    return index > 0 and text.tokens[index - 1].folded in words


def _is_idiom(text: Text, index: int) -> bool:
    following = text.tokens[index + 1].folded if index + 1 < len(text.tokens) else ""
    return following in _IDIOMS.get(text.tokens[index].folded, ())


def _says_only(text: Text, index: int) -> bool:
    """Whether a "non" does not deny: "non solo", "finché non", "non resta che", "non fa che"."""
    after = [token.folded for token in text.tokens[index + 1 : index + 1 + _ONLY_WINDOW]]
    if not after or after[0] in _AFTER_NON or _follows(text, index, _BEFORE_NON):
        return True
    if _follows(text, index, frozenset({"che"})) and index > 1 and text.tokens[index - 2].folded in _BEFORE_NON:
        return True
    if "che" not in after:
        return False
    that = after.index("che")
    if that == 1 and after[0] == "e":
        return True
    return any(word.startswith(_ONLY[:2]) or word in _ONLY[2:-1] for word in after[:that])


def _answers(text: Text) -> tuple[int, int]:
    """How many words of a translation say no, and how many others can carry one."""
    negation, denial = _words(text.language, "negation"), _words(text.language, "denial")
    negations = others = 0
    for token in text.tokens:
        if negation.has(token.folded):
            negations += 1
        elif denial.has(token.folded) or _is_negative_compound(token.folded, text.language):
            others += 1
    lowered = text.raw.lower()
    others += sum(phrase in lowered for phrase in denial.phrases)
    if text.language == "en":
        negations += sum(lowered.count(contracted) for contracted in _CONTRACTED)
    return negations, others


def _count_denials(text: Text) -> int:
    denial = _words("it", "denial")
    return sum(denial.has(t.folded) or _is_negative_compound(t.folded, "it") for t in text.tokens)


def _is_negative_compound(word: str, language: str) -> bool:
    """ "unwilling", "homeless", "insufficient": a prefix or suffix on a word that stands by itself."""
    if language == "en" and word.endswith("less"):
        return True
    prefixes = _NEGATIVE_PREFIXES.get(language, ())
    if not word.startswith(prefixes) or word in _NOT_NEGATIVE:
        return False
    return any(word.startswith(p) and len(word) > len(p) + 3 and is_common(word[len(p) :], language) for p in prefixes)
