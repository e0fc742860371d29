"""S-TEST: the latest national test in reading or mathematics shows a low result."""

from libs.shared.rules.screening.facts import NationalTest, ScreeningFacts
from libs.shared.rules.screening.settings import NationalTestSettings, ScreeningRules
from libs.shared.rules.verdicts import ScreeningOutcome, ScreeningVerdict, coverage, measure, screening_verdict
from libs.shared.rules.wording import Text, listed_da, listed_en

RULE_ID = "S-TEST"


def screen_tests(rules: ScreeningRules, facts: ScreeningFacts) -> ScreeningVerdict:
    """Flagged when the latest test of either subject is at the threshold level or below; source 000, step 1.

    Only tests made for the rule set's test grades and taken by ``as_of`` count, so a grade 7 pupil is judged by the
    test of grade 6. Without a test: unknown from the grade where one is expected (or when the grade is not known),
    not applicable below it. ``value`` is the lower of the latest levels; coverage is the subjects.
    """
    settings = rules.settings.national_test
    latest = _latest_per_subject(settings, facts)
    outcome = _outcome(settings, latest, facts.grade)
    lowest = min(latest, key=lambda each: settings.rank(each.level), default=None)
    return screening_verdict(
        rules,
        rule_id=RULE_ID,
        outcome=outcome,
        value=measure("test_level", code=lowest.level) if lowest else None,
        threshold=measure("test_level", code=settings.flagged_up_to),
        coverage=coverage("subjects", len(latest), len(settings.subjects)),
        reason=_reason(settings, latest, outcome) if latest else _no_test(settings, facts.grade),
    )


def _latest_per_subject(settings: NationalTestSettings, facts: ScreeningFacts) -> list[NationalTest]:
    latest: dict[str, NationalTest] = {}
    for each in facts.tests:
        if each.test_grade not in settings.test_grades or each.taken_on > facts.as_of:
            continue
        before = latest.get(each.subject)
        # Of two tests on the same day the lower is used, so that no pupil is overlooked.
        if before is None or (each.taken_on, -settings.rank(each.level)) > (
            before.taken_on,
            -settings.rank(before.level),
        ):
            latest[each.subject] = each
    return [latest[subject.code] for subject in settings.subjects if subject.code in latest]


def _outcome(settings: NationalTestSettings, latest: list[NationalTest], grade: int | None) -> ScreeningOutcome:
    if not latest:
        expected = grade is None or grade >= settings.expected_from_grade
        return ScreeningOutcome.UNKNOWN if expected else ScreeningOutcome.NOT_APPLICABLE
    threshold = settings.rank(settings.flagged_up_to)
    if any(settings.rank(each.level) <= threshold for each in latest):
        return ScreeningOutcome.FLAGGED
    return ScreeningOutcome.NOT_FLAGGED


def _reason(settings: NationalTestSettings, latest: list[NationalTest], outcome: ScreeningOutcome) -> Text:
    names = {each.code: each.name for each in settings.subjects}
    parts_da = listed_da(
        [
            f"{settings.level_name(each.level).da} i {names[each.subject].da} (testen for {each.test_grade}. klasse)"
            for each in latest
        ]
    )
    parts_en = listed_en(
        [
            f"{settings.level_name(each.level).en} in {names[each.subject].en} (the test for grade {each.test_grade})"
            for each in latest
        ]
    )
    limit = settings.level_name(settings.flagged_up_to)
    if outcome is ScreeningOutcome.FLAGGED:
        return Text(
            da=f"Seneste nationale test er {parts_da}; {limit.da} eller lavere giver en markering.",
            en=f"The latest national test is {parts_en}; {limit.en} or lower gives a flag.",
        )
    return Text(
        da=f"Seneste nationale test er {parts_da}; det er over {limit.da}.",
        en=f"The latest national test is {parts_en}; that is above {limit.en}.",
    )


def _no_test(settings: NationalTestSettings, grade: int | None) -> Text:
    grades_da = listed_da([f"{each}." for each in settings.test_grades])
    grades_en = listed_en([str(each) for each in settings.test_grades])
    if grade is not None and grade < settings.expected_from_grade:
        return Text(
            da=f"Eleven går i {grade}. klasse og har ikke haft en national test endnu; de tages i {grades_da} klasse.",
            en=f"The pupil is in grade {grade} and has not had a national test yet; "
            f"they are taken in grades {grades_en}.",
        )
    return Text(
        da=f"Der er ingen national test fra {grades_da} klasse for eleven.",
        en=f"There is no national test from grades {grades_en} for the pupil.",
    )
