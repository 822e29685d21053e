"""What ends an Italian sentence and what does not, one rule a test; the sentences here are not in the labelled set."""

from __future__ import annotations

import pytest

from summarizer.segmentation import boundaries


def sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in boundaries(text)]


def check(*expected: str, glue: str = " ") -> None:
    assert sentences(glue.join(expected)) == list(expected)


@pytest.mark.parametrize(
    "sentence",
    [
        "Ne ha parlato il dott. Rossi con la dott.ssa Bianchi e l'avv. Lo Presti.",
        "Lo sostengono l'on. La Torre, il sen. D'Amico e mons. Di Nola.",
        "Sig. Rossi, si accomodi.",
        "Vedi artt. 3 e 4, pag. 12, vol. 2, cap. 5 e n. 10.",
        "La Corte Cost. n. 10 del 2020 lo esclude.",
        "Abita al n. 10 di p.zza Dante, tel. 02 123456.",
        "Lo scrive cfr. Il Mattino di ieri.",
        "Dirige G. Verdi, suona J.-M. Barrot, canta M. A. De Luca.",
        "Vince il premio la giovane F. Lo Cascio.",
        "Il listino perde 1.234,56 punti alle ore 18.00 del 10.30.",
        "L'U.E. stanzia i fondi per gli U.S.A. d'intesa con l'O.N.U. di Ginevra.",
        "La St. George Ltd. Europe, di Mr. Brown, compra la S.p.A. Ferretti.",
        "Il 3 feb. 2021 e il 12 set. del 2022 si è votato.",
        "La città, fondata nel 300 a.C. Cartagine permettendo, cadde nel 50 d.C. circa.",
        "Durò 30 min. circa, max. 40, con ca. 200 presenti e ss. Messe.",
        "Così scrivono Bruni et al. 2019 nel saggio.",
        "Si legge su www.esempio.it e si scrive a redazione@esempio.it per saperne di più.",
        "La versione 2.10.3 si scarica da https://esempio.org/Scarica.Ora?Subito=Si senza spesa.",
        "Desidererei che lʼon. Conti mi ascoltasse.",
    ],
)
def test_a_full_stop_of_an_abbreviation_a_number_or_an_address_ends_nothing(sentence: str) -> None:
    assert sentences(sentence) == [sentence]


def test_an_abbreviation_ends_the_sentence_before_a_word_that_opens_sentences() -> None:
    check("L'azienda è una S.p.A.", "Il gruppo ne controlla tre.", "Portò pane, vino, ecc.", "Poi tornò a casa.")
    check("Il tempio è del 400 a.C.", "La cella è andata perduta.", "Era negli U.S.A.", "Successivamente rientrò.")


def test_a_list_that_closes_with_ecc_ends_before_any_capital() -> None:
    check("Ha venduto mobili, quadri, ecc.", "Giorgio non ha tenuto nulla.")


def test_a_title_ends_a_sentence_only_before_a_word_that_begins_no_name() -> None:
    check("Ora lo dice anche il prof.", "Nessuno lo aveva ascoltato.")
    check("Ora parla il prof. La Ganga.")


def test_a_letter_after_serie_or_gruppo_is_no_initial() -> None:
    check("Il club torna in serie B.", "Rossi esulta.", "È nel gruppo F.", "La prima gara è domani.")


def test_the_number_of_a_king_or_a_pope_may_end_a_sentence() -> None:
    check("Lo volle Giovanni XXIII.", "Il suo successore lo chiuse.", "Era di Carlo V.", "La corona restò a Madrid.")


def test_a_month_is_an_abbreviation_only_next_to_a_number() -> None:
    check("Perde il primo set.", "Bruni reagisce.")
    check("Consegna il 12 set. Bruni la firma.")


def test_what_is_asked_and_told_in_lower_case_stays_with_its_quotation() -> None:
    check("«Andiamo!» grida.", '"Non lo so." ha detto lei.', "“Davvero?” chiede.", "Che fare? si domanda.")


@pytest.mark.parametrize(
    "quoted", ["«Non parlo.»", '"Non parlo."', "“Non parlo.”", "«Chi è?»", "“Via!”", "« Non parlo. »"]
)
def test_a_closing_quotation_mark_stays_with_what_it_closes(quoted: str) -> None:
    check(quoted, "Poi tace.")


def test_sentences_inside_a_quotation_are_sentences_of_their_own() -> None:
    check("«Sono stanco.", "Torno domani», ha detto.")


def test_an_ellipsis_ends_a_sentence_before_a_capital_only() -> None:
    check("Non saprei… forse domani.", "Ci ho pensato...", "Non mi convince…", "Addio.")
    check("La legge (...) Merlin e il [...] Titolo V.")
    check("... e così si ricomincia.", "Fine.")


def test_several_marks_in_a_row_are_one_end() -> None:
    check("Ma come?!", "Basta!!!", "E poi?", "Nulla.")


def test_a_dateline_stays_with_its_sentence() -> None:
    check("ROMA - Il governo cade.", "Si vota.")
    check("(ANSA) - MILANO, 12 MAG - Piove.", "Scuole chiuse.")
    check("Napoli, 7 ott. – Sono sei gli arresti.", "Altri seguiranno.")


def test_the_number_of_a_list_item_stays_with_the_item() -> None:
    check("1. Primo punto.", "2. Secondo punto.", "a) Terzo.", "b) quarto.")
    check("I casi sono due: 1. Si parte.", "2. Si resta.")
    check("II. La guerra.", "A. Il caso.")
    check("Morti: 12.", "Feriti: 30.", "Il bilancio è provvisorio.")


def test_a_sentence_may_end_with_a_number_and_begin_with_one() -> None:
    check("Era il 1998.", "12 anni dopo è cambiato tutto.", "Finì 3 a 1.", "Il tecnico se ne andò alle 18.30.", "Fine.")


def test_a_sentence_may_begin_with_a_lower_case_brand() -> None:
    check("Apple rilancia.", "iPhone e Mac costano meno.")


def test_a_parenthesis_between_sentences_is_one_and_a_parenthesis_inside_one_is_not() -> None:
    check("Riapre il ponte.", "(Era chiuso da anni.)", "Si passa.")
    check("Il sindaco (era ora! Che fatica.) Rossi firma.")
    check("Il film «Chi va là?» (2013) torna in sala.")


def test_a_lost_space_between_sentences_is_found() -> None:
    check("La riunione è alla fine.", "Inizio il racconto.", glue="")
    check("Chi lo sa?", "Nessuno.", "L'ora è tarda.", "È notte.", glue="")
    check("Era a Roma.", "Il treno partì nel 2020.", "Poi nulla.", glue="")
    check("«Vado.»", "Lo disse piano.", glue="")


@pytest.mark.parametrize(
    "token", ["Node.Js", "S.p.A.", "Mario.Rossi@esempio.it", "Nuovo.Tempo", "dott.Rossi", "U.S.A."]
)
def test_a_full_stop_inside_a_name_is_no_lost_space(token: str) -> None:
    check(f"Si parla di {token} qui.")


def test_an_empty_line_ends_a_sentence_and_a_single_line_break_does_not() -> None:
    assert boundaries("Un titolo\n\nTesto che va\na capo.\n") == [(0, 9), (11, 31)]


def test_text_without_words_is_at_most_one_sentence() -> None:
    assert boundaries("") == boundaries(" \n\t ") == []
    assert sentences(" ... «!» ?! ") == ["... «!» ?!"]
    assert sentences("Fine! +") == ["Fine! +"]
    assert sentences("Fine.[1]\n\n*") == ["Fine.[1]\n\n*"]
