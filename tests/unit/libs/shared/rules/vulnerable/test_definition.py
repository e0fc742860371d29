"""The evaluator's definition: strictly more than a tenth of absence, or low wellbeing by the grade at the survey."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from libs.shared.rules.library import library_rule_set
from libs.shared.rules.rule_sets import read_rules
from libs.shared.rules.verdicts import Coverage, Measure, ScreeningVerdict
from libs.shared.rules.vulnerable.definition import judge_absence, judge_vulnerable, judge_wellbeing
from libs.shared.rules.vulnerable.facts import VulnerableFacts
from libs.shared.rules.vulnerable.settings import VulnerableSettings

SET = library_rule_set("vulnerable-2024")
READ = read_rules(SET, VulnerableSettings)
SETTINGS = SET.settings_as(VulnerableSettings)
OLDER = [each.id for each in SETTINGS.older.items]
YOUNGER = [each.id for each in SETTINGS.younger.items]


def older(worrying: int, not_worrying: int, grade: int = 5) -> dict[str, Any]:
    said = [True] * worrying + [False] * not_worrying
    return {"survey_grade": grade, "worrying": dict(zip(OLDER, said, strict=False))}


def younger(*answers: int, grade: int = 2) -> dict[str, Any]:
    return {"survey_grade": grade, "answers": dict(zip(YOUNGER, answers, strict=False))}


def absence(days: str, of: int) -> dict[str, Any]:
    return {"absence_days": Decimal(days), "school_days": of}


def wellbeing(given: dict[str, Any]) -> ScreeningVerdict:
    return judge_wellbeing(READ, VulnerableFacts(**given))


def test_nine_questions_for_the_older_and_six_for_the_younger() -> None:
    assert (len(set(OLDER)), len(set(YOUNGER))) == (9, 6)


@pytest.mark.parametrize(
    ("days", "of", "outcome", "shown"),
    [
        ("9.99", 100, "not_flagged", "9.99"),
        ("10", 100, "not_flagged", "10"),
        ("10.01", 100, "flagged", "10.01"),
        ("10", 99, "flagged", "10.10"),
        ("0", 80, "not_flagged", "0"),
    ],
)
def test_absence_is_high_above_ten_percent_and_not_at_it(days: str, of: int, outcome: str, shown: str) -> None:
    verdict = judge_absence(READ, VulnerableFacts(**absence(days, of)))
    assert (verdict.rule_id, verdict.outcome, verdict.rule_set, verdict.version) == (
        "V-ABSENCE",
        outcome,
        "vulnerable-2024",
        1,
    )
    assert verdict.value == Measure(amount=Decimal(shown), unit="percent")
    assert verdict.threshold == Measure(amount=Decimal(10), unit="percent")
    assert verdict.coverage == Coverage(have=of, unit="school_days")


def test_the_reason_of_absence_names_the_numbers() -> None:
    verdict = judge_absence(READ, VulnerableFacts(**absence("10.5", 100)))
    assert verdict.reason.da == "Efterårets fravær er 10,5 af 100 skoledage (10,5 %); grænsen er mere end 10 %."
    assert verdict.reason.en == (
        "The autumn's absence is 10.5 of 100 school days (10.5 %); the limit is more than 10 %."
    )


@pytest.mark.parametrize(
    ("given", "days"), [({}, 0), ({"absence_days": "1"}, 0), ({"school_days": 80}, 80), (absence("0", 0), 0)]
)
def test_absence_without_days_is_unknown(given: dict[str, Any], days: int) -> None:
    verdict = judge_absence(READ, VulnerableFacts(**given))
    assert (verdict.outcome, verdict.value) == ("unknown", None)
    assert verdict.reason.da == f"Efterårets fravær kan ikke beregnes: {days} skoledage er kendt."
    assert verdict.reason.en == f"The autumn's absence cannot be computed: {days} school days are known."
    assert verdict.coverage == Coverage(have=days, unit="school_days")


@pytest.mark.parametrize(
    ("worrying", "not_worrying", "outcome"),
    [
        (2, 7, "not_flagged"),
        (3, 6, "flagged"),
        (3, 0, "flagged"),
        (2, 6, "unknown"),
        (0, 7, "not_flagged"),
        (0, 6, "unknown"),
        (9, 0, "flagged"),
        (0, 0, "unknown"),
    ],
)
def test_three_worrying_answers_of_nine_are_low_wellbeing(worrying: int, not_worrying: int, outcome: str) -> None:
    verdict = wellbeing(older(worrying, not_worrying))
    assert (verdict.rule_id, verdict.outcome) == ("V-WELLBEING", outcome)
    answered = worrying + not_worrying
    assert verdict.coverage == Coverage(have=answered, expected=9, unit="answers")
    shown = Measure(amount=Decimal(worrying), unit="worrying_answers")
    assert verdict.value == (shown if answered else None)
    assert verdict.threshold == Measure(amount=Decimal(3), unit="worrying_answers")
    assert verdict.reason.da == (
        f"{worrying} af {answered} besvarede spørgsmål ud af 9 har et bekymrende svar; grænsen er 3."
    )
    assert verdict.reason.en == (
        f"{worrying} of {answered} answered questions out of 9 have a worrying answer; the limit is 3."
    )


@pytest.mark.parametrize(
    ("answers", "outcome"),
    [
        ((2, 2, 2, 2, 2, 2), "flagged"),
        ((2, 2, 2, 2, 2, 1), "not_flagged"),
        ((3, 3, 3, 1, 1, 1), "flagged"),
        ((3, 3, 3, 1, 1), "flagged"),
        ((3, 3, 3, 1), "flagged"),
        ((3, 3, 3), "flagged"),
        ((3, 3), "unknown"),
        ((1, 1, 1), "unknown"),
        ((1, 1, 1, 1), "not_flagged"),
        ((), "unknown"),
    ],
)
def test_a_mean_of_two_of_the_six_items_is_low_wellbeing(answers: tuple[int, ...], outcome: str) -> None:
    verdict = wellbeing(younger(*answers))
    assert verdict.outcome == outcome
    assert verdict.threshold == Measure(amount=Decimal(2), unit="mean_answer")
    assert verdict.coverage == Coverage(have=len(answers), expected=6, unit="answers")


def test_the_reason_of_a_mean_names_it() -> None:
    some = wellbeing(younger(2, 2, 1))
    assert some.reason.da == "3 af 6 spørgsmål er besvaret og giver et gennemsnit på 1,66; grænsen er 2."
    assert some.reason.en == "3 of 6 questions are answered and give a mean of 1.66; the limit is 2."
    assert some.value == Measure(amount=Decimal("1.66"), unit="mean_answer")
    none = wellbeing(younger())
    assert none.reason.da == "0 af 6 spørgsmål er besvaret og giver intet gennemsnit; grænsen er 2."
    assert none.reason.en == "0 of 6 questions are answered and give no mean; the limit is 2."
    assert none.value is None


@pytest.mark.parametrize("answer", [0, 4])
def test_an_answer_off_the_scale_is_an_error(answer: int) -> None:
    with pytest.raises(ValueError, match="an answer is from 1 to 3"):
        wellbeing(younger(answer))


@pytest.mark.parametrize(
    ("grade", "outcome"),
    [
        (0, "not_applicable"),
        (1, "not_flagged"),
        (3, "not_flagged"),
        (4, "flagged"),
        (9, "flagged"),
        (10, "not_applicable"),
    ],
)
def test_the_grade_at_the_survey_chooses_the_definition(grade: int, outcome: str) -> None:
    both = older(9, 0, grade) | {"answers": dict.fromkeys(YOUNGER, 1)}
    verdict = wellbeing(both)
    assert verdict.outcome == outcome
    if outcome == "not_applicable":
        assert verdict.reason.da == f"Lav trivsel er ikke defineret for {grade}. klasse."
        assert verdict.reason.en == f"Low wellbeing is not defined for grade {grade}."


def test_without_a_grade_wellbeing_is_unknown() -> None:
    verdict = wellbeing({"worrying": dict.fromkeys(OLDER, True)})
    assert verdict.outcome == "unknown"
    assert verdict.reason.da == "Klassetrinnet ved forårets trivselsmåling er ikke kendt."
    assert verdict.reason.en == "The grade at the spring's wellbeing survey is not known."


@pytest.mark.parametrize(
    ("given", "outcome", "flagged", "computed"),
    [
        ({}, "unknown", 0, 0),
        (absence("10.01", 100), "flagged", 1, 1),
        (absence("10", 100), "not_flagged", 0, 1),
        (older(3, 6), "flagged", 1, 1),
        (older(0, 9), "not_flagged", 0, 1),
        (older(2, 0), "unknown", 0, 0),
        (older(3, 6) | absence("20", 100), "flagged", 2, 2),
        (older(0, 9) | absence("20", 100), "flagged", 1, 2),
        (older(3, 6) | absence("1", 100), "flagged", 1, 2),
        (older(0, 9) | absence("1", 100), "not_flagged", 0, 2),
        ({"survey_grade": 0}, "unknown", 0, 0),
    ],
)
def test_either_is_vulnerable_and_unknown_only_when_neither_can_be_computed(
    given: dict[str, Any], outcome: str, flagged: int, computed: int
) -> None:
    first, second, either = judge_vulnerable(SET, VulnerableFacts(**given))
    assert [first.rule_id, second.rule_id, either.rule_id] == ["V-ABSENCE", "V-WELLBEING", "V-VULNERABLE"]
    assert either.outcome == outcome
    assert either.coverage == Coverage(have=computed, expected=2, unit="definitions")
    assert either.value == (Measure(amount=Decimal(flagged), unit="definitions") if computed else None)
    assert either.threshold == Measure(amount=Decimal(1), unit="definitions")
    assert either.reason.da == (
        f"{flagged} af {computed} beregnede kendetegn (højt fravær, lav trivsel) er opfyldt; 1 er nok."
    )
    assert either.reason.en == (
        f"{flagged} of {computed} computed marks (high absence, low wellbeing) are met; 1 is enough."
    )


@given(halves=st.integers(0, 400), of=st.integers(1, 200))
def test_absence_is_exact_at_every_boundary(halves: int, of: int) -> None:
    given = VulnerableFacts(absence_days=Decimal(halves) / 2, school_days=of)
    judged = judge_absence(READ, given)
    if halves > 2 * of:
        assert (judged.outcome, judged.value) == ("unknown", None)
        assert "flere fraværsdage" in judged.reason.da
        assert "more days of absence" in judged.reason.en
    else:
        assert (judged.outcome == "flagged") == (Fraction(halves, 2 * of) > Fraction(1, 10))


@given(answers=st.lists(st.integers(1, 3), max_size=6), more=st.lists(st.integers(1, 3), min_size=6, max_size=6))
def test_what_is_known_before_all_have_answered_stays_so(answers: list[int], more: list[int]) -> None:
    before = wellbeing(younger(*answers)).outcome
    after = wellbeing(younger(*(answers + more)[:6])).outcome
    assert before in ("unknown", after)
    assert after != "unknown"


def test_a_scale_whose_worst_is_its_best_is_refused() -> None:
    data = SET.model_dump(mode="json")["settings"]
    data["younger"]["best"] = 3
    with pytest.raises(ValidationError, match="worst is above best"):
        VulnerableSettings.model_validate(data)
