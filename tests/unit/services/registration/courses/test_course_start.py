"""A course's effort is judged as of its first day, by the facts known on that day."""

from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from libs.shared.base.errors import Problem
from libs.shared.rules.catalog import CatalogEntry, catalog_entries
from libs.shared.rules.composition.plan import Plan
from libs.shared.rules.library import library_rule_set
from libs.shared.rules.verdicts import CheckVerdict, Measure
from services.registration.courses.courses.domain import NewCourse, judge_start
from services.registration.courses.errors import CourseAnswersMissing, CourseRulesViolated

SET, CATALOG = library_rule_set("composition-2021"), catalog_entries()
TAUGHT = {"replaces_ordinary_teaching": False, "collides_with_ordinary_teaching": False}
EFFORTS: dict[str, dict[str, Any]] = {
    "A1": {"variant": "A1", "organisation": "stations", **TAUGHT},
    "C": {"variant": "C", "group_size": 3, **TAUGHT},
    "D1": {"variant": "D1", "content_described": True, "goals_described": True, **TAUGHT},
    "E1": {"variant": "E1", "grades": [2], "parents_informed": None, **TAUGHT},
}
START = date(2022, 8, 15)


def plan(**changed: dict[str, Any]) -> Plan:
    efforts = [EFFORTS[variant] | changed.get(variant, {}) for variant in EFFORTS]
    return Plan.model_validate({"start": "2022-08-08", "last_day": "2023-06-23", "efforts": efforts})


def judged(
    variant: str,
    grades: list[int],
    *,
    given: Plan | None = None,
    catalog: tuple[CatalogEntry, ...] = CATALOG,
    **more: Any,
) -> dict[str, CheckVerdict]:
    ids = [uuid4() for _ in grades]
    fields: dict[str, Any] = {
        "project_id": uuid4(),
        "school_id": uuid4(),
        "variant": variant,
        "start": START,
        "last_day": date(2022, 12, 16),
        "class_id": None,
        "pupil_ids": ids,
        "designated_pupil_ids": frozenset(),
        "planned": (),
    }
    verdicts = judge_start(SET, NewCourse(**fields | more), given or plan(), grades, catalog)
    return {each.rule_id: each for each in verdicts}


def refusal(variant: str, grades: list[int], **more: Any) -> Problem:
    with pytest.raises(Problem) as refused:
        judged(variant, grades, **more)
    assert refused.value.params["rules"] in {each["rule_id"] for each in refused.value.extra["verdicts"]}
    return refused.value


@pytest.mark.parametrize("pupils", [2, 3, 4])
def test_a_small_group_is_judged_by_those_who_are_enrolled_and_not_by_the_plan(pupils: int) -> None:
    found = judged("C", [5] * pupils, given=plan(C={"group_size": 30}))
    assert found["C-GROUP"].value == Measure(amount=pupils, unit="pupils")
    assert found["C-GROUP"].pointer == "/efforts/1/group_size"


@pytest.mark.parametrize("pupils", [1, 5, 600])
def test_a_group_that_is_too_small_or_too_large_is_refused_at_the_field_that_names_it(pupils: int) -> None:
    assert refusal("C", [5] * pupils).pointer == "/pupil_ids"
    assert refusal("C", [5] * pupils, class_id=uuid4(), pupil_ids=[]).pointer == "/class_id"


def test_only_rules_about_the_effort_are_judged_and_its_pointers_are_the_plans() -> None:
    found = judged("A1", [4] * 20)
    assert set(found) == {"C-CATALOG", "C-ORGANISATION", "C-NOT-REPLACE"}
    assert {each.pointer.split("/")[2] for each in found.values()} == {"0"}


@pytest.mark.parametrize(
    ("declared", "known", "outcome"),
    [
        (True, None, "satisfied"),
        (False, None, "violated"),
        (None, None, "unknown"),
        (False, True, "satisfied"),
        (None, True, "satisfied"),
        (True, False, "violated"),
        (None, False, "violated"),
    ],
)
def test_parents_are_informed_before_the_first_package_and_the_newer_word_counts(
    declared: bool | None, known: bool | None, outcome: str
) -> None:
    given, more = plan(E1={"parents_informed": declared}), {"parents_informed": known}
    if outcome == "satisfied":
        assert judged("E1", [2], given=given, **more)["C-PARENTS"].outcome == outcome
        return
    refused = refusal("E1", [2], given=given, **more)
    assert type(refused) is (CourseRulesViolated if outcome == "violated" else CourseAnswersMissing)
    assert (refused.pointer, refused.params["rules"]) == ("/parents_informed", "C-PARENTS")
    (verdict,) = [each for each in refused.extra["verdicts"] if each["rule_id"] == "C-PARENTS"]
    assert (verdict["outcome"], verdict["severity"]) == (outcome, "error")


def test_a_variant_is_held_against_the_courses_first_day() -> None:
    def until(last: date) -> tuple[CatalogEntry, ...]:
        return tuple(each.model_copy(update={"valid_to": last}) for each in CATALOG)

    assert judged("A1", [4], catalog=until(date(2022, 8, 16)))["C-CATALOG"].outcome == "satisfied"
    refused = refusal("A1", [4], catalog=until(START))
    assert (type(refused), refused.pointer) == (CourseRulesViolated, "/variant")


@pytest.mark.parametrize(
    ("variant", "changed", "kind", "rule_id"),
    [
        ("A1", {"organisation": None}, CourseAnswersMissing, "C-ORGANISATION"),
        ("D1", {"goals_described": False}, CourseRulesViolated, "C-CONTENT"),
        ("C", {"collides_with_ordinary_teaching": True}, CourseRulesViolated, "C-NOT-REPLACE"),
    ],
)
def test_what_only_the_plan_can_declare_is_refused_at_the_project(
    variant: str, changed: dict[str, Any], kind: type[Problem], rule_id: str
) -> None:
    refused = refusal(variant, [8, 8], given=plan(**{variant: changed}))
    assert (type(refused), refused.pointer, refused.params["rules"]) == (kind, "/project_id", rule_id)
    assert rule_id in refused.messages["da"]
    assert rule_id in refused.messages["en"]


def test_a_violated_error_is_told_before_an_unanswered_one() -> None:
    refused = refusal("E1", [2], given=plan(E1={"replaces_ordinary_teaching": True}))
    assert (type(refused), refused.params["rules"]) == (CourseRulesViolated, "C-NOT-REPLACE")


def test_a_warning_was_given_its_reason_when_the_plan_was_approved() -> None:
    found = judged("D1", [8], given=plan(D1={"handover_planned": False}))
    assert (found["C-HANDOVER"].outcome, found["C-HANDOVER"].severity) == ("violated", "warning")


@given(grades=st.lists(st.integers(0, 10), min_size=1, max_size=30))
def test_the_grades_are_those_of_the_pupils_enrolled(grades: list[int]) -> None:
    found = judged("E1", grades, parents_informed=True)["C-GRADE"]
    outside = sorted({each for each in grades if each not in {2, 3, 5}})
    assert found.outcome == ("violated" if outside else "satisfied")
    assert found.value == (Measure(code=",".join(map(str, outside)), unit="grades") if outside else None)
