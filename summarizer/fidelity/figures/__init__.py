"""Finds the figures of a text, in digits and in words, and what each can mean. Takes linear time on any text."""

from __future__ import annotations

from summarizer.fidelity.figures.digits import Reading
from summarizer.fidelity.figures.figure import Figure
from summarizer.fidelity.figures.scanner import figures

__all__ = ["Figure", "Reading", "figures"]
