"""`summarizer doctor`: what is installed, what works, what to do about the rest."""

from __future__ import annotations

import os
import platform
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from importlib.metadata import PackageNotFoundError, version

import click

from summarizer import __version__
from summarizer.cli.context import verbosity_options
from summarizer.errors import EXIT_DONE, EXIT_FAILED, SummarizerError
from summarizer.untrusted import one_line

_PACKAGES = ("ctranslate2", "sentencepiece", "transformers", "torch", "trafilatura", "pypdf", "python-docx", "httpx")
# What the shipped models are asked; any sensible answer will do, none at all will not.
_PROBE = "Il presidente è arrivato a Roma."


@dataclass(frozen=True)
class _Check:
    name: str
    ok: bool
    detail: str
    advice: str = ""


@click.command("doctor", context_settings={"help_option_names": ["-h", "--help"]})
@verbosity_options
def command() -> int:
    """Say what is installed, what works, and what to do about the rest."""
    failed = False
    for check in _checks():
        failed |= not check.ok
        click.echo(f"{'ok ' if check.ok else 'BAD'}  {check.name:14} {one_line(check.detail)}")
        if check.advice:
            click.echo(f"     {'':14} → {one_line(check.advice)}")
    return EXIT_FAILED if failed else EXIT_DONE


def _checks() -> Iterator[_Check]:
    from summarizer.models.catalog import SHIPPED

    yield _Check("summarizer", True, f"{__version__}, Python {platform.python_version()}, {platform.platform()}")
    for package in _PACKAGES:
        try:
            yield _Check(package, True, version(package))
        except PackageNotFoundError:
            yield _Check(package, False, "missing", f"pip install {package}")
    yield _attempt("cores", _cores, "")
    yield _attempt("cache", _cache, "set XDG_CACHE_HOME to a folder that can be written")
    advice = "reinstall the package; --engine transformers may work meanwhile"
    for model_id in SHIPPED:
        yield _attempt("shipped model", partial(_shipped, model_id), advice)


def _attempt(name: str, function: Callable[[], str], advice: str) -> _Check:
    try:
        return _Check(name, True, function())
    except (SummarizerError, OSError) as error:
        return _Check(name, False, str(error), advice)


def _cores() -> str:
    from summarizer.engines.ctranslate2 import usable_cores

    return str(usable_cores())


def _cache() -> str:
    from summarizer.options import default_cache

    folder = default_cache()
    folder.mkdir(parents=True, exist_ok=True)
    if not os.access(folder, os.W_OK):
        raise PermissionError(f"{folder}: cannot be written")
    size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    return f"{folder}, {size / 1e6:.0f} MB"


def _shipped(model_id: str) -> str:
    from summarizer.engines.interface import Decoding
    from summarizer.models.families import task_for
    from summarizer.models.store import ModelStore
    from summarizer.options import default_cache, default_config

    store = ModelStore(default_cache(), default_config())
    model = store.find(model_id)
    engine = store.engine(model)
    try:
        answer = engine.generate([_PROBE], task_for(model.card, "it", model.card.targets[0]), Decoding())[0].text
    finally:
        engine.close()
    if not answer:
        raise SummarizerError("it gives no answer")
    return f"{model.identity} on {engine.name} {engine.precision}: {_PROBE} → {answer}"
