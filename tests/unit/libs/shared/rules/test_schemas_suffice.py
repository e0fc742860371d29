"""The published JSON is sufficient: independent code that uses only this JSON agrees with the platform's rules."""

import ast
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from libs.shared.rules.catalog import catalog_entries
from libs.shared.rules.composition.checks import check_group
from libs.shared.rules.composition.plan import Plan
from libs.shared.rules.composition.settings import CompositionSettings
from libs.shared.rules.dosage.facts import PlannedPhase
from libs.shared.rules.dosage.planned import planned_dosage
from libs.shared.rules.library import library_rule_set
from libs.shared.rules.rule_sets import read_rules
from libs.shared.rules.screening.absence import screen_absence
from libs.shared.rules.screening.facts import AbsenceFacts, NationalTest, ScreeningFacts
from libs.shared.rules.screening.national_tests import screen_tests
from libs.shared.rules.screening.settings import ScreeningSettings
from tests.unit.libs.shared.rules import independent

SCREENING = read_rules(library_rule_set("screening-2021"), ScreeningSettings)
COMPOSITION = read_rules(library_rule_set("composition-2021"), CompositionSettings)


def test_the_independent_code_imports_the_standard_library_alone() -> None:
    tree = ast.parse(Path(independent.__file__).read_text(encoding="utf-8"))
    names = [each.names[0].name for each in ast.walk(tree) if isinstance(each, ast.Import)]
    modules = [each.module for each in ast.walk(tree) if isinstance(each, ast.ImportFrom)]
    assert (names, modules) == (["json"], ["fractions", "pathlib", "typing"])


AS_OF = date(2022, 8, 1)
DAYS = st.integers(0, 4000).map(lambda tenths: f"{tenths // 10}.{tenths % 10}")
YEAR = st.fixed_dictionaries(
    {"days": DAYS, "school_days": st.integers(0, 200), "months": st.integers(0, 12)},
)


@given(
    years=st.dictionaries(st.sampled_from(["2020/2021", "2021/2022", "2022/2023", "2023/2024"]), YEAR, max_size=3),
)
@example(years={"2021/2022": {"days": "9.99", "school_days": 100, "months": 10}})
@example(years={"2021/2022": {"days": "10", "school_days": 100, "months": 10}})
@example(years={"2022/2023": {"days": "10.01", "school_days": 100, "months": 1}})
def test_absence_is_judged_alike(years: dict[str, dict[str, Any]]) -> None:
    facts = ScreeningFacts(
        as_of=AS_OF,
        absence=tuple(
            AbsenceFacts.model_validate(
                {
                    "school_year": year,
                    "absence_days": each["days"],
                    "school_days_reported": each["school_days"],
                    "months_reported": each["months"],
                    "months_expected": 12,
                }
            )
            for year, each in years.items()
        ),
    )
    theirs = independent.absence("2022/2023", "2021/2022", [{"year": year, **each} for year, each in years.items()])
    assert theirs == screen_absence(SCREENING, facts).outcome


TAKEN = st.fixed_dictionaries(
    {
        "subject": st.sampled_from(["reading", "mathematics"]),
        "grade": st.integers(0, 10),
        "date": st.dates(date(2022, 7, 28), date(2022, 8, 4)).map(date.isoformat),
        "level": st.sampled_from([each["code"] for each in independent.SCREENING["national_test"]["scale"]]),
    }
)


@given(grade=st.none() | st.integers(0, 10), taken=st.lists(TAKEN, max_size=5))
def test_national_tests_are_judged_alike(grade: int | None, taken: list[dict[str, Any]]) -> None:
    own = [
        NationalTest(subject=each["subject"], test_grade=each["grade"], taken_on=each["date"], level=each["level"])
        for each in taken
    ]
    ours = screen_tests(SCREENING, ScreeningFacts(as_of=AS_OF, grade=grade, tests=tuple(own)))
    assert independent.national_tests(grade, AS_OF.isoformat(), taken) == ours.outcome


@pytest.mark.parametrize("entry", catalog_entries(), ids=lambda each: each.id)
def test_groups_are_judged_alike(entry: Any) -> None:
    for size in (None, *range(1, 101)):
        plan = Plan.model_validate({"start": AS_OF, "efforts": [{"variant": entry.id, "group_size": size}]})
        (ours,) = check_group(COMPOSITION, plan, catalog_entries())
        assert independent.group(entry.intervention_type.value, size) == ours.outcome


ONE_PHASE = [each["variant"] for each in independent.DOSAGE["minimums"] if len(each["phases"]) == 1]
UNITS = {each["variant"]: each["phases"][0]["unit"] for each in independent.DOSAGE["minimums"] if each["phases"]}


@given(
    variant=st.sampled_from(ONE_PHASE),
    weekly=st.none() | st.sampled_from(["10.49", "10.5", "2", "1.99", "4", "3.99"]) | st.integers(0, 40).map(str),
    weeks=st.none() | st.integers(0, 45),
    minutes=st.none() | st.integers(1, 90),
)
@example(variant="C", weekly="4", weeks=12, minutes=24)
@example(variant="C", weekly="4", weeks=12, minutes=25)
@example(variant="C", weekly="4", weeks=12, minutes=40)
@example(variant="C", weekly="4", weeks=12, minutes=41)
@example(variant="A1", weekly="10.4", weeks=20, minutes=None)
@example(variant="A1", weekly="10.5", weeks=20, minutes=None)
def test_the_minimum_dosage_is_judged_alike(
    variant: str, weekly: str | None, weeks: int | None, minutes: int | None
) -> None:
    packages = UNITS[variant] == "packages"
    if packages and weekly is not None:
        weekly = str(int(Fraction(weekly)))
    told = {"packages": weekly} if packages else {"weekly_amount": weekly, "unit": UNITS[variant]}
    phase = PlannedPhase.model_validate({**told, "weeks": weeks, "minutes_per_session": minutes})
    ours = planned_dosage(library_rule_set("dosage-2021"), variant, [phase], start=AS_OF)
    assert independent.minimum(variant, weekly, weeks, minutes) == ours.outcome
