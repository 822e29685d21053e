"""How each model family is told the languages: tags, codes, prefixes, start tokens. One function a family.

Prompts for summaries are not here: they are templates, see `summarizer.summarization.prompts`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from summarizer.engines.interface import Task
from summarizer.errors import ModelError
from summarizer.languages import language
from summarizer.models.catalog import ModelCard


def task_for(card: ModelCard, source: str, target: str) -> Task:
    """What the model must be asked to turn `source` into `target` (BCP-47 tags; equal for a summary).

    Raises:
        ModelError: the model does not do these languages, or its family is unknown.
    """
    if not (card.reads(source) and card.writes(target)):
        raise ModelError(
            f"{card.id} does not {_DOES[card.task]} from {language(source).name} into {language(target).name}"
        )
    try:
        family = FAMILIES[card.family]
    except KeyError:
        known = ", ".join(FAMILIES)
        raise ModelError(f"{card.id}: unknown model family {card.family!r}; known are {known}") from None
    return family(card, source, target)


def _code(card: ModelCard, tag: str) -> str:
    code = card.code(tag)
    if code is None:
        raise ModelError(f"{card.id} has no code for {language(tag).name}; state one under codes in models.toml")
    return code


def _prefix(card: ModelCard, source: str, target: str) -> str:
    """The card's own prefix with its variables filled in."""
    values = {
        "source": card.code(source) or source,
        "target": card.code(target) or target,
        "source_name": language(source).name,
        "target_name": language(target).name,
    }
    try:
        return card.prefix.format_map(values)
    except (KeyError, ValueError, IndexError) as error:
        raise ModelError(
            f"{card.id}: the prefix {card.prefix!r} may name {', '.join('{' + name + '}' for name in values)} only"
        ) from error


def _marian(card: ModelCard, source: str, target: str) -> Task:
    # models with one target have no tag in their vocabulary, but for a few that say so in their card
    if card.prefix:
        return Task(prefix=_prefix(card, source, target))
    return Task(prefix="" if len(card.targets) == 1 else f">>{_code(card, target)}<< ")


def _forced_target(card: ModelCard, source: str, target: str) -> Task:
    """M2M100, NLLB, mBART-50: the source's code in front of the input, the target's forced as the first output."""
    return Task(source=_code(card, source), target=_code(card, target), prefix=_prefix(card, source, target))


def _mbart(card: ModelCard, source: str, target: str) -> Task:
    """mBART (cc25): the decoder starts from the target's code."""
    return Task(source=_code(card, source), start=_code(card, target), prefix=_prefix(card, source, target))


def _madlad(card: ModelCard, source: str, target: str) -> Task:
    return Task(prefix=_prefix(card, source, target) or f"<2{_code(card, target)}> ")


def _text_to_text(card: ModelCard, source: str, target: str) -> Task:
    """T5 and its kin: whatever they must be told is text; the first T5 series knows this wording for translation."""
    if card.task == "translation" and not card.prefix:
        return Task(prefix=f"translate {language(source).name} to {language(target).name}: ")
    return Task(prefix=_prefix(card, source, target))


def _plain(card: ModelCard, source: str, target: str) -> Task:
    return Task(prefix=_prefix(card, source, target))


_DOES = {"translation": "translate", "summarization": "summarise", "embedding": "compare sentences"}

FAMILIES: Mapping[str, Callable[[ModelCard, str, str], Task]] = {
    "marian": _marian,
    "m2m100": _forced_target,
    "nllb": _forced_target,
    "mbart50": _forced_target,
    "mbart": _mbart,
    "madlad": _madlad,
    "t5": _text_to_text,
    "flan-t5": _text_to_text,
    "it5": _text_to_text,
    "mt5": _text_to_text,
    "mt0": _text_to_text,
    "bart": _plain,
    "pegasus": _plain,
    "led": _plain,
    "longt5": _text_to_text,
    "encoder": _plain,
}
