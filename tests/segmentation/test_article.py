"""The sentences of an article: ids, blocks, spans."""

from __future__ import annotations

from pathlib import Path

from summarizer.article import Article, Block, BlockKind
from summarizer.segmentation import split

SAMPLE = Path(__file__).parents[2] / "samples" / "article.it.txt"


def article(*blocks: tuple[BlockKind, str]) -> Article:
    return Article("-", "0" * 64, "text", "it", tuple(Block(kind, text) for kind, text in blocks))


def texts(*blocks: tuple[BlockKind, str]) -> list[str]:
    return [sentence.text for sentence in split(article(*blocks))]


def test_ids_count_through_the_article_from_one() -> None:
    given = article(("title", "Il voto"), ("body", "Si vota. Oggi."), ("list", "Seggi aperti."))
    assert [(s.id, s.block, s.text) for s in split(given)] == [
        (1, 0, "Il voto"),
        (2, 1, "Si vota."),
        (3, 1, "Oggi."),
        (4, 2, "Seggi aperti."),
    ]


def test_a_title_heading_or_caption_without_a_full_stop_is_one_sentence() -> None:
    assert texts(("title", "Chi vince? Il Nord")) == ["Chi vince? Il Nord"]
    assert texts(("heading", "Basta! Si cambia")) == ["Basta! Si cambia"]
    assert texts(("caption", "Dov'è? Il sindaco")) == ["Dov'è? Il sindaco"]
    assert texts(("body", "Chi vince? Il Nord")) == ["Chi vince?", "Il Nord"]


def test_a_title_with_full_stops_is_split_like_any_text() -> None:
    assert texts(("title", "Crolla il ponte. Due feriti")) == ["Crolla il ponte.", "Due feriti"]
    assert texts(("title", "Il dott. Rossi lascia la Beta S.p.A.")) == ["Il dott. Rossi lascia la Beta S.p.A."]


def test_every_sentence_is_the_span_it_names() -> None:
    lines = [" ".join(line.split()) for line in SAMPLE.read_text(encoding="utf-8").splitlines() if line.strip()]
    given = article(*(("body", line) for line in lines))
    found = split(given)
    assert all(given.blocks[s.block].text[s.start : s.end] == s.text for s in found)
    assert {s.block for s in found} == set(range(len(lines)))
    assert len(found) == 16


def test_an_article_without_blocks_has_no_sentences() -> None:
    assert split(article()) == ()
