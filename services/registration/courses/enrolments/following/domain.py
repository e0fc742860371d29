"""Until when a pupil can be enrolled, by the pupil's times in classes. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

_YEAR_ENDS = (8, 1)


@dataclass(frozen=True, slots=True)
class Time:
    """A pupil's time in a class of a school."""

    school_id: UUID
    class_id: UUID
    valid_from: date
    valid_to: date


def stays_until(
    times: Iterable[Time], valid_from: date, *, class_id: UUID | None, school_id: UUID, course_end: date, today: date
) -> date | None:
    """The ``valid_to`` that the roster gives an enrolment; None: it says nothing about it.

    A class's course ends for a pupil with the pupil's time in that class. A group's course ends with the time at the
    school, once it is over. A time that ends with the school year is taken as going on until another school has the
    pupil, because the next year's classes are often sent later.
    """
    known = sorted(times, key=lambda each: each.valid_from)
    if class_id is not None:
        own = [each for each in known if each.class_id == class_id and each.valid_to > valid_from]
        return min(_unbroken(own, valid_from), course_end) if own else None
    own = [each for each in known if each.school_id == school_id and each.valid_to > valid_from]
    if not own:
        return None
    end = _unbroken(own, valid_from)
    elsewhere = any(each.school_id != school_id and each.valid_to > end for each in known)
    if end > today or ((end.month, end.day) == _YEAR_ENDS and not elsewhere):
        return course_end
    return min(end, course_end)


def _unbroken(times: Sequence[Time], valid_from: date) -> date:
    """The end of the time that begins first, and of those that follow without a gap."""
    end = max(valid_from, times[0].valid_to)
    for each in times[1:]:
        if each.valid_from <= end:
            end = max(end, each.valid_to)
    return end
