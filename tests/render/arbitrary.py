"""Reports made of arbitrary and of hostile text, for property tests of the forms."""

from __future__ import annotations

from hypothesis import strategies as st

from summarizer.article import Article, Block, Dropped, Sentence
from summarizer.report import (
    Finding,
    Report,
    Summary,
    SummarySentence,
    TranslatedBlock,
    TranslatedSentence,
    Translation,
)

HOSTILE = (
    "\x1b[31m", "\x1b[2J", "\x1b]0;title\x07", "\x1b]8;;https://evil.example\x1b\\here\x1b]8;;\x1b\\",
    "\x9b31m", "\x1bc", "\x00", "\x07", "\x08", "\x7f", "\x85", "\r", "\r\n", "\n\n", "\t", "\u2028", "\u2029",
    "\u200b", "\u202e", "\u2066", "\ufeff", "\U000e0041", "\ud800", "\udcff", "[bold red]", "[/]",
    "[link=https://evil.example]here[/link]", ":smile:", "<script>alert(1)</script>", "</style>", "</title>",
    "<!--", "-->", "]]>", '" onclick="alert(1)', "' x='", "&lt;", "&#60;", "&copy;",
    "<img src=x onerror=alert(1)>", "<https://evil.example>", "![x](https://evil.example)",
    "[x](https://evil.example)", "[3]: https://evil.example", "[3]", "!", "# ", "## ", "> ", "- ", "+ ", "* ",
    "1. ", "2) ", "---", "===", "***", "___", "_x_", "__", "**x**", "~~x~~", "```", "~~~", "`", "\\", "|",
    "|--|", "    code", "$x$", "^", "https://evil.example", "www.evil.example", "a@evil.example", "日本語", "한국어",
    "e\u0301", "\U0001f469\u200d\U0001f680", "שלום", "\u200d",
)  # fmt: skip


def hostile_text() -> st.SearchStrategy[str]:
    """Anything at all, with what acts on terminals, browsers and Markdown readers far more often than by chance."""
    piece = st.one_of(st.sampled_from(HOSTILE), st.text(max_size=8), st.sampled_from(("parola", " ", "due parole ")))
    return st.lists(piece, max_size=6).map("".join)


_TEXT = hostile_text()
_OPTIONAL = st.none() | _TEXT
_ID = st.integers(1, 9)
_SEVERITY = st.sampled_from(("error", "warning", "note"))
_FINDING = st.builds(Finding, _TEXT, _SEVERITY, st.none() | _ID, _TEXT, _TEXT, _TEXT)
_SUMMARY_SENTENCE = st.builds(SummarySentence, _TEXT, st.lists(_ID, max_size=3).map(tuple), st.floats(0, 1))
_SUMMARY = st.builds(
    Summary,
    st.sampled_from(("en", "fr", "ar", "xx")) | _TEXT,
    st.sampled_from(("extractive", "abstractive")),
    _OPTIONAL,
    _OPTIONAL,
    st.lists(_SUMMARY_SENTENCE, max_size=3).map(tuple),
)


@st.composite
def reports(draw: st.DrawFn) -> Report:
    """A report whose every text is hostile; its sentence ids are in order, as they always are."""
    kinds = draw(st.lists(st.sampled_from(("heading", "body", "caption", "list")), max_size=4))
    if draw(st.booleans()):
        kinds.insert(0, "title")
    blocks: list[TranslatedBlock] = []
    id = 0
    for index, kind in enumerate(kinds):
        sentences = []
        for _ in range(draw(st.integers(1, 2))):
            id += 1
            source = draw(_TEXT)
            findings = tuple(draw(st.lists(_FINDING, max_size=1)))
            sentences.append(TranslatedSentence(Sentence(id, index, 0, len(source), source), draw(_TEXT), findings))
        blocks.append(TranslatedBlock(kind, tuple(sentences)))
    article = Article(
        path=draw(_TEXT),
        sha256="0" * 64,
        format="html",
        language=draw(st.just("it") | _TEXT),
        blocks=tuple(Block(b.kind, " ".join(s.sentence.text for s in b.sentences)) for b in blocks),
        title=draw(_OPTIONAL),
        author=draw(_OPTIONAL),
        date=draw(_OPTIONAL),
        dropped=tuple(draw(st.lists(st.builds(Dropped, _TEXT, _TEXT), max_size=1))),
    )
    return Report(
        article=article,
        translation=Translation(
            draw(st.sampled_from(("en", "he")) | _TEXT), draw(_TEXT), draw(_TEXT), draw(_TEXT), tuple(blocks)
        ),
        summaries=tuple(draw(st.lists(_SUMMARY, max_size=2))),
        findings=tuple(draw(st.lists(_FINDING, max_size=2))),
        signature=draw(_TEXT),
        timings=draw(st.dictionaries(st.just("total") | _TEXT, st.floats(0, 1e4), max_size=2)),
    )
