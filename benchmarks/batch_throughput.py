"""A folder of articles through `summarizer batch`, beside the bare engine and what else there is, on the same model.

    python benchmarks/batch_throughput.py [TEXT] [--articles 300] [--subset 30] [--repeats 2] [--argos-python PATH]

TEXT is a file of Italian sentences, one a line, or such a file as `it.tsv.xz` with a source in front; they are made
into articles. Without it the samples are repeated with a changed sentence each. All figures come from one run on one
machine, with the same beam and as many threads in all. The first two take turns and are timed `--repeats` times, of
which the fastest counts: what else a machine does can only make a run slower.

- this program: from the call of the command to its end, with an empty translation memory; then into another folder with
  a warm one; then the same command once more, when nothing is left to do
- the bare engine: one `ctranslate2.Translator.translate_batch` over the same sentences, segmented, normalised,
  without doubles and sorted by length before the clock starts, the model loaded, in batches of the size that suits it
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
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from summarizer import ingest, segmentation
from summarizer.engines.codec import codec_for
from summarizer.models.families import task_for
from summarizer.models.store import InstalledModel, ModelStore
from summarizer.translation.normalize import Truecaser, normalize
from summarizer.translation.routes import find_route

ROOT = Path(__file__).parents[1]
PEERS = Path(__file__).with_name("peers")
BARE_BATCH_TOKENS = (768, 1024)


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


def bare(model: InstalledModel, converted: Path, articles: list[list[str]], beam: int, tokens: int) -> float:
    """Seconds of the engine alone over the distinct sentences, in batches of so many tokens."""
    import ctranslate2

    task = task_for(model.card, "it", "en")
    codec = codec_for(model.path)
    sources = [codec.encode(text, task) for text in dict.fromkeys(itertools.chain(*articles))]
    sources = sorted((source for source in sources if len(source) <= model.card.max_source_tokens), key=len)
    cores = len(os.sched_getaffinity(0))
    engine = ctranslate2.Translator(str(converted), inter_threads=cores, intra_threads=1)
    engine.translate_batch(sources[:8], beam_size=beam)
    started = time.perf_counter()
    # the program's own way of decoding, and its limit on outputs: a looping sentence would hold up the rest
    decoding = model.card.decoding(beam)
    engine.translate_batch(
        sources,
        beam_size=decoding.num_beams,
        length_penalty=decoding.length_penalty,
        repetition_penalty=decoding.repetition_penalty,
        no_repeat_ngram_size=decoding.no_repeat_ngram_size,
        max_decoding_length=decoding.token_limit(max(map(len, sources))),
        max_batch_size=tokens,
        batch_type="tokens",
    )
    return time.perf_counter() - started


def peer(script: str, python: str, environment: dict[str, str], *arguments: str, data: object) -> tuple[float, str]:
    """Seconds that a script of `peers/` says it took, its start and loading not counted, and what else it says."""
    done = subprocess.run(
        [python, str(PEERS / script), *arguments], input=json.dumps(data), env=environment, capture_output=True,
        text=True, check=False,
    )  # fmt: skip
    if done.returncode != 0:
        raise SystemExit(f"{script}: {done.stderr.strip()[-2000:]}")
    *said, seconds = done.stdout.strip().splitlines()
    return float(seconds), "; ".join(["loading not counted", *said])


def measure(arguments: argparse.Namespace, folder: Path) -> tuple[list[Row], str]:
    """All rows of the table, this program's first, and a line about the text."""
    source, prepared, beam = folder / "in", folder / "cache", arguments.beam_size
    build_folder(source, arguments.articles, arguments.text)
    paths = sorted(source.rglob("*.txt"))
    articles, words = sentences_of(paths)
    subset = paths[:: max(1, len(paths) // arguments.subset)][: arguments.subset]
    some, some_words = sentences_of(subset)
    surroundings = dict(os.environ, HF_HUB_OFFLINE="1", TOKENIZERS_PARALLELISM="false")
    environment = surroundings | {"XDG_CACHE_HOME": str(prepared)}
    store = ModelStore(prepared / "summarizer")
    [step] = find_route(store, "it", "en", model=arguments.model)
    options = ["--beam-size", str(beam), *(["--model", arguments.model] if arguments.model else [])]
    read = ["read", "--force", "--no-memory", *options, "-f", "json"]
    # the model's conversion and self-test, once and for all, are no part of any run
    converted = store.converted(step.model, "int8")
    program(environment, *read, str(subset[0]))

    took: dict[str, list[float]] = {}
    for turn in range(arguments.repeats):
        # all the same, but for the memory, which is not there yet
        cache = shutil.copytree(prepared, folder / f"cache-{turn}")
        own = surroundings | {"XDG_CACHE_HOME": str(cache)}
        for name, output in (("empty memory", "out"), ("warm memory", "again"), ("nothing left to do", "again")):
            batch = ["batch", str(source), str(folder / f"{output}-{turn}"), "--force", "--quiet", *options]
            took.setdefault(f"this program, {name}", []).append(program(own, *batch))
        for tokens in BARE_BATCH_TOKENS:
            took.setdefault("bare ctranslate2.Translator.translate_batch", []).append(
                bare(step.model, converted, articles, beam, tokens)
            )
    rows = [Row(name, min(seconds), words) for name, seconds in took.items()]
    one_by_one = sum(program(environment, *read, str(path)) for path in subset)
    note = f"{len(subset)} articles, scaled"
    scale = words / some_words
    rows.append(Row("`summarizer read`, file by file", one_by_one * scale, words, note))
    # what the model must be told goes to the peers too: without it, it wanders off and they look slower than they are
    prefix = task_for(step.model.card, "it", "en").prefix
    told = [[prefix + text for text in sentences] for sentences in some]
    loop, said = peer("plain_loop.py", sys.executable, environment, str(step.model.path), str(beam), data=told)
    rows.append(Row("plain transformers loop", loop * scale, words, f"{note}; {said}"))
    if arguments.argos_python:
        texts = [path.read_text(encoding="utf-8") for path in subset]
        home = dict(environment, HOME=str(folder / "home"), XDG_DATA_HOME=str(folder / "argos"))
        paths_of_model = (str(converted), str(step.model.path / "source.spm"))
        argos, said = peer("argos.py", arguments.argos_python, home, *paths_of_model, str(beam), prefix, data=texts)
        rows.append(Row("argos-translate's library", argos * scale, words, f"{note}; {said}"))
    total, distinct = sum(map(len, articles)), len(set(itertools.chain(*articles)))
    about = f"{len(paths)} articles, {total} sentences ({distinct} distinct), {words} words; {step.model.identity}"
    return rows, about


def main() -> None:
    """Measures and prints a markdown table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("text", nargs="?", type=Path, metavar="TEXT")
    parser.add_argument("--articles", type=int, default=300)
    parser.add_argument("--subset", type=int, default=30)
    parser.add_argument("--repeats", type=int, default=2)
    parser.add_argument("--beam-size", type=int, default=4)
    parser.add_argument("--model")
    parser.add_argument("--argos-python", help="Python of an environment that has argostranslate")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        rows, about = measure(arguments, Path(folder))
    ours, warm, rest, engine, *others = rows
    print(f"{about}; beam {arguments.beam_size}; {len(os.sched_getaffinity(0))} cores\n")
    print("| | seconds | words/s | |\n|---|---:|---:|---|")
    for row in rows:
        print(f"| {row.name} | {row.seconds:.1f} | {row.speed:.0f} | {row.note} |")
    print(f"\nof the bare engine's speed: {ours.speed / engine.speed:.0%}")
    print(f"warm memory / empty memory: {warm.speed / ours.speed:.1f} times as fast")
    print(f"nothing left to do / empty memory: {rest.speed / ours.speed:.1f} times as fast")
    for row in others:
        print(f"this program / {row.name}: {ours.speed / row.speed:.1f} times as fast")


if __name__ == "__main__":
    main()
