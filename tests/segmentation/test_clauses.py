"""Where a sentence that is too long is cut, and in which order of preference."""

from __future__ import annotations

from summarizer.segmentation import split_clauses


def pieces(text: str, limit: int) -> list[str]:
    return [text[start:end] for start, end in split_clauses(text, lambda piece: len(piece) <= limit)]


def test_a_sentence_that_fits_is_one_piece() -> None:
    assert pieces("Piove, e molto; si resta.", 100) == ["Piove, e molto; si resta."]


def test_a_semicolon_goes_before_a_comma() -> None:
    assert pieces("Il sindaco, Bruni, tace; la giunta, dopo il voto, protesta.", 40) == [
        "Il sindaco, Bruni, tace;",
        "la giunta, dopo il voto, protesta.",
    ]


def test_a_comma_before_a_conjunction_goes_before_another_comma() -> None:
    assert pieces("Ha letto la lettera ai colleghi, ma il rettore, seduto in fondo, non ha risposto.", 60) == [
        "Ha letto la lettera ai colleghi,",
        "ma il rettore, seduto in fondo, non ha risposto.",
    ]


def test_a_dash_goes_with_the_clause_it_opens() -> None:
    assert pieces("Il ministro della Difesa è partito – lo fanno sapere i suoi collaboratori", 45) == [
        "Il ministro della Difesa è partito",
        "– lo fanno sapere i suoi collaboratori",
    ]


def test_any_comma_goes_before_a_space() -> None:
    assert pieces("Durante la seduta di ieri sera, tutti i consiglieri sono usciti", 40) == [
        "Durante la seduta di ieri sera,",
        "tutti i consiglieri sono usciti",
    ]


def test_a_clause_near_one_end_still_goes_before_a_space_in_the_middle() -> None:
    assert pieces("Ieri, il consiglio comunale di Pontelungo ha votato il bilancio", 60) == [
        "Ieri,",
        "il consiglio comunale di Pontelungo ha votato il bilancio",
    ]


def test_a_verb_keeps_the_subject_that_an_insertion_parts_from_it() -> None:
    subject = "Le barche, che hanno vele più piccole di quelle costruite in Liguria, sono tuttavia amate dai turisti"
    rest = "che ogni estate le noleggiano per una settimana"
    assert pieces(f"{subject} {rest}", 110) == [subject, rest]


def test_a_conjunction_goes_before_a_comma_near_one_end() -> None:
    assert pieces("Ieri, il consiglio comunale di Pontelungo ha detto che il bilancio è in attivo", 70) == [
        "Ieri, il consiglio comunale di Pontelungo ha detto",
        "che il bilancio è in attivo",
    ]


def test_without_commas_the_cut_is_between_words() -> None:
    assert pieces("uno due tre quattro cinque", 14) == ["uno due tre", "quattro cinque"]


def test_numbers_and_times_are_not_cut_at_their_punctuation() -> None:
    assert pieces("alle 10:30 con 1.234,56 euro in tasca", 25) == ["alle 10:30 con", "1.234,56 euro in tasca"]


def test_a_word_that_is_too_long_is_cut_hard() -> None:
    assert pieces("a" * 10, 5) == ["aaaaa", "aaaaa"]


def test_an_accent_stays_with_its_letter() -> None:
    assert pieces("perche\u0301", 4) == ["per", "che\u0301"]


def test_the_caller_decides_what_fits() -> None:
    text = "uno due tre quattro"
    spans = split_clauses(text, lambda piece: len(piece.split()) <= 2)
    assert [text[start:end] for start, end in spans] == ["uno due", "tre quattro"]


def test_white_space_alone_has_no_pieces() -> None:
    assert split_clauses("  \n ", lambda _: True) == []
