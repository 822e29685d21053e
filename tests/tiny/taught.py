"""Tiny checkpoints that have learned a few texts by heart, so that a whole run has an output that can be known.

Each is trained in seconds from the family's own tiny checkpoint, on the very tokens that the program gives it: it
writes what it was taught only if it is asked exactly as it was taught to be.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from summarizer.engines.codec import AutoCodec
from summarizer.engines.interface import Decoding, Engine, Hypothesis, Progress, Task
from summarizer.engines.transformers import TransformersEngine
from tests import tiny
from tests.tiny.saving import seeded

WORST, MEAN = 0.1, 0.01
"""Losses in nats, of the worst token and of all, at which every text is known by a margin that rounding leaves."""
MOST_STEPS = 1500
SINUSOIDAL = frozenset({"marian", "marian_multilingual", "pegasus", "m2m100", "nllb"})


class Oracle(Engine):
    """Counts tokens as a tiny checkpoint does, answers as a function says, and writes down what it was asked."""

    name = "transformers"
    precision = "float32"

    def __init__(self, family: str, answer: Callable[[str], str], *, max_source_tokens: int = 512) -> None:
        self._real = TransformersEngine(tiny.checkpoint(family), max_source_tokens=max_source_tokens)
        self._answer = answer
        self.lessons: list[Lesson] = []

    @property
    def max_source_tokens(self) -> int:
        return self._real.max_source_tokens

    def count_tokens(self, text: str, task: Task) -> int:
        return self._real.count_tokens(text, task)

    def generate(
        self, texts: Sequence[str], task: Task, decoding: Decoding, progress: Progress | None = None
    ) -> list[Hypothesis]:
        made = [Lesson(text, self._answer(text), task) for text in texts]
        self.lessons += made
        return [Hypothesis(lesson.answer, len(lesson.answer.split()), -0.1, False) for lesson in made]


@dataclass(frozen=True)
class Lesson:
    """What a model is to answer, to what, and how it is asked."""

    text: str
    answer: str
    task: Task = field(default_factory=Task)


@cache
def taught(family: str, lessons: tuple[Lesson, ...]) -> Path:
    """A checkpoint of a family that has learned the lessons; made once a run."""
    import torch

    torch.set_num_threads(1)
    folder = Path(tempfile.mkdtemp(prefix=f"taught-{family}-", dir=tiny.checkpoint(family).parent))
    shutil.copytree(tiny.checkpoint(family), folder, dirs_exist_ok=True)
    engine = TransformersEngine(folder, max_source_tokens=10_000)
    model, codec, special = engine._model, engine._tokenizer, engine._special
    seeded(0)
    for name, weight in model.named_parameters():
        # sines are computed anew whenever the model is loaded
        weight.requires_grad_(not (name.endswith("embed_positions.weight") and family in SINUSOIDAL))
        # the tiny checkpoints' own weights are drawn wide, which is no start for learning
        if weight.ndim > 1 and weight.requires_grad:
            torch.nn.init.normal_(weight, std=0.08)
    if family.startswith("marian"):
        with torch.no_grad():
            model.model.shared.weight[model.config.pad_token_id].zero_()  # what Marian starts from
    model.train()
    sources = [codec.encode_ids(lesson.text, lesson.task) for lesson in lessons]
    targets = [_target(codec, lesson) for lesson in lessons]
    starts = [special.start if le.task.start is None else codec.language_id(le.task.start) for le in lessons]
    width = max(len(target) for target in targets)
    # nobody can know which language will be forced first, so that is not a thing to learn
    known = [
        [-100, *target[1:]] if lesson.task.target else target for target, lesson in zip(targets, lessons, strict=True)
    ]
    labels = torch.tensor([row + [-100] * (width - len(row)) for row in known])
    inputs = engine._inputs(sources)
    inputs["decoder_input_ids"] = torch.tensor(
        [
            [start, *target[:-1]] + [special.pad] * (width - len(target))
            for start, target in zip(starts, targets, strict=True)
        ]
    )
    optimizer = torch.optim.Adam((w for w in model.parameters() if w.requires_grad), lr=4e-3)
    for _ in range(MOST_STEPS):
        logits = model(**inputs).logits
        losses = torch.nn.functional.cross_entropy(logits.flatten(0, 1), labels.flatten(), reduction="none")
        loss = losses.sum() / (labels >= 0).sum()
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        if losses.max().item() < WORST and loss.item() < MEAN:
            break
    else:
        raise AssertionError(f"{family} does not learn: loss {losses.max().item():.3f}")
    kept = (folder / "config.json").read_bytes()
    model.save_pretrained(folder)
    # keys of the hub's config.json that today's transformers would leave out
    (folder / "config.json").write_bytes(kept)
    return folder


def _target(codec: AutoCodec, lesson: Lesson) -> list[int]:
    if lesson.task.target is not None:
        codec.tokenizer.tgt_lang = lesson.task.target
    return list(codec.tokenizer(text_target=lesson.answer)["input_ids"])
