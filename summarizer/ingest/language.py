"""Is an article Italian? A count of function words over some twenty languages; writing systems decide the rest.

An Italian article is never refused for its names, its quotations or its brevity: in doubt the text passes. The method
is that of function-word language identification (Grefenstette 1995), with words shared by languages weighted down.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import Final

from summarizer.errors import WrongLanguage
from summarizer.ingest.function_words import FUNCTION_WORDS
from summarizer.ingest.limits import LANGUAGE_MIN_WORDS, LANGUAGE_SAMPLE_CHARACTERS

ITALIAN: Final = "it"
UNDETERMINED: Final = "und"

_NAMES: Final = {
    "it": "Italian",
    "en": "English",
    "fr": "French",
    "es": "Spanish",
    "pt": "Portuguese",
    "de": "German",
    "nl": "Dutch",
    "ro": "Romanian",
    "ca": "Catalan",
    "sq": "Albanian",
    "pl": "Polish",
    "cs": "Czech",
    "hr": "Croatian",
    "sv": "Swedish",
    "da": "Danish",
    "tr": "Turkish",
    "ru": "Russian",
    "uk": "Ukrainian",
    "el": "Greek",
    "ar": "Arabic",
    "he": "Hebrew",
    "zh": "Chinese",
    "ja": "Japanese",
    "ko": "Korean",
}
# First word of a letter's Unicode name, and the language that writes so; Cyrillic is looked at more closely below.
_SCRIPTS: Final = {
    "CYRILLIC": "ru",
    "GREEK": "el",
    "ARABIC": "ar",
    "HEBREW": "he",
    "CJK": "zh",
    "HIRAGANA": "ja",
    "KATAKANA": "ja",
    "HANGUL": "ko",
}
# a single letter with a full stop is an initial, not an article or preposition
_WORD: Final = re.compile(r"[^\W\d_]{2,}|[^\W\d_](?!\.)")
_SCRIPT_SAMPLE_CHARACTERS: Final = 2_000

# Below this share of Italian function words a text of _LONG_ENOUGH words is not Italian; articles have 0.35 to 0.5.
_LEAST_ITALIAN: Final = 0.12
_LONG_ENOUGH: Final = 40
# How many times the evidence for another language must outweigh Italian, in a short text and in a long one.
_SHORT_MARGIN: Final = 1.8
_LONG_MARGIN: Final = 1.3
_LEAST_EVIDENCE: Final = 2.0


def _weights() -> dict[str, dict[str, float]]:
    languages_of: dict[str, list[str]] = {}
    for language, words in FUNCTION_WORDS.items():
        for word in words:
            languages_of.setdefault(word, []).append(language)
    return {
        word: {language: 1.0 / len(languages) for language in languages} for word, languages in languages_of.items()
    }


_WEIGHTS: Final = _weights()


@dataclass(frozen=True, slots=True)
class LanguageGuess:
    """What a text is most likely written in."""

    language: str
    """BCP-47 tag, "und" where nothing fits."""

    @property
    def description(self) -> str:
        """For an error message: "in French (fr)"."""
        if self.language == UNDETERMINED:
            return "in a language that is not recognised"
        return f"in {_NAMES[self.language]} ({self.language})"


def identify(text: str) -> LanguageGuess:
    """The language of `text`, "it" wherever Italian cannot be ruled out."""
    sample = text[:LANGUAGE_SAMPLE_CHARACTERS]
    if script := _foreign_script(sample):
        return LanguageGuess(script)
    words = Counter(map(str.lower, _WORD.findall(sample)))
    total = words.total()
    if total < LANGUAGE_MIN_WORDS:
        return LanguageGuess(ITALIAN)
    scores: defaultdict[str, float] = defaultdict(float)
    for word, count in words.items():
        for language, weight in _WEIGHTS.get(word, {}).items():
            scores[language] += count * weight
    italian = scores.pop(ITALIAN, 0.0)
    best, evidence = max(scores.items(), key=lambda item: item[1], default=(UNDETERMINED, 0.0))
    long_enough = total >= _LONG_ENOUGH
    margin = _LONG_MARGIN if long_enough else _SHORT_MARGIN
    if evidence >= _LEAST_EVIDENCE and evidence > margin * italian:
        return LanguageGuess(best)
    if long_enough and sum(words[word] for word in FUNCTION_WORDS[ITALIAN]) < _LEAST_ITALIAN * total:
        return LanguageGuess(UNDETERMINED)
    return LanguageGuess(ITALIAN)


def check(text: str, *, source: str, force: bool) -> str:
    """The BCP-47 tag of the article's language; WrongLanguage if it is not Italian and `force` is off."""
    guess = identify(text)
    if guess.language != ITALIAN and not force:
        raise WrongLanguage(source, f"is {guess.description}, not Italian; use --force to process it all the same")
    return guess.language


def _foreign_script(sample: str) -> str | None:
    letters = [c for c in sample[:_SCRIPT_SAMPLE_CHARACTERS] if c.isalpha()]
    if 2 * sum(map(str.isascii, letters)) >= len(letters):
        # as in any Italian article: no need to ask each letter for its name
        return None
    scripts = Counter(unicodedata.name(c, "UNKNOWN").split(" ", 1)[0].split("-", 1)[0] for c in letters)
    if not scripts or 2 * scripts["LATIN"] >= len(letters) or len(letters) < LANGUAGE_MIN_WORDS:
        return None
    # kana settle it: Japanese is written with many Chinese characters
    if scripts["HIRAGANA"] + scripts["KATAKANA"] > 0.1 * len(letters):
        return "ja"
    commonest = scripts.most_common(1)[0][0]
    if commonest == "CYRILLIC":
        return "uk" if re.search("[іїєґ]", sample.lower()) else "ru"
    return _SCRIPTS.get(commonest, UNDETERMINED)
