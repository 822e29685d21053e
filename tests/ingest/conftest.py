"""What the ingest tests share: the samples, and short ways to read text and find block kinds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from summarizer.article import Article, BlockKind, SourceFormat
from summarizer.ingest import read_bytes
from tests.ingest.web_server import Server

SAMPLES = Path(__file__).parents[2] / "samples"

BODY = (
    "Il governo ha approvato ieri sera la nuova legge di bilancio, che prevede tagli per quasi tutti i ministeri e un "
    "aumento delle risorse per la sanità pubblica e per la scuola.",
    "Le opposizioni hanno annunciato che daranno battaglia in Parlamento, dove il testo arriverà la prossima settimana "
    "dopo il passaggio in commissione.",
    "Secondo i sindacati, invece, la manovra è insufficiente e non risponde alle richieste dei lavoratori, che da mesi "
    "chiedono un intervento sui salari.",
)


@pytest.fixture
def samples() -> Path:
    return SAMPLES


@pytest.fixture
def body() -> tuple[str, ...]:
    """Three real-looking paragraphs."""
    return BODY


@pytest.fixture
def read_text() -> Callable[..., Article]:
    """Reads a string as if it were a file."""

    def read(text: str | bytes, name: str = "articolo.txt", **options: object) -> Article:
        data = text.encode() if isinstance(text, str) else text
        format_: SourceFormat | None = options.pop("format", None)  # type: ignore[assignment]
        return read_bytes(data, name=name, format=format_, force=bool(options.pop("force", False)))

    return read


@pytest.fixture
def kinds() -> Callable[[Article], list[tuple[BlockKind, str]]]:
    """The blocks of an article as (kind, text)."""
    return lambda article: [(block.kind, block.text) for block in article.blocks]


@pytest.fixture
def server() -> Iterator[Server]:
    """A web server on this machine."""
    with Server().running() as running:
        yield running
