"""The corpora: where each comes from, under which licence it stands, what it weighs."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal, cast, get_args

from summarizer.errors import UsageError
from training.command import read_bytes
from training.parts import Group, Meta

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

LicenceClass = Literal["own", "open", "unstated", "research", "non-commercial"]

DEFAULT_CLASSES: tuple[LicenceClass, ...] = ("own", "open", "unstated")
"""What a model that may be used for commercial work is trained on."""

SOURCES = Path(__file__).with_name("sources.toml")


@dataclass(frozen=True, slots=True)
class Source:
    """One corpus."""

    name: str
    """As in the first column of the corpora's files."""
    repository: str
    licence_class: LicenceClass
    licence: str
    """As read at the source, in words."""
    domain: str
    weight: float
    """How often each of its pairs is seen in an epoch, relative to 1."""
    annealed: float | None = None
    """The same within a cool-down, where the best data count most; None: no other weight."""
    copies: bool = False
    """True if pairs with two equal sides are wanted: names that stay as they are."""


def load(path: Path = SOURCES) -> Mapping[str, Source]:
    """The sources of a file, by name.

    Raises:
        UsageError: the file cannot be read, is not TOML, or an entry lacks a key or has a wrong one; names the entry.
    """
    try:
        data = tomllib.loads(read_bytes(path).decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: not a TOML file ({error})") from error
    return {name: _source(path, name, entry) for name, entry in data.get("source", {}).items()}


def reweighted(meta: Meta, path: Path = SOURCES, *, annealed: bool = False) -> Meta:
    """Prepared data with the weights of the file instead of those that it was prepared with.

    Args:
        meta: of the prepared data.
        path: the list of sources.
        annealed: take the weights of a cool-down.

    Raises:
        UsageError: the data holds a source that is not in the list; or as `load`.
    """
    known = load(path)

    def weight(group: Group) -> float:
        source = known[group.source]
        return source.annealed if annealed and source.annealed is not None else source.weight

    try:
        groups = tuple(replace(group, weight=weight(group)) for group in meta.groups)
    except KeyError as error:
        raise UsageError(f"{path}: no source {error}, which the prepared data holds") from error
    return replace(meta, groups=groups)


def _source(path: Path, name: str, entry: Mapping[str, Any]) -> Source:
    fields = {key: value for key, value in entry.items() if key != "class"}
    licence_class = entry.get("class")
    if licence_class not in get_args(LicenceClass):
        raise UsageError(f"{path}: source {name}: class must be one of {', '.join(get_args(LicenceClass))}")
    try:
        source = Source(name=name, licence_class=cast("LicenceClass", licence_class), **fields)
    except TypeError as error:
        raise UsageError(f"{path}: source {name}: {error}") from error
    for key in ("weight", "annealed"):
        value = getattr(source, key)
        if isinstance(value, bool) or not isinstance(value, int | float | None) or (value or 0) < 0:
            raise UsageError(f"{path}: source {name}: {key} must be a number of at least 0")
    return source
