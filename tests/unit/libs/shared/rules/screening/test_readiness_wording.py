"""The texts of the rule on education readiness in both languages."""

from datetime import date

import pytest

from libs.shared.rules.screening.facts import Readiness, ScreeningFacts
from libs.shared.rules.screening.settings import ScreeningRules
from libs.shared.rules.screening.upper_stage import screen_readiness
from libs.shared.rules.verdicts import Coverage, Measure


@pytest.mark.parametrize(
    ("given", "outcome", "da", "en"),
    [
        (
            None,
            "unknown",
            "Der er 0 vurderinger af elevens uddannelsesparathed.",
            "There are 0 assessments of the pupil's education readiness.",
        ),
        (
            Readiness.NOT_READY,
            "flagged",
            "Eleven er vurderet ikke-uddannelsesparat.",
            "The pupil is assessed as not ready for education.",
        ),
        (
            Readiness.READY,
            "not_flagged",
            "Eleven er vurderet uddannelsesparat.",
            "The pupil is assessed as ready for education.",
        ),
    ],
)
def test_the_reason_says_how_the_pupil_is_assessed(
    screening_rules: ScreeningRules, given: Readiness | None, outcome: str, da: str, en: str
) -> None:
    verdict = screen_readiness(screening_rules, ScreeningFacts(as_of=date(2021, 9, 1), grade=8, readiness=given))
    assert (verdict.outcome, verdict.reason.da, verdict.reason.en) == (outcome, da, en)
    assert verdict.value == (Measure(code=given, unit="readiness") if given else None)
    assert verdict.coverage == Coverage(have=int(given is not None), expected=1, unit="assessments")


def test_a_grade_that_is_not_known_or_outside_is_said(screening_rules: ScreeningRules) -> None:
    unknown = screen_readiness(screening_rules, ScreeningFacts(as_of=date(2021, 9, 1)))
    assert unknown.reason.da == "Elevens klassetrin er ikke kendt; reglen gælder 7.–10. klasse."
    assert unknown.reason.en == "The pupil's grade is not known; the rule applies to grades 7–10."
    young = screen_readiness(screening_rules, ScreeningFacts(as_of=date(2021, 9, 1), grade=6))
    assert young.reason.da == "Eleven går i 6. klasse; reglen gælder 7.–10. klasse."
    assert young.reason.en == "The pupil is in grade 6; the rule applies to grades 7–10."
