from datetime import date
from itertools import pairwise

import pytest
from pydantic import ValidationError

from libs.shared.rules.screening.facts import (
    NationalTest,
    NationalTestLevel,
    NationalTestSubject,
    ScreeningFacts,
)
from libs.shared.rules.screening.national_tests import screen_tests
from libs.shared.rules.screening.settings import NationalTestSettings, ScreeningRules
from libs.shared.rules.verdicts import Coverage, Measure, ScreeningOutcome

AS_OF = date(2022, 9, 1)
READING, MATHEMATICS = NationalTestSubject.READING, NationalTestSubject.MATHEMATICS
FAIR, GOOD = NationalTestLevel.FAIR, NationalTestLevel.GOOD


def of(
    level: NationalTestLevel,
    subject: NationalTestSubject = READING,
    grade: int = 6,
    taken_on: date = date(2022, 3, 1),
) -> NationalTest:
    return NationalTest(subject=subject, test_grade=grade, taken_on=taken_on, level=level)


def facts(*tests: NationalTest, grade: int | None = 7) -> ScreeningFacts:
    return ScreeningFacts(as_of=AS_OF, grade=grade, tests=tests)


@pytest.mark.parametrize(
    ("level", "outcome"),
    [
        ("not_sufficient", "flagged"),
        ("deficient", "flagged"),
        ("fair", "flagged"),
        ("good", "not_flagged"),
        ("very_good", "not_flagged"),
        ("excellent", "not_flagged"),
    ],
)
@pytest.mark.parametrize("subject", list(NationalTestSubject))
def test_fair_is_the_highest_level_that_is_flagged(
    screening_rules: ScreeningRules, level: str, outcome: str, subject: NationalTestSubject
) -> None:
    verdict = screen_tests(screening_rules, facts(of(NationalTestLevel(level), subject)))
    assert verdict.outcome == outcome
    assert verdict.value == Measure(code=level, unit="test_level")
    assert verdict.threshold == Measure(code="fair", unit="test_level")
    assert verdict.coverage == Coverage(have=1, expected=2, unit="subjects")


def test_the_scale_runs_from_not_sufficient_to_excellent_as_the_codes_do(
    screening_rules: ScreeningRules,
) -> None:
    settings = screening_rules.settings.national_test
    ranks = [settings.rank(each) for each in NationalTestLevel]
    assert all(low < high for low, high in pairwise(ranks))
    assert len(ranks) == len(settings.scale) == 6


def test_either_subject_flags_by_itself_and_the_lower_is_the_value(screening_rules: ScreeningRules) -> None:
    verdict = screen_tests(screening_rules, facts(of(GOOD, READING), of(FAIR, MATHEMATICS, grade=4)))
    assert verdict.outcome is ScreeningOutcome.FLAGGED
    assert verdict.value == Measure(code="fair", unit="test_level")
    assert verdict.coverage == Coverage(have=2, expected=2, unit="subjects")
    assert verdict.reason.da == (
        "Seneste nationale test er god i læsning (testen for 6. klasse) og jævn i matematik (testen for 4. klasse); "
        "jævn eller lavere giver en markering."
    )
    assert verdict.reason.en == (
        "The latest national test is good in reading (the test for grade 6) and fair in mathematics "
        "(the test for grade 4); fair or lower gives a flag."
    )


def test_only_the_latest_test_of_a_subject_decides(screening_rules: ScreeningRules) -> None:
    old, new = date(2020, 3, 1), date(2022, 3, 1)
    better = screen_tests(screening_rules, facts(of(FAIR, grade=4, taken_on=old), of(GOOD, taken_on=new)))
    worse = screen_tests(screening_rules, facts(of(FAIR, taken_on=new), of(GOOD, grade=4, taken_on=old)))
    assert better.outcome is ScreeningOutcome.NOT_FLAGGED
    assert better.reason.da == "Seneste nationale test er god i læsning (testen for 6. klasse); det er over jævn."
    assert better.reason.en == "The latest national test is good in reading (the test for grade 6); that is above fair."
    assert worse.outcome is ScreeningOutcome.FLAGGED


def test_of_two_results_from_one_day_the_lower_is_used_in_either_order(
    screening_rules: ScreeningRules,
) -> None:
    for pair in ((of(FAIR), of(GOOD)), (of(GOOD), of(FAIR))):
        assert screen_tests(screening_rules, facts(*pair)).outcome is ScreeningOutcome.FLAGGED


def test_a_test_on_the_day_counts_and_one_after_it_does_not(screening_rules: ScreeningRules) -> None:
    on_the_day = screen_tests(screening_rules, facts(of(FAIR, taken_on=AS_OF)))
    after = screen_tests(screening_rules, facts(of(FAIR, taken_on=date(2022, 9, 2))))
    assert (on_the_day.outcome, after.outcome) == (ScreeningOutcome.FLAGGED, ScreeningOutcome.UNKNOWN)


@pytest.mark.parametrize(
    ("test_grade", "counts"), [(1, False), (2, True), (3, False), (4, True), (6, True), (8, False)]
)
def test_only_tests_for_grades_two_four_and_six_count(
    screening_rules: ScreeningRules, test_grade: int, counts: bool
) -> None:
    verdict = screen_tests(screening_rules, facts(of(FAIR, grade=test_grade), grade=8))
    assert verdict.outcome is (ScreeningOutcome.FLAGGED if counts else ScreeningOutcome.UNKNOWN)


@pytest.mark.parametrize(
    ("grade", "outcome"),
    [(0, "not_applicable"), (1, "not_applicable"), (2, "unknown"), (7, "unknown"), (10, "unknown"), (None, "unknown")],
)
def test_without_a_test_it_is_unknown_from_grade_two(
    screening_rules: ScreeningRules, grade: int | None, outcome: str
) -> None:
    verdict = screen_tests(screening_rules, facts(grade=grade))
    assert verdict.outcome == outcome
    assert verdict.value is None
    assert verdict.coverage == Coverage(have=0, expected=2, unit="subjects")


def test_the_reasons_without_a_test_say_whether_one_was_to_be_expected(
    screening_rules: ScreeningRules,
) -> None:
    young = screen_tests(screening_rules, facts(grade=1)).reason
    assert young.da == (
        "Eleven går i 1. klasse og har ikke haft en national test endnu; de tages i 2., 4. og 6. klasse."
    )
    assert (
        young.en == "The pupil is in grade 1 and has not had a national test yet; they are taken in grades 2, 4 and 6."
    )
    old = screen_tests(screening_rules, facts(grade=2)).reason
    assert old.da == "Der er ingen national test fra 2., 4. og 6. klasse for eleven."
    assert old.en == "There is no national test from grades 2, 4 and 6 for the pupil."


def test_a_threshold_that_is_not_on_the_scale_is_refused(screening_rules: ScreeningRules) -> None:
    settings = screening_rules.settings.national_test.model_dump()
    with pytest.raises(ValidationError, match="not on the scale not_sufficient, deficient"):
        NationalTestSettings.model_validate(settings | {"flagged_up_to": "superb"})
