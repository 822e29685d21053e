"""Sentences as spans of the text they stand in: Italian ones of articles, and those of summaries in any language.

Never changes, drops or reorders a character of the article.
"""

from __future__ import annotations

from summarizer.segmentation.article import split
from summarizer.segmentation.clauses import split_clauses
from summarizer.segmentation.sentences import boundaries

SEGMENTATION_VERSION = "it-rules-2"
"""Goes into the signature of every run: raised with every change that moves an Italian sentence or a clause. What moves
only sentences of summaries raises `ABSTRACTIVE_VERSION`."""

__all__ = ["SEGMENTATION_VERSION", "boundaries", "split", "split_clauses"]
