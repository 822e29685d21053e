"""Fails if a shipped model translates worse than the recorded figure: chrF and BLEU on FLORES-200 dev, as shipped.

    python benchmarks/quality_gate.py DEV_FOLDER [--targets en,fr] [--record] [--no-review]

DEV_FOLDER holds flores-dev.it and flores-dev.LANGUAGE (997 lines each) of each target language. The whole product is
measured: lines are cut into sentences as articles are (one line in ten has several), and these go through the
pipeline's own translator, normalisation, guard and review, with the default engine and beam; lines in which the check
still finds an error are counted. `--record` writes what was measured as the new bar; `--no-review` shows what it would
be if hypotheses were taken as the beam ranks them. Where the folder is absent the gate says so and passes.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

RECORD = Path(__file__).with_name("quality.json")
# int8 kernels differ between processors in the last bits, and a tie in the beam can fall the other way
TOLERANCE = 0.3


def shipped_targets() -> list[str]:
    """Languages that the shipped models write, English first."""
    from summarizer.models.catalog import SHIPPED, card

    return [target for name in SHIPPED for target in card(name).targets]


def measure(folder: Path, target: str, *, review: bool = True) -> dict[str, Any]:
    """Scores of the shipped model of a target language on the dev set, with sacrebleu's signatures."""
    import sacrebleu

    from summarizer import fidelity
    from summarizer.models.store import ModelStore
    from summarizer.options import Options
    from summarizer.segmentation import boundaries
    from summarizer.translation.routes import Translators
    from summarizer.translation.translator import Segment

    source = (folder / "flores-dev.it").read_text(encoding="utf-8").splitlines()
    reference = (folder / f"flores-dev.{target}").read_text(encoding="utf-8").splitlines()
    sentences = [[line[start:end] for start, end in boundaries(line)] for line in source]
    segments = [Segment(text, text) for one in sentences for text in one]
    with tempfile.TemporaryDirectory() as cache:
        options = Options(memory=False, cache=Path(cache))
        with Translators(ModelStore(options.cache), options, fidelity if review else None) as translators:
            started = time.perf_counter()
            outcomes = translators.translate(segments, "it", target)
            seconds = time.perf_counter() - started
            failed = translators.counts.failed
    translations = iter(outcome.text for outcome in outcomes)
    hypotheses = [" ".join(next(translations) for _ in one) for one in sentences]
    bleu, chrf = sacrebleu.BLEU(), sacrebleu.CHRF()
    return {
        "bleu": round(bleu.corpus_score(hypotheses, [reference]).score, 2),
        "chrf": round(chrf.corpus_score(hypotheses, [reference]).score, 2),
        "kept_untranslated": failed,
        "with_errors": sum(
            any(finding.severity == "error" for finding in fidelity.check_pair(s, hypothesis, target))
            for s, hypothesis in zip(source, hypotheses, strict=True)
        ),
        "sentences": len(segments),
        "sentences_per_second": round(len(segments) / seconds, 1),
        "bleu_signature": str(bleu.get_signature()),
        "chrf_signature": str(chrf.get_signature()),
    }


def main() -> int:
    """Measures, compares, says so."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--targets", help="all that the shipped models write")
    parser.add_argument("--record", action="store_true")
    parser.add_argument("--no-review", action="store_true")
    arguments = parser.parse_args()
    if arguments.record and arguments.no_review:
        parser.error("--record is for the program as it is, --no-review for what it would be")
    if not (arguments.folder / "flores-dev.it").is_file():
        print(f"quality gate: no dev set in {arguments.folder}, nothing measured")
        return 0
    targets = arguments.targets.split(",") if arguments.targets else shipped_targets()
    recorded = json.loads(RECORD.read_text(encoding="utf-8"))
    below = []
    for target in targets:
        measured = measure(arguments.folder, target, review=not arguments.no_review)
        print(f"it→{target}", json.dumps(measured, indent=2))
        if arguments.record:
            recorded[target] = measured
        elif not arguments.no_review:
            bar = recorded[target]["chrf"]
            print(f"quality gate: it→{target} chrF {measured['chrf']}, recorded {bar}")
            if measured["chrf"] < bar - TOLERANCE:
                below.append(f"it→{target}")
    if arguments.record:
        RECORD.write_text(json.dumps(recorded, indent=2) + "\n", encoding="utf-8")
    if below:
        print(f"quality gate: below the recorded chrF: {', '.join(below)}", file=sys.stderr)
    return 1 if below else 0


if __name__ == "__main__":
    sys.exit(main())
