"""Word documents: styles, lists, tables, tracked changes, text boxes, and archives that are built to do harm."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

import docx
import pytest

from summarizer.article import Article
from summarizer.errors import MalformedSource, SourceTooLarge
from summarizer.ingest.limits import MAX_DOCX_UNPACKED_BYTES

Read = Callable[..., Article]
Kinds = Callable[[Article], list[tuple[str, str]]]

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
MC = "http://schemas.openxmlformats.org/markup-compatibility/2006"


def saved(document: docx.document.Document) -> bytes:
    made = io.BytesIO()
    document.save(made)
    return made.getvalue()


def with_body(xml: str, doctype: str = "", extra: tuple[tuple[str, bytes], ...] = ()) -> bytes:
    """A document whose body is `xml`, with members added to its archive."""
    made = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(saved(docx.Document()))) as old,
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            text = f'{doctype}<w:document xmlns:w="{W}" xmlns:mc="{MC}"><w:body>{xml}</w:body></w:document>'
            new.writestr(name, text if name == "word/document.xml" else old.read(name))
        for name, data in extra:
            new.writestr(name, data)
    return made.getvalue()


def run(text: str) -> str:
    return f'<w:r><w:t xml:space="preserve">{text}</w:t></w:r>'


def test_styles_become_kinds_and_properties_metadata(read_text: Read, kinds: Kinds, body: tuple[str, ...]) -> None:
    document = docx.Document()
    document.add_heading("La manovra passa", 0)
    document.add_paragraph(body[0])
    document.add_heading("Le reazioni", 1)
    document.add_paragraph("più fondi", style="List Bullet")
    document.add_paragraph("meno tasse", style="List Number")
    document.add_paragraph("Il ministro in aula", style="Caption")
    document.add_paragraph(body[1])
    document.core_properties.author = "Mario Rossi"
    article = read_text(saved(document), name="a.docx")
    assert kinds(article) == [
        ("title", "La manovra passa"),
        ("body", body[0]),
        ("heading", "Le reazioni"),
        ("list", "più fondi"),
        ("list", "meno tasse"),
        ("caption", "Il ministro in aula"),
        ("body", body[1]),
    ]
    assert (article.format, article.author) == ("docx", "Mario Rossi")


def test_the_title_of_the_properties_counts_where_the_text_has_none(read_text: Read, body: tuple[str, ...]) -> None:
    document = docx.Document()
    document.add_paragraph(body[0])
    document.core_properties.title = "La manovra passa"
    assert read_text(saved(document), name="a.docx").title == "La manovra passa"
    document.core_properties.title = "Documento di Microsoft Word"
    assert read_text(saved(document), name="a.docx").title is None


def test_an_author_that_every_new_file_has_is_nobody(read_text: Read, body: tuple[str, ...]) -> None:
    document = docx.Document()
    document.add_paragraph(body[0])
    assert document.core_properties.author == "python-docx"
    assert read_text(saved(document), name="a.docx").author is None


def test_the_row_of_a_table_is_one_line_and_stands_in_its_place(read_text: Read, body: tuple[str, ...]) -> None:
    document = docx.Document()
    document.add_paragraph(body[0])
    table = document.add_table(1, 2)
    table.cell(0, 0).text, table.cell(0, 1).text = "Ricavi", "1.234"
    document.add_paragraph(body[1])
    article = read_text(saved(document), name="a.docx")
    assert [block.text for block in article.blocks] == [body[0], "Ricavi: 1.234", body[1]]


def test_text_in_tracked_changes_controls_and_links_is_neither_lost_nor_doubled(read_text: Read) -> None:
    inserted = f"<w:ins>{run('ha approvato ')}</w:ins>"
    deleted = "<w:del><w:r><w:delText>ha bocciato </w:delText></w:r></w:del>"
    linked = f"<w:hyperlink>{run('la nuova legge')}</w:hyperlink><w:r><w:br/></w:r>"
    tagged = f"<w:smartTag>{run('di bilancio.')}</w:smartTag>"
    control = f"<w:sdt><w:sdtContent><w:p>{run('Le opposizioni protestano in aula.')}</w:p></w:sdtContent></w:sdt>"
    data = with_body(f"<w:p>{run('Il governo ')}{inserted}{deleted}{linked}{tagged}</w:p>{control}")
    assert [block.text for block in read_text(data, name="a.docx").blocks] == [
        "Il governo ha approvato la nuova legge di bilancio.",
        "Le opposizioni protestano in aula.",
    ]


def test_a_text_box_is_read_once(read_text: Read) -> None:
    box = f"<w:txbxContent><w:p>{run('Una citazione nel riquadro della pagina.')}</w:p></w:txbxContent>"
    data = with_body(
        f"<w:p>{run('Il governo ha approvato la legge.')}<w:r><mc:AlternateContent><mc:Choice>{box}</mc:Choice>"
        f"<mc:Fallback>{box}</mc:Fallback></mc:AlternateContent></w:r></w:p>"
    )
    assert [block.text for block in read_text(data, name="a.docx").blocks] == [
        "Il governo ha approvato la legge.",
        "Una citazione nel riquadro della pagina.",
    ]


@pytest.mark.parametrize(
    "data",
    [b"PK\x03\x04 troncato", b"niente di niente", with_body("<w:p>")[:-200], with_body("<w:p><w:r></w:p>")],
    ids=["cut archive", "no archive", "no directory", "broken XML"],
)
def test_a_damaged_file_is_refused_with_what_to_do(read_text: Read, data: bytes) -> None:
    with pytest.raises(MalformedSource, match=r"a\.docx: is a damaged DOCX file .*save it again"):
        read_text(data, name="a.docx")


def test_an_archive_that_is_no_document_is_refused(read_text: Read) -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("a.txt", "ciao")
    with pytest.raises(MalformedSource, match="damaged DOCX"):
        read_text(made.getvalue(), name="a.docx")


def test_an_old_or_encrypted_word_file_says_which_it_is(read_text: Read) -> None:
    with pytest.raises(MalformedSource, match="is an old Word document or an encrypted one"):
        read_text(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), name="a.docx")


def test_a_zip_bomb_is_refused_by_its_directory(read_text: Read) -> None:
    data = with_body(
        f"<w:p>{run('Ciao a tutti.')}</w:p>", extra=(("word/media/a.png", bytes(MAX_DOCX_UNPACKED_BYTES)),)
    )
    assert len(data) < 1_000_000
    with pytest.raises(SourceTooLarge, match=r"a\.docx: unpacks to \d+ bytes"):
        read_text(data, name="a.docx")


def test_entities_are_not_expanded(read_text: Read) -> None:
    bomb = "".join(f'<!ENTITY b{n} "{f"&b{n - 1};" * 10}">' for n in range(1, 12))
    data = with_body(
        f"<w:p>{run('Ciao a tutti voi. &b11;')}</w:p>", doctype=f'<!DOCTYPE w [<!ENTITY b0 "bomba">{bomb}]>'
    )
    try:
        article = read_text(data, name="a.docx")
    except MalformedSource:
        return
    assert "bomba" not in " ".join(block.text for block in article.blocks)


def test_external_entities_are_not_fetched(read_text: Read, tmp_path: object) -> None:
    data = with_body(
        f"<w:p>{run('Ciao a tutti voi. &x;')}</w:p>", doctype='<!DOCTYPE w [<!ENTITY x SYSTEM "file:///etc/hostname">]>'
    )
    article = read_text(data, name="a.docx")
    assert article.blocks[0].text == "Ciao a tutti voi."
