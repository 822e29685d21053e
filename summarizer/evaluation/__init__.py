"""Evaluation: how good and how fast translation models are on pairs of one's own, with the signature of every score."""

from __future__ import annotations
