"""The recipe of the shipped model: data preparation, training, export, evaluation, model card.

Run from the root of the repository, one module a step: `python -m training.prepare …`.
Not part of the installed package.
"""

from __future__ import annotations
