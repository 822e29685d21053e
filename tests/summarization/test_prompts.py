from __future__ import annotations

from pathlib import Path

import pytest

from summarizer.errors import UsageError
from summarizer.summarization.prompts import BARE, Prompt, for_family, load, parse

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("path", sorted((ROOT / "prompts").glob("*.toml")), ids=lambda p: p.name)
def test_every_shipped_prompt_is_valid_and_bears_its_family_s_name(path: Path) -> None:
    prompt = for_family(path.stem)
    before, after = prompt.parts(title="Titolo", language="French", sentences="3")
    assert "{" not in before + after
    assert f'family = "{path.stem}"' in path.read_text(encoding="utf-8")


def test_a_family_without_a_file_gets_the_bare_text() -> None:
    assert for_family("bart") is BARE
    assert BARE.parts(title=None, language="English", sentences="3") == ("", "")


def test_the_titled_form_is_taken_only_where_there_is_a_headline() -> None:
    prompt = parse('[summarization]\ntemplate="S: {text}"\n[summarization.titled]\ntemplate="{title}: {text}"', "x")
    assert prompt.parts(title="T", language="", sentences="")[0] == "T: "
    assert prompt.parts(title=None, language="", sentences="")[0] == "S: "


def test_braces_in_an_article_s_title_are_only_text() -> None:
    prompt = parse('[summarization]\ntemplate="{title} {text}"', "x")
    assert prompt.parts(title="{sentences}", language="", sentences="9")[0] == "{sentences} "


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("not toml [", "not a TOML file"),
        ("a = 1", "no \\[summarization\\] table"),
        ('[summarization]\ntemplate = "no text"', "exactly once"),
        ('[summarization]\ntemplate = "{text} {text}"', "exactly once"),
        ('[summarization]\ntemplate = "{text} {author}"', "unknown variable {author}"),
        ("[summarization]\ntemplate = 3", "must be a text"),
        ('[summarization]\ntemplate = "{text}"\ntitel = "{text}"', "unknown key 'titel' in \\[summarization\\]"),
        ('[sumarization]\n[summarization]\ntemplate = "{text}"', "unknown key 'sumarization'; known are family"),
        ('[summarization]\ntemplate = "{text}"\ntitled = "{title} {text}"', "must be a table with a template"),
        ('[summarization]\ntemplate = "{text}"\n[summarization.titled]\ntemplat = "x"', "unknown key 'templat'"),
    ],
)
def test_a_wrong_prompt_file_is_named_with_what_is_wrong(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "my.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match=message) as caught:
        load(path)
    assert str(path) in str(caught.value)


def test_a_missing_prompt_file_is_a_usage_error() -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        load(Path("/nowhere/my.toml"))


def test_a_prompt_names_the_language_only_if_all_its_forms_do() -> None:
    assert for_family("mt0").names_language
    assert not for_family("flan-t5").names_language
    assert not Prompt("{language}: {text}", "{title} {text}").names_language


def test_other_words_are_another_prompt() -> None:
    assert BARE.fingerprint == Prompt("{text}").fingerprint != Prompt("{text} ").fingerprint
