"""What stands on a page between the headline and the body: standfirst and captions, which trafilatura leaves out.

It only looks inside the element that holds the article, so that nothing of other articles' teasers comes in.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from summarizer.article import BlockKind
from summarizer.ingest.interface import DraftBlock

if TYPE_CHECKING:
    from lxml.html import HtmlElement

# Class names that Italian and English news sites give to the lines under a headline.
_STANDFIRST: Final = re.compile(
    r"\b(?:sommario|catenaccio|sottotitolo|occhiello|subtitle|sub-?headline|standfirst|dek|summary|abstract|lead-?text)\b",
    re.IGNORECASE,
)
_STANDFIRST_WORDS: Final = range(4, 81)
_MATCHED_LETTERS: Final = 60


def above_body(tree: HtmlElement, blocks: Sequence[DraftBlock]) -> list[DraftBlock]:
    """Standfirst (a heading) and captions that precede the first body block on the page and are not among `blocks`."""
    body = next((block.text for block in blocks if block.kind == "body"), None)
    paragraph = _find(tree, _letters(body)[:_MATCHED_LETTERS]) if body else None
    if paragraph is None:
        return []
    article = next(paragraph.iterancestors("article", "main"), None)
    if article is None:
        return []
    known = {_letters(block.text) for block in blocks}
    found: list[DraftBlock] = []
    for element in article.iter():
        if element is paragraph:
            break
        kind = _kind(element)
        if kind is None:
            continue
        text = " ".join("".join(element.itertext()).split())
        letters = _letters(text)
        if letters and letters not in known and (kind == "caption" or len(text.split()) in _STANDFIRST_WORDS):
            known.add(letters)
            found.append(DraftBlock(text, kind))
    return found


def _kind(element: Any) -> BlockKind | None:
    if element.tag == "figcaption":
        return "caption"
    if element.tag in ("p", "h2", "h3", "h4") and _STANDFIRST.search(element.get("class", "")):
        return "heading"
    return None


def _find(tree: HtmlElement, letters: str) -> HtmlElement | None:
    return next((p for p in tree.iter("p") if letters and _letters("".join(p.itertext())).startswith(letters)), None)


def _letters(text: str) -> str:
    return "".join(re.findall(r"\w+", text)).casefold()
