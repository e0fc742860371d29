"""Some of the rules as a student-administration system would write them, from the published JSON without the platform's
code.

Dates are ISO text, amounts are text; outcomes are the words in verdicts.
"""

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

DATA = Path(__file__).parents[5] / "libs" / "shared" / "rules" / "data"


def published(name: str) -> dict[str, Any]:
    settings: dict[str, Any] = json.loads((DATA / f"{name}.json").read_text(encoding="utf-8"))["settings"]
    return settings


SCREENING, COMPOSITION, DOSAGE = map(published, ("screening-2021", "composition-2021", "dosage-2021"))


def absence(year: str, previous: str, years: list[dict[str, Any]]) -> str:
    limit = Fraction(SCREENING["absence"]["flagged_from_percent"])
    shares = [
        Fraction(each["days"]) * 100 / each["school_days"]
        for each in years
        if each["year"] in {year, previous} and each["months"] and each["school_days"]
        if Fraction(each["days"]) <= each["school_days"]
    ]
    return "unknown" if not shares else "flagged" if max(shares) >= limit else "not_flagged"


def national_tests(grade: int | None, as_of: str, taken: list[dict[str, Any]]) -> str:
    rule = SCREENING["national_test"]
    scale = [each["code"] for each in rule["scale"]]
    latest = []
    for subject in (each["code"] for each in rule["subjects"]):
        own = [each for each in taken if each["subject"] == subject and each["date"] <= as_of]
        own = [each for each in own if each["grade"] in rule["test_grades"]]
        last = max((each["date"] for each in own), default=None)
        latest += [min(scale.index(each["level"]) for each in own if each["date"] == last)] if own else []
    if latest:
        return "flagged" if min(latest) <= scale.index(rule["flagged_up_to"]) else "not_flagged"
    return "not_applicable" if grade is not None and grade < rule["expected_from_grade"] else "unknown"


def group(intervention_type: str, size: int | None) -> str:
    rule = COMPOSITION["group"]
    if intervention_type not in rule["types"]:
        return "not_applicable"
    if size is None:
        return "unknown"
    return "satisfied" if rule["least_pupils"] <= size <= rule["most_pupils"] else "violated"


def minimum(variant: str, weekly: str | None, weeks: int | None, minutes: int | None) -> str:
    """The outcome for one phase, planned in the minimum's own unit; for packages ``weekly`` is their number in the
    phase.
    """
    (phase,) = next(each["phases"] for each in DOSAGE["minimums"] if each["variant"] == variant)
    share, lengths = phase.get("school_years"), phase.get("session_minutes")
    least_weeks = phase["weeks"] if share is None else Fraction(share) * DOSAGE["school_year_weeks"]
    amount = None if weekly is None or (lengths and minutes is None) else Fraction(weekly)
    if amount is not None and lengths and not lengths["least"] <= (minutes or 0) <= lengths["most"]:
        amount = Fraction(0)
    least = Fraction(phase["phase_amount"] if phase["unit"] == "packages" else phase["weekly_amount"])
    if (amount is not None and amount < least) or (weeks is not None and weeks < least_weeks):
        return "missed"
    return "unknown" if amount is None or weeks is None else "met"
