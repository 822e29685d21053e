"""Turns the corpora into what training reads: a joint sentencepiece model, token ids in parts, validation sentences.

    python -m training.prepare DATA OUT [--targets en] [--vocabulary 8000]

Drops whatever meets an evaluation sentence; `python -m training.check_overlap` proves it on the finished parts.
"""

from __future__ import annotations

import argparse
import lzma
import os
import random
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from summarizer.errors import UsageError
from summarizer.fidelity.vulgarity import is_decent
from summarizer.translation.normalize import NORMALIZATION_VERSION
from training import cleaning, command, parts, pieces, testsets
from training.sources import DEFAULT_CLASSES, SOURCES, Source, load
from training.testsets import TAGS

if TYPE_CHECKING:
    from sentencepiece import SentencePieceProcessor

ARTICLE = Path(__file__).parent.parent / "samples" / "article.it.txt"
"""Held out like the evaluation sets: the article on which readers judge the model."""
SPM_SENTENCES_EN, SPM_SENTENCES = 500_000, 120_000
"""Pairs of English and of every other target language that the pieces are learnt from."""
SPM_ITALIAN = 0.3
"""Share of the Italian sides that the other languages' pairs add: the same ones come with every language."""
ENCODE = 50_000
"""Pairs that are encoded at once."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A cleaned sentence pair."""

    source: str
    """Name of the corpus."""
    italian: str
    translation: str


@dataclass(slots=True)
class Filter:
    """Decides which pairs are kept, and counts why the others are not."""

    sources: Mapping[str, Source]
    classes: Sequence[str]
    held_out: cleaning.HeldOut
    max_score: float = float("inf")
    """Worst alignment score (IBM-1, lower is better) that is kept; pairs without a score are kept."""
    agreeing_numbers: bool = False
    dropped: Counter[str] = field(default_factory=Counter)
    _seen: set[int] = field(default_factory=set)
    _language: str = "en"

    def start(self, target: str) -> None:
        """Begins with a target language: duplicates count within one."""
        self._seen.clear()
        self._language = target

    def __call__(self, name: str, score: float, italian: str, translation: str) -> Pair | None:
        """The cleaned pair, or None if it is dropped.

        Raises:
            UsageError: the corpus is not in the list of sources, so that its licence is not known.
        """
        source = self.sources.get(name)
        if source is None:
            raise UsageError(f"corpus {name!r} is not in the list of sources: add it there with its licence class")
        italian, translation = cleaning.clean(italian), cleaning.clean(translation)
        reason = self._reason(source, score, italian, translation)
        if reason is not None:
            self.dropped[reason] += 1
            return None
        return Pair(name, italian, translation)

    def _reason(self, source: Source, score: float, italian: str, translation: str) -> str | None:
        if source.licence_class not in self.classes:
            return f"licence: {source.licence_class}"
        if not source.weight:
            return "weight 0"
        if score > self.max_score:
            return "alignment score"
        if shape := cleaning.fault(italian, translation, copies=source.copies):
            return f"shape: {shape}"
        if not is_decent(translation, self._language):
            return "vulgar"
        if self.agreeing_numbers and not cleaning.numbers_agree(italian, translation):
            return "numbers differ"
        digest = cleaning.digest(italian, translation)
        if digest in self._seen:
            return "duplicate"
        self._seen.add(digest)
        if overlap := self.held_out.overlap(italian, translation):
            return f"held out: {overlap}"
        return None


def read_pairs(data: Path, target: str) -> Iterator[tuple[str, float, str, str]]:
    """Corpus, alignment score (nan where there is none), Italian and translation of every line, as they are.

    Raises:
        UsageError: there is no such corpus, or a line has another number of columns.
    """
    files = [(data / folder / f"it-{target}.tsv.xz", columns) for folder, columns in (("parallel", 4), ("authored", 3))]
    if not any(path.exists() for path, _ in files):
        raise UsageError(f"{data}: neither parallel/ nor authored/ holds it-{target}.tsv.xz")
    for path, columns in files:
        if not path.exists():
            continue
        try:
            with lzma.open(path, "rt", encoding="utf-8", newline="\n") as file:
                for number, line in enumerate(file, start=1):
                    row = line.rstrip("\n").split("\t")
                    if len(row) != columns:
                        raise UsageError(f"{path}: line {number} has {len(row)} columns, {columns} were expected")
                    # the first column of authored pairs is the desk they are written for
                    yield ("authored", float("nan"), *row[1:]) if columns == 3 else (row[0], float(row[1]), *row[2:])  # type: ignore[misc]
        except (OSError, lzma.LZMAError, EOFError, ValueError) as error:
            raise UsageError(f"{path}: damaged ({error}); fetch it again") from error


def train_pieces(out: Path, pairs: Mapping[str, Sequence[Pair]], size: int, seed: int, threads: int) -> None:
    """Writes OUT/spm.model: one unigram model for all languages, digits split, unknown characters as bytes, tags."""
    import sentencepiece

    rng = random.Random(seed)
    text = out / "spm.txt"
    with text.open("w", encoding="utf-8") as file:
        for target, rows in pairs.items():
            wanted = SPM_SENTENCES_EN if target == "en" else SPM_SENTENCES
            for pair in rng.sample(rows, min(len(rows), wanted)):
                if target == "en" or rng.random() < SPM_ITALIAN:
                    file.write(pair.italian + "\n")
                file.write(pair.translation + "\n")
    sentencepiece.SentencePieceTrainer.train(
        input=str(text),
        model_prefix=str(out / "spm"),
        vocab_size=size,
        hard_vocab_limit=False,
        model_type="unigram",
        character_coverage=0.9998,
        byte_fallback=True,
        split_digits=True,
        normalization_rule_name="nmt_nfkc",
        eos_id=parts.EOS,
        unk_id=parts.UNK,
        bos_id=-1,
        pad_id=-1,
        user_defined_symbols=list(TAGS.values()),
        input_sentence_size=1_000_000,
        shuffle_input_sentence=True,
        num_threads=threads,
        minloglevel=2,
    )
    text.unlink()


def write_parts(
    out: Path,
    pairs: Mapping[str, Sequence[Pair]],
    processor: SentencePieceProcessor,
    known: Mapping[str, Source],
    seed: int,
    threads: int,
) -> tuple[parts.Group, ...]:
    """Encodes and writes all pairs in random order, so that any one part is a fair sample; returns their groups."""
    rng = random.Random(seed)
    keys = sorted({(target, pair.source) for target, rows in pairs.items() for pair in rows})
    numbers = {key: number for number, key in enumerate(keys)}
    written = [0] * len(keys)
    order = [(target, index) for target, rows in pairs.items() for index in range(len(rows))]
    rng.shuffle(order)
    with parts.PartWriter(out) as writer:
        for start in range(0, len(order), ENCODE):
            chunk = [(target, pairs[target][index]) for target, index in order[start : start + ENCODE]]
            italian = processor.encode([pair.italian for _, pair in chunk], num_threads=threads)
            translation = processor.encode([pair.translation for _, pair in chunk], num_threads=threads)
            for (target, pair), source_ids, target_ids in zip(chunk, italian, translation, strict=True):
                if max(len(source_ids), len(target_ids)) > parts.MAX_TOKENS:
                    continue
                group = numbers[target, pair.source]
                source_ids = [*_tag(processor, target), *source_ids, parts.EOS]
                writer.write(group, source_ids, [*target_ids, parts.EOS])
                written[group] += 1
    return tuple(
        parts.Group(target, source, known[source].weight, count)
        for (target, source), count in zip(keys, written, strict=True)
    )


def dev_pairs(data: Path, target: str, processor: SentencePieceProcessor) -> tuple[parts.DevPair, ...]:
    """The validation sentences of a target language, encoded."""
    flores = testsets.read(data, "flores-dev", target)
    return tuple(
        parts.DevPair(
            [*_tag(processor, target), *processor.encode(cleaning.clean(source)), parts.EOS],
            [*processor.encode(cleaning.clean(reference)), parts.EOS],
            reference,
        )
        for source, reference in zip(flores.sources, flores.references, strict=True)
    )


def _tag(processor: SentencePieceProcessor, target: str) -> list[int]:
    """The token that asks for a language; none where the pieces, made elsewhere, know no tags."""
    identifier = processor.piece_to_id(TAGS[target])
    return [] if identifier == processor.unk_id() else [identifier]


def parser() -> argparse.ArgumentParser:
    """The command line."""
    p = argparse.ArgumentParser(
        prog="python -m training.prepare", description="Turns the corpora into what training reads."
    )
    p.add_argument("data", type=Path, help="the corpora: parallel/, authored/, dev/")
    p.add_argument("out", type=Path, help="folder to write; made if it is not there")
    p.add_argument("--targets", default="en", help="target languages, parted by commas: en,fr,de,es,pt")
    p.add_argument("--vocabulary", type=int, default=8000, metavar="PIECES")
    p.add_argument("--pieces", type=Path, metavar="SPM", help="use this sentencepiece model instead of training one")
    p.add_argument("--sources", type=Path, default=SOURCES, help="list of the corpora with licence classes and weights")
    p.add_argument("--classes", default=",".join(DEFAULT_CLASSES), help="licence classes to take")
    p.add_argument("--held-out", type=Path, nargs="*", default=[], help="more texts to hold out")
    p.add_argument("--max-score", type=float, default=float("inf"), help="worst alignment score to keep")
    p.add_argument("--agreeing-numbers", action="store_true", help="drop pairs whose numbers differ")
    p.add_argument("--limit", type=int, default=0, metavar="PAIRS", help="per target language, for a trial")
    p.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    p.add_argument("--seed", type=int, default=1)
    return p


def main(arguments: list[str] | None = None) -> int:
    """Runs the command."""
    a = parser().parse_args(arguments)
    targets = a.targets.split(",")
    if unknown := [target for target in targets if target not in TAGS]:
        raise UsageError(f"unknown target language {unknown[0]!r}: choose from {', '.join(TAGS)}")
    known = load(a.sources)
    held_out = cleaning.HeldOut(testsets.held_out_lines(a.data, ARTICLE, *a.held_out))
    keep = Filter(known, a.classes.split(","), held_out, a.max_score, a.agreeing_numbers)
    pairs: dict[str, list[Pair]] = {}
    for target in targets:
        keep.start(target)
        kept = pairs[target] = []
        for row in read_pairs(a.data, target):
            if (pair := keep(*row)) is not None:
                kept.append(pair)
                if len(kept) == a.limit:
                    break
        command.note(f"{target}: {len(kept)} pairs")
    a.out.mkdir(parents=True, exist_ok=True)
    if a.pieces:
        (a.out / pieces.FILE).write_bytes(command.read_bytes(a.pieces))
    else:
        train_pieces(a.out, pairs, a.vocabulary, a.seed, a.threads)
    processor = pieces.read(a.out / pieces.FILE)
    groups = write_parts(a.out, pairs, processor, known, a.seed, a.threads)
    dev = {target: dev_pairs(a.data, target, processor) for target in targets}
    size = processor.get_piece_size()
    dropped = dict(sorted(keep.dropped.items()))
    facts = {
        "dropped": dropped,
        "held_out_sentences": len(held_out),
        "normalization": NORMALIZATION_VERSION,
        "seed": a.seed,
    }
    parts.write_meta(a.out, parts.Meta(size + 1, size, groups, dev), facts)
    for reason, count in dropped.items():
        command.note(f"dropped, {reason}: {count}")
    for path in sorted(a.out.glob("part-*.xz")):
        command.note(f"{path.name}: {path.stat().st_size / 2**20:.1f} MiB")
    return 0


if __name__ == "__main__":
    command.run(lambda: main(sys.argv[1:]))
