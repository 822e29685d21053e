"""Opens an exported model with the engines that the program itself uses; nothing here decodes on its own."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

from summarizer.engines.interface import Decoding, Engine, Task
from summarizer.errors import ModelError
from training.cleaning import clean
from training.command import read_bytes
from training.model import MAX_POSITIONS
from training.testsets import TAGS

Kind = Literal["transformers-float32", "ctranslate2-float32", "ctranslate2-int8"]
KINDS: tuple[Kind, ...] = ("transformers-float32", "ctranslate2-float32", "ctranslate2-int8")

_ROOT = Path(__file__).parent.parent


@contextmanager
def opened(folder: Path, kind: Kind, threads: int = 0) -> Iterator[Engine]:
    """The model of a Hugging Face folder in one engine and precision, on the CPU.

    Args:
        folder: written by `training.export`.
        kind: engine and precision.
        threads: of CTranslate2; 0 leaves the choice to the engine.

    Raises:
        ModelError: the model cannot be converted.
        EngineError: it cannot be loaded.
    """
    if kind == "transformers-float32":
        from summarizer.engines.transformers import TransformersEngine

        engine: Engine = TransformersEngine(folder, device="cpu", max_source_tokens=MAX_POSITIONS)
        try:
            yield engine
        finally:
            engine.close()
        return
    from summarizer.engines.ctranslate2 import CTranslate2Engine

    with TemporaryDirectory(prefix="converted-") as place:
        converted = Path(place) / "model"
        _convert(folder, converted, kind.rpartition("-")[2])
        engine = CTranslate2Engine(converted, folder, device="cpu", max_source_tokens=MAX_POSITIONS, threads=threads)
        try:
            yield engine
        finally:
            engine.close()


def _convert(folder: Path, output: Path, quantization: str) -> None:
    """In a process of its own, as the program does it: the converter keeps torch out of its process."""
    call = [sys.executable, "-m", "summarizer.models.convert", str(folder.resolve()), str(output), quantization]
    done = subprocess.run(call, cwd=_ROOT, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        last = (done.stderr.strip().splitlines() or ["no message"])[-1]
        raise ModelError(f"{folder}: conversion for ctranslate2 failed ({last})")


def task(folder: Path, target: str) -> Task:
    """What the model must be asked for a translation into `target`: the language's tag, where it knows tags."""
    tag = TAGS[target]
    return Task(prefix=f"{tag} " if tag in json.loads(read_bytes(folder / "vocab.json")) else "")


def shipped_decoding() -> Decoding:
    """How the program decodes with the shipped model."""
    from summarizer.models.catalog import EMBEDDED, card
    from summarizer.options import Options

    return card(EMBEDDED).decoding(Options().beam_size)


def as_shipped(
    engine: Engine, folder: Path, target: str, sources: Sequence[str], decoding: Decoding | None = None
) -> list[str]:
    """Translations by the program's whole way: sentence by sentence, splitting, guard, choice, mending, typography.

    Args:
        engine: the model, opened.
        folder: the model's.
        target: language to translate into.
        sources: Italian texts of a sentence or a few.
        decoding: other settings than those of the shipped model.
    """
    from summarizer import fidelity
    from summarizer.models.catalog import EMBEDDED, card
    from summarizer.models.installed import InstalledModel
    from summarizer.segmentation import boundaries
    from summarizer.translation.translator import Segment, Translator

    translator = Translator(
        InstalledModel(card(EMBEDDED), folder, "in training"),
        engine,
        task(folder, target),
        source="it",
        target=target,
        decoding=decoding or shipped_decoding(),
        reviewer=fidelity,
    )
    sentences = [[text[start:end] for start, end in boundaries(text)] for text in sources]
    outcomes = iter(translator.translate([Segment(text, text) for one in sentences for text in one]))
    return [" ".join(next(outcomes).text for _ in one) for one in sentences]


def translate(engine: Engine, sources: Sequence[str], asked: Task, beams: int) -> list[str]:
    """Translations of sentences, cleaned as in training; typography stays as the model writes it."""
    hypotheses = engine.generate([clean(source) for source in sources], asked, Decoding(num_beams=beams))
    return [hypothesis.text for hypothesis in hypotheses]
