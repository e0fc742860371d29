"""The facts that the tables of one school year are made of, read in one transaction and built by another process.

Persons are numbered from 0 in no meaningful order, and no id of the platform is in here. Days are counted in halves, so
that they are whole numbers.
"""

from decimal import Decimal
from typing import NamedTuple

import msgspec


class HalfDays(NamedTuple):
    """Days of absence of one pupil in one autumn by category, in halves; a test compares the fields with
    ``CATEGORIES``.
    """

    illness: int
    authorised: int
    unauthorised: int


TOTAL = "total"


def in_category(absence: HalfDays, category: str) -> int:
    """The half-days of a category, or of all of them for ``TOTAL``."""
    return sum(absence) if category == TOTAL else absence[HalfDays._fields.index(category)]


class Variant(msgspec.Struct, frozen=True):
    """A variant of an intervention type, such as A1."""

    variant: str
    da: str
    en: str


class Type(msgspec.Struct, frozen=True):
    """An intervention type as the catalog published it; ``code`` such as ``co_teaching``."""

    letter: str
    code: str
    da: str
    en: str
    variants: tuple[Variant, ...]


class Participation(msgspec.Struct, frozen=True):
    """One enrolment of a participant of the school year that began before its end.

    ``start`` is its first day (ISO). ``this_year`` says that it touches the school year, ``autumn`` that it does and
    began before its 1 January. Earlier ones are here because a participant counts under the type begun first of all.
    """

    person: int
    variant: str
    grade: int
    start: str
    autumn: bool
    this_year: bool = True


class Person(msgspec.Struct, frozen=True):
    """A participant, or another pupil of a school with participants: one person as a pupil of one municipality.

    ``ordinary``: every class of the school year is an ordinary class of a public school. ``measured``: a pupil of a
    school in each of the ten months, and each of these reported; only then are the half-days whole. All values are from
    the pupil's own municipality; ``sql/persons.sql`` says which months another one may supply.
    """

    person: int
    takes_part: bool
    has_cpr_number: bool
    ordinary: bool
    measured: bool
    before: HalfDays
    after: HalfDays


class Course(msgspec.Struct, frozen=True):
    """A course that touches the school year, with what it has delivered of ``unit`` and the verdicts so far.

    ``persons`` are those whose enrolment in it touches the school year, ascending. ``stated``, ``enrolled`` and
    ``identified`` count its pupils as registration does, null where it did not say.
    """

    variant: str
    unit: str
    delivered: Decimal
    sessions: int
    planned: str | None
    outcome: str | None
    persons: tuple[int, ...] = ()
    stated: int | None = None
    enrolled: int | None = None
    identified: int | None = None


class Selected(msgspec.Struct, frozen=True):
    """One decision that selected a participant and stood on a day of the school year.

    ``kind`` is pupil, group or class. ``class_`` is the number of the selected class and ``reasons`` say why it was
    selected; None and empty for the other kinds. ``designated`` is the school's mark for pupils likely to benefit.
    Classes are numbered from 0 in no meaningful order.
    """

    person: int
    kind: str
    class_: int | None = None
    reasons: tuple[str, ...] = ()
    designated: bool = False


class Reporting(msgspec.Struct, frozen=True):
    """How complete one municipality's schools are for one autumn; ``school_days`` over those with a calendar. A class
    of unknown kind is in nothing that is about ordinary classes.
    """

    municipality_code: str
    municipality: str
    autumn_year: int
    schools: int
    schools_with_calendar: int
    school_days: int
    months: int
    reported: int
    classes: int = 0
    classes_of_unknown_kind: int = 0


class Snapshot(msgspec.Struct, frozen=True):
    """Everything, for one school year such as 2022/2023. ``projects`` counts approved projects by variant."""

    school_year: str
    types: tuple[Type, ...]
    participations: tuple[Participation, ...]
    persons: tuple[Person, ...]
    courses: tuple[Course, ...]
    projects: dict[str, int]
    reporting: tuple[Reporting, ...]
    selected: tuple[Selected, ...] = ()
