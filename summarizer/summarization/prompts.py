"""Prompt templates: TOML data by model family and task, checked when they are read, filled without surprises.

Article text is put in as it is and never looked at for variables.
"""

from __future__ import annotations

import hashlib
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from summarizer.errors import UsageError

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

TASKS = frozenset({"summarization"})
VARIABLES = frozenset({"text", "language", "sentences", "title"})
_VARIABLE = re.compile(r"\{([^{}]*)\}")
MOST_CHARACTERS = 4000


@dataclass(frozen=True, slots=True)
class Prompt:
    """The template of one task for one family."""

    template: str
    titled: str | None = None
    """Template for articles with a headline, where it differs."""

    @property
    def names_language(self) -> bool:
        """True if it tells the model which language to write."""
        return all("{language}" in text for text in (self.template, self.titled) if text is not None)

    @property
    def fingerprint(self) -> str:
        """A short digest of the templates, for signatures."""
        return hashlib.sha256(repr((self.template, self.titled)).encode()).hexdigest()[:8]

    def parts(self, *, title: str | None, **values: str) -> tuple[str, str]:
        """What goes before and after the text, with all other variables filled in."""
        template = self.titled if self.titled and title else self.template
        before, after = template.split("{text}")
        known = {**values, "title": title or ""}

        def fill(part: str) -> str:
            return _VARIABLE.sub(lambda match: known[match.group(1)], part)

        return fill(before), fill(after)


BARE = Prompt("{text}")


def parse(text: str, origin: str, task: str = "summarization") -> Prompt:
    """The prompt of a TOML file.

    Raises:
        UsageError: not TOML, no template for the task, an unknown key or variable, or {text} not there exactly once.
    """
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{origin}: not a TOML file ({error})") from error
    table = data.get(task)
    if not isinstance(table, Mapping) or "template" not in table:
        raise UsageError(f"{origin}: has no [{task}] table with a template")
    _only(data, {"family", *TASKS}, "", origin)
    _only(table, {"template", "titled"}, f" in [{task}]", origin)
    titled = table.get("titled")
    if titled is None:
        return Prompt(_template(table["template"], origin))
    if not isinstance(titled, Mapping):
        raise UsageError(f"{origin}: [{task}.titled] must be a table with a template")
    _only(titled, {"template"}, f" in [{task}.titled]", origin)
    return Prompt(_template(table["template"], origin), _template(titled.get("template"), origin))


def _only(table: Mapping[str, Any], known: set[str], where: str, origin: str) -> None:
    """Refuses keys that nobody reads: a misspelt one must not be passed over without a word."""
    if unknown := sorted(table.keys() - known):
        raise UsageError(f"{origin}: unknown key {unknown[0]!r}{where}; known are {', '.join(sorted(known))}")


def _template(value: Any, origin: str) -> str:
    if not isinstance(value, str):
        raise UsageError(f"{origin}: a template must be a text")
    if len(value) > MOST_CHARACTERS:
        raise UsageError(f"{origin}: a template of {len(value)} characters is over the limit of {MOST_CHARACTERS}")
    unknown = set(_VARIABLE.findall(value)) - VARIABLES
    if unknown:
        raise UsageError(
            f"{origin}: unknown variable {{{sorted(unknown)[0]}}}; known are "
            + ", ".join(f"{{{name}}}" for name in sorted(VARIABLES))
        )
    if value.count("{text}") != 1:
        raise UsageError(f"{origin}: a template must hold {{text}} exactly once")
    return value.lstrip("\n")


def load(path: Path) -> Prompt:
    """A user's own prompt file.

    Raises:
        UsageError: it cannot be read, or is not a valid prompt.
    """
    try:
        return parse(path.read_text(encoding="utf-8-sig"), str(path))
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: the prompt cannot be read ({error})") from error


@cache
def for_family(family: str) -> Prompt:
    """The shipped prompt of a family; the bare text for families that need none."""
    path = _folder() / f"{family}.toml"
    return parse(path.read_text(encoding="utf-8"), path.name) if path.is_file() else BARE


def _folder() -> Path:
    # in the wheel the templates lie inside the package, in a checkout beside it
    packaged = Path(__file__).parents[1] / "prompts"
    return packaged if packaged.is_dir() else Path(__file__).parents[2] / "prompts"
