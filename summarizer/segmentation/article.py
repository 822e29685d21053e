"""The sentences of an article, numbered as the reports number them.

Never touches a block's text: a sentence is a span of it.
"""

from __future__ import annotations

from summarizer.article import Article, Block, Sentence
from summarizer.segmentation.sentences import boundaries


def split(article: Article) -> tuple[Sentence, ...]:
    """All sentences in reading order, ids from 1; every block has at least one.

    A title, heading or caption without a full stop is one sentence, whatever question or exclamation marks it has.
    """
    spans = ((index, span) for index, block in enumerate(article.blocks) for span in _spans(block))
    return tuple(
        Sentence(id=number, block=index, start=start, end=end, text=article.blocks[index].text[start:end])
        for number, (index, (start, end)) in enumerate(spans, start=1)
    )


def _spans(block: Block) -> list[tuple[int, int]]:
    if block.kind in ("title", "heading", "caption") and "." not in block.text:
        return [(0, len(block.text))]
    return boundaries(block.text)
