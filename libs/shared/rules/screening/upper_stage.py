"""S-NOT-READY and S-MARK: the two rules that apply in the upper stage only."""

from libs.shared.rules.screening.facts import MarkFacts, MarkKind, Readiness, ScreeningFacts
from libs.shared.rules.screening.settings import MarkSettings, ScreeningRules
from libs.shared.rules.verdicts import ScreeningOutcome, ScreeningVerdict, coverage, measure, screening_verdict
from libs.shared.rules.wording import Text, listed_da, listed_en

NOT_READY = "S-NOT-READY"
MARK = "S-MARK"

_TWO_DIGITS = {0: "00", 2: "02"}


def screen_readiness(rules: ScreeningRules, facts: ScreeningFacts) -> ScreeningVerdict:
    """S-NOT-READY: flagged when the pupil is assessed not ready for education, grades 7–10; source 000, step 1.

    Unknown without an assessment or without a known grade; not applicable in the other grades.
    """
    settings = rules.settings.readiness
    outside = _outside(facts.grade, settings.from_grade, settings.to_grade)
    outcome, reason = outside or _readiness(facts.readiness)
    given = facts.readiness if outside is None else None
    return screening_verdict(
        rules,
        rule_id=NOT_READY,
        outcome=outcome,
        value=measure("readiness", code=given) if given else None,
        threshold=measure("readiness", code=Readiness.NOT_READY),
        coverage=coverage("assessments", int(facts.readiness is not None), 1),
        reason=reason,
    )


def screen_marks(rules: ScreeningRules, facts: ScreeningFacts) -> ScreeningVerdict:
    """S-MARK: flagged when any teacher mark given in grade 8 or 9 is 4 or below, grades 8–10; source 000, step 1.

    Exam marks and marks given in grade 10 do not count. Unknown without a mark that counts or without a known
    grade; not applicable in the other grades. ``value`` is the lowest mark.
    """
    settings = rules.settings.mark
    counted = [
        each
        for each in facts.marks
        if each.kind is MarkKind.TEACHER and each.given_in_grade in settings.given_in_grades
    ]
    outside = _outside(facts.grade, settings.from_grade, settings.to_grade)
    outcome, reason = outside or _marks(settings, counted)
    judged = counted if outside is None else []
    return screening_verdict(
        rules,
        rule_id=MARK,
        outcome=outcome,
        value=measure("mark", amount=min(each.mark for each in judged)) if judged else None,
        threshold=measure("mark", amount=settings.flagged_up_to),
        coverage=coverage("marks", len(counted)),
        reason=reason,
    )


def _outside(grade: int | None, first: int, last: int) -> tuple[ScreeningOutcome, Text] | None:
    if grade is None:
        return ScreeningOutcome.UNKNOWN, Text(
            da=f"Elevens klassetrin er ikke kendt; reglen gælder {first}.–{last}. klasse.",
            en=f"The pupil's grade is not known; the rule applies to grades {first}–{last}.",
        )
    if not first <= grade <= last:
        return ScreeningOutcome.NOT_APPLICABLE, Text(
            da=f"Eleven går i {grade}. klasse; reglen gælder {first}.–{last}. klasse.",
            en=f"The pupil is in grade {grade}; the rule applies to grades {first}–{last}.",
        )
    return None


def _readiness(given: Readiness | None) -> tuple[ScreeningOutcome, Text]:
    if given is None:
        return ScreeningOutcome.UNKNOWN, Text(
            da="Der er 0 vurderinger af elevens uddannelsesparathed.",
            en="There are 0 assessments of the pupil's education readiness.",
        )
    if given is Readiness.NOT_READY:
        return ScreeningOutcome.FLAGGED, Text(
            da="Eleven er vurderet ikke-uddannelsesparat.", en="The pupil is assessed as not ready for education."
        )
    return ScreeningOutcome.NOT_FLAGGED, Text(
        da="Eleven er vurderet uddannelsesparat.", en="The pupil is assessed as ready for education."
    )


def _marks(settings: MarkSettings, counted: list[MarkFacts]) -> tuple[ScreeningOutcome, Text]:
    grades_da = listed_da([f"{each}." for each in settings.given_in_grades])
    grades_en = listed_en([str(each) for each in settings.given_in_grades])
    if not counted:
        return ScreeningOutcome.UNKNOWN, Text(
            da=f"Der er ingen standpunktskarakterer fra {grades_da} klasse for eleven.",
            en=f"There are no teacher marks from grades {grades_en} for the pupil.",
        )
    low = [each for each in counted if each.mark <= settings.flagged_up_to]
    lowest = _written(min(each.mark for each in counted))
    limit = _written(settings.flagged_up_to)
    if low:
        return ScreeningOutcome.FLAGGED, Text(
            da=f"{len(low)} af {len(counted)} standpunktskarakterer fra {grades_da} klasse er {limit} eller derunder; "
            f"den laveste er {lowest}.",
            en=f"{len(low)} of {len(counted)} teacher marks from grades {grades_en} are {limit} or below; "
            f"the lowest is {lowest}.",
        )
    return ScreeningOutcome.NOT_FLAGGED, Text(
        da=f"Ingen af {len(counted)} standpunktskarakterer fra {grades_da} klasse er {limit} eller derunder; "
        f"den laveste er {lowest}.",
        en=f"None of {len(counted)} teacher marks from grades {grades_en} is {limit} or below; the lowest is {lowest}.",
    )


def _written(mark: int) -> str:
    """The mark as the 7-point scale writes it: 0 is 00 and 2 is 02."""
    return _TWO_DIGITS.get(mark, str(mark))
