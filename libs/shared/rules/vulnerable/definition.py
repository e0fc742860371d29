"""V-ABSENCE, V-WELLBEING and V-VULNERABLE; source 001, section 6.3 and box 2.1."""

from fractions import Fraction

from libs.shared.rules.rule_sets import RuleSet, read_rules
from libs.shared.rules.verdicts import Coverage, Measure, ScreeningOutcome, ScreeningVerdict, screening_verdict
from libs.shared.rules.vulnerable.facts import VulnerableFacts
from libs.shared.rules.vulnerable.settings import MeanOfItems, VulnerableRules, VulnerableSettings, WorryingAnswers
from libs.shared.rules.wording import Text, floored, number_da, number_en

FAMILY = "vulnerable"
ABSENCE = "V-ABSENCE"
WELLBEING = "V-WELLBEING"
VULNERABLE = "V-VULNERABLE"


def judge_vulnerable(
    rule_set: RuleSet | VulnerableRules, facts: VulnerableFacts
) -> tuple[ScreeningVerdict, ScreeningVerdict, ScreeningVerdict]:
    """The verdicts on high absence, on low wellbeing, and on whether the pupil is vulnerable: at least one of the two.

    The third is unknown when neither can be computed. If only one can be computed and is not met, the pupil is not
    flagged. The delivery names the version of the rule set, so no date is needed to choose it.
    """
    rules = read_rules(rule_set, VulnerableSettings)
    absence, wellbeing = judge_absence(rules, facts), judge_wellbeing(rules, facts)
    parts = (absence.outcome, wellbeing.outcome)
    computed = sum(each in (ScreeningOutcome.FLAGGED, ScreeningOutcome.NOT_FLAGGED) for each in parts)
    flagged = parts.count(ScreeningOutcome.FLAGGED)
    if flagged:
        outcome = ScreeningOutcome.FLAGGED
    else:
        outcome = ScreeningOutcome.NOT_FLAGGED if computed else ScreeningOutcome.UNKNOWN
    either = screening_verdict(
        rules,
        rule_id=VULNERABLE,
        outcome=outcome,
        value=Measure(amount=flagged, unit="definitions") if computed else None,
        threshold=Measure(amount=1, unit="definitions"),
        coverage=Coverage(have=computed, expected=len(parts), unit="definitions"),
        reason=Text(
            da=f"{flagged} af {computed} beregnede kendetegn (højt fravær, lav trivsel) er opfyldt; 1 er nok.",
            en=f"{flagged} of {computed} computed marks (high absence, low wellbeing) are met; 1 is enough.",
        ),
    )
    return absence, wellbeing, either


def judge_absence(rules: VulnerableRules, facts: VulnerableFacts) -> ScreeningVerdict:
    """V-ABSENCE: flagged when absence is strictly more than the set's percent of the school days of the autumn.

    Unknown without absence or school days, and with more absence than school days, because one of the two is then
    wrong.
    """
    limit = rules.settings.absence_above_percent
    if facts.absence_days is None or not facts.school_days:
        outcome, value = ScreeningOutcome.UNKNOWN, None
        da = f"Efterårets fravær kan ikke beregnes: {facts.school_days or 0} skoledage er kendt."
        en = f"The autumn's absence cannot be computed: {facts.school_days or 0} school days are known."
    elif facts.absence_days > facts.school_days:
        outcome, value = ScreeningOutcome.UNKNOWN, None
        da = (
            f"Efterårets fravær kan ikke beregnes: der er flere fraværsdage ({number_da(facts.absence_days)}) end "
            f"skoledage ({facts.school_days})."
        )
        en = (
            f"The autumn's absence cannot be computed: there are more days of absence "
            f"({number_en(facts.absence_days)}) than school days ({facts.school_days})."
        )
    else:
        percent = Fraction(facts.absence_days) * 100 / facts.school_days
        outcome = ScreeningOutcome.FLAGGED if percent > Fraction(limit) else ScreeningOutcome.NOT_FLAGGED
        value = Measure(amount=floored(percent), unit="percent")
        da = (
            f"Efterårets fravær er {number_da(facts.absence_days)} af {facts.school_days} skoledage "
            f"({number_da(floored(percent))} %); grænsen er mere end {number_da(limit)} %."
        )
        en = (
            f"The autumn's absence is {number_en(facts.absence_days)} of {facts.school_days} school days "
            f"({number_en(floored(percent))} %); the limit is more than {number_en(limit)} %."
        )
    return screening_verdict(
        rules,
        rule_id=ABSENCE,
        outcome=outcome,
        value=value,
        threshold=Measure(amount=limit, unit="percent"),
        coverage=Coverage(have=facts.school_days or 0, unit="school_days"),
        reason=Text(da=da, en=en),
    )


def judge_wellbeing(rules: VulnerableRules, facts: VulnerableFacts) -> ScreeningVerdict:
    """V-WELLBEING, by the grade at the spring's survey.

    A missing answer counts neither as worrying nor as not worrying: the outcome is known only when no answer to the
    missing questions could change it. Not applicable in grades without a definition, unknown without a grade. Raises
    ``ValueError`` for an answer outside the scale.
    """
    settings = rules.settings
    grade = facts.survey_grade
    if grade is None:
        return _wellbeing(
            rules,
            ScreeningOutcome.UNKNOWN,
            Text(
                da="Klassetrinnet ved forårets trivselsmåling er ikke kendt.",
                en="The grade at the spring's wellbeing survey is not known.",
            ),
        )
    if settings.older.from_grade <= grade <= settings.older.to_grade:
        return _older(rules, settings.older, facts)
    if settings.younger.from_grade <= grade <= settings.younger.to_grade:
        return _younger(rules, settings.younger, facts)
    return _wellbeing(
        rules,
        ScreeningOutcome.NOT_APPLICABLE,
        Text(
            da=f"Lav trivsel er ikke defineret for {grade}. klasse.",
            en=f"Low wellbeing is not defined for grade {grade}.",
        ),
    )


def _older(rules: VulnerableRules, settings: WorryingAnswers, facts: VulnerableFacts) -> ScreeningVerdict:
    given = [facts.worrying[each.id] for each in settings.items if each.id in facts.worrying]
    worrying, of = sum(given), len(settings.items)
    return _wellbeing(
        rules,
        _between(worrying, worrying + of - len(given), settings.flagged_from),
        Text(
            da=f"{worrying} af {len(given)} besvarede spørgsmål ud af {of} har et bekymrende svar; "
            f"grænsen er {settings.flagged_from}.",
            en=f"{worrying} of {len(given)} answered questions out of {of} have a worrying answer; "
            f"the limit is {settings.flagged_from}.",
        ),
        value=Measure(amount=worrying, unit="worrying_answers") if given else None,
        threshold=Measure(amount=settings.flagged_from, unit="worrying_answers"),
        coverage=Coverage(have=len(given), expected=of, unit="answers"),
    )


def _younger(rules: VulnerableRules, settings: MeanOfItems, facts: VulnerableFacts) -> ScreeningVerdict:
    given = [facts.answers[each.id] for each in settings.items if each.id in facts.answers]
    if any(not settings.best <= each <= settings.worst for each in given):
        raise ValueError(f"an answer is from {settings.best} to {settings.worst}")
    of, left = len(settings.items), len(settings.items) - len(given)
    outcome = _between(
        Fraction(sum(given) + left * settings.best, of),
        Fraction(sum(given) + left * settings.worst, of),
        Fraction(settings.flagged_from_mean),
    )
    mean = floored(Fraction(sum(given), len(given))) if given else None
    limit = settings.flagged_from_mean
    shown_da = "intet gennemsnit" if mean is None else f"et gennemsnit på {number_da(mean)}"
    shown_en = "no mean" if mean is None else f"a mean of {number_en(mean)}"
    return _wellbeing(
        rules,
        outcome,
        Text(
            da=f"{len(given)} af {of} spørgsmål er besvaret og giver {shown_da}; grænsen er {number_da(limit)}.",
            en=f"{len(given)} of {of} questions are answered and give {shown_en}; the limit is {number_en(limit)}.",
        ),
        value=Measure(amount=mean, unit="mean_answer") if mean is not None else None,
        threshold=Measure(amount=limit, unit="mean_answer"),
        coverage=Coverage(have=len(given), expected=of, unit="answers"),
    )


def _between(least: Fraction | int, most: Fraction | int, limit: Fraction | int) -> ScreeningOutcome:
    """Flagged if the lowest possible value reaches the limit, not flagged if the highest does not, else unknown."""
    if least >= limit:
        return ScreeningOutcome.FLAGGED
    return ScreeningOutcome.UNKNOWN if most >= limit else ScreeningOutcome.NOT_FLAGGED


def _wellbeing(
    rules: VulnerableRules,
    outcome: ScreeningOutcome,
    reason: Text,
    *,
    value: Measure | None = None,
    threshold: Measure | None = None,
    coverage: Coverage | None = None,
) -> ScreeningVerdict:
    return screening_verdict(
        rules,
        rule_id=WELLBEING,
        outcome=outcome,
        value=value,
        threshold=threshold,
        coverage=coverage,
        reason=reason,
    )
