"""What the summarizers have in common: how long a summary is to be."""

from __future__ import annotations

from dataclasses import dataclass

from summarizer.errors import UsageError

# sentences at most, and the share of the article's sentences at most
_NAMED = {"short": (2, 0.25), "medium": (4, 0.34), "long": (8, 0.5)}
MOST_SENTENCES = 100


@dataclass(frozen=True, slots=True)
class Length:
    """A summary's length as the user asked for it: a name, or a number of sentences."""

    text: str = "medium"

    def __post_init__(self) -> None:
        """Checks the text.

        Raises:
            UsageError: neither a name nor a number from 1 to 100.
        """
        if self.text not in _NAMED and not (self.text.isdecimal() and 1 <= int(self.text) <= MOST_SENTENCES):
            raise UsageError(f"--length {self.text!r}: give short, medium, long or a number of sentences from 1 to 100")

    def sentences(self, available: int) -> int:
        """Sentences of the summary of an article with so many sentences to choose from; 0 only if there are none."""
        if self.text in _NAMED:
            most, share = _NAMED[self.text]
            return min(available, max(1, min(most, round(available * share))))
        return min(available, int(self.text))
