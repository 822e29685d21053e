"""Writes the binary samples, scienza.it.docx and relazione.it.pdf, from their text in sources/.

Run it after a change to one of these texts: `python samples/make_binary_samples.py`. The same text gives the same
bytes: no clock, no random number and no path of this machine may get into the files.

The texts are Markdown with five marks: `# ` title, `## ` heading, `- ` list item, `> ` caption, `*…*` italics.
"""

from __future__ import annotations

import io
import os
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import Literal

HERE = Path(__file__).resolve().parent
WRITTEN = datetime(2024, 3, 1, 9, 0, 0, tzinfo=timezone.utc)
"""The date that both files state."""

# Page of the PDF, in points: A5, so that a short text fills two pages.
PAGE_WIDTH, PAGE_HEIGHT = 419.53, 595.28
MARGIN = 62.0
TEXT_WIDTH = PAGE_WIDTH - 2 * MARGIN
BODY_SIZE, LEADING = 10.5, 13.2
INDENT = 12.0
RUNNING_HEAD = "Consorzio per la tutela del lago di Montelago – Relazione annuale 2023"


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One block of a source text."""

    kind: Literal["title", "heading", "list", "caption", "body"]
    text: str


def parse(source: str) -> list[Paragraph]:
    """The blocks of a source text, without their marks."""
    paragraphs: list[Paragraph] = []
    for chunk in re.split(r"\n\s*\n", source.strip()):
        lines = chunk.splitlines()
        if all(line.startswith("- ") for line in lines):
            paragraphs += [Paragraph("list", line[2:]) for line in lines]
        elif chunk.startswith("## "):
            paragraphs.append(Paragraph("heading", chunk[3:]))
        elif chunk.startswith("# "):
            paragraphs.append(Paragraph("title", chunk[2:]))
        elif chunk.startswith("> "):
            paragraphs.append(Paragraph("caption", chunk[2:]))
        else:
            paragraphs.append(Paragraph("body", " ".join(lines)))
    return paragraphs


# --- DOCX ---------------------------------------------------------------------------------------------------------


def dot_map() -> bytes:
    """A small black-and-white PNG: two rows of thirteen dots, one for each municipality of the study."""
    width, height = 13 * 16, 48
    rows = bytearray()
    for y in range(height):
        bits = "".join("0" if (x % 16 - 8) ** 2 + (y % 24 - 12) ** 2 <= 20 else "1" for x in range(width))
        rows += b"\0" + int(bits, 2).to_bytes(width // 8, "big")

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    # Level 0 stores: the bytes do not depend on the zlib at hand.
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(bytes(rows), 0))
        + chunk(b"IEND", b"")
    )


def fixed_zip(package: bytes) -> bytes:
    """The same package with one date for all its members and no trace of the operating system."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            member = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            member.compress_type, member.create_system, member.external_attr = zipfile.ZIP_DEFLATED, 3, 0o644 << 16
            new.writestr(member, old.read(name))
    return out.getvalue()


def build_docx(source: str) -> bytes:
    """A Word document with title, standfirst, headings, a list, a picture with its caption, a header and a footer."""
    from docx import Document
    from docx.enum.style import WD_STYLE_TYPE
    from docx.shared import Cm

    document = Document()
    # Half of the template is styles for tables and a thumbnail that nothing here uses.
    for style in list(document.styles):
        if style.type == WD_STYLE_TYPE.TABLE and style.name != "Normal Table":
            style.delete()
    for relations in (document.part.package.rels, document.part.rels):
        for key in [k for k, r in relations.items() if r.reltype.endswith(("/thumbnail", "/stylesWithEffects"))]:
            del relations[key]

    styles = {"title": "Title", "heading": "Heading 1", "list": "List Bullet", "caption": "Caption", "body": "Normal"}
    paragraphs = parse(source)
    for position, paragraph in enumerate(paragraphs):
        if paragraph.kind == "caption":
            document.add_picture(io.BytesIO(dot_map()), width=Cm(9))
        style = "Subtitle" if position == 1 else styles[paragraph.kind]
        written = document.add_paragraph(style=style)
        for run, piece in enumerate(paragraph.text.split("*")):
            written.add_run(piece).italic = True if run % 2 else None

    section = document.sections[0]
    section.header.paragraphs[0].text = "Supplemento Scienze – seconda bozza, non diffondere"
    section.footer.paragraphs[0].text = "Impaginare a quattro colonne"
    properties = document.core_properties
    properties.title, properties.author, properties.language = paragraphs[0].text, "Clelia Bonfadini", "it-IT"
    properties.last_modified_by, properties.comments, properties.revision = "Clelia Bonfadini", "", 2
    properties.created = properties.modified = WRITTEN.replace(tzinfo=None)
    package = io.BytesIO()
    document.save(package)
    return fixed_zip(package.getvalue())


# --- PDF ----------------------------------------------------------------------------------------------------------

_VOWELS = "aeiouàèéìòù"
# What may begin an Italian syllable before its vowel.
_ONSET = re.compile(r"(?:s?(?:ch|gh|qu|[bcdfgptv][lr])|s[bcdfglmnpqrtv]|gn|gl|sc|[bcdfghlmnpqrstvz])$", re.IGNORECASE)
_PARTS = re.compile(r"[^\W\d_]+|.", re.DOTALL)


def break_points(word: str) -> list[int]:
    """Where the word may be divided, by the Italian rules (UNI 6461): each index begins a syllable.

    Only runs of five letters or more are divided, and never so that fewer than two letters stay or fewer than three go.
    """
    points: list[int] = []
    start = 0
    for part in _PARTS.findall(word):
        if len(part) >= 5 and part.isalpha():
            for vowel in (i for i in range(1, len(part)) if part[i].lower() in _VOWELS):
                begin = vowel
                while begin > 0 and _ONSET.match(part, begin - 1, vowel):
                    begin -= 1
                if begin < vowel and 2 <= begin <= len(part) - 3:
                    points.append(start + begin)
        elif part == "-" and 0 < start < len(word) - 1:
            points.append(start + 1)
        start += len(part)
    return points


def break_lines(text: str, first_indent: float, measure: Callable[[str], float]) -> list[str]:
    """Lines that fit the column, each as full as division at syllables allows."""
    lines: list[str] = []
    line, room = "", TEXT_WIDTH - first_indent
    for word in text.split():
        while measure(joined := f"{line} {word}".strip()) > room:
            pieces = [(word[:i] + ("" if word[i - 1] == "-" else "-"), word[i:]) for i in break_points(word)]
            fitting = [p for p in pieces if measure(f"{line} {p[0]}".strip()) <= room]
            head, word = fitting[-1] if fitting else ("", word)
            lines.append(f"{line} {head}".strip())
            line, room = "", TEXT_WIDTH
        else:
            line = joined
    return [*lines, line]


@contextmanager
def fixed_clock() -> Iterator[None]:
    """Makes reportlab date its file `WRITTEN`: it takes the date from this variable and from nowhere else."""
    before = os.environ.get("SOURCE_DATE_EPOCH")
    os.environ["SOURCE_DATE_EPOCH"] = str(int(WRITTEN.timestamp()))
    try:
        yield
    finally:
        del os.environ["SOURCE_DATE_EPOCH"]
        if before is not None:
            os.environ["SOURCE_DATE_EPOCH"] = before


def build_pdf(source: str) -> bytes:
    """A PDF with a text layer: running head, page numbers, justified lines with words divided at their ends."""
    from reportlab.pdfbase.pdfmetrics import stringWidth
    from reportlab.pdfgen.canvas import Canvas

    title, *rest = parse(source)
    out = io.BytesIO()
    # Not compressed, so that the bytes do not depend on the zlib at hand.
    with fixed_clock():
        canvas = Canvas(out, pagesize=(PAGE_WIDTH, PAGE_HEIGHT), pageCompression=0, invariant=1, lang="it-IT")
    canvas.setTitle(title.text)
    canvas.setAuthor("Consorzio per la tutela del lago di Montelago")
    canvas.setCreator("samples/make_binary_samples.py")
    top, bottom = PAGE_HEIGHT - MARGIN, MARGIN

    def begin_page() -> None:
        canvas.setFont("Times-Italic", 8)
        canvas.drawCentredString(PAGE_WIDTH / 2, PAGE_HEIGHT - 36, RUNNING_HEAD)

    def end_page() -> None:
        canvas.setFont("Times-Roman", 8)
        canvas.drawCentredString(PAGE_WIDTH / 2, 32, str(canvas.getPageNumber()))
        canvas.showPage()

    def write(text: str, y: float, font: str, size: float, indent: float = 0.0, *, justify: bool = False) -> None:
        line = canvas.beginText(MARGIN + indent, y)
        line.setFont(font, size)
        gap = TEXT_WIDTH - indent - stringWidth(text, font, size)
        line.setWordSpace(gap / text.count(" ") if justify and " " in text else 0)
        line.textOut(text)
        canvas.drawText(line)

    begin_page()
    y = top - 8
    for text in break_lines(title.text, 0.0, lambda t: stringWidth(t, "Times-Bold", 16) * 1.2):
        write(text, y, "Times-Bold", 16)
        y -= 19
    for paragraph in rest:
        if paragraph.kind == "heading":
            y -= 8
            write(paragraph.text, y, "Times-Bold", 12)
            y -= LEADING + 2
            continue
        lines = break_lines(paragraph.text, INDENT, lambda t: stringWidth(t, "Times-Roman", BODY_SIZE))
        for number, text in enumerate(lines):
            if y < bottom:
                end_page()
                begin_page()
                y = top
            last = number == len(lines) - 1
            write(text, y, "Times-Roman", BODY_SIZE, 0.0 if number else INDENT, justify=not last)
            y -= LEADING
    end_page()
    with fixed_clock():
        canvas.save()
    return out.getvalue()


BUILDERS: dict[str, Callable[[str], bytes]] = {"scienza.it.docx": build_docx, "relazione.it.pdf": build_pdf}


def build(name: str) -> bytes:
    """The bytes of one binary sample, made afresh from its text."""
    source = HERE / "sources" / f"{Path(name).stem}.md"
    return BUILDERS[name](source.read_text(encoding="utf-8"))


if __name__ == "__main__":
    for sample in BUILDERS:
        (HERE / sample).write_bytes(build(sample))
