"""Makes the lists of common words that summarizer.fidelity tells names from: data/common.it.txt and common.en.txt.

    python benchmarks/fidelity_words.py DATA summarizer/fidelity/data

Reads `DATA/parallel/it-en.tsv.xz` (source name, score, Italian, English) and keeps the word forms that the sources
below write in lower case at least `FEWEST` times and nearly as often as with a capital inside a sentence. All of these
sources are under free licences or without known restriction. Words that are common although they mostly carry a
capital (Commissione, President) are in the hand-written data/capitalised.*.txt.
"""

from __future__ import annotations

import lzma
import re
import sys
from collections import Counter
from pathlib import Path

from summarizer.fidelity.text import fold

SOURCES = {
    "copenhagen-treebank": 10_000,
    "debian-webwml": 20_000,
    "europarl-sinr": 120_000,
    "gate": 10_000,
    "mozilla-www-l10n": 10_000,
    "mt-geneval": 10_000,
    "nlp-compromise": 97_000,
    "opensource-guide": 10_000,
    "privacyguides": 10_000,
    "rte3": 10_000,
    "squad-it-test": 20_000,
    "stsb-multi-mt": 20_000,
    "tails": 5_000,
    "tatoeba-opusmt": 10_000,
    "xcopa": 10_000,
}
"""Sources, and how many of their first pairs are read."""
FEWEST = 4
LOWER_CASE_SHARE = 0.45
SURNAMES = {
    *("ali", "barbara", "ben", "bianchi", "bob", "bruno", "bush", "dan", "dell", "ferrari", "firefox", "franco"),
    *("greco", "jim", "joe", "kim", "lee", "linda", "marco", "merkel", "miller", "ricci", "rossi", "roy", "sam"),
    *("ted", "tesla", "tom", "trump", "verdi", "walker"),
}
"""Names that the texts also have as words, and that are more useful as names."""

_WORD = re.compile(r"[^\W\d_]+")


def count(data: Path, column: int) -> tuple[Counter[str], Counter[str]]:
    """How often each word form stands in lower case, and with a capital inside a sentence."""
    lower: Counter[str] = Counter()
    capital: Counter[str] = Counter()
    read: Counter[str] = Counter()
    with lzma.open(data / "parallel" / "it-en.tsv.xz", "rt", encoding="utf-8") as lines:
        for line in lines:
            fields = line.rstrip("\n").split("\t")
            read[fields[0]] += 1
            if read[fields[0]] > SOURCES.get(fields[0], 0):
                continue
            text = fields[column]
            for index, match in enumerate(_WORD.finditer(text)):
                word = match[0]
                if word.islower():
                    lower[word] += 1
                elif index and word[:1].isupper() and not word[1:].isupper() and text[match.start() - 1] in " '’":
                    capital[word.lower()] += 1
    return lower, capital


def main(arguments: list[str]) -> int:
    """Writes both lists."""
    data, target = Path(arguments[0]), Path(arguments[1])
    for language, column in (("it", 2), ("en", 3)):
        lower, capital = count(data, column)
        words = {
            fold(word)
            for word, times in lower.items()
            if times >= FEWEST and times / (times + capital[word]) >= LOWER_CASE_SHARE and len(word) > 1
        }
        kept = sorted(word for word in words - SURNAMES if word.isascii() and word.isalpha())
        (target / f"common.{language}.txt").write_text("\n".join(kept) + "\n", encoding="ascii")
        print(f"{language}: {len(kept)} words")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
