"""The samples are what their README says, and the binary ones are what their script makes."""

from __future__ import annotations

import importlib.util
import io
import re
import sys
import zipfile
from itertools import pairwise
from pathlib import Path
from types import ModuleType

import pypdf
import pytest

SAMPLES = Path(__file__).resolve().parents[2] / "samples"
NOT_SAMPLES = {"README.md", "make_binary_samples.py", "make_outputs.py"}
NOT_OURS = "article.it.txt"
WORDS = range(250, 601)


def described() -> list[str]:
    """The file names in the first column of the README's table."""
    readme = (SAMPLES / "README.md").read_text(encoding="utf-8")
    return re.findall(r"^\| `([^`]+)` \|", readme, re.MULTILINE)


def present() -> list[str]:
    """The sample files on the disk, relative to the folder."""
    paths = [path.relative_to(SAMPLES) for path in SAMPLES.rglob("*") if path.is_file()]
    return sorted(
        path.as_posix()
        for path in paths
        if path.as_posix() not in NOT_SAMPLES
        and path.parts[0] not in {"output", "__pycache__"}
        and not path.name.startswith(".")
    )


@pytest.fixture(scope="module")
def script() -> ModuleType:
    pytest.importorskip("docx", reason="python-docx writes the Word sample")
    pytest.importorskip("reportlab", reason="reportlab writes the PDF sample")
    spec = importlib.util.spec_from_file_location("make_binary_samples", SAMPLES / "make_binary_samples.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up there
    spec.loader.exec_module(module)
    return module


def members(package: bytes) -> list[tuple[str, tuple[int, ...], bytes]]:
    """Name, date and content of each file in a package, in order; how hard they are packed is the zlib's affair."""
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        return [(m.filename, m.date_time, archive.read(m)) for m in archive.infolist()]


def pages(pdf: bytes) -> list[object]:
    """What stands in the PDF and who says when; how reportlab numbers itself in the file changes with its version."""
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    assert reader.metadata is not None
    stated = [reader.metadata.title, reader.metadata.author, reader.metadata.creation_date]
    contents = [page.get_contents() for page in reader.pages]
    return [*stated, *(content.get_data() for content in contents if content is not None)]


def test_the_readme_describes_each_sample_once_and_no_others() -> None:
    assert sorted(described()) == present()


def test_the_word_sample_is_what_the_script_makes_of_its_text(script: ModuleType) -> None:
    committed = (SAMPLES / "scienza.it.docx").read_bytes()
    assert members(script.build("scienza.it.docx")) == members(committed), "run samples/make_binary_samples.py"


def test_the_pdf_sample_is_what_the_script_makes_of_its_text(script: ModuleType) -> None:
    committed = (SAMPLES / "relazione.it.pdf").read_bytes()
    assert pages(script.build("relazione.it.pdf")) == pages(committed), "run samples/make_binary_samples.py"


@pytest.mark.parametrize("name", ["scienza.it.docx", "relazione.it.pdf"])
def test_a_binary_sample_owes_nothing_to_the_clock_or_the_time_zone(
    name: str, script: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = script.build(name)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "86400")
    monkeypatch.setenv("TZ", "Pacific/Auckland")
    monkeypatch.setattr("time.time", lambda: 2_000_000_000.0)
    assert script.build(name) == first


def test_the_pdf_sample_has_two_pages_with_running_head_number_and_divided_words(script: ModuleType) -> None:
    texts = [page.extract_text() for page in pypdf.PdfReader(SAMPLES / "relazione.it.pdf").pages]
    assert len(texts) == 2
    for number, text in enumerate(texts, start=1):
        lines = text.strip().splitlines()
        assert lines[0] == script.RUNNING_HEAD
        assert lines[-1] == str(number)
    assert "tecnico-\nscientifico" in texts[0], "a compound is divided at its own hyphen"
    assert texts[0].strip().splitlines()[-2].endswith("tam-"), "a word is divided across the pages"


@pytest.mark.parametrize(
    ("word", "syllables"),
    [
        ("acqua", "ac-qua"),
        ("passaggio", "pas-sag-gio"),
        ("distribuzione", "di-stri-bu-zione"),
        ("campagna", "cam-pa-gna"),
        ("famiglie", "fa-mi-glie"),
        ("chiacchierare", "chiac-chie-rare"),
        ("dell’associazione", "dell’as-so-cia-zione"),
    ],
)
def test_italian_words_are_divided_where_a_printer_would(word: str, syllables: str, script: ModuleType) -> None:
    cuts = [0, *script.break_points(word), len(word)]
    assert "-".join(word[i:j] for i, j in pairwise(cuts)) == syllables


def test_the_samples_in_old_encodings_have_not_been_saved_as_utf_8() -> None:
    for name, encoding in (("latin1.it.txt", "latin-1"), ("windows1252.it.txt", "cp1252")):
        raw = (SAMPLES / name).read_bytes()
        with pytest.raises(UnicodeDecodeError):
            raw.decode("utf-8")
        assert "perché" in raw.decode(encoding).lower()
    latin1 = (SAMPLES / "latin1.it.txt").read_bytes()
    assert not re.search(rb"[\x80-\x9f]", latin1), "ISO 8859-1 has nothing to read at 80 to 9F"
    windows = (SAMPLES / "windows1252.it.txt").read_bytes().decode("cp1252")
    assert set("“”’–…€") <= set(windows)


@pytest.mark.parametrize("name", [n for n in present() if n.endswith((".txt", ".md")) and n != NOT_OURS])
def test_a_text_sample_has_the_length_of_an_article(name: str) -> None:
    raw = (SAMPLES / name).read_bytes()
    text = raw.decode({"latin1.it.txt": "latin-1", "windows1252.it.txt": "cp1252"}.get(name, "utf-8"))
    assert len(text.split()) in WORDS
