"""The morning report in a real browser: sorting, filtering, following a link, by mouse and by keyboard."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import timezone
from pathlib import Path

import pytest

from summarizer.batch.report import write_report
from tests.batch.browser import CHROMIUM, INSTALLED, Browser
from tests.batch.report_rows import HOSTILE, done, night

pytestmark = pytest.mark.skipif(not INSTALLED, reason=f"needs a browser: {CHROMIUM} is not installed")

SHOWN = "[...document.querySelectorAll('tbody tr:not([hidden]) .headline')].map(e => e.textContent)"


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with Browser(tmp_path_factory.mktemp("profile")) as browser:
        yield browser


@pytest.fixture
def opened(browser: Browser, tmp_path: Path) -> Browser:
    report = tmp_path / "morning.html"
    write_report(report, night(), source=tmp_path / "in", output=tmp_path / "out", zone=timezone.utc)
    (tmp_path / "out" / "cronaca").mkdir(parents=True)
    (tmp_path / "out" / "cronaca" / "b.html").write_text("<title>The article's page</title>")
    browser.messages.clear()
    browser.open(report)
    return browser


def shown(browser: Browser) -> list[str]:
    titles: list[str] = browser.run(SHOWN)
    return titles


def choose(browser: Browser, id: str, value: str) -> None:
    """As a keyboard does it: the select has the focus, and its choice changes."""
    browser.run(f"document.getElementById('{id}').focus()")
    browser.run(
        f"(s => {{ s.value = '{value}'; s.dispatchEvent(new Event('change', {{bubbles: true}})); }})"
        f"(document.getElementById('{id}'))"
    )


def test_nothing_is_refused_by_the_pages_own_policy_and_nothing_runs_that_is_not_its_own(opened: Browser) -> None:
    opened.click("th.title button")
    choose(opened, "level", "errors")
    assert opened.messages == []
    assert opened.run("document.title").startswith("7 articles")
    assert opened.run("document.images.length") == 0


def test_a_style_or_script_that_is_smuggled_in_is_refused(opened: Browser) -> None:
    opened.run("document.body.setAttribute('style', 'color: red')")
    opened.run(
        "document.head.append(Object.assign(document.createElement('style'), {textContent: 'body {color: red}'}))"
    )
    assert opened.run("getComputedStyle(document.body).color") != "rgb(255, 0, 0)"
    refused = opened.run("(() => { try { document.body.innerHTML = 'x'; return false } catch { return true } })()")
    assert refused
    assert len(opened.messages) >= 2


def test_a_click_on_a_heading_sorts_and_another_turns_it_round(opened: Browser) -> None:
    opened.click("th.words button")
    words = "[...document.querySelectorAll('tbody tr')].map(e => e.dataset.words || '')"
    assert opened.run(words) == ["300", "200", "50", "30", "20", "10", ""]
    assert opened.run("document.querySelector('th.words').getAttribute('aria-sort')") == "descending"
    opened.click("th.words button")
    assert opened.run(words) == ["", "10", "20", "30", "50", "200", "300"]
    opened.click("th.title button")
    assert shown(opened)[-1] == "Zebra at the zoo"
    assert opened.run("document.querySelectorAll('[aria-sort]').length") == 1
    opened.click("th.findings button")
    assert shown(opened)[:3] == ["esteri/rotto.pdf", "Why it is so", "Elections"]


def test_the_headings_are_reached_and_pressed_by_keyboard(opened: Browser) -> None:
    opened.run("document.getElementById('text').focus()")
    for _ in range(12):
        opened.press("Tab", code=9)
        if opened.run("document.activeElement.closest('th')?.dataset.key") == "seconds":
            break
    opened.press("Enter", code=13, text="\r")
    assert shown(opened)[0] == "Zebra at the zoo"


def test_typing_filters_by_every_word_whatever_the_accents(opened: Browser) -> None:
    opened.click("#text")
    opened.type("perche COSI")
    opened.wait("document.getElementById('count').textContent === '1 of 7 shown'")
    assert shown(opened) == ["Why it is so"]
    opened.type(" zzz")
    opened.wait("!document.getElementById('nothing').hidden")
    assert shown(opened) == []
    opened.click("#reset")
    assert len(shown(opened)) == 7
    assert opened.run("document.activeElement.id") == "text"


def test_filters_by_state_level_and_kind_go_together(opened: Browser) -> None:
    choose(opened, "state", "failed")
    assert shown(opened) == ["esteri/rotto.pdf"]
    choose(opened, "state", "done")
    choose(opened, "kind", "name")
    assert sorted(shown(opened)) == ["Elections", "Why it is so"]
    choose(opened, "level", "errors")
    assert shown(opened) == ["Why it is so"]
    opened.click("#reset")
    choose(opened, "level", "none")
    assert "Zebra at the zoo" in shown(opened)
    assert "esteri/rotto.pdf" not in shown(opened)


def test_a_kind_with_any_characters_can_be_chosen(opened: Browser) -> None:
    opened.run(
        "document.getElementById('kind').selectedIndex = [...document.getElementById('kind').options].length - 1"
    )
    assert "onerror" in opened.run("document.getElementById('kind').value")
    opened.run("document.getElementById('kind').dispatchEvent(new Event('change'))")
    assert len(shown(opened)) == 1
    assert shown(opened)[0].startswith(HOSTILE[:5])


def test_a_click_on_a_title_leads_to_the_articles_page(opened: Browser) -> None:
    opened.click("a[href$='cronaca/b.html']")
    opened.wait('document.title === "The article\'s page"')


def test_without_its_script_the_page_is_a_plain_table(browser: Browser, opened: Browser) -> None:
    page = opened.run("location.pathname")
    browser.send("Emulation.setScriptExecutionDisabled", value=True)
    try:
        browser.send("Page.navigate", url=f"file://{page}")
        for _ in range(200):
            if browser.count("#filters[hidden]") == 1:
                break
            time.sleep(0.05)
        assert browser.count("#filters[hidden]") == 1
        assert browser.count("tbody tr:not([hidden])") == 7
    finally:
        browser.send("Emulation.setScriptExecutionDisabled", value=False)


@pytest.mark.parametrize("width", [320, 390, 768, 1280])
def test_the_page_is_never_wider_than_the_screen(browser: Browser, tmp_path: Path, width: int) -> None:
    rows = [*night(), done(f"{'lungo' * 40}.txt", "parola" * 60, "word" * 90, words=123456789, errors=12345)]
    write_report(tmp_path / "m.html", rows, source=tmp_path / "in", output=tmp_path, zone=timezone.utc)
    browser.open(tmp_path / "m.html", width=width)
    assert browser.run("document.documentElement.scrollWidth") <= width
    outside = "[...document.querySelectorAll('td, th button, dd, input, select')].filter(e => "
    outside += "e.getBoundingClientRect().right > innerWidth + 1).length"
    assert browser.run(outside) == 0


def test_it_is_dark_where_the_reader_likes_it_dark(opened: Browser) -> None:
    for scheme, paper in (("dark", "rgb(25, 26, 27)"), ("light", "rgb(253, 252, 250)")):
        opened.send("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
        assert opened.run("getComputedStyle(document.body).backgroundColor") == paper


def test_on_paper_there_are_no_filters(opened: Browser) -> None:
    opened.send("Emulation.setEmulatedMedia", media="print")
    assert opened.run("getComputedStyle(document.getElementById('filters')).display") == "none"
    opened.send("Emulation.setEmulatedMedia", media="")


def test_ten_thousand_articles_are_sorted_and_filtered(browser: Browser, tmp_path: Path) -> None:
    rows = (
        done(f"{i % 50}/{i:05}.txt", f"Titolo {i}", f"Title {i}", words=(i * 7919) % 10_007, errors=int(i % 100 == 0))
        for i in range(10_000)
    )
    write_report(tmp_path / "m.html", rows, source=tmp_path / "in", output=tmp_path, zone=timezone.utc)
    browser.open(tmp_path / "m.html")
    browser.click("th.words button")
    words = browser.run("[...document.querySelectorAll('tbody tr')].map(e => Number(e.dataset.words))")
    assert words == sorted(words, reverse=True)
    choose(browser, "level", "errors")
    assert browser.run("document.getElementById('count').textContent") == "100 of 10\u202f000 shown"
