"""Rows of a ledger as a night's work leaves them, for the report's tests."""

from __future__ import annotations

from summarizer.batch.interface import Facts
from summarizer.batch.ledger import Output, Row

NIGHT = 1_795_400_000.0
HOSTILE = "\"><img src=x onerror=alert(1)><script>document.title='taken'</script>' \u202e\x1b[31m&amp;"


def done(
    path: str,
    title: str = "Il sindaco inaugura la biblioteca",
    translated: str = "Mayor opens the library",
    *,
    summary: str = "The mayor opened the new library.",
    errors: int = 0,
    warnings: int = 0,
    notes: int = 0,
    kinds: tuple[tuple[str, int], ...] = (),
    words: int = 100,
    seconds: float = 2.5,
    finished: float = NIGHT,
    forms: tuple[str, ...] = ("json", "html"),
    model: str = "opus-mt-it-en",
) -> Row:
    stem = path.rpartition(".")[0]
    return Row(
        path=path,
        sha256="0" * 64,
        configuration="c",
        state="done",
        attempts=1,
        outputs=tuple(Output(f"{stem}.{form}", "0" * 64, 9) for form in forms),
        facts=Facts(
            sha256="0" * 64,
            title=title,
            translated_title=translated,
            summary=summary,
            language="en",
            model=model,
            licence="CC-BY-4.0",
            attribution=f"{model} by its makers",
            signature="summarizer 0.1 · test",
            sentences=7,
            words=words,
            errors=errors,
            warnings=warnings,
            notes=notes,
            kinds=kinds,
            timings=(("translation", seconds / 2), ("total", seconds)),
        ),
        finished=finished,
    )


def failed(path: str, error: str = "no text", kind: str = "MalformedSource", finished: float = NIGHT) -> Row:
    return Row(path, "0" * 64, "c", "failed", 2, kind, f"{path}: {error}", finished=finished)


def night() -> list[Row]:
    """Seven articles: one failed, one with errors, one with warnings, one hostile to whoever shows it."""
    return [
        done("cronaca/a.txt", "Zebra allo zoo", "Zebra at the zoo", words=10, seconds=9.0, finished=NIGHT + 60),
        done(
            "cronaca/b.txt",
            "Perché è così",
            "Why it is so",
            errors=2,
            notes=1,
            kinds=(("number", 2), ("name", 1)),
            words=300,
            seconds=1.0,
            finished=NIGHT + 3600,
        ),
        done(
            "esteri/c d #1?.txt",
            "Elezioni",
            "Elections",
            warnings=1,
            kinds=(("name", 1),),
            words=200,
            finished=NIGHT + 120,
        ),
        failed("esteri/rotto.pdf", "encrypted; give it without a password", finished=NIGHT + 180),
        done(
            f"f'o\"o/{HOSTILE.replace('/', '')}.txt",
            HOSTILE,
            HOSTILE,
            summary=HOSTILE,
            notes=1,
            kinds=((HOSTILE, 1),),
            words=50,
            finished=NIGHT + 240,
        ),
        done("javascript:alert(1).txt", "Alfa", "Alpha", forms=("json",), words=20, finished=NIGHT + 300),
        done("senza titolo.txt", "", "", words=30, forms=("text", "tmx"), finished=NIGHT + 86400 * 2),
    ]
