from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from summarizer import fidelity
from summarizer.engines.interface import Decoding, Hypothesis, Task
from summarizer.translation.guard import Fault
from summarizer.translation.memory import TranslationMemory
from summarizer.translation.translator import Outcome, Reviewer, Segment, Translator
from tests.translation import fakes


def translator(engine: object, memory: TranslationMemory | None = None) -> Translator:
    return Translator(fakes.MODEL, engine, Task(), source="it", target="en", decoding=Decoding(), memory=memory)


def segments(*texts: str) -> list[Segment]:
    return [Segment(text, text) for text in texts]


def test_every_sentence_is_an_input_of_its_own_and_answers_come_back_in_order() -> None:
    engine = fakes.FakeEngine(lambda text, _: text.upper())
    outcomes = translator(engine).translate(segments("uno due", "tre quattro cinque", "sei"))
    assert [o.text for o in outcomes] == ["UNO DUE", "TRE QUATTRO CINQUE", "SEI"]
    assert [text for text, _ in engine.asked] == ["uno due", "tre quattro cinque", "sei"]


def test_equal_sentences_are_decoded_once_and_counted_each() -> None:
    engine = fakes.FakeEngine(lambda text, _: text.upper())
    done: list[int] = []
    subject = translator(engine)
    outcomes = subject.translate(segments("uno", "due", "uno", "uno"), done.append)
    assert [o.text for o in outcomes] == ["UNO", "DUE", "UNO", "UNO"]
    assert len(engine.asked) == 2
    assert sum(done) == 4
    assert (subject.counts.segments, subject.counts.decoded) == (4, 2)


def test_a_looping_answer_is_tried_again_with_repetition_control() -> None:
    def answer(text: str, decoding: Decoding) -> str:
        return "Olive trees grow here." if decoding.no_repeat_ngram_size else "olive olive olive olive olive"

    engine = fakes.FakeEngine(answer)
    outcome = translator(engine).translate(segments("Qui crescono gli ulivi"))[0]
    assert (outcome.text, outcome.fault) == ("Olive trees grow here.", None)
    assert engine.asked[1][1].num_beams > engine.asked[0][1].num_beams


def test_what_fails_as_a_whole_is_tried_clause_by_clause() -> None:
    source = ", ".join(f"la clausola numero {i} del lungo periodo che il modello non regge" for i in range(8)) + "."

    def answer(text: str, decoding: Decoding) -> str:
        return (
            ""
            if len(text.split()) > 60
            else " ".join(["word", "of", "clause"] + [f"w{hash(text) % 97}"] * 1 + text.split()[3:8])
        )

    outcome = translator(fakes.FakeEngine(answer)).translate(segments(source))[0]
    assert outcome.fault is None
    assert outcome.text.count("word of clause") >= 2


def test_a_sentence_longer_than_the_model_is_comfortable_with_is_split_before_it_is_tried() -> None:
    source = "Il presidente è arrivato ad Ankara nella mattina, e il ministro lo ha accolto con tutti gli onori."
    engine = fakes.FakeEngine(lambda text, _: " ".join(reversed(text.split())))
    Translator(
        fakes.MODEL, engine, Task(), source="it", target="en", decoding=Decoding(comfortable_tokens=14)
    ).translate(segments(source))
    assert [text for text, _ in engine.asked] == [
        "Il presidente è arrivato ad Ankara nella mattina,",
        "e il ministro lo ha accolto con tutti gli onori.",
    ]


def test_what_changes_an_output_stands_in_the_fingerprint_of_its_decoding() -> None:
    changed = [
        Decoding(comfortable_tokens=45),
        Decoding(reread_tokens=45),
        Decoding(num_return_sequences=4),
        Decoding(num_beams=2),
    ]
    assert len({Decoding().fingerprint(), *(decoding.fingerprint() for decoding in changed)}) == 5
    assert "split" not in Decoding().fingerprint()


def test_if_every_attempt_fails_the_source_stays_and_the_reason_is_given() -> None:
    subject = translator(fakes.FakeEngine(lambda text, _: ""))
    outcome = subject.translate(segments("Testo che nessuno traduce."))[0]
    assert (outcome.text, outcome.fault) == ("Testo che nessuno traduce.", Fault.EMPTY)
    assert subject.counts.failed == 1


def test_nothing_is_ever_longer_than_the_model_takes() -> None:
    engine = fakes.FakeEngine(lambda text, _: text, limit=40)
    source = " ".join(f"parola{i}" for i in range(3000))
    outcome = translator(engine).translate(segments(source))[0]
    assert outcome.fault is None
    assert set(outcome.text.split()) == set(source.split())
    assert len(engine.asked) > 70


def test_a_truncated_answer_is_not_taken() -> None:
    def answer(text: str, decoding: Decoding) -> Hypothesis | str:
        return (
            Hypothesis("The sentence is", 3, -0.2, True)
            if decoding.no_repeat_ngram_size == 0
            else "The sentence is whole."
        )

    assert (
        translator(fakes.FakeEngine(answer)).translate(segments("La frase è intera."))[0].text
        == "The sentence is whole."
    )


def beam(*scored: tuple[str, float]) -> Hypothesis:
    best, *others = (Hypothesis(text, len(text.split()), score, False) for text, score in scored)
    return replace(best, others=tuple(others))


def reviewed(answer: fakes.Answer, reviewer: Reviewer = fidelity) -> str:
    subject = Translator(
        fakes.MODEL, fakes.FakeEngine(answer), Task(), source="it", target="en",
        decoding=Decoding(num_return_sequences=4), reviewer=reviewer,
    )  # fmt: skip
    return subject.translate(segments("Il 10 maggio ad Ankara."))[0].text


def test_a_hypothesis_with_the_figures_of_the_source_is_preferred_to_a_likelier_one_without() -> None:
    answer = beam(("On 1 May in Ankara.", -0.30), ("On 10 May in Ankara.", -0.33), ("10 May, Ankara.", -0.36))
    assert reviewed(lambda *_: answer) == "On 10 May in Ankara."


def test_an_error_does_not_outweigh_sense() -> None:
    answer = beam(("On 1 May in Ankara.", -0.30), ("10 10 10 Ankara the.", -0.90))
    assert reviewed(lambda *_: answer) == "On 1 May in Ankara."


def test_a_first_hypothesis_without_errors_is_taken_and_no_other_looked_at() -> None:
    seen = []

    class Reader:
        FIDELITY_VERSION = "r"

        def penalty(self, source: str, target: str, language: str) -> float:
            seen.append((source, target, language))
            return 0

        def mend(self, source: str, target: str, language: str) -> str:
            return target

    answer = beam(("On 10 May in Ankara.", -0.30), ("The 10 May, Ankara.", -0.31))
    assert reviewed(lambda *_: answer, Reader()) == "On 10 May in Ankara."
    # once to choose it, once to know whether it is clean
    assert seen == [("Il 10 maggio ad Ankara.", "On 10 May in Ankara.", "en")] * 2


def test_a_name_that_no_hypothesis_has_right_is_copied_from_the_source() -> None:
    answer = beam(("On 10 May in Ankkara.", -0.30), ("On 10 May, Ankkara.", -0.31))
    assert reviewed(lambda *_: answer) == "On 10 May in Ankara."


LOSING = "Il presidente Tokayev è arrivato ieri mattina in aereo, e ad Ankara lo ha accolto Cavusoglu con gli onori."


def read_again(clauses: Mapping[str, str]) -> tuple[Translator, fakes.FakeEngine, Outcome]:
    """`LOSING` translated by a model that loses a name in it, and makes that of its clauses."""
    whole = "President Tokayev arrived by plane yesterday morning, and he was welcomed with honours in Ankara."
    engine = fakes.FakeEngine(lambda text, _: {LOSING: whole, **clauses}[text])
    subject = Translator(
        fakes.MODEL, engine, Task(), source="it", target="en",
        decoding=Decoding(reread_tokens=14), reviewer=fidelity,
    )  # fmt: skip
    return subject, engine, subject.translate(segments(LOSING))[0]


FIRST, SECOND = (
    "Il presidente Tokayev è arrivato ieri mattina in aereo,",
    "e ad Ankara lo ha accolto Cavusoglu con gli onori.",
)


def test_a_sentence_that_lost_a_name_is_read_again_clause_by_clause() -> None:
    subject, engine, outcome = read_again(
        {
            FIRST: "President Tokayev arrived by plane yesterday morning,",
            SECOND: "and Cavusoglu welcomed him in Ankara.",
        }
    )
    assert outcome.text == "President Tokayev arrived by plane yesterday morning, and Cavusoglu welcomed him in Ankara."
    assert outcome.clean
    assert [text for text, _ in engine.asked] == [LOSING, FIRST, SECOND]
    assert subject.counts.reread == 1


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("The president arrived by plane,", "and Cavusoglu welcomed him in Ankara."),  # another name is lost
        ("", ""),
    ],
)
def test_what_is_no_better_by_clauses_stays_as_it_is(first: str, second: str) -> None:
    _, _, outcome = read_again({FIRST: first, SECOND: second})
    assert outcome.text.endswith("welcomed with honours in Ankara.")
    assert outcome.fault is None


def test_what_a_model_gets_right_is_not_read_again() -> None:
    engine = fakes.FakeEngine(
        lambda *_: "President Tokayev came by plane, and Cavusoglu welcomed him with honours in Ankara."
    )
    Translator(
        fakes.MODEL, engine, Task(), source="it", target="en",
        decoding=Decoding(reread_tokens=14), reviewer=fidelity,
    ).translate(segments(LOSING))  # fmt: skip
    assert len(engine.asked) == 1


def test_the_guard_takes_the_beams_next_hypothesis_before_it_decodes_again() -> None:
    asked = []

    def answer(text: str, decoding: Decoding) -> Hypothesis:
        asked.append(decoding)
        return beam(("", -0.1), ("On 10 May in Ankara.", -0.30))

    assert reviewed(answer) == "On 10 May in Ankara."
    assert len(asked) == 1


def test_without_a_reviewer_one_hypothesis_is_asked_for() -> None:
    engine = fakes.FakeEngine(lambda text, _: text.upper())
    Translator(
        fakes.MODEL, engine, Task(), source="en", target="fr", decoding=Decoding(num_return_sequences=4)
    ).translate(segments("one"))
    assert engine.asked[0][1].num_return_sequences == 1


def test_a_second_run_remembers_and_decodes_nothing(tmp_path: Path) -> None:
    first = fakes.FakeEngine(lambda text, _: text.upper())
    second = fakes.FakeEngine(lambda text, _: pytest.fail("decoded again"))
    with TranslationMemory.open(tmp_path / "m.sqlite3") as memory:
        translator(first, memory).translate(segments("uno", "due"))
        subject = translator(second, memory)
        assert [o.text for o in subject.translate(segments("due", "uno"))] == ["DUE", "UNO"]
        assert subject.counts.remembered == 2


@pytest.mark.parametrize(
    ("source", "answer", "clean"),
    [
        ("Il 10 maggio ad Ankara.", "On 10 May in Ankara.", True),
        ("Il 10 maggio ad Ankara.", "On 1 May in Ankara.", False),
        ("Il 10 maggio «ad Ankara», dove c’è.", 'On 10 May "in Ankara", where it is.', True),
    ],
)
def test_what_the_reviewer_found_clean_is_known_and_remembered(
    tmp_path: Path, source: str, answer: str, clean: bool
) -> None:
    with TranslationMemory.open(tmp_path / "m.sqlite3") as memory:
        for engine in (fakes.FakeEngine(lambda text, _: answer), fakes.FakeEngine(lambda *_: pytest.fail("again"))):
            subject = Translator(
                fakes.MODEL, engine, Task(), source="it", target="en", decoding=Decoding(), memory=memory,
                reviewer=fidelity,
            )  # fmt: skip
            assert subject.translate(segments(source))[0].clean is clean


def test_the_same_sentence_in_other_marks_is_not_known_to_be_clean() -> None:
    subject = Translator(
        fakes.MODEL, fakes.FakeEngine(lambda *_: "It is."), Task(), source="it", target="en", decoding=Decoding(),
        reviewer=fidelity,
    )  # fmt: skip
    outcomes = subject.translate(segments("C’è.", "C'è.", "C'è."))
    assert len({outcome.text for outcome in outcomes}) == 1
    # one of them was compared
    assert [outcome.clean for outcome in outcomes] == [False, True, True]


def test_without_a_reviewer_nothing_is_known_to_be_clean() -> None:
    engine = fakes.FakeEngine(lambda text, _: text.upper())
    assert not translator(engine).translate(segments("uno"))[0].clean


def test_a_failure_is_never_remembered(tmp_path: Path) -> None:
    with TranslationMemory.open(tmp_path / "m.sqlite3") as memory:
        translator(fakes.FakeEngine(lambda text, _: ""), memory).translate(segments("Una frase intera."))
        again = translator(fakes.FakeEngine(lambda text, _: "A whole sentence."), memory)
        assert again.translate(segments("Una frase intera."))[0].text == "A whole sentence."


def test_escape_sequences_from_a_model_go_no_further() -> None:
    outcome = translator(fakes.FakeEngine(lambda text, _: "red\x1b[31m alert\x07 now")).translate(
        segments("Allarme rosso ora")
    )[0]
    assert outcome.text == "red alert now"


def test_the_original_is_kept_word_for_word_when_the_model_saw_it_recased() -> None:
    outcome = translator(fakes.FakeEngine(lambda text, _: "")).translate(
        [Segment("ROMA - Il governo", "Roma - Il governo")]
    )[0]
    assert outcome.text == "ROMA - Il governo"
