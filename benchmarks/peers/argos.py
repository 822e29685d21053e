"""Translates articles with argos-translate's library, as it comes: its own sentence splitting, batches and threads.

    python argos.py CONVERTED SENTENCEPIECE BEAMS [TAG] < texts.json

Puts the converted model into an Argos package, reads a list of texts, prints the seconds that translating took. Needs
an environment with argostranslate. TAG is put before every sentence, for a model that wants to be told the language:
the library knows no such thing, and the model would wander off. Its sentence splitter is MiniSBD; where the model of
that cannot be downloaded, spaCy's rule-based sentencizer, which the library also supports, takes its place.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path

converted, pieces, beams, tag = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], "".join(sys.argv[4:])
os.environ["ARGOS_BEAM_SIZE"] = beams
texts = json.load(sys.stdin)

folder = Path(tempfile.mkdtemp())
shutil.copytree(converted, folder / "model")
# the library gives the engine bare pieces; the end token must come from the model's own configuration
settings = folder / "model" / "config.json"
settings.write_text(json.dumps(json.loads(settings.read_text()) | {"add_source_eos": True}))
shutil.copy(pieces, folder / "sentencepiece.model")
metadata = {
    "package_version": "1.0", "argos_version": "1.9", "from_code": "it", "from_name": "Italian", "to_code": "en",
    "to_name": "English",
}  # fmt: skip
(folder / "metadata.json").write_text(json.dumps(metadata))

from argostranslate.package import Package  # noqa: E402 - the environment is read when it is imported
from argostranslate.translate import Language, PackageTranslation  # noqa: E402

translation = PackageTranslation(Language("it", "Italian"), Language("en", "English"), Package(folder))
try:
    translation.sentencizer.split_sentences("Una frase. E un'altra.")
except Exception as error:  # noqa: BLE001 - whatever the download ends with
    import spacy

    splitter = spacy.blank("it")
    splitter.add_pipe("sentencizer")
    translation.sentencizer.split_sentences = lambda text: [s.text for s in splitter(text).sents]  # type: ignore[method-assign]
    print(f"sentences by spaCy's rules, as MiniSBD's model is not to be had ({type(error).__name__})")
split = translation.sentencizer.split_sentences
translation.sentencizer.split_sentences = lambda text: [tag + s for s in split(text)]  # type: ignore[method-assign]
translation.translate("Una frase per caricare il modello.")
started = time.perf_counter()
for text in texts:
    translation.translate(text)
print(time.perf_counter() - started)
shutil.rmtree(folder)
