"""Folders of articles: hours of work that may be killed at any moment and lose or repeat nothing."""

from __future__ import annotations
