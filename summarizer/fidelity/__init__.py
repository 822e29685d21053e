"""Checks a translation against its source, sentence by sentence, and a summary against what it summarises.

Works from tables and rules alone: no model, no dependency, milliseconds for an article. Must never raise on any text.
"""

from __future__ import annotations

from summarizer.fidelity.checker import check_pair, penalty
from summarizer.fidelity.support import unsupported

__all__ = ["check_pair", "penalty", "unsupported"]
