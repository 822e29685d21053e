"""The report as JSON, against the published schema."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from importlib import resources
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from summarizer.article import BlockKind, SourceFormat
from summarizer.render import RenderOptions, renderer
from summarizer.render.json import dumps
from summarizer.report import SCHEMA_VERSION, Report, Severity, to_dict
from tests.render.arbitrary import reports
from tests.render.sample_report import sample_report

SCHEMA = json.loads(resources.files("summarizer").joinpath("schema/report-1.json").read_text(encoding="utf-8"))
_VALIDATOR = Draft202012Validator(SCHEMA)


def _document() -> Any:
    return json.loads(renderer("json").render(sample_report(), RenderOptions()))


def _objects(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
    for item in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _objects(item)


def test_the_schema_is_a_schema() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["$defs"]["report"]["properties"]["schema"]["const"] == SCHEMA_VERSION


def test_the_sample_report_conforms() -> None:
    _VALIDATOR.validate(_document())


def test_every_object_but_the_timings_is_closed_and_complete() -> None:
    shapes = [shape for shape in _objects(SCHEMA) if shape.get("type") == "object" and "properties" in shape]
    assert len(shapes) == 8
    for shape in shapes:
        assert shape["additionalProperties"] is False
        assert shape["required"] == list(shape["properties"])


def test_a_missing_or_a_strange_key_is_refused_at_every_level() -> None:
    count = len(list(_objects(_document())))
    for index in range(count):
        for strange in (False, True):
            document = _document()
            target = list(_objects(document))[index]
            if target is document["timings"]:
                continue
            if strange:
                target["strange"] = None
            else:
                target.popitem()
            with pytest.raises(ValidationError):
                _VALIDATOR.validate(document)


@pytest.mark.parametrize(
    ("definition", "key", "values"),
    [("source", "format", SourceFormat), ("block", "kind", BlockKind), ("finding", "severity", Severity)],
)
def test_the_schema_knows_the_same_words_as_the_program(definition: str, key: str, values: Any) -> None:
    assert tuple(SCHEMA["$defs"][definition]["properties"][key]["enum"]) == get_args(values)


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (("schema",), 2),
        (("source", "sha256"), "abc"),
        (("source", "language"), "not a tag"),
        (("summaries", 0, "style"), "poetic"),
        (("summaries", 0, "sentences", 0, "support"), 1.5),
        (("summaries", 0, "sentences", 0, "sources"), [0]),
        (("translation", "blocks", 0, "sentences"), []),
        (("timings", "total"), "0.8 s"),
    ],
)
def test_a_wrong_value_is_refused(place: tuple[str | int, ...], value: Any) -> None:
    document = copy.deepcopy(_document())
    target = document
    for step in place[:-1]:
        target = target[step]
    target[place[-1]] = value
    with pytest.raises(ValidationError):
        _VALIDATOR.validate(document)


def test_the_view_leaves_nothing_out() -> None:
    full = renderer("json").render(sample_report(), RenderOptions())
    assert full == renderer("json").render(sample_report(), RenderOptions(view="summary", width=40, unicode=False))
    assert json.loads(full) == to_dict(sample_report())


@settings(max_examples=100, deadline=None)
@given(reports())
def test_a_line_of_json_lines_is_one_line_for_every_reader(report: Report) -> None:
    line = dumps(report, indent=None)
    assert len(line.splitlines()) == 1
    assert json.loads(line) == json.loads(dumps(report))


def test_italian_is_written_as_it_is() -> None:
    assert "aprirà al pubblico" in dumps(sample_report())
