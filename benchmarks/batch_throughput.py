"""A folder of articles through `summarizer batch`, beside the bare engine and what else there is, on the same model.

    python benchmarks/batch_throughput.py [TEXT] [--articles 300] [--subset 30] [--argos-python PATH] [--model ID]

TEXT is a file of Italian sentences, one a line, or such a file as `it.tsv.xz` with a source in front; they are made
into articles. Without it the samples are repeated with a changed sentence each. All figures come from one run on one
machine, with the same beam and as many threads in all:

- this program: from the call of the command to its end, with an empty translation memory, then again with a warm one
- the bare engine: one `ctranslate2.Translator.translate_batch` over the same sentences, segmented, normalised,
  without doubles and sorted by length before the clock starts, the model loaded
- `summarizer read`, file by file; a plain `transformers` loop, in batches of 16 in the order of the text; and
  argos-translate's library with the model in an Argos package: each over the first `--subset` articles, scaled by words
"""

from __future__ import annotations

import argparse
import itertools
import json
import lzma
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from summarizer import ingest, segmentation
from summarizer.engines.codec import codec_for
from summarizer.engines.interface import BATCH_TOKENS
from summarizer.models.families import task_for
from summarizer.models.store import InstalledModel, ModelStore
from summarizer.translation.normalize import Truecaser, normalize
from summarizer.translation.routes import find_route

ROOT = Path(__file__).parents[1]
PEERS = Path(__file__).with_name("peers")


@dataclass(frozen=True)
class Row:
    """A line of the table."""

    name: str
    seconds: float
    words: int
    note: str = ""

    @property
    def speed(self) -> float:
        """Words a second."""
        return self.words / self.seconds


def lines_of(path: Path) -> Iterator[str]:
    """The sentences of a text file, packed or not, without what stands in front of a tab."""
    with lzma.open(path, "rt", encoding="utf-8") if path.suffix == ".xz" else path.open(encoding="utf-8") as file:
        for line in file:
            text = line.rstrip("\n").rpartition("\t")[2].strip()
            if 20 < len(text) < 400:
                yield text


def build_folder(folder: Path, number: int, text: Path | None) -> None:
    """Writes that many articles, in a tree, each some 25 sentences long as news articles are."""
    chance = random.Random(0)
    if text is not None:
        sentences = lines_of(text)
        bodies = (list(itertools.islice(sentences, chance.randint(10, 40))) for _ in range(number))
    else:
        samples = sorted((ROOT / "samples").glob("*.it.txt"))
        articles = [[block.text for block in ingest.read(str(path)).blocks] for path in samples]
        bodies = ([*articles[i % len(articles)], f"Questa è la copia numero {i}."] for i in range(number))
    for i, body in enumerate(bodies):
        path = folder / f"{i % 10}" / f"articolo-{i:04}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        paragraphs = (" ".join(body[start : start + 3]) for start in range(0, len(body), 3))
        path.write_text("\n\n".join(paragraphs) + "\n", encoding="utf-8")


def sentences_of(paths: list[Path]) -> tuple[list[list[str]], int]:
    """The sentences of each article as the program gives them to its model, and the words of all."""
    articles, words = [], 0
    for path in paths:
        found = segmentation.split(ingest.read(str(path), force=True))
        recase = Truecaser(s.text for s in found)
        articles.append([normalize(recase(s.text)) for s in found])
        words += sum(len(s.text.split()) for s in found)
    return articles, words


def program(environment: dict[str, str], *arguments: str) -> float:
    """Seconds that a call of the command takes."""
    started = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "summarizer", *arguments], env=environment, cwd=ROOT, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    if done.returncode not in (0, 3):
        raise SystemExit(f"summarizer {' '.join(arguments)}: {done.stderr}")
    return time.perf_counter() - started


def bare(model: InstalledModel, converted: Path, articles: list[list[str]], beam: int) -> tuple[float, int]:
    """Seconds of the engine alone over the distinct sentences, and how many these are."""
    import ctranslate2

    task = task_for(model.card, "it", "en")
    codec = codec_for(model.path)
    sources = [codec.encode(text, task) for text in dict.fromkeys(itertools.chain(*articles))]
    sources = sorted((source for source in sources if len(source) <= model.card.max_source_tokens), key=len)
    cores = len(os.sched_getaffinity(0))
    engine = ctranslate2.Translator(str(converted), inter_threads=cores, intra_threads=1)
    engine.translate_batch(sources[:8], beam_size=beam)
    started = time.perf_counter()
    # the program's own limit on outputs, for all: without one, a single looping sentence would hold up the rest
    limit = 2 * max(map(len, sources)) + 16
    engine.translate_batch(
        sources, beam_size=beam, max_batch_size=BATCH_TOKENS, batch_type="tokens", max_decoding_length=limit
    )
    return time.perf_counter() - started, len(sources)


def peer(script: str, python: str, environment: dict[str, str], *arguments: str, data: object) -> float:
    """Seconds that a script of `peers/` says it took, its start and the loading of the model not counted."""
    done = subprocess.run(
        [python, str(PEERS / script), *arguments], input=json.dumps(data), env=environment, capture_output=True,
        text=True, check=False,
    )  # fmt: skip
    if done.returncode != 0:
        raise SystemExit(f"{script}: {done.stderr.strip()[-2000:]}")
    return float(done.stdout.strip().splitlines()[-1])


def measure(arguments: argparse.Namespace, folder: Path) -> tuple[list[Row], str]:
    """All rows of the table, this program's first, and a line about the text."""
    source, cache, beam = folder / "in", folder / "cache", arguments.beam_size
    build_folder(source, arguments.articles, arguments.text)
    paths = sorted(source.rglob("*.txt"))
    articles, words = sentences_of(paths)
    subset = paths[:: max(1, len(paths) // arguments.subset)][: arguments.subset]
    some, some_words = sentences_of(subset)
    environment = dict(os.environ, XDG_CACHE_HOME=str(cache), HF_HUB_OFFLINE="1", TOKENIZERS_PARALLELISM="false")
    store = ModelStore(cache / "summarizer")
    [step] = find_route(store, "it", "en", model=arguments.model)
    options = ["--beam-size", str(beam), *(["--model", arguments.model] if arguments.model else [])]
    # the conversion of the model, once and for all, is no part of any run
    converted = store.converted(step.model, "int8")
    batch = ["batch", str(source), "--force", "--quiet", *options]

    rows = [Row("this program, empty memory", program(environment, *batch, str(folder / "out")), words)]
    rows.append(Row("this program, warm memory", program(environment, *batch, str(folder / "again")), words))
    seconds, distinct = bare(step.model, converted, articles, beam)
    rows.append(Row("bare ctranslate2.Translator.translate_batch", seconds, words, "the limit; loading not counted"))
    one_by_one = sum(
        program(environment, "read", "--force", "--no-memory", *options, "-f", "json", str(path)) for path in subset
    )
    note = f"{len(subset)} articles, scaled"
    scale = words / some_words
    rows.append(Row("`summarizer read`, file by file", one_by_one * scale, words, note))
    loop = peer("plain_loop.py", sys.executable, environment, str(step.model.path), str(beam), data=some)
    rows.append(Row("plain transformers loop", loop * scale, words, note + "; loading not counted"))
    if arguments.argos_python:
        texts = [path.read_text(encoding="utf-8") for path in subset]
        home = dict(environment, HOME=str(folder / "home"), XDG_DATA_HOME=str(folder / "argos"))
        paths_of_model = (str(converted), str(step.model.path / "source.spm"))
        argos = peer("argos.py", arguments.argos_python, home, *paths_of_model, str(beam), data=texts)
        rows.append(Row("argos-translate's library", argos * scale, words, note + "; loading not counted"))
    total = sum(map(len, articles))
    about = f"{len(paths)} articles, {total} sentences ({distinct} distinct), {words} words; {step.model.identity}"
    return rows, about


def main() -> None:
    """Measures and prints a markdown table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("text", nargs="?", type=Path, metavar="TEXT")
    parser.add_argument("--articles", type=int, default=300)
    parser.add_argument("--subset", type=int, default=30)
    parser.add_argument("--beam-size", type=int, default=4)
    parser.add_argument("--model")
    parser.add_argument("--argos-python", help="Python of an environment that has argostranslate")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        rows, about = measure(arguments, Path(folder))
    ours, warm, engine, *others = rows
    print(f"{about}; beam {arguments.beam_size}; {len(os.sched_getaffinity(0))} cores\n")
    print("| | seconds | words/s | |\n|---|---:|---:|---|")
    for row in rows:
        print(f"| {row.name} | {row.seconds:.1f} | {row.speed:.0f} | {row.note} |")
    print(f"\nof the bare engine's speed: {ours.speed / engine.speed:.0%}")
    print(f"warm memory / empty memory: {warm.speed / ours.speed:.1f} times as fast")
    for row in others:
        print(f"this program / {row.name}: {ours.speed / row.speed:.1f} times as fast")


if __name__ == "__main__":
    main()
