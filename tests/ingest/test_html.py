"""HTML pages: the article with its structure and metadata, and pages that are built to do harm."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from summarizer.article import Article
from summarizer.errors import MalformedSource, SourceTooLarge
from summarizer.ingest.html_guard import lighten
from summarizer.ingest.limits import MAX_HTML_CHARACTERS, MAX_HTML_TAGS, MAX_TAG_CHARACTERS

pytest.importorskip("lxml_html_clean", reason="trafilatura cannot be imported without lxml_html_clean")

Read = Callable[..., Article]
Kinds = Callable[[Article], list[tuple[str, str]]]

HEAD = """<!doctype html><html lang="it"><head><meta charset="utf-8">
<title>La manovra passa al Senato - Il Giornale</title><meta name="author" content="Mario Rossi">
<meta property="og:site_name" content="Il Giornale"><meta property="og:title" content="La manovra passa al Senato">
<meta property="article:published_time" content="2022-05-12T10:00:00+02:00"></head>"""


def page(content: str, head: str = HEAD) -> str:
    return f"{head}<body><nav><a href=/>Home</a></nav><article>{content}</article><footer>Fine</footer></body></html>"


def test_structure_and_metadata_are_kept(read_text: Read, kinds: Kinds, body: tuple[str, ...]) -> None:
    article = read_text(
        page(
            f"<h1>La manovra passa al Senato</h1><p>{body[0]}</p>"
            "<figure><img src=a.jpg><figcaption>Il ministro in aula</figcaption></figure>"
            f"<h2>Le reazioni</h2><p>{body[1]}</p><ul><li>più fondi</li><li>meno tasse</li></ul>"
            f"<blockquote><p>{body[2]}</p></blockquote>"
        ),
        name="a.html",
    )
    assert kinds(article) == [
        ("title", "La manovra passa al Senato"),
        ("body", body[0]),
        ("caption", "Il ministro in aula"),
        ("heading", "Le reazioni"),
        ("body", body[1]),
        ("list", "più fondi"),
        ("list", "meno tasse"),
        ("body", body[2]),
    ]
    assert (article.format, article.title) == ("html", "La manovra passa al Senato")
    assert (article.author, article.date) == ("Mario Rossi", "2022-05-12")


def test_paragraphs_parted_by_breaks_only_are_told_apart(read_text: Read, body: tuple[str, ...]) -> None:
    article = read_text(page(f"<div>{'<br><br>'.join(body)}</div>"), name="a.html")
    assert [block.text for block in article.blocks if block.kind == "body"] == list(body)


def test_entities_soft_hyphens_and_inline_markup_become_plain_text(read_text: Read, body: tuple[str, ...]) -> None:
    article = read_text(
        page(f"<p>La citt&agrave; &egrave; <b>bel&shy;la</b> &amp; <a href=x>viva</a>, dice.</p><p>{body[0]}</p>"),
        name="a.html",
    )
    assert "La città è bella & viva, dice." in [block.text for block in article.blocks]


@pytest.mark.parametrize(
    ("declaration", "encoding"),
    [
        ('<meta charset="iso-8859-1">', "latin-1"),
        ('<meta http-equiv="Content-Type" content="text/html; charset=windows-1252">', "cp1252"),
        ("", "cp1252"),
        ("", "utf-8"),
        ('<meta charset="utf-8">', "cp1252"),
        ('<meta charset="iso-8859-15">', "iso8859-15"),
    ],
)
def test_the_declared_charset_is_honoured_unless_the_bytes_contradict_it(
    read_text: Read, body: tuple[str, ...], declaration: str, encoding: str
) -> None:
    text = f"<html><head>{declaration}</head><body><p>{body[0]}</p><p>Perché così è già più di metà.</p></body></html>"
    assert "Perché così è già più di metà." in [b.text for b in read_text(text.encode(encoding), name="a.html").blocks]


def test_scripts_styles_comments_and_hidden_markup_leave_no_text(read_text: Read, body: tuple[str, ...]) -> None:
    article = read_text(
        page(
            f"<script>var a = '<p>uno</p>';</script><style>p {{}}</style><!-- <p>due</p> -->"
            f"<svg><text>tre</text></svg><template><p>quattro</p></template><p>{body[0]}</p><p>{body[1]}</p>"
        ),
        name="a.html",
    )
    text = " ".join(block.text for block in article.blocks)
    assert not any(word in text for word in ("uno", "due", "tre", "quattro"))


def test_a_page_in_which_no_article_stands_out_is_read_line_by_line(read_text: Read) -> None:
    article = read_text("<html><body>Ciao a tutti<br>Come state oggi?</body></html>", name="a.html")
    assert "Ciao a tutti" in " ".join(block.text for block in article.blocks)


def test_the_row_of_a_table_is_one_line(read_text: Read, body: tuple[str, ...]) -> None:
    table = "<table><tr><td>Ricavi</td><td>1.234</td></tr><tr><td>Utile</td><td>64</td></tr></table>"
    article = read_text(page(f"<p>{body[0]}</p>{table}<p>{body[1]}</p>"), name="a.html")
    assert "Ricavi: 1.234" in [block.text for block in article.blocks]


def test_a_page_without_text_is_refused(read_text: Read) -> None:
    with pytest.raises(MalformedSource, match="holds no text"):
        read_text("<html><head></head><body><img src=a></body></html>", name="a.html")


def test_elements_nested_too_deeply_are_refused_and_not_dropped(read_text: Read) -> None:
    deep = "<html><body>" + "<div>" * 10_000 + "Ciao a tutti." + "</div>" * 10_000
    with pytest.raises(MalformedSource, match="nested more than 250 deep"):
        read_text(deep, name="a.html")


@pytest.mark.parametrize(
    "hostile",
    [
        "<p>" + "ciao " * (MAX_HTML_CHARACTERS // 5),
        "<p>ciao" * (MAX_HTML_TAGS + 1),
    ],
)
def test_pages_over_their_limits_are_refused(read_text: Read, hostile: str) -> None:
    with pytest.raises(SourceTooLarge, match="is a page of"):
        read_text("<html><body>" + hostile, name="a.html")


@pytest.mark.parametrize(
    "hostile",
    [
        "<p title='" + "a" * 12_000_000 + "'>",
        "<p " + " ".join(f"a{n}=1" for n in range(200_000)) + ">",
        '<a href="x>' * 20_000,
        "<svg>" * 20_000,
        "<!" * 100_000,
        "<" * 100_000,
        "<img src=data:image/png;base64," + "A" * 3_000_000 + ">",
    ],
    ids=["huge attribute", "many attributes", "open quotes", "open svg", "declarations", "signs", "data address"],
)
def test_hostile_markup_costs_neither_much_time_nor_the_text_before_it(
    read_text: Read, body: tuple[str, ...], hostile: str
) -> None:
    article = read_text(f"<html><body><p>{body[0]}</p><p>{body[1]}</p>{hostile}", name="a.html", force=True)
    assert body[0] in " ".join(block.text for block in article.blocks)


def test_entities_that_a_doctype_declares_are_not_expanded(read_text: Read, body: tuple[str, ...]) -> None:
    bomb = "".join(f'<!ENTITY b{n} "{f"&b{n - 1};" * 10}">' for n in range(1, 12))
    article = read_text(
        f'<!DOCTYPE html [<!ENTITY b0 "bomba">{bomb}]><html><body><p>&b11;</p><p>{body[0]}</p></body></html>',
        name="a.xhtml",
    )
    assert "bomba" not in " ".join(block.text for block in article.blocks)


def test_lightening_keeps_text_tags_and_metadata_scripts() -> None:
    source = (
        '<p class="a>b">uno<br/>due</p><SCRIPT>x < y</SCRIPT ><script type="application/ld+json">{"a": 1}</script>'
        "<svg/>tre<svg><path/></svg>quattro<!-- no --> 1 < 2 <![if !IE]>cinque<![endif]>"
    )
    light, tags = lighten(source)
    assert '<p class="a>b">uno<br/>due</p>' in light
    assert '<script type="application/ld+json">{"a": 1}</script>' in light
    assert all(word in light for word in ("tre", "quattro", "1 < 2", "cinque"))
    assert not any(word in light for word in ("x <", "path", " no "))
    assert tags == 6


def test_a_start_tag_over_its_limit_keeps_its_name_only() -> None:
    assert lighten(f"<p a='{'x' * MAX_TAG_CHARACTERS}'>ciao</p>") == ("<p>ciao</p>", 1)
