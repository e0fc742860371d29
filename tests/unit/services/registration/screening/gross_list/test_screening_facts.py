"""The facts for the rules, made from stored rows."""

from datetime import date
from decimal import Decimal
from uuid import uuid4

from libs.shared.files.kinds.indicator_values import VALUES, IndicatorKind
from libs.shared.rules.screening.facts import NationalTestLevel, Readiness
from services.registration.screening.gross_list.domain import AbsenceYear, facts_of
from services.registration.screening.indicators.domain import SharedResult

AS_OF = date(2023, 6, 30)
ONE, OTHER = uuid4(), uuid4()


def _row(indicator: str, value: str, *, subject: str = "", grade: int = 8, day: date = AS_OF) -> SharedResult:
    return SharedResult(indicator, subject, grade, day, value, [ONE])


def test_each_pupil_has_facts_of_their_own_and_one_without_rows_has_none() -> None:
    absence = [AbsenceYear(ONE, "2022/2023", Decimal("1.5"), 190, 10, 11)]
    facts = facts_of(AS_OF, {ONE: 8, OTHER: 0}, absence, [_row("teacher_mark", "7", subject="danish")])
    assert (facts[ONE].absence[0].absence_days, facts[ONE].absence[0].months_expected) == (Decimal("1.5"), 11)
    assert (facts[OTHER].grade, facts[OTHER].absence, facts[OTHER].marks) == (0, (), ())


def test_every_value_that_is_stored_can_be_judged() -> None:
    for value in VALUES[IndicatorKind.NATIONAL_TEST].values():
        facts = facts_of(AS_OF, {ONE: 6}, [], [_row("national_test", value, subject="reading", grade=6)])
        assert facts[ONE].tests[0].level is NationalTestLevel(value)
    marks = [_row("teacher_mark", each, subject="danish") for each in VALUES[IndicatorKind.TEACHER_MARK].values()]
    assert {each.mark for each in facts_of(AS_OF, {ONE: 8}, [], marks)[ONE].marks} == {-3, 0, 2, 4, 7, 10, 12}
    for value in VALUES[IndicatorKind.EDUCATION_READINESS].values():
        facts = facts_of(AS_OF, {ONE: 8}, [], [_row("education_readiness", value)])
        assert facts[ONE].readiness is Readiness(value)


def test_the_last_assessment_of_readiness_stands() -> None:
    rows = [_row("education_readiness", "not_ready"), _row("education_readiness", "ready")]
    assert facts_of(AS_OF, {ONE: 9}, [], rows)[ONE].readiness is Readiness.READY
