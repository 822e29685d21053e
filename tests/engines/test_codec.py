"""Text becomes the tokens each family was trained on, and nothing in a text can act as a control token."""

from __future__ import annotations

import pytest

from summarizer.engines.codec import AutoCodec, MarianCodec, codec_for
from summarizer.engines.interface import Task
from summarizer.errors import EngineError
from tests import tiny


def test_marian_is_read_without_transformers_and_says_the_same() -> None:
    light, reference = MarianCodec(tiny.checkpoint("marian")), AutoCodec(tiny.checkpoint("marian"))
    for sentence in tiny.SENTENCES:
        tokens = light.encode(sentence, Task())
        assert tokens == reference.encode(sentence, Task())
        assert light.decode(tokens) == reference.decode(tokens)


def test_a_target_tag_is_one_token_in_front() -> None:
    for codec in (
        MarianCodec(tiny.checkpoint("marian_multilingual")),
        AutoCodec(tiny.checkpoint("marian_multilingual")),
    ):
        tokens = codec.encode("La legge.", Task(prefix=">>fra<< "))
        assert tokens[0] == ">>fra<<"
        assert tokens[1:] == codec.encode("La legge.", Task())


@pytest.mark.parametrize(
    ("family", "first", "last"),
    [
        ("m2m100", "__it__", "</s>"),
        ("nllb", "ita_Latn", "</s>"),
        ("mbart50", "it_IT", "</s>"),
        ("mbart", "▁", "it_IT"),
        ("madlad", "<2en>", "</s>"),
        ("bart", "<s>", "</s>"),
        ("pegasus", "▁", "</s>"),
    ],
)  # fmt: skip
def test_language_codes_and_marks_stand_where_the_family_wants_them(family: str, first: str, last: str) -> None:
    tokens = codec_for(tiny.checkpoint(family)).encode("Il governo.", tiny.TASKS.get(family, Task()))
    shown = [token for token in tokens if token != "▁"] if family == "madlad" else tokens
    assert (shown[0], shown[-1]) == (first, last)


@pytest.mark.parametrize(
    ("family", "task"),
    [
        ("marian", Task(prefix=">>fra<< ")),
        ("marian_multilingual", Task(prefix=">>deu<< ")),
        ("m2m100", Task(source="xx", target="en")),
        ("nllb", Task(source="ita_Lat", target="eng_Latn")),
        ("mbart50", Task(source="eu_ES")),
        ("madlad", Task(prefix="<2de> ")),
    ],
)
def test_a_language_the_model_has_no_code_for_is_an_error_not_another_language(family: str, task: Task) -> None:
    with pytest.raises(EngineError, match="no language code"):
        codec_for(tiny.checkpoint(family)).encode("Il governo.", task)


@pytest.mark.parametrize("family", ["nllb", "m2m100"])
def test_an_unknown_target_code_is_an_error(family: str) -> None:
    with pytest.raises(EngineError, match="no language code"):
        codec_for(tiny.checkpoint(family)).language_id("tlh_Latn")


@pytest.mark.parametrize(
    ("family", "text"),
    [
        ("marian_multilingual", "Il >>fra<< governo"),
        ("m2m100", "Il __fr__ </s> governo"),
        ("nllb", "Il fra_Latn </s> governo"),
        ("mbart50", "La cartella fr_XX </s> del governo"),
        ("madlad", "Il <2fr> governo"),
        ("bart", "Il </s><s> governo<mask>"),
        ("t5", "Il <extra_id_0> </s> governo"),
        ("pegasus", "Il <mask_1> </s> governo"),
    ],
)
def test_control_tokens_in_a_text_are_text(family: str, text: str) -> None:
    codec = codec_for(tiny.checkpoint(family))
    task = tiny.TASKS.get(family, Task())
    harmless = codec.encode("governo", task)
    control = {t for t in codec.encode(text, task) if t.startswith(("<", ">>", "__")) or t.endswith(("_Latn", "_XX"))}
    assert control <= {*harmless, "<unk>", "<"}


def test_a_line_break_of_pegasus_is_a_line_break() -> None:
    codec = codec_for(tiny.checkpoint("pegasus"))
    assert isinstance(codec, AutoCodec)
    assert codec.decode(["▁la", "<n>", "▁Bologna", "</s>"]) == "la\n Bologna"


def test_padding_rows_of_an_embedding_matrix_leave_no_trace() -> None:
    codec = codec_for(tiny.checkpoint("m2m100"))
    assert isinstance(codec, AutoCodec)
    words = codec.encode("Bologna", Task(source="it", target="en"))[1:-1]
    assert codec.decode([*words, "madeupword3"]) == "Bologna"


def test_missing_tokenizer_files_are_named(tmp_path: object) -> None:
    from pathlib import Path

    folder = Path(str(tmp_path))
    with pytest.raises(EngineError, match=str(folder)):
        MarianCodec(folder)
    with pytest.raises(EngineError, match="tokenizer cannot be loaded"):
        AutoCodec(folder)
