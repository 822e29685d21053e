"""Summaries: chosen from the article (`extractive`) or written by a seq2seq model (`abstractive`)."""

from __future__ import annotations
