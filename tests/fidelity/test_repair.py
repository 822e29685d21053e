"""What only needs to be copied is copied, and nothing else is touched."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from summarizer.fidelity import check_pair, mend


@pytest.mark.parametrize(
    ("source", "target", "mended"),
    [
        ("Lo ha detto Kassym-Jomart Tokayev.", "Kassssym-Jomart Tokaev said so.", "Kassym-Jomart Tokaev said so."),
        ("Nel 2022 hanno firmato.", "They signed in 202.", "They signed in 2022."),
        ("Il direttore Temer Kotil parla.", "Director Temer Kottil speaks.", "Director Temer Kotil speaks."),
    ],
)
def test_a_spoilt_name_or_figure_is_copied(source, target, mended):
    assert mend(source, target, "en") == mended
    assert not [finding for finding in check_pair(source, mended, "en") if finding.severity == "error"]


@pytest.mark.parametrize(
    ("source", "target"),
    [
        # the English name is another one: a copy would not be right
        ("Il Kazakistan ha firmato.", "Kazakistanland has signed."),
        ("Costa 1.234,5 euro.", "It costs 1,23 euros."),
        ("Tokayev ha visto Tokayev.", "Tokkayev saw Tokkayev."),
        ("Turchia e Kazakistan firmano il 10 maggio.", "Turkey and Kazakhstan sign on 10 May."),
        ("", "Nothing."),
    ],
)
def test_what_a_copy_does_not_make_right_stays(source, target):
    assert mend(source, target, "en") == target


@given(st.text(max_size=80), st.text(max_size=80), st.sampled_from(["en", "fr", "de", "ja", "xx"]))
def test_nothing_is_ever_made_worse(source, target, language):
    mended = mend(source, target, language)
    assert len(check_pair(source, mended, language)) <= len(check_pair(source, target, language))
