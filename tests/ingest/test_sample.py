"""The sample articles come out whole, in order, with their headline and without their furniture."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import pytest

from summarizer.ingest import read


def test_the_sample_article_comes_out_whole_and_without_its_share_bar(samples: Path) -> None:
    path = samples / "article.it.txt"
    paragraphs = [p.strip() for p in path.read_text(encoding="utf-8").split("\n\n")]
    article = read(str(path))
    # headline, six paragraphs and the caption, each exactly as it stands in the file
    assert [block.text for block in article.blocks] == [" ".join(p.split()) for p in paragraphs[:-1]]
    assert [block.kind for block in article.blocks] == ["title", *["body"] * 6, "caption"]
    assert article.title == article.blocks[0].text
    assert article.title.startswith("Turchia e Kazakistan hanno firmato ad Ankara")
    assert article.blocks[-1].text == "L’UAV Anka assemblato in Turchia"
    assert [(piece.text, piece.reason) for piece in article.dropped] == [
        ("Condividi Tweet Copia Collegamento Stampa / Salva come PDF HOMEPAGE", "share buttons and page links")
    ]


def test_an_article_records_where_it_came_from(samples: Path) -> None:
    path = samples / "article.it.txt"
    article = read(str(path))
    assert (article.path, article.format, article.language) == (str(path), "text", "it")
    assert article.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_copied_web_page_is_reduced_to_its_article(samples: Path) -> None:
    article = read(str(samples / "copiato-dal-web.it.txt"))
    assert article.title == "Il paese che si è comprato la locanda per non restare senza piazza"
    assert (article.author, article.date) == ("Marilena Scotellari", "2023-09-21")
    assert [b.text[:24] for b in article.blocks if b.kind == "body"] == [
        "A Pietrafosca, 184 abita",
        "Tanti sono gli abitanti ",
        "«Non volevamo una locand",
        "Oggi la locanda dà lavor",
        "Il bilancio del primo an",
        "Non tutti i soci vanno d",
    ]
    assert len([b for b in article.blocks if b.kind == "caption"]) == 2
    text = " ".join(block.text for block in article.blocks)
    for furniture in (
        "Condividi",
        "LEGGI ANCHE",
        "funivia",
        "newsletter",
        "email",
        "RIPRODUZIONE",
        "Autostrada",
        "cookie",
    ):
        assert furniture not in text
    assert "Montelago, riapre dopo nove anni la funivia del Corno" in [piece.text for piece in article.dropped]


@pytest.mark.parametrize("name", ["latin1.it.txt", "windows1252.it.txt"])
def test_old_encodings_lose_no_letter(samples: Path, name: str) -> None:
    article = read(str(samples / name))
    text = " ".join(block.text for block in article.blocks)
    assert "\ufffd" not in text
    assert not re.search("[\x80-\x9fÃ]", text)
    assert "città" in text or "€" in text


def test_a_report_in_pdf_reads_as_it_was_written_before_it_was_set(samples: Path) -> None:
    written = (samples / "sources" / "relazione.it.md").read_text(encoding="utf-8")
    paragraphs = [" ".join(p.split()) for p in written.split("\n\n") if p.strip()]
    article = read(str(samples / "relazione.it.pdf"))
    assert [block.text for block in article.blocks] == [p.lstrip("# ") for p in paragraphs]
    assert [b.kind for b in article.blocks if b.kind != "body"] == ["title", "heading", "heading", "heading"]
    assert {piece.reason for piece in article.dropped} == {"page number", "running head or foot"}


def test_a_word_document_keeps_the_structure_that_its_styles_state(samples: Path) -> None:
    article = read(str(samples / "scienza.it.docx"))
    assert article.title == "Le lucciole tornano dove i lampioni si spengono alle undici"
    kinds = [block.kind for block in article.blocks]
    assert kinds.count("heading") == 3
    assert kinds.count("list") == 3
    assert kinds.count("caption") == 1


def test_a_web_page_keeps_standfirst_caption_list_and_quotation(samples: Path) -> None:
    article = read(str(samples / "pagina-web.it.html"))
    assert article.title == "Montelago, riapre dopo nove anni la funivia del Corno"
    assert (article.author, article.date) == ("Raimondo Terracciani", "2023-09-18")
    assert [block.kind for block in article.blocks[:4]] == ["title", "heading", "caption", "body"]
    assert article.blocks[2].text == "Una delle due nuove cabine durante il collaudo di venerdì (foto Zaccagnini)"
    assert [block.kind for block in article.blocks].count("list") == 3
    text = " ".join(block.text for block in article.blocks)
    assert "si staccherà dalla stazione" in text
    for furniture in ("cookie", "Condividi", "LEGGI ANCHE", "pescatore58", "I più letti", "RIPRODUZIONE", "JavaScript"):
        assert furniture not in text
