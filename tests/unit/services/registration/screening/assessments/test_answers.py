"""Each of the 13 questions takes the answers of its kind, and no others."""

import pytest

from libs.shared.base.errors import Problem
from libs.shared.rules.library import library_rule_set
from libs.shared.rules.screening.gross_list import questions
from services.registration.screening.assessments.domain import Answer, read, require_answers, unanswered, written

ASKED = questions(library_rule_set("screening-2021"))

GOOD = {
    **dict.fromkeys(("Q1", "Q2"), ((None, "Læser godt."),)),
    "Q6": (("yes", None), ("no", "Stiller."), ("yes", "Er blevet stille.")),
    "Q8": (("none", None), ("partly", None), ("full", None)),
    **{f"Q{number}": (("yes", None), ("no", None), ("unknown", None)) for number in (3, 4, 5, 7, 9, 10, 11, 12, 13)},
}


def test_there_are_13_questions_in_order() -> None:
    assert [each.id for each in ASKED] == [f"Q{number}" for number in range(1, 14)]


@pytest.mark.parametrize("question", [each.id for each in ASKED])
@pytest.mark.parametrize("answer", [None, "yes", "no", "unknown", "none", "partly", "full", "maybe"])
@pytest.mark.parametrize("text", [None, "Er blevet stille."])
def test_a_question_takes_the_answers_of_its_kind_alone(question: str, answer: str | None, text: str | None) -> None:
    texts = {each for _, each in GOOD[question]}
    answers = {each for each, _ in GOOD[question]}
    fits = answer in answers and ((text is not None) in {each is not None for each in texts})
    if fits:
        require_answers(ASKED, [Answer(question, answer, text)])
    else:
        with pytest.raises(Problem) as refused:
            require_answers(ASKED, [Answer(question, answer, text)])
        assert refused.value.code in {"assessment.answer", "assessment.text"}


def test_a_question_is_answered_once_and_must_exist() -> None:
    for answers, code, pointer in (
        ([Answer("Q3", "yes"), Answer("Q3", "no")], "assessment.question_repeated", "/answers/1/question"),
        ([Answer("Q14", "yes")], "assessment.question_unknown", "/answers/0/question"),
    ):
        with pytest.raises(Problem) as refused:
            require_answers(ASKED, answers)
        assert (refused.value.code, refused.value.pointer) == (code, pointer)


def test_questions_may_be_left_out_and_are_named() -> None:
    answers = [Answer(f"Q{number}", "yes") for number in (3, 4, 5)]
    require_answers(ASKED, answers)
    assert unanswered(ASKED, answers) == ["Q1", "Q2", *(f"Q{number}" for number in range(6, 14))]


def test_answers_are_read_as_they_were_written() -> None:
    answers = (Answer("Q1", None, 'Siger "æøå"\nog mere'), Answer("Q8", "none"))
    assert read(written(answers)) == answers
    assert "Siger" not in repr(answers)
