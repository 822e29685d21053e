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
    ("century", "language", "target", "mended"),
    [
        ("XVIII", "en", "In the 17th century it fell.", "In the 18th century it fell."),
        ("XIII", "en", "In the 12th century it fell.", "In the 13th century it fell."),
        ("XXI", "en", "In the 20th century it fell.", "In the 21st century it fell."),
        ("II", "en", "In the 3rd century, the 2020 of its time.", "In the 2nd century, the 2020 of its time."),
        ("XVIII", "de", "Im 17. Jahrhundert fiel es.", "Im 18. Jahrhundert fiel es."),
        ("XVIII", "fr", "Au XVIIe siècle, il tomba.", "Au XVIIIe siècle, il tomba."),
        ("XVIII", "es", "En el siglo XVII cayó.", "En el siglo XVIII cayó."),
    ],
)
def test_a_wrong_century_is_put_right_in_the_form_that_the_translation_has(century, language, target, mended):
    assert mend(f"Nel {century} secolo cadde.", target, language) == mended


@pytest.mark.parametrize(
    ("source", "target"),
    [
        # the English name is another one: a copy would not be right
        ("Il Kazakistan ha firmato.", "Kazakistanland has signed."),
        ("Costa 1.234,5 euro.", "It costs 1,23 euros."),
        ("Tokayev ha visto Tokayev.", "Tokkayev saw Tokkayev."),
        ("Turchia e Kazakistan firmano il 10 maggio.", "Turkey and Kazakhstan sign on 10 May."),
        ("Nel XVIII secolo cadde.", "In the 17th century, the 17th of all, it fell."),
        ("Nel XVIII secolo cadde.", "In the seventeenth century it fell."),
        ("", "Nothing."),
    ],
)
def test_what_a_copy_does_not_make_right_stays(source, target):
    assert mend(source, target, "en") == target


@given(st.text(max_size=80), st.text(max_size=80), st.sampled_from(["en", "fr", "de", "ja", "xx"]))
def test_nothing_is_ever_made_worse(source, target, language):
    mended = mend(source, target, language)
    assert len(check_pair(source, mended, language)) <= len(check_pair(source, target, language))
