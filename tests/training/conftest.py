"""A toy language pair with real files: corpora, prepared data, and a model trained on them; made once for all tests."""

from __future__ import annotations

import lzma
import random
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
if str(ROOT) not in sys.path:
    # the recipe is no part of the installed package
    sys.path.insert(0, str(ROOT))


def pytest_configure(config: pytest.Config) -> None:
    """Tells pytest of the mark."""
    config.addinivalue_line("markers", "slow: trains the toy model first; leave out with -m 'not slow'")


NOUNS = {
    "il gatto": "cat", "il cane": "dog", "il medico": "doctor", "il ministro": "minister", "il treno": "train",
    "il libro": "book", "il giudice": "judge", "il soldato": "soldier",
}  # fmt: skip
ADJECTIVES = {"nero": "black", "vecchio": "old", "nuovo": "new", "famoso": "famous"}
VERBS = {"vede": "sees", "cerca": "seeks", "trova": "finds", "porta": "brings"}
PLACES = {"Roma": "Rome", "Ankara": "Ankara", "Milano": "Milan", "Londra": "London"}


def sentence(rng: random.Random) -> tuple[str, str]:
    """A pair of the toy languages: adjectives change place, as between Italian and English."""
    subject, thing = rng.sample(sorted(NOUNS), 2)
    first, second = rng.sample(sorted(ADJECTIVES), 2)
    verb, place = rng.choice(sorted(VERBS)), rng.choice(sorted(PLACES))
    italian = f"{subject.capitalize()} {first} {verb} {thing} {second} a {place}."
    english = (
        f"The {ADJECTIVES[first]} {NOUNS[subject]} {VERBS[verb]} the {ADJECTIVES[second]} {NOUNS[thing]} "
        f"in {PLACES[place]}."
    )
    return italian, english


def write_xz(path: Path, rows: list[tuple[str, ...]]) -> None:
    """Writes a TSV file as the corpora are kept."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with lzma.open(path, "wt", encoding="utf-8") as file:
        file.writelines("\t".join(row) + "\n" for row in rows)


@pytest.fixture(scope="session")
def corpora(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of corpora: about 2 500 pairs to learn from, 40 to validate on that are not among them."""
    data = tmp_path_factory.mktemp("corpora")
    rng = random.Random(1)
    pairs = list(dict.fromkeys(sentence(rng) for _ in range(3000)))
    dev, train = pairs[:40], pairs[40:]
    write_xz(data / "parallel" / "it-en.tsv.xz", [("gate", "1.0", *pair) for pair in train[:2000]])
    write_xz(data / "authored" / "it-en.tsv.xz", [("a", *pair) for pair in train[2000:]])
    (data / "dev").mkdir()
    (data / "dev" / "flores-dev.it").write_text("".join(f"{p[0]}\n" for p in dev), encoding="utf-8")
    (data / "dev" / "flores-dev.en").write_text("".join(f"{p[1]}\n" for p in dev), encoding="utf-8")
    (data / "dev" / "pud.it-en.tsv").write_text("".join(f"{p[0]}\t{p[1]}\n" for p in dev[:5]), encoding="utf-8")
    return data


@pytest.fixture(scope="session")
def prepared(corpora: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `training.prepare` makes of the corpora."""
    from training import prepare

    out = tmp_path_factory.mktemp("prepared")
    prepare.main([str(corpora), str(out), "--vocabulary", "400", "--threads", "1"])
    return out


TOY = [
    "--encoder-layers", "2", "--decoder-layers", "1", "--width", "64", "--feed-forward", "128", "--tokens", "350",
    "--warmup", "10", "--threads", "1", "--dtype", "float32", "--device", "cpu", "--log-every", "10",
    "--validate-every", "0",
]  # fmt: skip
"""Arguments of a run that takes seconds."""


@pytest.fixture(scope="session")
def toy_arguments() -> list[str]:
    """Arguments of a run that takes seconds."""
    return list(TOY)


@pytest.fixture(scope="session")
def run_folder(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The state folder of a toy run and its finished cool-down."""
    from training import train

    state = tmp_path_factory.mktemp("run")
    train.main([str(prepared), str(state), *TOY, "--until", "0.03", "--dev-lines", "20"])
    train.main([str(prepared), str(state), *TOY, "--cool-down", "0.03M", "--dev-lines", "20"])
    return state


@pytest.fixture(scope="session")
def exported(prepared: Path, run_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Hugging Face folder of the toy run."""
    from training import export

    out = tmp_path_factory.mktemp("exported") / "model"
    export.main([str(prepared), str(run_folder / "cool-down" / "state.pt"), str(out)])
    return out


@pytest.fixture
def toy_batch() -> Any:
    """Two pairs of different lengths over 12 tokens, <pad> being 12."""
    from training.data import make_batch

    return make_batch([[3, 4, 5, 6, 0], [7, 8, 0]], [[9, 10, 0], [4, 5, 6, 11, 0]], 12)
