"""Courses within their project, sessions within their course, and amounts in their unit."""

from datetime import date, time
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from libs.shared.base.errors import Problem
from libs.shared.rules.catalog import InterventionType, catalog_entries
from libs.shared.rules.composition.plan import Plan
from libs.shared.rules.dosage.facts import DosageFacts, DosageUnit, PlannedPhase, SessionFact
from libs.shared.rules.library import library_rule_set
from services.registration.courses.courses.domain import NewCourse, type_of
from services.registration.courses.sessions.domain import HeldSession, delivered, require_sessions

PHASE = {"weekly_amount": "4", "unit": "sessions", "weeks": 12, "minutes_per_session": 30}
PLAN = Plan.model_validate(
    {
        "start": "2022-08-08",
        "last_day": "2023-06-23",
        "efforts": [{"variant": "A1"}, {"variant": "C", "group_size": 3, **PHASE}],
    }
)
DOSAGE = library_rule_set("dosage-2021")


def _course(**more: Any) -> NewCourse:
    fields: dict[str, Any] = {
        "project_id": uuid4(),
        "school_id": uuid4(),
        "variant": "C",
        "start": date(2022, 8, 8),
        "last_day": date(2023, 6, 23),
        "class_id": None,
        "pupil_ids": [uuid4(), uuid4()],
        "designated_pupil_ids": frozenset(),
        "planned": (),
    }
    return NewCourse(**{**fields, **more})


def test_a_course_as_long_as_its_project_is_within_it() -> None:
    _course().require_within(PLAN)


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"start": date(2022, 8, 7)}, "course.outside_project"),
        ({"last_day": date(2023, 6, 24)}, "course.outside_project"),
        ({"start": date(2022, 9, 2), "last_day": date(2022, 9, 1)}, "course.ends_before_start"),
        ({"variant": "B"}, "course.variant_not_planned"),
        ({"pupil_ids": []}, "course.target"),
        ({"class_id": uuid4()}, "course.target"),
    ],
)
def test_a_course_that_is_not_is_refused(more: dict[str, Any], code: str) -> None:
    with pytest.raises(Problem) as refused:
        _course(**more).require_within(PLAN)
    assert refused.value.code == code
    assert refused.value.messages["da"]


def test_the_planned_dosage_is_the_plans_unless_the_course_has_its_own() -> None:
    assert _course().phases(PLAN) == (PlannedPhase.model_validate(PHASE),)
    own = (PlannedPhase(weekly_amount=Decimal(5), unit=DosageUnit.SESSIONS),)
    assert _course(planned=own).phases(PLAN) == own


START, END, TODAY = date(2022, 8, 8), date(2022, 10, 28), date(2022, 9, 30)


@pytest.mark.parametrize(
    ("days", "code"),
    [
        ([date(2022, 8, 7)], "session.outside_course"),
        ([date(2022, 10, 29)], "session.outside_course"),
        ([date(2022, 10, 1)], "session.in_future"),
        ([START, START], "session.repeated"),
    ],
)
def test_a_session_that_cannot_have_been_held_is_refused_by_its_place(days: list[date], code: str) -> None:
    with pytest.raises(Problem) as refused:
        require_sessions([HeldSession(day, time(8), 30) for day in days], START, END, TODAY)
    assert refused.value.code == code
    assert (refused.value.pointer or "").startswith(f"/sessions/{len(days) - 1}/")


def test_sessions_from_the_first_day_to_today_are_taken_two_a_day_too() -> None:
    held = [HeldSession(START, time(8), 30), HeldSession(START, time(9), 30), HeldSession(TODAY, time(8), 0)]
    require_sessions(held, START, END, TODAY)


def _facts(*minutes: int) -> DosageFacts:
    sessions = tuple(SessionFact(held_on=START, minutes=each) for each in minutes)
    return DosageFacts(start=START, last_day=END, as_of=END, school_weeks=(START,), sessions=sessions)


@pytest.mark.parametrize(
    ("variant", "kind", "minutes", "expected"),
    [
        ("A1", InterventionType.CO_TEACHING, (50, 50), ("lessons", "2.22")),
        ("C", InterventionType.SMALL_GROUP_TUITION, (24, 25, 40, 41, 0), ("sessions", "2")),
        ("B", InterventionType.PEER_LEARNING, (45, 0), ("lessons", "1")),
        ("E1", InterventionType.BOOK_PACKAGES, (5, 0, 5), ("packages", "1")),
        ("E9", InterventionType.BOOK_PACKAGES, (5, 0, 5), ("packages", "2")),
        ("C9", InterventionType.SMALL_GROUP_TUITION, (30, 0), ("sessions", "1")),
        ("X", None, (), ("lessons", "0")),
    ],
)
def test_the_amount_is_in_the_unit_the_variant_is_counted_in(
    variant: str, kind: InterventionType | None, minutes: tuple[int, ...], expected: tuple[str, str]
) -> None:
    unit, amount = delivered(DOSAGE, variant, kind, _facts(*minutes))
    assert (unit, amount) == (expected[0], Decimal(expected[1]))


def test_what_comes_after_the_day_is_not_delivered_yet() -> None:
    facts = _facts(45).model_copy(update={"as_of": date(2022, 8, 7)})
    assert delivered(DOSAGE, "B", None, facts) == ("lessons", Decimal(0))


def test_a_variant_the_catalog_does_not_have_is_of_no_type() -> None:
    assert type_of("A2", catalog_entries()) is InterventionType.CO_TEACHING
    assert type_of("X", catalog_entries()) is None
