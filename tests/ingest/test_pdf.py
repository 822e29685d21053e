"""PDF files of several makers: paragraphs, headings, page furniture, and files that cannot be read."""

from __future__ import annotations

import io
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pypdf
import pytest
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle, getSampleStyleSheet
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Paragraph, SimpleDocTemplate

from summarizer.article import Article
from summarizer.errors import MalformedSource, SourceTooLarge
from summarizer.ingest import limits, pdf, read
from summarizer.ingest.pdf_layout import Line, paragraphs, without_page_furniture

Read = Callable[..., Article]
Kinds = Callable[[Article], list[tuple[str, str]]]
TITLE = "Manovra, via libera del governo dopo una lunga notte di trattative a Palazzo Chigi"


def document(*flowables: tuple[str, str], running: str = "", author: str = "") -> bytes:
    """A PDF of paragraphs, each as (style, text); `running` stands at the top of each page, a number at the bottom."""
    styles = getSampleStyleSheet()
    styles.add(ParagraphStyle("Tight", parent=styles["Normal"], firstLineIndent=12, spaceBefore=0, spaceAfter=0))
    made = io.BytesIO()

    def furniture(canvas: Canvas, template: SimpleDocTemplate) -> None:
        if running:
            canvas.drawString(72, 810, running)
            canvas.drawString(300, 30, str(template.page))

    SimpleDocTemplate(made, pagesize=A4, author=author).build(
        [Paragraph(text, styles[style]) for style, text in flowables], onFirstPage=furniture, onLaterPages=furniture
    )
    return made.getvalue()


def test_lines_become_paragraphs_and_type_sizes_become_kinds(
    read_text: Read, kinds: Kinds, body: tuple[str, ...]
) -> None:
    data = document(
        ("Title", TITLE),
        ("BodyText", body[0]),
        ("Heading2", "Le reazioni"),
        ("BodyText", body[1]),
        ("BodyText", body[2]),
        author="Mario Rossi",
    )
    article = read_text(data, name="a.pdf")
    assert kinds(article) == [
        ("title", TITLE),
        ("body", body[0]),
        ("heading", "Le reazioni"),
        ("body", body[1]),
        ("body", body[2]),
    ]
    assert (article.format, article.author) == ("pdf", "Mario Rossi")


def test_paragraphs_that_are_only_indented_are_told_apart(read_text: Read, body: tuple[str, ...]) -> None:
    data = document(*(("Tight", paragraph * 2) for paragraph in body))
    assert [block.text for block in read_text(data, name="a.pdf").blocks] == [paragraph * 2 for paragraph in body]


def test_running_heads_and_page_numbers_go_and_paragraphs_run_on_over_pages(
    read_text: Read, body: tuple[str, ...]
) -> None:
    long_paragraph = " ".join(body * 4)
    data = document(*(("BodyText", long_paragraph),) * 6, running="Il Giornale di ieri")
    article = read_text(data, name="a.pdf")
    assert len(pypdf.PdfReader(io.BytesIO(data)).pages) > 1
    assert [block.text for block in article.blocks] == [long_paragraph] * 6
    assert {piece.reason for piece in article.dropped} == {"running head or foot", "page number"}


def test_a_web_page_printed_by_a_browser_loses_the_browsers_own_lines(
    tmp_path: Path, kinds: Kinds, body: tuple[str, ...]
) -> None:
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("chromium is not installed")
    page = tmp_path / "a.html"
    page.write_text(
        f"<!doctype html><meta charset=utf-8><title>Prova</title><h1>{TITLE}</h1><p>{body[0]}</p><h2>Le reazioni</h2>"
        f"<p>{body[1]}</p><p>{body[2]}</p>",
        encoding="utf-8",
    )
    printed = tmp_path / "a.pdf"
    subprocess.run(
        [chromium, "--headless", "--no-sandbox", "--disable-gpu", f"--print-to-pdf={printed}", page.as_uri()],
        check=True,
        capture_output=True,
        timeout=120,
    )
    article = read(str(printed))
    assert kinds(article) == [
        ("title", TITLE),
        ("body", body[0]),
        ("heading", "Le reazioni"),
        ("body", body[1]),
        ("body", body[2]),
    ]


def encrypted(data: bytes, password: str) -> bytes:
    writer = pypdf.PdfWriter(io.BytesIO(data))
    writer.encrypt(user_password=password, owner_password="owner", algorithm="AES-256")
    made = io.BytesIO()
    writer.write(made)
    return made.getvalue()


def test_a_file_that_is_only_protected_against_changes_is_read(read_text: Read, body: tuple[str, ...]) -> None:
    data = encrypted(document(("BodyText", body[0])), "")
    assert read_text(data, name="a.pdf").blocks[0].text == body[0]


def test_an_encrypted_file_is_refused_with_what_to_do(read_text: Read, body: tuple[str, ...]) -> None:
    data = encrypted(document(("BodyText", body[0])), "segreto")
    with pytest.raises(MalformedSource, match=r"a\.pdf: is an encrypted PDF; open it with its password"):
        read_text(data, name="a.pdf")


def test_a_scan_is_refused_with_the_advice_to_run_ocr(read_text: Read) -> None:
    made = io.BytesIO()
    canvas = Canvas(made)
    canvas.rect(100, 100, 200, 200, fill=1)
    canvas.save()
    with pytest.raises(MalformedSource, match="has no text layer: it is a scan and needs OCR"):
        read_text(made.getvalue(), name="a.pdf")


@pytest.mark.parametrize("keep", [0.05, 0.3, 0.6])
def test_a_truncated_file_is_refused_or_read_but_never_fails_otherwise(
    read_text: Read, body: tuple[str, ...], keep: float
) -> None:
    data = document(*(("BodyText", paragraph) for paragraph in body))
    try:
        read_text(data[: int(keep * len(data))], name="a.pdf", force=True)
    except MalformedSource as fault:
        assert "PDF" in str(fault) or "text layer" in str(fault)


def test_a_filter_that_is_known_by_its_old_name_only_is_reported_as_damage(
    read_text: Read, body: tuple[str, ...]
) -> None:
    data = document(("BodyText", body[0]))
    assert b"/FlateDecode" in data
    with pytest.raises(MalformedSource, match="damaged PDF"):
        read_text(data.replace(b"/FlateDecode", b"/Fl         "), name="a.pdf")


def test_a_file_that_is_no_pdf_at_all_says_so(read_text: Read) -> None:
    with pytest.raises(MalformedSource, match="is not a PDF file although it is named one"):
        read_text("Ciao a tutti", name="a.pdf")


def test_limits_on_pages_and_text_hold(read_text: Read, body: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    data = document(*(("BodyText", " ".join(body * 4)),) * 8)
    monkeypatch.setattr(pdf, "MAX_PDF_PAGES", 1)
    with pytest.raises(SourceTooLarge, match="pages; at most 1 are read"):
        read_text(data, name="a.pdf")
    monkeypatch.setattr(pdf, "MAX_PDF_PAGES", limits.MAX_PDF_PAGES)
    monkeypatch.setattr(pdf, "MAX_EXTRACTED_CHARACTERS", 1000)
    with pytest.raises(SourceTooLarge, match="characters of text"):
        read_text(data, name="a.pdf")
    monkeypatch.setattr(pdf, "MAX_EXTRACTED_CHARACTERS", limits.MAX_EXTRACTED_CHARACTERS)
    monkeypatch.setattr(pdf, "MAX_PDF_OPERATIONS", 10)
    with pytest.raises(SourceTooLarge, match="drawing operations"):
        read_text(data, name="a.pdf")


def lines(*texts: str, top: float = 700.0, x: float = 60.0) -> list[Line]:
    return [Line(text, x, top - 12 * index, 10.0, False) for index, text in enumerate(texts)]


def test_a_sentence_that_runs_on_in_the_next_column_stays_one_paragraph() -> None:
    left = lines("Il governo ha approvato la legge", "di bilancio che prevede tagli per")
    right = lines("tutti i ministeri e più risorse", "per la scuola.", x=320.0)
    (block,) = paragraphs([[*left, *right]])
    assert block.text == " ".join(line.text for line in (*left, *right))


def test_a_line_that_stands_twice_at_one_height_in_a_long_document_is_no_running_head() -> None:
    pages = [lines("Titolo" if number in (1, 4) else f"{'abcdef'[number]} via", "due", "tre") for number in range(6)]
    kept, _ = without_page_furniture([[*page, *lines("piede", top=40.0)] for page in pages])
    assert [page[0].text for page in kept] == [page[0].text for page in pages]


def test_a_line_that_merely_occurs_twice_in_the_text_is_no_running_head() -> None:
    pages = [lines("Testa", "uno", "due", "ripetuta", "tre", "quattro", "cinque"), lines("Testa", "ripetuta", "sei")]
    kept, dropped = without_page_furniture(pages)
    assert [piece.text for piece in dropped] == ["Testa", "Testa"]
    assert [line.text for line in kept[1]] == ["ripetuta", "sei"]
