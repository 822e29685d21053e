"""The morning report: what it counts, what it puts first, where its links lead, and that nothing in it can act."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable
from datetime import timedelta, timezone
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urljoin

import pytest

from summarizer.batch.digest import MAX_ROWS, digest
from summarizer.batch.ledger import Row
from summarizer.batch.markup import duration, number, shortened
from summarizer.batch.report import page, write_report
from summarizer.errors import OutputError
from tests.batch.report_rows import HOSTILE, NIGHT, done, failed, night

ROME = timezone(timedelta(hours=1))
VOID = {"meta", "input", "br", "path"}


class Parsed(HTMLParser):
    """The page as a browser's parser would take it: elements with their attributes and text."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.texts: list[str] = []
        self._open: list[str] = []
        self.feed(html)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len(dict(attrs)) == len(attrs)
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    def all(self, tag: str, **attributes: str) -> list[dict[str, str]]:
        wanted = {name.rstrip("_"): value for name, value in attributes.items()}
        return [own for name, own in self.elements if name == tag and wanted.items() <= own.items()]

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.texts).split())


def rendered(rows: Iterable[Row], at: Path = Path("/out/morning.html")) -> str:
    return page(digest(rows), at=at, source=Path("/articles"), output=Path("/out"), zone=ROME)


def test_the_totals_count_every_article_and_finding() -> None:
    found = digest(night())
    assert (found.articles, found.done, found.failed, found.flagged) == (7, 6, 1, 2)
    assert (found.errors, found.warnings, found.notes, found.words) == (2, 1, 2, 610)
    assert found.kinds["number"] == 2
    assert found.kinds["name"] == 2
    assert found.faults == {"MalformedSource": 1}
    assert found.seconds == 9.0 + 1.0 + 4 * 2.5


def test_what_most_needs_a_look_comes_first() -> None:
    paths = [row.path for row in digest(night()).rows]
    assert paths[:3] == ["esteri/rotto.pdf", "cronaca/b.txt", "esteri/c d #1?.txt"]


def test_each_article_shows_both_titles_its_summary_and_its_state() -> None:
    parsed = Parsed(rendered(night()))
    for text in ("Why it is so", "Perché è così", "The mayor opened the new library.", "encrypted; give it without"):
        assert text in parsed.text
    states = [row["data-state"] for row in parsed.all("tr", role="row") if "data-state" in row]
    assert states.count("done") == 6
    assert states.count("failed") == 1
    assert parsed.all("time")[0]["datetime"].endswith("+01:00")


def test_every_link_is_relative_and_leads_to_the_html_page_or_else_to_the_first_document() -> None:
    links = [a["href"] for a in Parsed(rendered(night())).all("a")]
    targets = [unquote(urljoin("file:///out/morning.html", href)).removeprefix("file:///out/") for href in links]
    assert all("://" not in href and not href.startswith("/") for href in links)
    assert "cronaca/b.html" in targets
    assert "esteri/c d #1?.html" in targets
    assert "javascript:alert(1).json" in targets
    assert "senza titolo.text" in targets
    assert not any(href.lower().startswith("javascript:") for href in links)


def test_links_start_from_where_the_report_stands() -> None:
    for at, start in ((Path("/elsewhere/deep/m.html"), "../../out/"), (Path("/out/reports/m.html"), "../")):
        links = [a["href"] for a in Parsed(rendered(night(), at)).all("a")]
        assert f"{start}cronaca/b.html" in links


def test_every_model_is_named_with_its_licence_and_attribution() -> None:
    text = Parsed(rendered([done("a.txt", "A", "A"), done("b.txt", "B", "B", model="nllb")])).text
    for model in ("opus-mt-it-en", "nllb"):
        assert f"Translated by {model} (CC-BY-4.0) · 1 article." in text
        assert f"{model} by its makers" in text


def test_text_from_outside_stays_text() -> None:
    html = rendered(night())
    parsed = Parsed(html)
    assert [a for tag, a in parsed.elements if tag == "img"] == []
    assert len(parsed.all("script")) == 1
    assert not any(name.startswith("on") or name == "style" for _, own in parsed.elements for name in own)
    assert "\u202e" not in html
    assert "\x1b" not in html
    assert "&amp;amp;" in html
    assert HOSTILE.partition(" ")[0] not in html


def test_the_page_loads_nothing_and_allows_only_its_own_style_and_script() -> None:
    html = rendered(night())
    policy = Parsed(html).all("meta", **{"http-equiv": "Content-Security-Policy"})[0]["content"]
    assert policy.startswith("default-src 'none';")
    assert "unsafe" not in policy
    for tag in ("style", "script"):
        (content,) = re.findall(rf"<{tag}>(.*?)</{tag}>", html, re.DOTALL)
        digest_ = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest_}'" in policy
    assert not re.search(r"@import|url\(|https?:", html)
    assert not any({"src", "srcset", "action", "background", "data"} & own.keys() for _, own in Parsed(html).elements)


def test_a_night_without_articles_and_one_without_faults_say_so() -> None:
    assert "The ledger of this batch is empty." in Parsed(rendered([])).text
    text = Parsed(rendered([done("a.txt")])).text
    assert "1 article " in text
    assert "nothing in them asks to be checked" in text


def test_the_plot_over_time_counts_every_article_once() -> None:
    rows = [done(f"{i}.txt", finished=NIGHT + 61 * i) for i in range(500)] + [failed("f.txt", finished=NIGHT + 61)]
    over_time = digest(rows).throughput()
    assert sum(b.done for b in over_time.bins) == 500
    assert sum(b.failed for b in over_time.bins) == 1
    assert len(over_time.bins) <= 72
    steps = {b.start - a.start for a, b in zip(over_time.bins, over_time.bins[1:], strict=False)}
    assert steps == {over_time.seconds}


@pytest.mark.parametrize("span", [0, 59, 3600, 86400, 86400 * 365, 86400 * 365 * 30], ids=str)
def test_any_stretch_of_time_has_a_plot_with_few_bars(span: int) -> None:
    over_time = digest([done("a.txt", finished=NIGHT), done("b.txt", finished=NIGHT + span)]).throughput()
    assert 1 <= len(over_time.bins) <= 72
    assert sum(b.done for b in over_time.bins) == 2


def test_a_clock_that_was_set_back_does_no_harm() -> None:
    html = rendered([done("a.txt", finished=NIGHT), done("b.txt", finished=NIGHT - 7200), done("c.txt", finished=0.0)])
    assert "1 January 1970" in html or "3 articles" in html


def test_of_very_many_articles_the_most_urgent_are_shown_and_all_are_counted() -> None:
    found = digest((done(f"{i}.txt", errors=i % 7 == 0) for i in range(300)), limit=20)
    assert len(found.rows) == 20
    assert all(row.facts and row.facts.errors for row in found.rows)
    assert found.done == 300
    html = page(found, at=Path("/out/m.html"), source=Path("/in"), output=Path("/out"), zone=ROME)
    assert "Of 300 articles these are the 20 that most need a look" in Parsed(html).text
    assert MAX_ROWS >= 10_000


def test_the_report_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "morning.html"
    write_report(path, night(), source=tmp_path / "in", output=tmp_path, zone=ROME)
    assert path.read_text(encoding="utf-8").endswith("</html>\n")
    with pytest.raises(OutputError, match="the report cannot be written"):
        write_report(tmp_path / "nowhere" / "m.html", night(), source=tmp_path, output=tmp_path)


def test_figures_read_well() -> None:
    assert [duration(s) for s in (0.04, 9.96, 59.6, 61, 3600, 11_400, 270_000)] == [
        "0.0 s",
        "10 s",
        "1 min",
        "1 min 1 s",
        "1 h",
        "3 h 10 min",
        "3 d 3 h",
    ]
    assert number(1234567) == "1\u202f234\u202f567"
    assert shortened("una frase piuttosto lunga", 12) == "una frase …"
    assert shortened("parolona" * 5, 10) == "parolonapa…"
