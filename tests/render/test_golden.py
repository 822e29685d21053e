"""Every form gives exactly what its golden file holds; `golden_files.py` says how to refresh them."""

from __future__ import annotations

import pytest

from tests.render.golden_files import CASES, GOLDEN, rendered


@pytest.mark.parametrize("name", CASES)
def test_the_sample_report_renders_to_its_golden_file(name: str) -> None:
    assert rendered(name) == GOLDEN.joinpath(name).read_bytes().decode("utf-8")


def test_no_golden_file_is_left_without_a_case() -> None:
    assert {path.name for path in GOLDEN.iterdir()} == set(CASES)
