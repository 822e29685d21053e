"""Models: the catalogue, where they lie, and how they are brought into the form an engine runs."""

from __future__ import annotations
