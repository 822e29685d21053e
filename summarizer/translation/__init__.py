"""Translation: sentence by sentence, with a guard against silent failures and a memory of what was done."""

from __future__ import annotations
