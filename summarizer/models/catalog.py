"""The catalogue: which models there are, what they do, under which licence. Reads data, decides nothing.

The program's own catalogue is catalog.toml; a user's models.toml has the same form, adds models to it and replaces
single fields of those that are there.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields, replace
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args

from summarizer.engines.interface import Decoding
from summarizer.errors import ModelError, UsageError
from summarizer.languages import code_of

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

EMBEDDED, EMBEDDED_MUL = "embedded", "embedded-mul"
SHIPPED = (EMBEDDED, EMBEDDED_MUL)
"""Ids of the models inside the package, into English and into several other languages, and names of their folders."""
UNPINNED = "main"
USER_CATALOG = "models.toml"
_FILE = Path(__file__).with_name("catalog.toml")

ModelTask = Literal["translation", "summarization", "embedding"]
"""What a model is for; those for "embedding" turn sentences into vectors that are near where the meanings are."""
CodeSystem = Literal["bcp47", "iso3", "nllb", "mbart", "m2m100"]
_CHOICES = {"task": get_args(ModelTask), "language_codes": get_args(CodeSystem)}
_FAMILY_CODES: Mapping[str, CodeSystem] = {
    "marian": "iso3", "m2m100": "m2m100", "nllb": "nllb", "mbart50": "mbart", "mbart": "mbart",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Quality:
    """A figure that somebody published."""

    test_set: str
    metric: str
    score: float
    origin: str
    """Who published it."""
    source: str = "it"
    target: str = "en"


@dataclass(frozen=True, slots=True)
class Golden:
    """A sentence that the model must get about right, and how sure it must be; see `selftest`.

    For a model for embedding, two sentences of the same meaning; see `calibration`.
    """

    source: str
    reference: str
    chrf: float
    """Least chrF of the output against the reference, 0 to 100."""
    log_probability: tuple[float, float] = (-2.5, 0.0)
    """Range of the output's mean log-probability per token."""
    source_language: str = "it"
    target_language: str = "en"


@dataclass(frozen=True, slots=True)
class ModelCard:
    """What the catalogue says of one model."""

    id: str
    name: str
    task: ModelTask
    family: str
    """How languages and prompts are given to it; a key of `families.FAMILIES`."""
    sources: tuple[str, ...]
    """BCP-47 tags it reads; "*" for every language its family has a code for."""
    targets: tuple[str, ...]
    """BCP-47 tags it writes; of a model for embedding, which writes nothing, those it reads."""
    architecture: str
    licence: str
    """SPDX identifier; empty where its publisher states none."""
    commercial: bool
    """True if the licence allows commercial use."""
    attribution: str = ""
    """What the licence or good manners ask to be said where its output is used."""
    parameters: int | None = None
    download_mb: int | None = None
    max_source_tokens: int = 512
    revision: str = UNPINNED
    """Commit to pin; "main" means unpinned."""
    language_codes: CodeSystem | None = None
    """System of its language codes, where it is not its family's usual one."""
    codes: Mapping[str, str] | None = None
    """Its own codes of single languages, by tag."""
    prefix: str = ""
    """Text before every input; may name {source}, {target} (codes), {source_name}, {target_name}."""
    generation: Decoding | None = None
    """How it is best decoded; None where the caller's own settings are as good."""
    min_transformers: str = ""
    known_bad_transformers: str = ""
    """Versions of transformers that run it wrongly, as a specifier set: ">=5,<5.16"."""
    quality: tuple[Quality, ...] = ()
    golden: tuple[Golden, ...] = ()
    note: str = ""
    path: Path | None = None
    """Folder of a model that lies outside the hub's cache."""

    @property
    def unrestricted(self) -> bool:
        """True if a licence is stated and allows commercial use."""
        return self.commercial and bool(self.licence)

    @property
    def pinned(self) -> bool:
        """True if a commit stands in the catalogue."""
        return self.revision != UNPINNED

    def code(self, tag: str) -> str | None:
        """The model's own code of a language; None where it has none."""
        if self.codes and tag in self.codes:
            return self.codes[tag]
        try:
            return code_of(self.language_codes or _FAMILY_CODES.get(self.family, "bcp47"), tag)
        except UsageError:
            return None

    def writes(self, language: str) -> bool:
        """True if the model can write the language."""
        return language in self.targets or ("*" in self.targets and self.code(language) is not None)

    def reads(self, language: str) -> bool:
        """True if the model can read the language."""
        return language in self.sources or ("*" in self.sources and self.code(language) is not None)

    def decoding(self, num_beams: int) -> Decoding:
        """How to decode with it, at a beam size of the user's; of translations, all that the beam finds is wanted."""
        wanted = num_beams if self.task == "translation" else 1
        return replace(self.generation or Decoding(), num_beams=num_beams, num_return_sequences=wanted)

    def bleu(self, source: str, target: str) -> float | None:
        """Published BLEU on FLORES devtest, the one test set that most models have a figure for."""
        scores = [
            q.score
            for q in self.quality
            if (q.source, q.target) == (source, target) and q.metric == "BLEU" and q.test_set.startswith("FLORES")
        ]
        return max(scores, default=None)


def preference(card: ModelCard, source: str, target: str) -> tuple[float, int, int, str]:
    """Sort key, best first: recorded quality for the pair, then the freer licence, then the smaller model."""
    return (
        -(card.bleu(source, target) or 0.0),
        0 if card.unrestricted and not card.licence.startswith("CC-BY") else 1 if card.unrestricted else 2,
        card.parameters or sys.maxsize,
        card.id,
    )


def parse(text: str, origin: str) -> tuple[ModelCard, ...]:
    """The cards of a complete catalogue file.

    Raises:
        ModelError: not TOML, or an entry with an unknown, missing or wrong key; names `origin` and the model.
    """
    return tuple(complete(values, origin) for values in entries(text, origin).values())


def entries(text: str, origin: str) -> dict[str, dict[str, Any]]:
    """The checked fields of a catalogue file's models, by id; a user's file may leave out what the model's files say.

    Raises:
        ModelError: not TOML, or an entry with an unknown or wrong key; names `origin` and the model.
    """
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ModelError(f"{origin}: not a TOML file ({error})") from error
    models, sentences = data.pop("model", []), data.pop("golden", [])
    if data or not all(isinstance(e, dict) for e in (*models, *sentences)):
        raise ModelError(f"{origin}: a model catalogue holds [[model]] and [[golden]] tables and nothing else")
    named: dict[str, Golden] = {}
    found: dict[str, dict[str, Any]] = {}
    for table in sentences:
        values = dict(table)
        name = values.pop("name", "")
        try:
            named[name] = _nested(Golden, "golden", values)
        except ValueError as error:
            raise ModelError(f"{origin}: golden sentence {name}: {error}") from error
    for entry in models:
        name = entry.get("id")
        if not isinstance(name, str) or not name:
            raise ModelError(f"{origin}: a [[model]] has no id")
        try:
            found[name] = _values(ModelCard, entry, named)
        except ValueError as error:
            raise ModelError(f"{origin}: model {name}: {error}") from error
    return found


def missing(values: Mapping[str, Any]) -> list[str]:
    """Names of the fields that a card needs and `values` lacks."""
    optional = {"name", "targets"} if values.get("task") == "embedding" else {"name"}
    required = [f.name for f in fields(ModelCard) if f.default is MISSING and f.name not in optional]
    return [name for name in required if name not in values or (name in ("sources", "targets") and not values[name])]


def complete(values: Mapping[str, Any], origin: str) -> ModelCard:
    """The card with these fields.

    Raises:
        ModelError: one is missing; names all that are, and `origin` as the place to state them.
    """
    if lacking := missing(values):
        raise ModelError(f"{origin}: model {values.get('id', '?')}: state {', '.join(lacking)}")
    implied = {"name": values["id"], "targets": values["sources"]}
    return ModelCard(**{**implied, **values})


_NESTED = {"generation": Decoding, "quality": Quality, "golden": Golden}
_TYPES: Mapping[str, tuple[type, ...]] = {
    "str": (str,), "bool": (bool,), "float": (float, int), "int": (int,), "int | None": (int,), "ModelTask": (str,),
    "CodeSystem | None": (str,), "Path | None": (str,), "Mapping[str, str] | None": (dict,),
    "tuple[str, ...]": (list,), "tuple[float, float]": (list,),
}  # fmt: skip


def _values(kind: type, entry: Mapping[str, Any], named: Mapping[str, Golden] | None = None) -> dict[str, Any]:
    """The fields of a dataclass from a TOML table; ValueError says what is wrong with it."""
    known = {field.name: field for field in fields(kind)}
    if unknown := sorted(entry.keys() - known.keys()):
        raise ValueError(f"unknown key {unknown[0]!r}; known are {', '.join(known)}")
    values: dict[str, Any] = {}
    for name, value in entry.items():
        if nested := _NESTED.get(name):
            tables = value if isinstance(value, list) else [value]
            made = tuple(_named(named, t) if isinstance(t, str) else _nested(nested, name, t) for t in tables)
            values[name] = made if nested is not Decoding else made[0]
            continue
        allowed = _TYPES[str(known[name].type)]
        if not isinstance(value, allowed) or (isinstance(value, bool) and bool not in allowed):
            raise ValueError(f"{name} must be a {allowed[0].__name__}, not {value!r}")
        if (choices := _CHOICES.get(name)) and value not in choices:
            raise ValueError(f"{name} must be one of {', '.join(choices)}, not {value!r}")
        values[name] = tuple(value) if isinstance(value, list) else value
        if isinstance(value, str) and name == "path":
            values[name] = Path(value).expanduser()
    return values


def _named(sentences: Mapping[str, Golden] | None, name: str) -> Golden:
    if sentences is not None and name in sentences:
        return sentences[name]
    try:
        return _shipped_sentences()[name]
    except KeyError:
        raise ValueError(f"there is no golden sentence {name!r}") from None


def _nested(kind: type, name: str, table: Any) -> Any:
    if not isinstance(table, dict):
        raise ValueError(f"{name} must be a table, not {table!r}")
    values = _values(kind, table)
    lacking = [f.name for f in fields(kind) if f.default is MISSING and f.name not in values]
    if lacking:
        raise ValueError(f"{name} lacks {lacking[0]!r}")
    return kind(**values)


@cache
def catalog() -> tuple[ModelCard, ...]:
    """The cards that come with the program."""
    return parse(_FILE.read_text(encoding="utf-8"), _FILE.name)


def pullable() -> tuple[ModelCard, ...]:
    """The cards of models that do not come with the program, to be named where one is missing."""
    return tuple(card for card in catalog() if card.id not in SHIPPED)


def paraphrases() -> tuple[Golden, ...]:
    """Pairs of sentences of one meaning, each meaning once, by which any model for embedding can be measured."""
    return tuple(golden for name, golden in _shipped_sentences().items() if name.startswith("same-"))


@cache
def _shipped_sentences() -> dict[str, Golden]:
    tables = tomllib.loads(_FILE.read_text(encoding="utf-8"))["golden"]
    return {t["name"]: _nested(Golden, "golden", {k: v for k, v in t.items() if k != "name"}) for t in tables}


def user_entries(config: Path | None) -> dict[str, dict[str, Any]]:
    """The checked fields of `models.toml` in the folder `config`; empty where there is none.

    Raises:
        ModelError: the file cannot be read or is not a catalogue.
    """
    path = None if config is None else config / USER_CATALOG
    if path is None or not path.is_file():
        return {}
    try:
        return entries(path.read_text(encoding="utf-8-sig"), str(path))
    except (OSError, UnicodeDecodeError) as error:
        raise ModelError(f"{path}: cannot be read ({error})") from error


def card(model_id: str) -> ModelCard:
    """The card of a model that comes with the program.

    Raises:
        ModelError: the id is not in the catalogue.
    """
    for found in catalog():
        if found.id == model_id:
            return found
    raise ModelError(f"unknown model {model_id!r}: `summarizer models list` shows what there is")
