"""The program as users run it, in processes of its own, with a tiny model.

The model (see `make_model.py`) knows nine sentences, and is quick: what these tests look at is all else.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import summarizer
from summarizer.batch import journal, plan

ROOT = Path(summarizer.__file__).parents[1]
MODEL = Path(__file__).with_name("model")
LONG = bool(os.environ.get("SUMMARIZER_LONG_TESTS"))
"""True if the tests that go on for minutes are wanted in full."""

PLACES = ("Bologna", "Torino", "Bari", "Trieste", "Palermo", "L'Aquila")
ITALIAN = """\
Il sindaco di {a} ha inaugurato ieri mattina la nuova biblioteca comunale davanti a {n} persone.
La polizia cerca due uomini che hanno rapinato una gioielleria nel centro di {a}.
Secondo i medici dell'ospedale di {a}, il paziente potrebbe tornare a casa entro {n} giorni.
I prezzi delle case a {a} sono aumentati del {n} per cento rispetto all'anno scorso.
Le scuole resteranno chiuse anche domani a causa della neve caduta su {a}.
Gli agricoltori protestano contro il taglio dei sussidi, che colpisce {n} aziende vicino a {a}.
Un incendio ha distrutto un magazzino nella zona industriale di {a}, ma nessuno è rimasto ferito.
Notizia numero {n} da {a}
Questa redazione segue ogni giorno tutto ciò che accade in città e nei dintorni.
""".splitlines()
ENGLISH = """\
The mayor of {a} opened the new public library yesterday morning in front of {n} people.
Police are looking for two men who robbed a jeweller's shop in the centre of {a}.
According to the doctors of the hospital of {a}, the patient could be home within {n} days.
House prices in {a} have risen by {n} per cent compared with last year.
Schools will stay closed tomorrow as well because of the snow that fell on {a}.
Farmers are protesting against the cut in subsidies, which hits {n} farms near {a}.
A fire destroyed a warehouse in the industrial area of {a}, but nobody was hurt.
News item {n} from {a}
This newsroom follows every day all that happens in town and around it.
""".splitlines()


def write_articles(folder: Path, number: int, seed: int = 0) -> None:
    """Articles in several formats and folders, with sentences in common, some of them alike altogether."""
    chance = random.Random(seed)

    def sentence() -> str:
        return chance.choice(ITALIAN).format(a=chance.choice(PLACES), n=chance.randint(2, 6))

    paragraphs: list[str] = []
    for i in range(number):
        # now and then an article that has been there under another headline
        if i % 10 != 9:
            paragraphs = [
                " ".join(sentence() for _ in range(chance.randint(1, 3))) for _ in range(chance.randint(1, 2))
            ]
        title = f"Notizia numero {i} da {chance.choice(PLACES)}"
        # and two of one name, in two formats
        pair = i % 8 < 2
        path = folder / ("cronaca", "esteri/europa", ".")[(i // 8 if pair else i) % 3]
        path = path / (f"coppia-{i // 8}" if pair else f"articolo-{i}")
        path.parent.mkdir(parents=True, exist_ok=True)
        if i % 8 in (1, 2):
            path.with_suffix(".md").write_text("\n\n".join([f"# {title}", *paragraphs]) + "\n")
        else:
            path.with_suffix(".txt").write_text("\n\n".join([title, *paragraphs]) + "\n")


@dataclass
class Program:
    """The program with its cache, and one pair of folders for it."""

    cache: Path
    source: Path
    output: Path
    model: Path = MODEL
    modules: str = ""
    """A folder to look for modules in first."""

    def command(self, *options: str) -> list[str]:
        """The command line of a batch."""
        program = [sys.executable, "-m", "summarizer", "batch", str(self.source), str(self.output)]
        return [*program, "--model", str(self.model), *options]

    @property
    def environment(self) -> dict[str, str]:
        """Surroundings with a cache of its own."""
        return dict(os.environ, PYTHONPATH=f"{self.modules}:{ROOT}", XDG_CACHE_HOME=str(self.cache))

    def start(self, *options: str) -> subprocess.Popen[str]:
        """A batch that runs while the test goes on."""
        return subprocess.Popen(
            self.command(*options), env=self.environment, cwd=self.source, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip

    def run(self, *options: str, code: int | None = 0) -> str:
        """A batch to its end; what it said on stderr."""
        with self.start(*options) as process:
            _, said = process.communicate(timeout=240)
        assert code is None or process.returncode == code, said
        return said

    def kill(self, process: subprocess.Popen[str]) -> None:
        """kill -9 to the driver; its workers have to notice by themselves."""
        process.send_signal(signal.SIGKILL)
        process.communicate(timeout=60)

    def tree(self) -> dict[str, bytes]:
        """Every file of the output folder but the batch's own state."""
        return {
            path.relative_to(self.output).as_posix(): path.read_bytes()
            for path in self.output.rglob("*")
            if path.is_file() and plan.PRIVATE not in path.parts
        }

    def times_recorded(self) -> Counter[str]:
        """How often each article was recorded as finished."""
        return Counter(row.path for row in journal.read(self.private / journal.NAME))

    @property
    def private(self) -> Path:
        """Where the batch keeps its state."""
        return plan.private_folder(self.output)
