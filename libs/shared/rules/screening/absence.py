"""S-ABSENCE: total absence is a tenth or more of the school days, in the latest or the current school year."""

from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple

from libs.shared.rules.screening.facts import AbsenceFacts, ScreeningFacts
from libs.shared.rules.screening.settings import ScreeningRules
from libs.shared.rules.verdicts import ScreeningOutcome, ScreeningVerdict, coverage, measure, screening_verdict
from libs.shared.rules.wording import Text, floored, listed_da, listed_en, number_da, number_en
from libs.shared.values.school_years import previous_school_year, school_year_of

RULE_ID = "S-ABSENCE"


def screen_absence(rules: ScreeningRules, facts: ScreeningFacts) -> ScreeningVerdict:
    """Flagged when either school year, by itself, reaches the share (inclusive); source 000, chapter 2, step 1.

    A year is judged when a month of it is reported with school days. It is not judged if it has more absence than
    school days, because one of the two is then wrong. Unknown if neither year can be judged. ``value`` is the
    higher year's percent, rounded down; coverage is the months of both years.
    """
    threshold = rules.settings.absence.flagged_from_percent
    current = school_year_of(facts.as_of)
    years = (previous_school_year(current), current)
    seen = sorted((each for each in facts.absence if each.school_year in years), key=lambda each: each.school_year)
    known = [each for each in seen if each.months_reported and each.school_days_reported]
    judged = [_judged(each) for each in known if each.absence_days <= each.school_days_reported]
    outcome = _outcome(judged, threshold)
    return screening_verdict(
        rules,
        rule_id=RULE_ID,
        outcome=outcome,
        value=measure("percent", amount=floored(max(each.percent for each in judged))) if judged else None,
        threshold=measure("percent", amount=threshold),
        coverage=coverage(
            "months",
            sum(each.months_reported for each in seen),
            sum(each.months_expected for each in seen) if seen else None,
        ),
        reason=_reason(judged, threshold, outcome) if judged else _contradiction(known) or _unknown(seen, years),
    )


class _Judged(NamedTuple):
    """A year that can be judged: its exact percent, and the year in words."""

    percent: Fraction
    text: Text


@lru_cache(maxsize=4096)
def _judged(year: AbsenceFacts) -> _Judged:
    """A year as it is judged. Years are shared by many pupils, and judging one costs more than finding it."""
    numerator, denominator = year.absence_days.as_integer_ratio()
    percent = Fraction(numerator * 100, denominator * year.school_days_reported)
    shown = floored(percent)
    return _Judged(
        percent,
        Text(
            da=f"{number_da(shown)} % i skoleåret {year.school_year} "
            f"({number_da(year.absence_days)} af {year.school_days_reported} skoledage, "
            f"{year.months_reported} af {year.months_expected} måneder indberettet)",
            en=f"{number_en(shown)} % in the school year {year.school_year} "
            f"({number_en(year.absence_days)} of {year.school_days_reported} school days, "
            f"{year.months_reported} of {year.months_expected} months reported)",
        ),
    )


def _outcome(judged: list[_Judged], threshold: Decimal) -> ScreeningOutcome:
    if not judged:
        return ScreeningOutcome.UNKNOWN
    limit = Fraction(threshold)
    if any(each.percent >= limit for each in judged):
        return ScreeningOutcome.FLAGGED
    return ScreeningOutcome.NOT_FLAGGED


def _reason(judged: list[_Judged], threshold: Decimal, outcome: ScreeningOutcome) -> Text:
    parts_da = listed_da([each.text.da for each in judged])
    parts_en = listed_en([each.text.en for each in judged])
    limit_da, limit_en = number_da(threshold), number_en(threshold)
    if outcome is ScreeningOutcome.FLAGGED:
        return Text(
            da=f"Fraværet er {parts_da}; mindst ét skoleår når grænsen på {limit_da} % eller mere.",
            en=f"Absence is {parts_en}; at least one school year reaches the limit of {limit_en} % or more.",
        )
    return Text(
        da=f"Fraværet er {parts_da}; det er under grænsen på {limit_da} %.",
        en=f"Absence is {parts_en}; that is below the limit of {limit_en} %.",
    )


def _contradiction(known: list[AbsenceFacts]) -> Text | None:
    """Why years with reported months and school days cannot be judged; None if there are no such years."""
    if not known:
        return None
    each = known[-1]
    return Text(
        da=f"Fraværet kan ikke beregnes: i skoleåret {each.school_year} er der flere fraværsdage "
        f"({number_da(each.absence_days)}) end skoledage ({each.school_days_reported}).",
        en=f"Absence cannot be computed: in the school year {each.school_year} there are more days of absence "
        f"({number_en(each.absence_days)}) than school days ({each.school_days_reported}).",
    )


def _unknown(seen: list[AbsenceFacts], years: tuple[str, str]) -> Text:
    months = sum(each.months_reported for each in seen)
    days = sum(each.school_days_reported for each in seen)
    return Text(
        da=f"Fraværet kan ikke beregnes: {months} måneder og {days} skoledage er indberettet for eleven "
        f"i skoleårene {years[0]} og {years[1]}.",
        en=f"Absence cannot be computed: {months} months and {days} school days are reported for the pupil "
        f"in the school years {years[0]} and {years[1]}.",
    )
