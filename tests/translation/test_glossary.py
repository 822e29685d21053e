"""The glossary: its terms are found in Italian as a reader would, and put right in English without guessing."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from summarizer.translation.glossary import Glossary, GlossaryTerm


def term(source: str, target: str = "", *avoid: str) -> GlossaryTerm:
    return GlossaryTerm(source, target or source, avoid, match_case=source != source.lower())


PREMIER = term("presidente del Consiglio", "prime minister", "Council President", "president of the Council")


def found(source: str, *terms: GlossaryTerm) -> list[str]:
    matches = Glossary(terms).matches(source)
    assert all(source[match.start : match.end] == match.source for match in matches)
    return [match.source for match in matches]


def applied(source: str, target: str, *terms: GlossaryTerm, language: str = "en") -> str:
    return Glossary(terms).apply(source, target, language=language).text


# -- finding terms in the source ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("l'Unione europea", ["Unione europea"]),
        ("dell’Unione europea.", ["Unione europea"]),
        ("(Unione  europea)", ["Unione  europea"]),
        ("«Unione europea»,", ["Unione europea"]),
        ("UNIONE EUROPEA DIVISA", ["UNIONE EUROPEA"]),
        ("unione europea", []),
        ("Unione europeaX", []),
        ("Riunione europea", []),
        ("Unione, europea", []),
    ],
)
def test_a_term_is_found_as_whole_words_in_its_own_case(source: str, expected: list[str]) -> None:
    assert found(source, term("Unione europea", "European Union")) == expected


@pytest.mark.parametrize("source", ["governo", "Governo", "GOVERNO", "il governo,", "d'governo", "ex-governo"])
def test_a_term_in_lower_case_is_found_in_any_case(source: str) -> None:
    assert len(found(source, term("governo", "government"))) == 1


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("Vive a l'Aquila.", ["l'Aquila"]),
        ("L'Aquila rinasce.", ["L'Aquila"]),
        ("«L’Aquila» rinasce.", ["L’Aquila"]),
        ("Il sisma dell'Aquila", ["l'Aquila"]),
        ("Torna all’Aquila", ["l’Aquila"]),
        ("Un'Aquila", []),
        ("dell'aquila reale", []),
    ],
)
def test_a_term_with_an_elided_article_is_found_behind_prepositions(source: str, expected: list[str]) -> None:
    assert found(source, term("l'Aquila", "L'Aquila")) == expected


def test_the_longest_term_at_a_place_wins_and_terms_do_not_overlap() -> None:
    terms = [term("Consiglio", "Council"), term("Consiglio di Stato", "Council of State"), term("di Stato", "public")]
    assert found("Il Consiglio di Stato e il Consiglio", *terms) == ["Consiglio di Stato", "Consiglio"]


def test_of_two_terms_that_differ_in_case_the_exact_one_wins() -> None:
    terms = [term("stato", "condition"), term("Stato", "State")]
    assert [match.target for match in Glossary(terms).matches("Lo Stato e lo stato")] == ["State", "condition"]


@pytest.mark.parametrize("name", ["S&P 500", "C++", "#MeToo", "Covid‑19", "M5S", "S.p.A.", "po'", "perche\u0301"])
def test_terms_may_hold_symbols_digits_and_combining_marks(name: str) -> None:
    assert found(f"Un {name} qui, {name}.", term(name)) == [name, name]


def test_composed_and_decomposed_letters_are_the_same() -> None:
    assert found("la citta\u0300 di", term("città", "city")) == ["citta\u0300"]


def test_all_of_many_thousand_terms_are_found_in_one_sentence() -> None:
    terms = [term(f"parola{n} comune{n}", f"word{n}") for n in range(20_000)]
    source = " e ".join(t.source for t in terms)
    assert len(Glossary(terms).matches(source)) == 20_000


words = st.sampled_from(["a", "b", "A", "c"])


@settings(deadline=None)
@given(
    st.lists(st.lists(words, min_size=1, max_size=3).map(" ".join), min_size=1, max_size=6),
    st.lists(words).map(" ".join),
)
def test_matches_agree_with_a_regular_expression(terms: list[str], source: str) -> None:
    lower = sorted({text.lower() for text in terms}, key=lambda text: (-len(text), text))
    pattern = re.compile(r"(?<!\w)(?:" + "|".join(map(re.escape, lower)) + r")(?!\w)", re.IGNORECASE)
    assert found(source, *map(term, lower)) == pattern.findall(source)


# -- putting the translation right -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "target", ["The prime minister left.", "Prime Minister Conte left.", "Two PRIME MINISTERS left."]
)
def test_a_rendering_that_is_there_is_left_alone(target: str) -> None:
    result = Glossary([PREMIER]).apply("Il presidente del Consiglio è uscito.", target)
    assert (result.text, result.applied, result.missed) == (target, (), ())


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("The Council President left.", "The prime minister left."),
        ("Council President Conte left.", "Prime minister Conte left."),
        ("“Council President” it said.", "“Prime minister” it said."),
        ("Rain. Council President out.", "Rain. Prime minister out."),
        ("The U.S. Council President", "The U.S. prime minister"),
        ("the council president’s car", "the prime minister’s car"),
        ("Former council presidents left.", "Former prime ministers left."),
        ("Former presidents of the Council left.", "Former prime ministers left."),
        ("COUNCIL PRESIDENT LEAVES", "PRIME MINISTER LEAVES"),
    ],
)
def test_a_rendering_to_avoid_is_replaced_in_its_number_and_capitals(target: str, expected: str) -> None:
    assert applied("Il presidente del Consiglio", target, PREMIER) == expected


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("A government fell.", "An executive fell."),
        ("a government fell.", "an executive fell."),
        ("the government fell.", "the executive fell."),
    ],
)
def test_the_indefinite_article_follows_the_new_word(target: str, expected: str) -> None:
    assert applied("Un governo", target, term("governo", "executive", "government")) == expected


@pytest.mark.parametrize(("new", "expected"), [("university", "a university"), ("EU", "a EU"), ("court", "a court")])
def test_the_indefinite_article_is_left_alone_where_spelling_does_not_decide(new: str, expected: str) -> None:
    assert applied("una cosa", "a thing", term("cosa", new, "thing")) == expected


def test_a_rendering_with_an_article_of_its_own_does_not_double_it() -> None:
    assert applied("La Camera", "voted in the Room", term("Camera", "the Chamber", "Room")) == "voted in the Chamber"


def test_number_and_article_are_english_only() -> None:
    assert (
        applied("governo", "il a governs", term("governo", "esecutivo", "governs"), language="it") == "il a esecutivo"
    )


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("head of state", "heads of state"),
        ("city", "cities"),
        ("day", "days"),
        ("church", "churches"),
        ("tax", "taxes"),
    ],
)
def test_plurals_are_regular_and_on_the_head_noun(target: str, expected: str) -> None:
    assert applied("x", "the wrongs", term("x", target, "wrong")) == f"the {expected}"
    assert Glossary([term("x", target)]).apply("x", expected).missed == ()


def test_the_longest_rendering_to_avoid_is_replaced_first() -> None:
    premier = term("presidente del Consiglio", "prime minister", "president", "president of the Council")
    assert applied("Il presidente del Consiglio", "the president of the Council", premier) == "the prime minister"


def test_a_term_that_stands_twice_is_put_right_twice_and_only_then() -> None:
    wrong = "The Council President met the Council President."
    once, twice = "Il presidente del Consiglio.", "Il presidente del Consiglio e il presidente del Consiglio."
    assert applied(once, wrong, PREMIER) == "The prime minister met the Council President."
    assert applied(twice, wrong, PREMIER) == "The prime minister met the prime minister."
    assert applied(twice, "The prime minister met the Council President.", PREMIER).count("prime minister") == 2


def test_what_the_model_makes_of_a_term_by_itself_can_be_given_as_an_alternative() -> None:
    result = Glossary([term("Palazzo Chigi", "the government")]).apply(
        "Palazzo Chigi tace", "Chigi Palace is silent", {"Palazzo Chigi": ["Chigi Palace"]}
    )
    assert result.text == "The government is silent"
    assert [(edit.before, edit.after) for edit in result.applied] == [("Chigi Palace", "The government")]


def test_a_rendering_inside_that_of_another_term_does_not_count() -> None:
    terms = [term("Banca d'Italia", "Bank of Italy"), term("Italia", "Italy", "Italia")]
    result = Glossary(terms).apply("La Banca d'Italia e l'Italia", "The Bank of Italy and Italia")
    assert (result.text, result.missed) == ("The Bank of Italy and Italy", ())
    missed = Glossary(terms).apply("La Banca d'Italia e l'Italia", "The Bank of Italy and the country").missed
    assert [match.source for match in missed] == ["Italia"]


def test_an_acronym_is_not_taken_for_a_small_word() -> None:
    missed = Glossary([term("Stati Uniti", "US")]).apply("Gli Stati Uniti", "They told us.").missed
    assert [match.target for match in missed] == ["US"]


def test_a_term_that_cannot_be_put_right_is_reported_once_and_the_text_left_alone() -> None:
    result = Glossary([PREMIER]).apply("Il presidente del Consiglio, presidente del Consiglio", "The premier left.")
    assert (result.text, [match.source for match in result.missed]) == (
        "The premier left.",
        ["presidente del Consiglio"],
    )


# -- terms to be kept --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "target", "expected"),
    [
        ("Corriere della Sera", "the Corriere della Serra says", "the Corriere della Sera says"),
        ("Corriere della Sera", "the Corriere dellaSera says", "the Corriere della Sera says"),
        ("Confindustria", "Confindustry says", "Confindustria says"),
        ("Mattarella", "Matarella says", "Mattarella says"),
    ],
)
def test_a_misspelt_name_is_repaired(name: str, target: str, expected: str) -> None:
    result = Glossary([term(name)]).apply(f"{name} dice", target)
    assert (result.text, result.missed) == (expected, ())


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("Meloni compra", "the melons are here"),
        ("Lega compra", "Legal buys"),
        ("Meloni e Melani", "Melani left"),
        ("Meloni compra", "Melonis and Melonia left"),
        ("Meloni, che molti anni fa comprava", "who bought many years ago at the Melone"),
    ],
    ids=["small letter", "short", "another name of the source", "two candidates", "far away"],
)
def test_a_name_is_not_repaired_where_that_is_not_certain(source: str, target: str) -> None:
    name = source.split()[0].strip(",")
    result = Glossary([term(name)]).apply(source, target)
    if "Melonis" in target:  # a plural is a rendering
        assert result.missed == ()
    else:
        assert [match.source for match in result.missed] == [name]
    assert result.text == target


def test_the_rendering_of_another_term_is_not_taken_for_a_misspelt_name() -> None:
    terms = [term("Lega industriali", "Confindustrie"), term("Confindustria")]
    result = Glossary(terms).apply("Lega industriali e Confindustria", "others and Confindustrie")
    assert (result.text, [match.source for match in result.missed]) == ("others and Confindustrie", ["Confindustria"])


def test_a_kept_name_that_was_translated_is_restored_when_its_translation_is_to_be_avoided() -> None:
    name = term("il Fatto Quotidiano", "", "the Daily Fact")
    assert applied("Lo scrive il Fatto Quotidiano", "writes The Daily Fact", name) == "writes il Fatto Quotidiano"


@settings(deadline=None)
@given(st.text(max_size=60), st.text(max_size=60))
def test_any_pair_of_texts_is_survived_and_a_text_without_terms_never_changes(source: str, target: str) -> None:
    result = Glossary([PREMIER, term("a", "b", "c"), term("Abcdefgh"), term("l'o", "L'o")]).apply(source, target)
    if not result.applied:
        assert result.text == target
    assert Glossary([PREMIER]).apply("Piove.", target).text == target


# -- fingerprint -------------------------------------------------------------------------------------------------------


def test_the_fingerprint_follows_the_terms_not_their_order_or_file() -> None:
    first, second = term("a", "A"), GlossaryTerm("b", "B", line=9)
    same = Glossary([second, first]).fingerprint
    assert Glossary([first, GlossaryTerm("b", "B")]).fingerprint == same
    assert Glossary([first, GlossaryTerm("b", "B", ("C",))]).fingerprint != same
    assert Glossary([first]).fingerprint != same
    assert re.fullmatch("[0-9a-f]{64}", same)


def test_a_glossary_is_loaded_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "desk.tsv"
    path.write_text("presidente del Consiglio\tprime minister\n", encoding="utf-8")
    assert Glossary.load(path).matches("il presidente del Consiglio")[0].target == "prime minister"
