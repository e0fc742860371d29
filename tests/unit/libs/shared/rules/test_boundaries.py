"""Every limit of the rules from both sides, on any facts: values that reach it, values that do not, and missing
values.
"""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import ValidationError

from libs.shared.rules.catalog import catalog_entries
from libs.shared.rules.composition.checks import check_group, check_plan
from libs.shared.rules.composition.plan import Plan
from libs.shared.rules.composition.settings import CompositionSettings
from libs.shared.rules.dosage.delivered import delivered_dosage
from libs.shared.rules.dosage.facts import PlannedPhase
from libs.shared.rules.dosage.planned import planned_dosage
from libs.shared.rules.library import library_rule_set
from libs.shared.rules.rule_sets import read_rules
from libs.shared.rules.screening.absence import screen_absence
from libs.shared.rules.screening.facts import SEVEN_POINT_SCALE, AbsenceFacts, MarkFacts, Readiness, ScreeningFacts
from libs.shared.rules.screening.settings import ScreeningSettings
from libs.shared.rules.screening.upper_stage import screen_marks, screen_readiness
from libs.shared.rules.vulnerable.definition import judge_absence
from libs.shared.rules.vulnerable.facts import VulnerableFacts
from libs.shared.rules.vulnerable.settings import VulnerableSettings
from libs.shared.values.school_years import school_year_of
from tests.unit.libs.shared.rules.dosage.course import START as COURSE_START
from tests.unit.libs.shared.rules.dosage.course import course, every_week

SCREENING, COMPOSITION = library_rule_set("screening-2021"), library_rule_set("composition-2021")
DOSAGE, VULNERABLE = library_rule_set("dosage-2021"), library_rule_set("vulnerable-2024")
SCREENING_READ = read_rules(SCREENING, ScreeningSettings)
COMPOSITION_READ = read_rules(COMPOSITION, CompositionSettings)
VULNERABLE_READ = read_rules(VULNERABLE, VulnerableSettings)
CATALOG = catalog_entries()
AS_OF = date(2022, 3, 1)


def absent(days: Decimal, of: int, school_year: str = "2021/2022", as_of: date = AS_OF) -> ScreeningFacts:
    year = AbsenceFacts(
        school_year=school_year, absence_days=days, school_days_reported=of, months_reported=1, months_expected=12
    )
    return ScreeningFacts(as_of=as_of, absence=(year,))


@given(hundredths=st.integers(0, 10_000) | st.integers(990, 1010), hundreds=st.integers(1, 3))
@example(hundredths=999, hundreds=1)
@example(hundredths=1000, hundreds=1)
@example(hundredths=1001, hundreds=1)
def test_a_tenth_of_absence_is_flagged_by_the_screening_and_not_yet_by_the_evaluators_definition(
    hundredths: int, hundreds: int
) -> None:
    percent, days = Decimal(hundredths) / 100, Decimal(hundredths) * hundreds / 100
    screened = screen_absence(SCREENING_READ, absent(days, 100 * hundreds))
    assert screened.outcome == ("flagged" if percent >= 10 else "not_flagged")
    defined = judge_absence(VULNERABLE_READ, VulnerableFacts(absence_days=days, school_days=100 * hundreds))
    assert defined.outcome == ("flagged" if percent > 10 else "not_flagged")
    for verdict in (screened, defined):
        assert verdict.value is not None
        assert verdict.value.amount == percent


@given(size=st.integers(1, 100) | st.integers(1, 6), scope=st.sampled_from(["project", "pupil"]))
@example(size=1, scope="project")
@example(size=2, scope="project")
@example(size=4, scope="project")
@example(size=5, scope="project")
def test_a_small_group_has_two_to_four_pupils_whatever_the_plan_is_for(size: int, scope: str) -> None:
    efforts = [{"variant": "C", "group_size": size}]
    (verdict,) = check_group(
        COMPOSITION_READ, Plan.model_validate({"start": AS_OF, "efforts": efforts, "scope": scope}), CATALOG
    )
    assert verdict.outcome == ("satisfied" if 2 <= size <= 4 else "violated")


@given(minutes=st.integers(1, 1440) | st.integers(20, 45))
@example(minutes=24)
@example(minutes=25)
@example(minutes=40)
@example(minutes=41)
def test_a_session_of_a_small_group_counts_from_25_to_40_minutes_planned_and_held_alike(minutes: int) -> None:
    counts = 25 <= minutes <= 40
    phase = PlannedPhase.model_validate(
        {"weekly_amount": 4, "unit": "sessions", "weeks": 12, "minutes_per_session": minutes}
    )
    planned = planned_dosage(DOSAGE, "C", [phase], start=COURSE_START)
    held = delivered_dosage(DOSAGE, "C", course(every_week(12, *[minutes] * 4)))
    assert (planned.outcome, held.outcome) == (("met", "met") if counts else ("missed", "missed"))
    assert len(held.not_counted) == (0 if counts else 48)


@given(
    variant=st.sampled_from([("A1", "10.5"), ("A2", "14.5"), ("B", "2")]),
    tenths=st.integers(-30, 30),
    weeks=st.integers(0, 45),
)
@example(variant=("A1", "10.5"), tenths=-1, weeks=20)
@example(variant=("A1", "10.5"), tenths=0, weeks=20)
@example(variant=("A1", "10.5"), tenths=0, weeks=19)
def test_lessons_reach_the_minimum_exactly_from_it_on(variant: tuple[str, str], tenths: int, weeks: int) -> None:
    name, least = variant[0], Decimal(variant[1])
    planned = max(least + Decimal(tenths) / 10, Decimal(0))
    phase = PlannedPhase.model_validate({"weekly_amount": planned, "unit": "lessons", "weeks": weeks})
    verdict = planned_dosage(DOSAGE, name, [phase], start=AS_OF)
    least_weeks = 16 if name == "B" else 20
    assert verdict.outcome == ("met" if planned >= least and weeks >= least_weeks else "missed")
    in_minutes = PlannedPhase.model_validate({"weekly_amount": planned * 45, "unit": "minutes", "weeks": weeks})
    assert planned_dosage(DOSAGE, name, [in_minutes], start=AS_OF) == verdict


@given(marks=st.lists(st.sampled_from(SEVEN_POINT_SCALE), min_size=1, max_size=5), grade=st.integers(0, 10))
@example(marks=[-3], grade=8)
@example(marks=[0], grade=8)
@example(marks=[2], grade=9)
@example(marks=[4], grade=10)
@example(marks=[7], grade=8)
@example(marks=[4], grade=7)
def test_a_mark_of_four_or_below_is_flagged_in_grades_eight_to_ten(marks: list[int], grade: int) -> None:
    given_ = tuple(MarkFacts(subject="dansk", given_in_grade=8, mark=each) for each in marks)
    verdict = screen_marks(SCREENING_READ, ScreeningFacts(as_of=AS_OF, grade=grade, marks=given_))
    if not 8 <= grade <= 10:
        assert verdict.outcome == "not_applicable"
    else:
        assert verdict.outcome == ("flagged" if min(marks) <= 4 else "not_flagged")


@given(grade=st.integers(0, 10), readiness=st.sampled_from(Readiness))
def test_readiness_is_asked_for_in_grades_seven_to_ten(grade: int, readiness: Readiness) -> None:
    verdict = screen_readiness(SCREENING_READ, ScreeningFacts(as_of=AS_OF, grade=grade, readiness=readiness))
    expected = "flagged" if readiness is Readiness.NOT_READY else "not_flagged"
    assert verdict.outcome == (expected if grade >= 7 else "not_applicable")


@pytest.mark.parametrize("grade", [-1, 11])
def test_there_is_no_grade_below_0_or_above_10(grade: int) -> None:
    with pytest.raises(ValidationError):
        ScreeningFacts(as_of=AS_OF, grade=grade)
    with pytest.raises(ValidationError):
        VulnerableFacts(survey_grade=grade)
    with pytest.raises(ValidationError):
        Plan.model_validate({"start": AS_OF, "efforts": [{"variant": "E1", "grades": [grade]}]})


@given(grades=st.lists(st.integers(0, 10), min_size=1, max_size=11))
@example(grades=[6])
@example(grades=[7])
@example(grades=[10])
def test_an_intensive_course_below_grade_seven_is_noted(grades: list[int]) -> None:
    plan = Plan.model_validate({"start": AS_OF, "efforts": [{"variant": "D1", "grades": grades}]})
    (verdict,) = [each for each in check_plan(COMPOSITION, plan, CATALOG) if each.rule_id == "C-GRADE"]
    assert verdict.outcome == ("violated" if min(grades) < 7 else "satisfied")


@given(day=st.dates(date(2000, 1, 1), date(2098, 12, 31)))
@example(day=date(2022, 7, 31))
@example(day=date(2022, 8, 1))
def test_the_first_of_august_begins_a_school_year_and_ends_what_is_looked_back_on(day: date) -> None:
    first, last = (int(part) for part in school_year_of(day).split("/"))
    assert date(first, 8, 1) <= day <= date(last, 7, 31)
    assert last == first + 1
    for back, counts in ((0, True), (1, True), (2, False), (-1, False)):
        facts = absent(Decimal(20), 100, f"{first - back}/{last - back}", as_of=day)
        if SCREENING.is_in_force(day):
            assert (screen_absence(SCREENING_READ, facts).outcome == "flagged") == counts


@given(
    first=st.dates(date(2021, 1, 1), date(2030, 1, 1)),
    length=st.integers(1, 800),
    offset=st.integers(-3, 3),
    at=st.booleans(),
)
@example(first=date(2021, 8, 1), length=365, offset=0, at=False)
@example(first=date(2021, 8, 1), length=365, offset=0, at=True)
@example(first=date(2021, 8, 1), length=365, offset=-1, at=True)
def test_a_set_and_a_variant_hold_from_their_first_day_until_before_their_last(
    first: date, length: int, offset: int, *, at: bool
) -> None:
    last = first + timedelta(days=length)
    day = (last if at else first) + timedelta(days=offset)
    inside = first <= day < last
    limited = COMPOSITION.model_copy(update={"valid_from": first, "valid_to": last})
    assert limited.is_in_force(day) == inside
    entries = tuple(each.model_copy(update={"valid_from": first, "valid_to": last}) for each in CATALOG)
    plan = Plan.model_validate({"start": day, "efforts": [{"variant": "B"}]})
    catalog = next(each for each in check_plan(COMPOSITION.model_copy(update={"valid_from": date.min}), plan, entries))
    assert catalog.outcome == ("satisfied" if inside else "violated")


@given(data=st.data(), of=st.integers(1, 366))
def test_a_share_is_compared_exactly_and_shown_on_its_side_of_the_limit(data: st.DataObject, of: int) -> None:
    days = data.draw(st.integers(0, of))
    verdict = screen_absence(SCREENING_READ, absent(Decimal(days), of))
    assert verdict.value is not None
    assert verdict.value.amount is not None
    assert (verdict.outcome == "flagged") == (Fraction(days) * 10 >= of) == (verdict.value.amount >= 10)
