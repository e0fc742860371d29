"""How a pupil comes into a course, and how an enrolment ends. Pure."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from services.registration.courses.enrolments.errors import (
    EnrolmentEndsFirst,
    EnrolmentGroupTooLarge,
    EnrolmentOutsideCourse,
    EnrolmentOutsideProject,
    EnrolmentOverlap,
)

Days = tuple[date, date]
"""``valid_from`` and ``valid_to``, the day after the last."""


class Origin(StrEnum):
    """How an enrolment came about."""

    CLASS = "class"
    """With the class, when the course was created."""
    NAMED = "named"
    """The school named the pupil."""
    OFFER = "offer"
    """The pupil joined the class later, and the school accepted the offer."""
    FILE = "file"
    SPLIT = "split"
    MERGE = "merge"


class EnrolmentEnd(StrEnum):
    """Why an enrolment ends before its course."""

    LEFT = "left"
    """The school ended it."""
    LEFT_CLASS = "left_class"
    """The pupil is no longer in the class or at the school."""
    COURSE_ENDED = "course_ended"
    SPLIT = "split"
    MERGE = "merge"
    FILE = "file"


def require_days(days: Days, course: Days, project: Days | None, *, pointer: str = "") -> None:
    """Check that an enrolment is within its course and its project (``valid_to`` exclusive); raises the refusal.

    ``pointer`` is that of the object whose fields are ``valid_from`` and ``valid_to``.
    """
    valid_from, valid_to = days
    if valid_to < valid_from:
        raise EnrolmentEndsFirst(pointer=f"{pointer}/valid_to")
    for allowed, refusal in ((project, EnrolmentOutsideProject), (course, EnrolmentOutsideCourse)):
        if allowed is None:
            continue
        shown: dict[str, Any] = {"start": allowed[0], "last_day": date.fromordinal(allowed[1].toordinal() - 1)}
        if not allowed[0] <= valid_from < allowed[1]:
            raise refusal(pointer=f"{pointer}/valid_from", **shown)
        if valid_to > allowed[1]:
            raise refusal(pointer=f"{pointer}/valid_to", **shown)


def require_apart(days: Days, others: Iterable[Days], *, pointer: str = "") -> None:
    """Check that a pupil is not enrolled already on one of the days. Raises ``EnrolmentOverlap``."""
    if any(overlap(days, each) for each in others):
        raise EnrolmentOverlap(pointer=pointer)


def overlap(one: Days, other: Days) -> bool:
    """Whether two periods share a day; an empty one shares none."""
    return max(one[0], other[0]) < min(one[1], other[1])


def most_at_once(stays: Collection[Days]) -> int:
    """The largest number of these periods that share a day."""
    real = [each for each in stays if each[0] < each[1]]
    return max((sum(each[0] <= day < each[1] for each in real) for day, _ in real), default=0)


def require_group(stays: Collection[Days], most: int | None, *, pointer: str = "") -> None:
    """Check that no more pupils are enrolled at a time than a group may have. Raises ``EnrolmentGroupTooLarge``."""
    if most is not None and (pupils := most_at_once(stays)) > most:
        raise EnrolmentGroupTooLarge(pointer=pointer, pupils=pupils, most=most)


def offered(
    members: Sequence[tuple[UUID, date, date]], enrolled: Collection[UUID], decided: Collection[UUID], course: Days
) -> list[tuple[UUID, date, date]]:
    """The pupils of the class to whom its course is offered: who is in the class on a day of the course, has never been
    enrolled, and about whom nothing is decided; each with the days that can be offered.
    """
    found = []
    for pupil_id, valid_from, valid_to in members:
        days = max(valid_from, course[0]), min(valid_to, course[1])
        if pupil_id not in enrolled and pupil_id not in decided and days[0] < days[1]:
            found.append((pupil_id, *days))
    return found
