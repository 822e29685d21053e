"""Markdown comes out as its text, with the structure that its markup states."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from summarizer.article import Article
from summarizer.errors import SourceTooLarge
from summarizer.ingest.limits import MAX_MARKDOWN_CHARACTERS

Read = Callable[..., Article]
Kinds = Callable[[Article], list[tuple[str, str]]]


def test_markup_becomes_kinds_and_plain_text(read_text: Read, kinds: Kinds, body: tuple[str, ...]) -> None:
    article = read_text(
        f"# La **manovra** passa\n\n{body[0]}\n\n## Le reazioni\n\nIl ministro ha detto *sì*, come scrive\n"
        "[il giornale](https://example.it/a) nell'edizione `speciale` di oggi.\n\n"
        "- più fondi\n- meno tasse\n\n1. primo punto\n2. secondo punto\n\n> Una citazione del ministro.\n\n"
        "![Palazzo Chigi di notte](foto.jpg)\n",
        name="a.md",
    )
    assert kinds(article) == [
        ("title", "La manovra passa"),
        ("body", body[0]),
        ("heading", "Le reazioni"),
        ("body", "Il ministro ha detto sì, come scrive il giornale nell'edizione speciale di oggi."),
        ("list", "più fondi"),
        ("list", "meno tasse"),
        ("list", "primo punto"),
        ("list", "secondo punto"),
        ("body", "Una citazione del ministro."),
        ("caption", "Palazzo Chigi di notte"),
    ]


def test_front_matter_gives_title_author_and_date(read_text: Read, kinds: Kinds, body: tuple[str, ...]) -> None:
    article = read_text(
        f'---\ntitle: "La manovra"\nauthor: Mario Rossi\ndate: 2022-05-12 10:00\ntags: [a, b]\n---\n\n{body[0]}\n',
        name="a.md",
    )
    assert (article.title, article.author, article.date) == ("La manovra", "Mario Rossi", "2022-05-12")
    assert kinds(article) == [("title", "La manovra"), ("body", body[0])]


def test_front_matter_in_toml_and_lists_of_authors_are_read(read_text: Read, body: tuple[str, ...]) -> None:
    assert read_text(f"+++\ntitle = 'La manovra'\n+++\n{body[0]}", name="a.md").title == "La manovra"
    listed = read_text(f"---\nauthors:\n  - Mario Rossi\n  - Anna Conti\n---\n{body[0]}", name="a.md")
    assert listed.author == "Mario Rossi, Anna Conti"


def test_a_rule_at_the_top_is_no_front_matter(read_text: Read, body: tuple[str, ...]) -> None:
    assert read_text(f"---\n\n{body[0]}\n", name="a.md").blocks[0].text == body[0]


def test_code_and_hidden_html_are_left_out(read_text: Read, body: tuple[str, ...]) -> None:
    article = read_text(
        f"{body[0]}\n\n```python\nimport os\n```\n\n    indentato = 1\n\n<!-- nota segreta -->\n\n"
        f"<script>alert(1)</script>\n\n<p align=center>Un paragrafo in HTML.</p>\n\n{body[1]}\n",
        name="a.md",
    )
    assert [block.text for block in article.blocks] == [body[0], "Un paragrafo in HTML.", body[1]]


def test_the_row_of_a_table_is_one_line(read_text: Read, body: tuple[str, ...]) -> None:
    article = read_text(f"{body[0]}\n\n| Voce | 2023 |\n|---|---|\n| Ricavi | 1.234 |\n", name="a.md")
    assert [block.text for block in article.blocks[1:]] == ["Voce: 2023", "Ricavi: 1.234"]


def test_a_line_in_bold_between_paragraphs_is_a_heading(read_text: Read, kinds: Kinds, body: tuple[str, ...]) -> None:
    article = read_text(f"# Titolo\n\n{body[0]}\n\n**Le reazioni**\n\n{body[1]}", name="a.md")
    assert ("heading", "Le reazioni") in kinds(article)


def test_markdown_over_its_limit_is_refused(read_text: Read) -> None:
    with pytest.raises(SourceTooLarge, match="characters of Markdown"):
        read_text("a" * (MAX_MARKDOWN_CHARACTERS + 1), name="a.md")


@pytest.mark.parametrize("markup", ["[", "![", "*a ", "> ", "`a", "<a ", "](", "- "])
def test_hostile_markup_comes_to_an_end(read_text: Read, markup: str) -> None:
    read_text("Ciao a tutti.\n\n" + markup * 1_000, name="a.md", force=True)
