"""The page an editor opens in the morning: what was done in the night, what failed, and what to look at first.

One HTML file that loads nothing. Everything in it that comes from outside is escaped text; its only script, allowed by
its hash, moves rows about and is given no data but the page itself.
"""

from __future__ import annotations

import base64
import hashlib
import os
from collections.abc import Iterable, Iterator
from datetime import datetime, tzinfo
from functools import cache
from importlib import resources
from pathlib import Path
from urllib.parse import quote

from summarizer.batch.charts import findings_by_kind, throughput
from summarizer.batch.digest import Digest, digest, seconds_of
from summarizer.batch.ledger import Output, Row
from summarizer.batch.markup import day, day_and_time, duration, element, inline, number, offset, shortened
from summarizer.durable import write_durably
from summarizer.errors import OutputError
from summarizer.render.page import is_right_to_left
from summarizer.untrusted import one_line

_MARKS = {"errors": "✗", "warnings": "▲", "notes": "○"}
_COLUMNS = (
    ("title", "Article"),
    ("findings", "To check"),
    ("words", "Words"),
    ("seconds", "Time"),
    ("finished", "Finished"),
)


def write_report(path: Path, rows: Iterable[Row], *, source: Path, output: Path, zone: tzinfo | None = None) -> Digest:
    """Writes the page to `path`, whole or not at all; returns what it says.

    `zone` is that of the times shown, this machine's by default.

    Raises:
        OutputError: it cannot be written.
    """
    found = digest(rows)
    try:
        write_durably(path, page(found, at=path, source=source, output=output, zone=zone).encode("utf-8"))
    except OSError as error:
        raise OutputError(f"{path}: the report cannot be written ({error.strerror or error})") from error
    return found


def page(found: Digest, *, at: Path, source: Path, output: Path, zone: tzinfo | None = None) -> str:
    """The page as it is to stand at `at`, which its links start from."""
    style, script = _resource("report.css"), _resource("report.js")
    policy = (
        f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}'; base-uri 'none'; "
        "form-action 'none'; require-trusted-types-for 'script'"
    )
    lines = (
        "<!DOCTYPE html>",
        '<html lang="en">',
        "<head>",
        '<meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        '<meta name="referrer" content="no-referrer">',
        element("title", f"{_headline(found)} · {source.name or source}"),
        f"<style>{style}</style>",
        "</head>",
        "<body>",
        "<main>",
        *_body(found, at.parent, source, output, zone),
        "</main>",
        f"<script>{script}</script>",
        "</body>",
        "</html>",
    )
    return "\n".join(lines) + "\n"


@cache
def _resource(name: str) -> str:
    return resources.files("summarizer.batch").joinpath(name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _body(found: Digest, base: Path, source: Path, output: Path, zone: tzinfo | None) -> Iterator[str]:
    yield "<header>"
    yield element("h1", _headline(found))
    yield inline("p", " ".join(_lead(found)), class_="lead")
    yield inline("p", " · ".join(_where(found, source, output, zone)), class_="byline")
    yield "</header>"
    yield from _totals(found)
    if found.articles:
        yield '<div class="charts">'
        yield from throughput(found.throughput(), zone)
        yield from findings_by_kind(found.kinds)
        yield "</div>"
        yield from _table(found, base, output, zone)
    yield from _footer(found, zone)


def _headline(found: Digest) -> str:
    if not found.articles:
        return "No articles yet"
    return _articles(found.articles)


def _articles(count: int) -> str:
    return f"{number(count)} {'article' if count == 1 else 'articles'}"


def _lead(found: Digest) -> Iterator[str]:
    if not found.articles:
        yield "The ledger of this batch is empty."
        return
    if found.failed:
        yield element("strong", f"{number(found.failed)} failed", class_="error") + "."
    if found.flagged:
        yield element("strong", f"{number(found.flagged)} to check", class_="warning")
        yield "for errors or warnings in the translation."
    if not found.failed and not found.flagged:
        yield "All were done, and nothing in them asks to be checked."
    elif quiet := found.done - found.flagged:
        yield f"The other {number(quiet)} {'asks' if quiet == 1 else 'ask'} for nothing."


def _where(found: Digest, source: Path, output: Path, zone: tzinfo | None) -> Iterator[str]:
    yield element("bdi", f"{source} → {output}")
    if found.articles:
        first, last = (datetime.fromtimestamp(time, zone) for time in (found.first, found.last))
        same = first.date() == last.date()
        end = "" if same else f"{day(last)}, "
        yield element("span", f"{day(first)}, {first:%H:%M} to {end}{last:%H:%M}")


def _totals(found: Digest) -> Iterator[str]:
    figures = [
        (number(found.done), "done", ""),
        (number(found.failed), "failed", "error" if found.failed else ""),
        (number(found.errors), "errors", "error" if found.errors else ""),
        (number(found.warnings), "warnings", "warning" if found.warnings else ""),
        (number(found.notes), "notes", ""),
        (number(found.words), "words", ""),
        (duration(found.seconds), "machine time", ""),
    ]
    yield '<dl class="totals">'
    for value, name, kind in figures:
        yield f"<div>{element('dt', name)}{element('dd', value, class_=kind or None)}</div>"
    yield "</dl>"


# -- the table --------------------------------------------------------------------------------------------------------


def _table(found: Digest, base: Path, output: Path, zone: tzinfo | None) -> Iterator[str]:
    yield "<section>"
    yield element("h2", "Articles")
    if len(found.rows) < found.articles:
        yield element(
            "p",
            f"Of {number(found.articles)} articles these are the {number(len(found.rows))} that most need a look; the "
            "figures above count them all.",
            class_="hint",
        )
    yield from _filters(found)
    # with display: grid a browser forgets that this is a table: the roles say it again
    yield '<table id="articles" role="table" aria-label="Articles">'
    yield '<thead role="rowgroup"><tr role="row">'
    yield inline("th", _unseen("State"), scope="col", role="columnheader", class_="state")
    for key, name in _COLUMNS:
        yield element("th", name, scope="col", role="columnheader", class_=key, data_key=key)
    yield "</tr></thead>"
    yield '<tbody role="rowgroup">'
    for row in found.rows:
        yield _row(row, base, output, zone)
    yield "</tbody></table>"
    yield element("p", "No article fits these filters.", id="nothing", hidden="hidden")
    yield "</section>"


def _filters(found: Digest) -> Iterator[str]:
    """Without its script the page is a plain long table, and these stay hidden."""
    kinds = [("", "any kind"), *((kind, f"{kind} ({number(count)})") for kind, count in found.kinds.most_common())]
    yield '<div class="filters" id="filters" role="search" hidden>'
    yield inline(
        "label",
        element("span", "Search") + '<input type="search" id="text" placeholder="Title, summary or file name">',
        class_="wide",
    )
    states = [("", "all"), ("done", "done"), ("failed", "failed")]
    yield from _choice("state", "State", states)
    levels = [("", "all"), ("errors", "errors"), ("warnings", "warnings or errors"), ("none", "nothing")]
    yield from _choice("level", "To check", levels)
    if found.kinds:
        yield from _choice("kind", "Finding", kinds)
    yield '<p class="count"><output id="count"></output> <button type="button" id="reset">Show all</button></p>'
    yield "</div>"


def _choice(id: str, label: str, options: Iterable[tuple[str, str]]) -> Iterator[str]:
    choices = "".join(f"{element('option', text, value=value)}" for value, text in options)
    yield inline("label", element("span", label) + inline("select", choices, id=id))


def _row(row: Row, base: Path, output: Path, zone: tzinfo | None) -> str:
    facts, done = row.facts, row.state == "done"
    counts = {name: getattr(facts, name) if facts and done else 0 for name in _MARKS}
    finished = datetime.fromtimestamp(row.finished, zone)
    cells = (
        _cell("state", element("span", "✓" if done else "✗", aria_hidden="true") + _unseen(row.state)),
        _cell("title", "".join(_article(row, base, output))),
        _cell("findings", " ".join(_finding(name, count) for name, count in counts.items() if count)),
        _cell("words", number(facts.words) if facts and done else "", label="words"),
        _cell("seconds", duration(seconds_of(row)) if seconds_of(row) else ""),
        _cell("finished", element("time", day_and_time(finished), datetime=finished.isoformat("T", "seconds"))),
    )
    return inline(
        "tr",
        "".join(cells),
        role="row",
        class_=row.state,
        data_state=row.state,
        data_errors=str(counts["errors"]),
        data_warnings=str(counts["warnings"]),
        data_notes=str(counts["notes"]),
        data_kinds=" ".join(quote(one_line(kind)) for kind, _ in facts.kinds) if facts and done else None,
        data_words=str(facts.words) if facts else None,
        data_seconds=f"{seconds_of(row):.3f}",
        data_finished=f"{row.finished:.3f}",
    )


def _cell(name: str, html: str, label: str = "") -> str:
    return inline("td", html + (_unseen(label) if label and html else ""), role="cell", class_=name)


def _unseen(text: str) -> str:
    return element("span", f" {text}", class_="unseen")


def _finding(name: str, count: int) -> str:
    word = name if count != 1 else name[:-1]
    mark = element("span", f"{_MARKS[name]} {number(count)}", aria_hidden="true")
    return inline("span", mark + _unseen(f"{number(count)} {word}"), class_=name[:-1], title=f"{number(count)} {word}")


def _article(row: Row, base: Path, output: Path) -> Iterator[str]:
    facts = row.facts
    title = shortened(facts.translated_title or facts.title, 300) if facts else ""
    own = facts.language if facts and facts.translated_title else None
    named = element("span", title or row.path, **_language(own if title else None))
    main = next((o for o in row.outputs if o.path.endswith(".html")), row.outputs[0] if row.outputs else None)
    yield inline("div", inline("a", named, href=_href(main, base, output)) if main else named, class_="headline")
    if facts and facts.translated_title and facts.title:
        yield element("div", shortened(facts.title, 300), class_="original", lang="it", dir="auto")
    if row.error:
        yield element("div", shortened(row.error.removeprefix(f"{row.path}: "), 500), class_="reason", dir="auto")
    if facts and facts.summary:
        yield element("div", shortened(facts.summary, 600), class_="summary", dir="auto")
    places = [element("bdi", row.path)] if title else []
    if len(row.outputs) > 1:
        places += (
            element("a", o.path.rpartition(".")[2], href=_href(o, base, output)) for o in row.outputs if o is not main
        )
    if row.state == "failed":
        places.append(element("span", f"{row.kind}, tried {'once' if row.attempts == 1 else f'{row.attempts} times'}"))
    yield inline("div", " · ".join(places), class_="path")


def _language(tag: str | None) -> dict[str, str]:
    return {"lang": tag, "dir": "rtl" if is_right_to_left(tag) else "ltr"} if tag else {"dir": "auto"}


def _href(to: Output, base: Path, output: Path) -> str:
    """Where a document is, seen from the report; a colon in its name makes no scheme of it, a quote ends nothing."""
    try:
        relative = os.path.relpath(output / to.path, base)
    except ValueError:
        # another drive: there is no way from here to there
        return (output / to.path).absolute().as_uri()
    return quote(Path(relative).as_posix().encode("utf-8", "surrogateescape"), safe="/")


def _footer(found: Digest, zone: tzinfo | None) -> Iterator[str]:
    yield "<footer>"
    for (model, licence, attribution), count in found.models.most_common(5):
        of = f" · {_articles(count)}" if len(found.models) > 1 else ""
        yield element("p", f"Translated by {model} ({licence}){of}. Machine translation: check before publishing.")
        if attribution:
            yield element("p", attribution)
    yield from (element("p", signature, class_="signature") for signature, _ in found.signatures.most_common(3))
    if found.last:
        yield element("p", f"Times are in {offset(datetime.fromtimestamp(found.last, zone))}.")
    yield "</footer>"
