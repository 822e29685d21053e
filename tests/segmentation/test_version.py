"""A run's signature tells how its sentences were made: the version changes when they do."""

from __future__ import annotations

import hashlib

from labelled_set import load

from summarizer.segmentation import SEGMENTATION_VERSION, boundaries, split_clauses

RECORDED = ("it-rules-2", "32a6b33c5adf0833")


def test_the_version_changes_with_the_sentences_and_clauses() -> None:
    digest = hashlib.sha256()
    for paragraph in load("development") + load("held_out"):
        clauses = split_clauses(paragraph.text, lambda piece: len(piece) <= 60)
        digest.update(repr((paragraph.text, boundaries(paragraph.text), clauses)).encode())
    assert (SEGMENTATION_VERSION, digest.hexdigest()[:16]) == RECORDED, (
        "sentences or clauses moved (or the labelled set was edited): raise SEGMENTATION_VERSION and record the digest"
    )
