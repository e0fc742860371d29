from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from libs.shared.rules.library import library_rule_set
from libs.shared.rules.rule_sets import read_rules
from libs.shared.rules.screening.facts import SEVEN_POINT_SCALE, MarkFacts, MarkKind, Readiness, ScreeningFacts
from libs.shared.rules.screening.settings import ScreeningRules, ScreeningSettings
from libs.shared.rules.screening.upper_stage import screen_marks, screen_readiness
from libs.shared.rules.verdicts import Coverage, Measure, ScreeningOutcome

SCREENING = read_rules(library_rule_set("screening-2021"), ScreeningSettings)

AS_OF = date(2022, 3, 1)


def mark(value: int, given_in: int = 8, kind: MarkKind = MarkKind.TEACHER) -> MarkFacts:
    return MarkFacts(subject="mathematics", kind=kind, given_in_grade=given_in, mark=value)


def with_marks(*marks: MarkFacts, grade: int | None = 9) -> ScreeningFacts:
    return ScreeningFacts(as_of=AS_OF, grade=grade, marks=marks)


def assessed(readiness: Readiness | None, grade: int | None = 8) -> ScreeningFacts:
    return ScreeningFacts(as_of=AS_OF, grade=grade, readiness=readiness)


@pytest.mark.parametrize("grade", range(11))
def test_readiness_applies_from_grade_seven_to_ten(screening_rules: ScreeningRules, grade: int) -> None:
    verdict = screen_readiness(screening_rules, assessed(Readiness.NOT_READY, grade))
    applies = 7 <= grade <= 10
    assert verdict.outcome is (ScreeningOutcome.FLAGGED if applies else ScreeningOutcome.NOT_APPLICABLE)
    assert verdict.value == (Measure(code="not_ready", unit="readiness") if applies else None)
    if not applies:
        assert verdict.reason.da == f"Eleven går i {grade}. klasse; reglen gælder 7.–10. klasse."
        assert verdict.reason.en == f"The pupil is in grade {grade}; the rule applies to grades 7–10."


@pytest.mark.parametrize(
    ("readiness", "outcome", "da", "have"),
    [
        (Readiness.NOT_READY, "flagged", "Eleven er vurderet ikke-uddannelsesparat.", 1),
        (Readiness.READY, "not_flagged", "Eleven er vurderet uddannelsesparat.", 1),
        (None, "unknown", "Der er 0 vurderinger af elevens uddannelsesparathed.", 0),
    ],
)
def test_no_assessment_is_unknown_and_never_ready(
    screening_rules: ScreeningRules, readiness: Readiness | None, outcome: str, da: str, have: int
) -> None:
    verdict = screen_readiness(screening_rules, assessed(readiness))
    assert (verdict.rule_id, verdict.outcome, verdict.reason.da) == ("S-NOT-READY", outcome, da)
    assert verdict.coverage == Coverage(have=have, expected=1, unit="assessments")
    assert verdict.threshold == Measure(code="not_ready", unit="readiness")


def test_an_unknown_grade_makes_both_rules_unknown(screening_rules: ScreeningRules) -> None:
    readiness = screen_readiness(screening_rules, assessed(Readiness.NOT_READY, grade=None))
    marks = screen_marks(screening_rules, with_marks(mark(-3), grade=None))
    assert (readiness.outcome, marks.outcome) == (ScreeningOutcome.UNKNOWN, ScreeningOutcome.UNKNOWN)
    assert marks.value is None
    assert marks.reason.da == "Elevens klassetrin er ikke kendt; reglen gælder 8.–10. klasse."
    assert marks.reason.en == "The pupil's grade is not known; the rule applies to grades 8–10."


@pytest.mark.parametrize(
    ("value", "written", "outcome"),
    [
        (-3, "-3", "flagged"),
        (0, "00", "flagged"),
        (2, "02", "flagged"),
        (4, "4", "flagged"),
        (7, "7", "not_flagged"),
        (10, "10", "not_flagged"),
        (12, "12", "not_flagged"),
    ],
)
def test_four_is_the_highest_mark_that_is_flagged(
    screening_rules: ScreeningRules, value: int, written: str, outcome: str
) -> None:
    verdict = screen_marks(screening_rules, with_marks(mark(value)))
    assert verdict.outcome == outcome
    assert verdict.value == Measure(amount=Decimal(value), unit="mark")
    assert verdict.threshold == Measure(amount=Decimal(4), unit="mark")
    assert verdict.reason.da.endswith(f"den laveste er {written}.")
    assert verdict.reason.en.endswith(f"the lowest is {written}.")


def test_one_low_mark_among_many_is_enough_and_is_counted_in_the_reason(
    screening_rules: ScreeningRules,
) -> None:
    verdict = screen_marks(screening_rules, with_marks(mark(12), mark(2, given_in=9), mark(4)))
    assert verdict.outcome is ScreeningOutcome.FLAGGED
    assert verdict.coverage == Coverage(have=3, expected=None, unit="marks")
    assert verdict.reason.da == (
        "2 af 3 standpunktskarakterer fra 8. og 9. klasse er 4 eller derunder; den laveste er 02."
    )
    assert verdict.reason.en == "2 of 3 teacher marks from grades 8 and 9 are 4 or below; the lowest is 02."


@given(st.lists(st.sampled_from(SEVEN_POINT_SCALE), max_size=12))
def test_a_pupil_with_marks_is_flagged_exactly_when_one_is_four_or_below(values: list[int]) -> None:
    verdict = screen_marks(SCREENING, with_marks(*(mark(each) for each in values)))
    if not values:
        assert verdict.outcome is ScreeningOutcome.UNKNOWN
    else:
        assert (verdict.outcome is ScreeningOutcome.FLAGGED) == any(each in {-3, 0, 2, 4} for each in values)


@pytest.mark.parametrize("grade", range(11))
def test_marks_apply_from_grade_eight_to_ten(screening_rules: ScreeningRules, grade: int) -> None:
    verdict = screen_marks(screening_rules, with_marks(mark(2), grade=grade))
    applies = 8 <= grade <= 10
    assert verdict.outcome is (ScreeningOutcome.FLAGGED if applies else ScreeningOutcome.NOT_APPLICABLE)
    assert (verdict.value is not None) == applies


@pytest.mark.parametrize(("given_in", "counts"), [(7, False), (8, True), (9, True), (10, False)])
def test_only_marks_given_in_grade_eight_or_nine_count(
    screening_rules: ScreeningRules, given_in: int, counts: bool
) -> None:
    verdict = screen_marks(screening_rules, with_marks(mark(2, given_in), grade=10))
    assert verdict.outcome is (ScreeningOutcome.FLAGGED if counts else ScreeningOutcome.UNKNOWN)


def test_exam_marks_do_not_count(screening_rules: ScreeningRules) -> None:
    verdict = screen_marks(screening_rules, with_marks(mark(2, kind=MarkKind.EXAM)))
    assert verdict.outcome is ScreeningOutcome.UNKNOWN
    assert verdict.reason.da == "Der er ingen standpunktskarakterer fra 8. og 9. klasse for eleven."
    assert verdict.reason.en == "There are no teacher marks from grades 8 and 9 for the pupil."


@pytest.mark.parametrize("wrong", [-2, 1, 3, 5, 11, 13])
def test_a_mark_that_is_not_on_the_scale_is_refused(wrong: int) -> None:
    with pytest.raises(ValidationError, match="-3, 00, 02, 4, 7, 10 and 12"):
        mark(wrong)


def test_a_mark_may_be_written_as_the_scale_writes_it() -> None:
    read = MarkFacts.model_validate({"subject": "danish", "given_in_grade": "9", "mark": "02"})
    assert (read.mark, read.kind) == (2, MarkKind.TEACHER)
