"""A second reading with a warm translation memory: less work, and the same report."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from summarizer import fidelity
from summarizer.options import Options
from summarizer.pipeline import Pipeline
from summarizer.report import Finding, Report
from summarizer.translation.memory import TranslationMemory

SAMPLE = Path(__file__).parents[2] / "samples" / "article.it.txt"


def read(options: Options) -> Report:
    with Pipeline(options) as pipeline:
        return replace(pipeline.finish([pipeline.read(str(SAMPLE))])[0], timings={})


def test_only_sentences_that_are_not_known_to_be_clean_are_checked_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked: list[str] = []
    check = fidelity.check_pair

    def watched(source: str, target: str, language: str, *, sentence: int | None = None) -> list[Finding]:
        checked.append(source)
        return check(source, target, language, sentence=sentence)

    monkeypatch.setattr(fidelity, "check_pair", watched)
    options = Options(cache=tmp_path)
    without = read(replace(options, memory=False))
    cold = read(options)
    checked.clear()
    warm = read(options)
    assert without == cold == warm
    findings = {s.sentence.text for s in warm.translation.sentences if s.findings}
    assert findings == set(checked)


def test_what_is_not_known_is_checked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    options = Options(cache=tmp_path)
    cold = read(options)
    # as a memory knows them that was filled before it knew what is clean
    with TranslationMemory.open(options.memory_path) as memory:
        known = [replace(entry, clean=b"") for entry in memory.iterate()]
        memory.clear()
        memory.put_many(known)
    assert read(options) == cold
    # another check that finds something everywhere has a version of its own, and is not told what this one found
    finding = Finding("number", "warning", None, "", "", "something")
    monkeypatch.setattr(fidelity, "FIDELITY_VERSION", "another")
    monkeypatch.setattr(fidelity, "check_pair", lambda *_, **__: [finding])
    monkeypatch.setattr(fidelity, "penalty", lambda *_: 0.5)
    assert all(s.findings for s in read(options).translation.sentences)
