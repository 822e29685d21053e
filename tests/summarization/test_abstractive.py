from __future__ import annotations

import re

import pytest

from summarizer.engines.interface import Decoding, Hypothesis, Task
from summarizer.errors import EngineError
from summarizer.summarization.abstractive import AbstractiveSummarizer
from summarizer.summarization.prompts import BARE, Prompt
from tests.translation.fakes import MODEL, FakeEngine

ARTICLE = [f"Sentence number {i} speaks of matter {i} in the town of Place{i}." for i in range(40)]


def summarizer(engine: FakeEngine, prompt: Prompt = BARE) -> AbstractiveSummarizer:
    return AbstractiveSummarizer(MODEL, engine, Task(), prompt, language="en", decoding=Decoding())


def first_sentence(text: str, _: Decoding) -> str:
    return text.split(".")[0] + "."


def test_a_short_article_is_summarised_in_one_go_with_explicit_lengths() -> None:
    engine = FakeEngine(first_sentence)
    written = summarizer(engine).summarize(ARTICLE[:3], title=None, count=2)
    assert [w.text for w in written] == [ARTICLE[0]]
    assert written[0].sources == (0,)
    assert written[0].support > 0.9
    ((_, decoding),) = engine.asked
    assert decoding.max_new_tokens is not None
    assert decoding.no_repeat_ngram_size == 3


def test_a_long_article_is_read_in_overlapping_windows_of_whole_sentences_and_nothing_is_left_out() -> None:
    engine = FakeEngine(first_sentence, limit=100)
    summarizer(engine).summarize(ARTICLE, title=None, count=2)
    first_round = [text for text, _ in engine.asked]
    assert all(text.endswith(".") for text in first_round)
    seen = " ".join(first_round)
    assert all(sentence in seen for sentence in ARTICLE)
    assert first_round[0].split(". ")[-1].rstrip(".") in first_round[1]


def test_the_prompt_counts_against_the_limit_and_stands_around_the_text() -> None:
    engine = FakeEngine(lambda text, _: "A summary of it.", limit=60)
    prompt = Prompt("In {language}, {sentences} sentences, please: {text} End.")
    summarizer(engine, prompt).summarize(ARTICLE[:10], title=None, count=3)
    assert len(engine.asked) > 1
    assert all(re.fullmatch(r"In English, \d sentences, please: .+ End\.", text) for text, _ in engine.asked)


def test_a_prompt_without_room_for_text_is_an_error_that_names_the_model() -> None:
    with pytest.raises(EngineError, match=r"fake: the prompt alone"):
        summarizer(FakeEngine(first_sentence, limit=3), Prompt("one two three four {text}")).summarize(
            ARTICLE, title=None, count=1
        )


def test_a_summary_is_split_by_the_rules_of_the_language_it_is_written_in() -> None:
    engine = FakeEngine(lambda *_: "He went back to No. 10 Downing Street. The answer was no. Critics disagreed.")
    written = summarizer(engine).summarize(ARTICLE[:6], title=None, count=2)
    assert [w.text for w in written] == ["He went back to No. 10 Downing Street.", "The answer was no."]


def test_a_last_sentence_that_the_token_limit_cut_is_left_out() -> None:
    engine = FakeEngine(lambda *_: Hypothesis("It was signed in May. The presidents then", 9, -0.2, True))
    assert [w.text for w in summarizer(engine).summarize(ARTICLE[:3], title=None, count=3)] == ["It was signed in May."]


@pytest.mark.parametrize("text", ["", "…", "trade trade trade trade trade"])
def test_a_model_that_writes_nothing_usable_is_an_error(text: str) -> None:
    with pytest.raises(EngineError, match="no usable summary"):
        summarizer(FakeEngine(lambda *_: text)).summarize(ARTICLE[:3], title=None, count=1)
