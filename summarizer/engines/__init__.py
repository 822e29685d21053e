"""Engines run one seq2seq model each: `ctranslate2` on CPU by default, `transformers` as the reference and on GPUs."""

from __future__ import annotations
