"""Where the sentences of a text begin and end: of an Italian article, or of a summary in another language.

One pass over the places where a sentence could end, each judged by the few words around it. Never changes the text,
never looks further than a fixed distance from such a place (so the time is linear in the length), never loads a model.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from summarizer.segmentation.lexicon import ITALIAN, Lexicon, lexicon

_TOKEN_WINDOW = 80
"""Characters looked at before a full stop for the words that it follows."""
_PARENTHESIS_WINDOW = 300
"""Characters within which a parenthesis must open and close to count as one."""

_OPENING = "\"'“”„«‹‘([{¿¡"
_CLOSING = "\"'’”»›)]}"
_CANDIDATE = re.compile(
    # A URL is consumed whole, so that nothing inside it is judged; the punctuation after it is not part of it.
    r"(?:https?://|www\.)\S*[\w/=#&]"
    r"|(?P<mark>[.!?…]+)"
    rf"(?P<close>(?:\[\d{{1,3}}\]|[{re.escape(_CLOSING)}]|[ \u00a0\u202f]»)*)"
    r"(?P<space>\s*)"
    # Quotation marks, brackets, a bracketed omission, or the dash of a dialogue before the first word of what follows.
    rf"(?P<open>(?:[(\[](?:…|\.{{3}})[)\]]\s*|[{re.escape(_OPENING)}][ \u00a0\u202f]?|[-–—•*·]+[^\S\n]+)*)"
    r"|(?P<paragraph>\n[^\S\n]*\n)"
)
_PARAGRAPH = re.compile(r"\n[^\S\n]*\n")
_WORD = re.compile(r"\w")
_APOSTROPHES = "'’ʼ"
_NEXT_WORD = re.compile(rf"[^\W\d_ʼ]+[{_APOSTROPHES}]?")
# What may open a sentence in lower case: a name such as iPhone, and the letter of a list item.
_LOWER_OPENER = re.compile(r"[a-z]{1,5}[A-Z]|[a-z]\)\s")
_DOTTED = re.compile(r"(?:[^\W\d_]\.-?)+[^\W\d_]{1,3}")
_ENUMERATOR = re.compile(r"\d{1,2}|[IVXLC]+|[^\W\d_èÈ]")
_FIRST_ENUMERATOR = re.compile(r"[1IAa]")
_CONTINUES = frozenset(",;:.!?…)]}»”’'/\\-–—_=<>|%‰")
# Marks of scripts without capitals, which end a sentence whatever follows.
_OTHER_MARKS = re.compile(r"[。！？؟۔।॥]+(?P<close>[」』”’）》»)\]\"']*)")
# After a quotation that closes so, these go on with the sentence: 「行く。」と言った.
_GOES_ON = frozenset("と，、,")


def boundaries(text: str, language: str = ITALIAN) -> list[tuple[int, int]]:
    """The sentences of the text as spans in code points, in order.

    `language` is the BCP-47 tag of the text. Words of its own that end no sentence are known for the languages in
    `lexicon.FILES`; texts in others are split by shape alone.

    No span is empty or begins or ends with white space, and nothing but white space lies between two spans, before the
    first or after the last. A text without sentence-ending punctuation is one sentence; an empty line ends one too.
    """
    spans = []
    start = 0
    for end in [*_ends_in(text, language), len(text)]:
        sentence = text[start:end]
        body = sentence.strip()
        if body:
            begin = start + len(sentence) - len(sentence.lstrip())
            spans.append((begin, begin + len(body)))
        start = end
    return spans


def _ends_in(text: str, language: str) -> list[int]:
    ends = _ends(text, lexicon(language))
    if language == ITALIAN:
        return list(ends)
    marked = (
        m.end() for m in _OTHER_MARKS.finditer(text) if not (m["close"] and text[m.end() : m.end() + 1] in _GOES_ON)
    )
    return sorted({*ends, *marked})


def _ends(text: str, words: Lexicon) -> Iterator[int]:
    """The ends of all sentences but the last."""
    start = 0
    first = _first_word(text, start)
    last = next((at for at in range(len(text) - 1, -1, -1) if text[at].isalnum()), -1)
    for match in _CANDIDATE.finditer(text):
        # A sentence has a word: nothing ends before the first one or after the last.
        if not first < match.start() < match.end() <= last:
            continue
        if match["paragraph"]:
            end = match.start()
        elif match["mark"] and _Candidate(text, match, start, first, words).ends_sentence():
            end = match.end("close")
        else:
            continue
        yield end
        start = end
        first = _first_word(text, start)


def _first_word(text: str, start: int) -> int:
    found = _WORD.search(text, start)
    return found.start() if found else len(text)


class _Candidate:
    """A place where a sentence may end: its punctuation, the words before it and the word after it."""

    def __init__(self, text: str, match: re.Match[str], start: int, first: int, words: Lexicon) -> None:
        self.text = text
        self.start = start
        self.first = first
        self.words = words
        self.at = match.start()
        self.mark, self.close, self.space, self.open = match.group("mark", "close", "space", "open")
        self.after = match.end()
        self.next = text[self.after : self.after + 1]

    def ends_sentence(self) -> bool:
        if not self.next:
            return False
        if _PARAGRAPH.search(self.space):
            return True
        if self.next in _CONTINUES or (self.next.islower() and not _LOWER_OPENER.match(self.text, self.after)):
            return False
        if self._omission() or self._inside_parenthesis() or self._before_aside():
            return False
        if not self.space and not self._glued():
            return False
        if self.mark == ".":
            return not self._abbreviation()
        counting = self.next.isdigit() and self.text[self.at - 1].isdigit()
        return not (counting and self.mark[-1] in ".…")

    def _tokens(self) -> tuple[str, str]:
        """The word before the punctuation and the one before that, "" where the sentence has none."""
        window = self.text[max(self.start, self.at - _TOKEN_WINDOW) : self.at]
        *rest, token = window.rsplit(None, 2) if window and not window[-1].isspace() else ["", ""]
        token = token.lstrip(_OPENING + "-–—")
        return (rest[-1] if rest else ""), re.split(f"[{_APOSTROPHES}]", token)[-1]

    def _following(self) -> tuple[bool, bool]:
        """Whether the next word opens sentences only, and whether it opens sentences or names."""
        found = _NEXT_WORD.match(self.text, self.after)
        if not found or self.text.startswith(".", found.end()):
            return False, False
        word = found[0].lower()
        keys = {word[:-1] + "'", word[:-1]} if word[-1] in _APOSTROPHES else {word}
        opener = not keys.isdisjoint(self.words.openers) or (word.endswith("mente") and word != "clemente")
        return opener, not keys.isdisjoint(self.words.particles)

    def _abbreviation(self) -> bool:
        """Whether the full stop belongs to an abbreviation, an initial or a list number, and ends nothing."""
        previous, token = self._tokens()
        opener, particle = self._following()
        dash = any(sign in self.open for sign in "-–—")
        if self.at - len(token) <= self.first and _ENUMERATOR.fullmatch(token):
            return True
        if previous.endswith(":") and _FIRST_ENUMERATOR.fullmatch(token):
            return True
        if token.lower() in self.words.weekdays and self.next.isdigit():
            return True
        if token.lower() in self.words.months and (previous[-1:].isdigit() or self._year_follows()):
            return dash or not (opener or particle)
        if self.words.ordinals and token.isdecimal() and len(token) <= 2:
            return not opener
        kind = self.words.abbreviation(token)
        if kind == "never":
            return True
        if kind == "final":
            return dash or self.next.isdigit()
        if kind is None and len(token) == 1 and token.isalpha() and token not in "èÈ":
            return not self._ends_after_letter(previous, token, opener, particle)
        if kind is None and not _DOTTED.fullmatch(token):
            return False
        initials = kind is None and token.isupper() and len(token) <= 4
        if kind == "title" or initials:
            return dash or not opener
        return dash or not (opener or particle)

    def _ends_after_letter(self, previous: str, letter: str, opener: bool, particle: bool) -> bool:
        if previous.lower().strip(_OPENING + _CLOSING) in self.words.lettered:
            return True
        regnal = letter in "IVX" and previous[:1].isupper()
        return opener or (particle and regnal)

    def _year_follows(self) -> bool:
        return self.text[self.after : self.after + 4].isdigit()

    def _omission(self) -> bool:
        """Whether this is a bracketed (...) inside a sentence."""
        return self.mark[-1] in ".…" and self.text[self.at - 1] in "([" and self.close[:1] in (")", "]")

    def _inside_parenthesis(self) -> bool:
        """Whether this stands in a parenthesis that was opened inside the sentence."""
        low = max(self.start, self.at - _PARENTHESIS_WINDOW)
        opened = self.text.rfind("(", low, self.at)
        if opened <= self.first or self.text.rfind(")", opened, self.at) != -1:
            return False
        return self.text.find(")", self.at, self.at + _PARENTHESIS_WINDOW) != -1

    def _before_aside(self) -> bool:
        """Whether a title that ends in ? or ! is followed by its parenthesis, after which the sentence goes on."""
        if self.mark[-1] not in "!?" or not self.open.startswith("("):
            return False
        closed = self.text.find(")", self.after, self.after + _PARENTHESIS_WINDOW)
        rest = self.text[closed + 1 : closed + 3].lstrip() if closed != -1 else ""
        return rest[:1].islower() or rest[:1] in (",", ";", ":")

    def _glued(self) -> bool:
        """Whether two sentences stand here with the space between them lost."""
        found = _NEXT_WORD.match(self.text, self.after)
        if not found:
            return False
        token = self.text[self.after : self.after + _TOKEN_WINDOW].split(None, 1)[0]
        if "@" in token or "/" in token:
            return False
        opener, particle = self._following()
        _, left = self._tokens()
        word = found[0]
        if len(word) == 1 and not (opener or particle):
            return False
        if self.close or self.mark != "." or left == "" or left[-1] in _CLOSING:
            return True
        if left.isalpha() and left.islower() and (len(left) > 1 or left == "è"):
            return not word.isupper() or opener or particle
        return (opener or particle) and len(left) > 1
