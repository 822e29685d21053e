"""How each model family is told the languages: tags, codes, prefixes. One function a family, in one table."""

from __future__ import annotations

from summarizer.engines.interface import Task
from summarizer.errors import ModelError
from summarizer.languages import language
from summarizer.models.catalog import ModelCard


def task_for(card: ModelCard, source: str, target: str) -> Task:
    """What the model must be asked to translate `source` into `target` (BCP-47 tags).

    Raises:
        ModelError: the model does not translate between these languages.
    """
    if not (card.reads(source) and card.writes(target)):
        raise ModelError(f"{card.id} does not translate from {language(source).name} into {language(target).name}")
    try:
        return _FAMILIES[card.family](card, source, target)
    except KeyError:
        raise ModelError(f"{card.id}: unknown model family {card.family!r}") from None


def _marian(card: ModelCard, source: str, target: str) -> Task:
    # most models with one target have no tag in their vocabulary
    tagged = card.tagged or len(card.targets) > 1
    return Task(prefix=f">>{language(target).iso3}<< " if tagged else "")


_FAMILIES = {"marian": _marian}
