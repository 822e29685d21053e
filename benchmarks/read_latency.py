"""Whole-process wall time of the main job, next to a plain transformers script with the same model.

    python benchmarks/read_latency.py [--article samples/article.it.txt] [--runs 5]

All figures come from one run on one machine; each command is run once before it counts (first conversion, file cache)
and then taken as the median. The plain script translates the same sentences, already split, with the same beam, in one
padded batch after another of 16, as tutorials do. Peak memory is that of the process (and its children) by rusage.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]

PLAIN = """
import sys, json
from transformers import AutoModelForSeq2SeqLM, AutoTokenizer
import torch
folder, beams = sys.argv[1], int(sys.argv[2])
sentences = json.load(sys.stdin)
tokenizer = AutoTokenizer.from_pretrained(folder)
model = AutoModelForSeq2SeqLM.from_pretrained(folder, dtype=torch.float32)
for start in range(0, len(sentences), 16):
    batch = tokenizer(sentences[start:start + 16], return_tensors="pt", padding=True)
    out = model.generate(**batch, num_beams=beams, max_new_tokens=200)
    print("\\n".join(tokenizer.batch_decode(out, skip_special_tokens=True)))
"""

WRAPPER = """
import resource, subprocess, sys, time
started = time.perf_counter()
code = subprocess.run(sys.argv[1:], stdin=sys.stdin, stdout=subprocess.DEVNULL).returncode
seconds = time.perf_counter() - started
print(seconds, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024, code, file=sys.stderr)
"""


def timed(command: list[str], environment: dict[str, str], text: str = "") -> tuple[float, float]:
    """Seconds and peak MB of one run of a command."""
    done = subprocess.run(
        [sys.executable, "-c", WRAPPER, *command],
        input=text,
        text=True,
        capture_output=True,
        env=environment,
        check=True,
    )
    seconds, peak, code = done.stderr.strip().splitlines()[-1].split()
    if code != "0":
        raise SystemExit(f"{' '.join(command)} failed with {code}: {done.stderr}")
    return float(seconds), float(peak)


def median(command: list[str], runs: int, environment: dict[str, str], text: str = "") -> tuple[float, float]:
    """Median seconds and the highest peak MB of `runs` runs after one that does not count."""
    timed(command, environment, text)
    results = [timed(command, environment, text) for _ in range(runs)]
    return statistics.median(s for s, _ in results), max(p for _, p in results)


def main() -> None:
    """Measures and prints a markdown table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--article", default=str(ROOT / "samples" / "article.it.txt"))
    parser.add_argument("--runs", type=int, default=5)
    arguments = parser.parse_args()
    from summarizer import ingest, segmentation
    from summarizer.models.catalog import EMBEDDED, card
    from summarizer.models.families import task_for
    from summarizer.translation.normalize import normalize

    folder = str(ROOT / "summarizer" / "models" / EMBEDDED)
    prefix = task_for(card(EMBEDDED), "it", "en").prefix
    article = ingest.read(arguments.article)
    sentences = json.dumps([prefix + normalize(s.text) for s in segmentation.split(article)])
    program = [sys.executable, "-m", "summarizer"]
    with tempfile.TemporaryDirectory() as cache:
        environment = dict(os.environ, XDG_CACHE_HOME=cache, HF_HUB_OFFLINE="1")
        started = time.perf_counter()
        subprocess.run([*program, "read", arguments.article], env=environment, check=True, stdout=subprocess.DEVNULL)
        first = time.perf_counter() - started
        rows = {
            "`summarizer --help`": median([*program, "--help"], arguments.runs, environment),
            "`summarizer read ARTICLE`, translated anew": median(
                [*program, "read", "--no-memory", arguments.article], arguments.runs, environment
            ),
            "`summarizer read ARTICLE`, from the memory": median(
                [*program, "read", arguments.article], arguments.runs, environment
            ),
            "plain transformers script, same model and beam": median(
                [sys.executable, "-c", PLAIN, folder, "4"], arguments.runs, environment, sentences
            ),
        }
    print(f"cores: {len(os.sched_getaffinity(0))}; runs: {arguments.runs}; very first call: {first:.2f} s\n")
    print("| | seconds | peak MB |\n|---|---|---|")
    for name, (seconds, peak) in rows.items():
        print(f"| {name} | {seconds:.2f} | {peak:.0f} |")
    names = list(rows)
    print(f"\nplain / ours: {rows[names[3]][0] / rows[names[1]][0]:.1f}")


if __name__ == "__main__":
    main()
