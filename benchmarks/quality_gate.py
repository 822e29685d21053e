"""Fails if the shipped model translates worse than the recorded figure: chrF and BLEU on FLORES-200 dev, as shipped.

    python benchmarks/quality_gate.py DEV_FOLDER [--record] [--no-review]

DEV_FOLDER holds flores-dev.it and flores-dev.en (997 lines each). The whole product is measured: sentences go through
the pipeline's own translator, normalisation, guard and review, with the default engine and beam; sentences in which the
check still finds an error are counted. `--record` writes what was measured as the new bar; `--no-review` shows what it
would be if hypotheses were taken as the beam ranks them. Where the folder is absent the gate says so and passes.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path

RECORD = Path(__file__).with_name("quality.json")
# int8 kernels differ between processors in the last bits, and a tie in the beam can fall the other way
TOLERANCE = 0.3


def measure(folder: Path, *, review: bool = True) -> dict[str, object]:
    """Scores of the shipped model on the dev set, with sacrebleu's signatures."""
    import sacrebleu

    from summarizer import fidelity
    from summarizer.options import Options
    from summarizer.pipeline import ModelStore
    from summarizer.translation.routes import Translators
    from summarizer.translation.translator import Segment

    source = (folder / "flores-dev.it").read_text(encoding="utf-8").splitlines()
    reference = (folder / "flores-dev.en").read_text(encoding="utf-8").splitlines()
    with tempfile.TemporaryDirectory() as cache:
        options = Options(memory=False, cache=Path(cache))
        with Translators(ModelStore(options.cache), options, fidelity if review else None) as translators:
            started = time.perf_counter()
            outcomes = translators.translate([Segment(s, s) for s in source], "it", "en")
            seconds = time.perf_counter() - started
            failed = translators.counts.failed
    hypotheses = [outcome.text for outcome in outcomes]
    bleu, chrf = sacrebleu.BLEU(), sacrebleu.CHRF()
    return {
        "bleu": round(bleu.corpus_score(hypotheses, [reference]).score, 2),
        "chrf": round(chrf.corpus_score(hypotheses, [reference]).score, 2),
        "kept_untranslated": failed,
        "with_errors": sum(
            any(finding.severity == "error" for finding in fidelity.check_pair(s, hypothesis, "en"))
            for s, hypothesis in zip(source, hypotheses, strict=True)
        ),
        "sentences": len(source),
        "sentences_per_second": round(len(source) / seconds, 1),
        "bleu_signature": str(bleu.get_signature()),
        "chrf_signature": str(chrf.get_signature()),
    }


def main() -> int:
    """Measures, compares, says so."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--record", action="store_true")
    parser.add_argument("--no-review", action="store_true")
    arguments = parser.parse_args()
    if arguments.record and arguments.no_review:
        parser.error("--record is for the program as it is, --no-review for what it would be")
    if not (arguments.folder / "flores-dev.it").is_file():
        print(f"quality gate: no dev set in {arguments.folder}, nothing measured")
        return 0
    measured = measure(arguments.folder, review=not arguments.no_review)
    print(json.dumps(measured, indent=2))
    if arguments.no_review:
        return 0
    if arguments.record:
        RECORD.write_text(json.dumps(measured, indent=2) + "\n", encoding="utf-8")
        return 0
    bar = json.loads(RECORD.read_text(encoding="utf-8"))["chrf"]
    if measured["chrf"] < bar - TOLERANCE:
        print(f"quality gate: chrF {measured['chrf']} is below the recorded {bar}", file=sys.stderr)
        return 1
    print(f"quality gate: chrF {measured['chrf']}, recorded {bar}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
