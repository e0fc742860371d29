from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from libs.shared.rules.library import library_rule_set
from libs.shared.rules.rule_sets import read_rules
from libs.shared.rules.screening.absence import screen_absence
from libs.shared.rules.screening.facts import AbsenceFacts, ScreeningFacts
from libs.shared.rules.screening.settings import ScreeningRules, ScreeningSettings
from libs.shared.rules.verdicts import Coverage, Measure, ScreeningOutcome

SCREENING = read_rules(library_rule_set("screening-2021"), ScreeningSettings)

AS_OF = date(2022, 3, 1)
CURRENT, LATEST, BEFORE, NEXT = "2021/2022", "2020/2021", "2019/2020", "2022/2023"


def year(school_year: str, absence: str, of: int, months: int = 10, expected: int = 10) -> AbsenceFacts:
    return AbsenceFacts(
        school_year=school_year,
        absence_days=Decimal(absence),
        school_days_reported=of,
        months_reported=months,
        months_expected=expected,
    )


def facts(*years: AbsenceFacts, as_of: date = AS_OF) -> ScreeningFacts:
    return ScreeningFacts(as_of=as_of, grade=5, absence=years)


@pytest.mark.parametrize(
    ("absence", "of", "shown", "outcome"),
    [
        ("99.9", 1000, "9.99", "not_flagged"),
        ("100", 1000, "10", "flagged"),
        ("100.1", 1000, "10.01", "flagged"),
    ],
)
def test_the_limit_of_ten_percent_is_inclusive(
    screening_rules: ScreeningRules, absence: str, of: int, shown: str, outcome: str
) -> None:
    # More school days than a year has, without the model's limit, so that a hundredth of a percent makes a difference.
    of_year = year(CURRENT, absence, 200).model_copy(update={"school_days_reported": of})
    verdict = screen_absence(screening_rules, facts(of_year))
    assert verdict.outcome == outcome
    assert verdict.value == Measure(amount=Decimal(shown), unit="percent")
    assert verdict.threshold == Measure(amount=Decimal(10), unit="percent")


@given(half_days=st.integers(0, 400), of=st.integers(1, 200))
def test_a_pupil_is_flagged_exactly_from_a_tenth_of_the_school_days(half_days: int, of: int) -> None:
    verdict = screen_absence(
        SCREENING,
        facts(year(CURRENT, str(Decimal(half_days) / 2), of)),
    )
    expected = Fraction(half_days, 2) * 10 >= of and half_days <= 2 * of  # more days than all of them give no share
    assert (verdict.outcome is ScreeningOutcome.FLAGGED) == expected


def test_either_school_year_flags_by_itself(screening_rules: ScreeningRules) -> None:
    for flagged, below in ((CURRENT, LATEST), (LATEST, CURRENT)):
        verdict = screen_absence(screening_rules, facts(year(flagged, "20", 200), year(below, "0", 200)))
        assert verdict.outcome is ScreeningOutcome.FLAGGED
        assert verdict.value == Measure(amount=Decimal(10), unit="percent")


def test_two_years_below_the_limit_are_not_added_up(screening_rules: ScreeningRules) -> None:
    verdict = screen_absence(screening_rules, facts(year(LATEST, "19.5", 200), year(CURRENT, "5", 100)))
    assert verdict.outcome is ScreeningOutcome.NOT_FLAGGED
    assert verdict.coverage == Coverage(have=20, expected=20, unit="months")
    assert verdict.reason.da == (
        "Fraværet er 9,75 % i skoleåret 2020/2021 (19,5 af 200 skoledage, 10 af 10 måneder indberettet) og "
        "5 % i skoleåret 2021/2022 (5 af 100 skoledage, 10 af 10 måneder indberettet); det er under grænsen på 10 %."
    )


def test_the_reason_names_the_numbers_in_both_languages(screening_rules: ScreeningRules) -> None:
    verdict = screen_absence(screening_rules, facts(year(CURRENT, "12.5", 100, months=6, expected=7)))
    assert verdict.reason.da == (
        "Fraværet er 12,5 % i skoleåret 2021/2022 (12,5 af 100 skoledage, 6 af 7 måneder indberettet); "
        "mindst ét skoleår når grænsen på 10 % eller mere."
    )
    assert verdict.reason.en == (
        "Absence is 12.5 % in the school year 2021/2022 (12.5 of 100 school days, 6 of 7 months reported); "
        "at least one school year reaches the limit of 10 % or more."
    )
    assert (verdict.rule_id, verdict.rule_set, verdict.version) == ("S-ABSENCE", "screening-2021", 1)
    below = screen_absence(screening_rules, facts(year(CURRENT, "1.5", 100)))
    assert below.reason.en.endswith("that is below the limit of 10 %.")


def test_other_school_years_do_not_count(screening_rules: ScreeningRules) -> None:
    verdict = screen_absence(screening_rules, facts(year(BEFORE, "100", 200), year(NEXT, "100", 200)))
    assert verdict.outcome is ScreeningOutcome.UNKNOWN


def test_the_two_years_move_on_with_the_first_of_august(screening_rules: ScreeningRules) -> None:
    high = year(LATEST, "50", 200)
    before = screen_absence(screening_rules, facts(high, as_of=date(2022, 7, 31)))
    after = screen_absence(screening_rules, facts(high, as_of=date(2022, 8, 1)))
    assert (before.outcome, after.outcome) == (ScreeningOutcome.FLAGGED, ScreeningOutcome.UNKNOWN)


def test_no_month_reported_in_either_year_is_unknown_and_never_a_no(screening_rules: ScreeningRules) -> None:
    none = facts(year(LATEST, "0", 0, months=0), year(CURRENT, "0", 0, months=0, expected=7))
    verdict = screen_absence(screening_rules, none)
    assert verdict.outcome is ScreeningOutcome.UNKNOWN
    assert verdict.value is None
    assert verdict.coverage == Coverage(have=0, expected=17, unit="months")
    assert verdict.reason.da == (
        "Fraværet kan ikke beregnes: 0 måneder og 0 skoledage er indberettet for eleven "
        "i skoleårene 2020/2021 og 2021/2022."
    )
    assert "0 months and 0 school days" in verdict.reason.en


def test_nothing_at_all_is_unknown_with_an_unknown_expectation(screening_rules: ScreeningRules) -> None:
    verdict = screen_absence(screening_rules, facts())
    assert verdict.outcome is ScreeningOutcome.UNKNOWN
    assert verdict.coverage == Coverage(have=0, expected=None, unit="months")
    assert verdict.reason.da.endswith("for eleven i skoleårene 2020/2021 og 2021/2022.")
    assert verdict.reason.en.endswith("for the pupil in the school years 2020/2021 and 2021/2022.")


def test_a_year_without_a_reported_month_leaves_the_other_to_decide(screening_rules: ScreeningRules) -> None:
    verdict = screen_absence(
        screening_rules, facts(year(LATEST, "50", 200, months=0), year(CURRENT, "1", 100, months=5))
    )
    assert verdict.outcome is ScreeningOutcome.NOT_FLAGGED
    assert verdict.coverage == Coverage(have=5, expected=20, unit="months")


def test_reported_months_without_school_days_to_measure_against_are_unknown(
    screening_rules: ScreeningRules,
) -> None:
    verdict = screen_absence(screening_rules, facts(year(CURRENT, "3", 0, months=2)))
    assert verdict.outcome is ScreeningOutcome.UNKNOWN


def test_a_school_year_given_twice_is_refused() -> None:
    with pytest.raises(ValidationError, match="once per school year"):
        facts(year(CURRENT, "1", 10), year(CURRENT, "2", 10))


@pytest.mark.parametrize(
    ("field", "most"),
    [("absence_days", 400), ("school_days_reported", 366), ("months_reported", 12), ("months_expected", 12)],
)
def test_a_fact_outside_what_a_school_year_holds_is_refused(field: str, most: int) -> None:
    facts_of_year = year(CURRENT, "1", 10).model_dump()
    for value in (0, most):
        AbsenceFacts.model_validate(facts_of_year | {field: value})
    for value in (-1, most + 1):
        with pytest.raises(ValidationError):
            AbsenceFacts.model_validate(facts_of_year | {field: value})


def test_more_absence_than_school_days_is_no_share_and_says_so(screening_rules: ScreeningRules) -> None:
    verdict = screen_absence(screening_rules, facts(year(CURRENT, "10", 5)))
    assert (verdict.outcome, verdict.value) == (ScreeningOutcome.UNKNOWN, None)
    assert "flere fraværsdage (10) end skoledage (5)" in verdict.reason.da
    assert "more days of absence (10) than school days (5)" in verdict.reason.en


def test_a_year_that_contradicts_itself_leaves_the_other_as_it_is(screening_rules: ScreeningRules) -> None:
    verdict = screen_absence(screening_rules, facts(year(LATEST, "201", 200), year(CURRENT, "1", 100)))
    assert verdict.outcome is ScreeningOutcome.NOT_FLAGGED
    assert "%" in verdict.reason.da
    assert "201" not in verdict.reason.da
