"""Reads Italian articles: an English translation, and a summary in the language you choose."""

from __future__ import annotations

__version__ = "0.1.0"
