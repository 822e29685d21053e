"""Reading plain text starts quickly because the libraries for other formats stay unloaded."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

HEAVY = ("trafilatura", "lxml", "pypdf", "docx", "httpx", "httpcore", "markdown_it", "charset_normalizer", "py3langid")


def test_reading_plain_text_loads_no_format_library(samples: Path) -> None:
    program = (
        "import sys\nfrom summarizer.ingest import read\n"
        f"read({str(samples / 'article.it.txt')!r})\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2]
    )
    assert done.stdout.strip() == "[]"


def test_no_reader_writes_to_standard_error_about_a_damaged_file(tmp_path: Path, samples: Path) -> None:
    damaged = tmp_path / "a.pdf"
    damaged.write_bytes((samples / "relazione.it.pdf").read_bytes()[:3000])
    page = tmp_path / "a.html"
    page.write_text("<html><body><p>Ciao</p></body", encoding="utf-8")
    program = (
        "from summarizer.ingest import read\nfrom summarizer.errors import SourceError\n"
        f"for name in ({str(damaged)!r}, {str(page)!r}):\n"
        "    try:\n        read(name, force=True)\n    except SourceError:\n        pass\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2]
    )
    assert (done.stdout, done.stderr) == ("", "")
