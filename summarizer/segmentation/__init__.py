"""Italian sentences as spans of the text they stand in.

Never changes, drops or reorders a character of the article.
"""

from __future__ import annotations

from summarizer.segmentation.article import split
from summarizer.segmentation.clauses import split_clauses
from summarizer.segmentation.sentences import boundaries

SEGMENTATION_VERSION = "it-rules-1"
"""Goes into the signature of every run: raised with every change that moves a sentence or a clause."""

__all__ = ["SEGMENTATION_VERSION", "boundaries", "split", "split_clauses"]
