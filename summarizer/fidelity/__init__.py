"""Checks a translation against its source, sentence by sentence, and a summary against what it summarises.

Works from tables and rules alone: no model, no dependency, milliseconds for an article. Must never raise on any text.
"""

from __future__ import annotations

from summarizer.fidelity.checker import check_pair, penalty
from summarizer.fidelity.repair import mend
from summarizer.fidelity.support import unsupported

FIDELITY_VERSION = "f4"
"""Part of the memory key and the signature: raise it when a change here changes which translation is taken, or finds
something in one in which nothing was found: the memory knows that of each."""

__all__ = ["FIDELITY_VERSION", "check_pair", "mend", "penalty", "unsupported"]
