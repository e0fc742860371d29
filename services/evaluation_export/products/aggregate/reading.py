"""Reading the snapshot of a school year: a few set-based queries in one repeatable-read transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from libs.shared.db.database import ReadSession
from libs.shared.values.school_years import previous_school_year
from services.evaluation_export.panel.periods import Period
from services.evaluation_export.products.aggregate import queries
from services.evaluation_export.products.aggregate.errors import CatalogMissing, PupilsMissing
from services.evaluation_export.products.aggregate.snapshot import (
    Course,
    HalfDays,
    Participation,
    Person,
    Reporting,
    Selected,
    Snapshot,
    Type,
    Variant,
)

Whose = tuple[UUID, str]
"""A person and the municipality that the person is a pupil of."""


@dataclass(frozen=True, slots=True)
class Reading:
    """The snapshot, and the identities of its persons in the same order, which never leave the service."""

    snapshot: Snapshot
    persons: tuple[Whose, ...]


async def read_snapshot(session: ReadSession, school_year: str) -> Reading:
    """Read all facts of a school year.

    Raises ``PupilsMissing`` or ``CatalogMissing`` when events that the facts refer to have not arrived yet.
    """
    period = Period(school_year)
    year = {"year_start": period.first_day, "year_end": period.day_after}
    autumns = {"before": period.before, "after": period.after}
    months = await queries.reported_months(session, autumns)
    by, of, reported = [list(column) for column in zip(*months, strict=True)] or [[], [], []]
    told = {"reported_by": by, "reported_in": of, "reported": reported}
    persons = await queries.rows(session, "persons", **year, **autumns, **told)
    numbers: dict[Whose, int] = {(row.person_id, row.municipality_code): at for at, row in enumerate(persons)}
    taken = await queries.rows(session, "participations", **year, spring=period.spring)
    if any((row.person_id, row.municipality_code) not in numbers for row in taken):
        raise PupilsMissing
    courses = await queries.rows(session, "courses", **year)
    types = tuple(_type(row) for row in await queries.types(session))
    known = {variant.variant for type_ in types for variant in type_.variants}
    if not known.issuperset({row.variant for row in (*taken, *courses)}):
        raise CatalogMissing
    reporting = await queries.rows(
        session,
        "reporting",
        **year,
        **autumns,
        **told,
        school_year=school_year,
        year_before=previous_school_year(school_year),
    )
    snapshot = Snapshot(
        school_year=school_year,
        types=types,
        participations=tuple(_participation(row, numbers) for row in taken),
        persons=tuple(_person(row, number) for number, row in enumerate(persons)),
        courses=_courses(courses, taken, numbers),
        projects={row.variant: row.projects for row in await queries.rows(session, "projects", **year)},
        reporting=tuple(Reporting(*row) for row in reporting),
        selected=_selected(await queries.rows(session, "selections", **year), numbers),
    )
    return Reading(snapshot, tuple(numbers))


def _participation(row: Any, numbers: dict[Whose, int]) -> Participation:
    person = numbers[row.person_id, row.municipality_code]
    return Participation(person, row.variant, row.grade, row.start.isoformat(), row.autumn, row.this_year)


def _person(row: Any, number: int) -> Person:
    return Person(
        number,
        row.takes_part,
        row.has_cpr_number,
        row.ordinary,
        row.measured,
        _half_days(row, "before"),
        _half_days(row, "after"),
    )


def _half_days(row: Any, autumn: str) -> HalfDays:
    return HalfDays(*(getattr(row, f"{autumn}_{category}") for category in HalfDays._fields))


def _courses(courses: Sequence[Any], taken: Sequence[Any], numbers: dict[Whose, int]) -> tuple[Course, ...]:
    persons: dict[UUID, set[int]] = {row.course_id: set() for row in courses}
    for row in taken:
        if row.this_year and row.course_id in persons:
            persons[row.course_id].add(numbers[row.person_id, row.municipality_code])
    return tuple(
        Course(
            row.variant,
            row.unit,
            row.delivered,
            row.sessions,
            row.planned_outcome,
            row.delivered_outcome,
            tuple(sorted(persons[row.course_id])),
            row.stated,
            row.enrolled,
            row.identified,
        )
        for row in courses
    )


def _selected(rows: Sequence[Any], numbers: dict[Whose, int]) -> tuple[Selected, ...]:
    classes = {
        class_id: number for number, class_id in enumerate(dict.fromkeys(row.class_id for row in rows if row.class_id))
    }
    return tuple(
        Selected(
            numbers[row.person_id, row.municipality_code],
            row.kind,
            classes.get(row.class_id),
            tuple(row.reasons),
            row.designated,
        )
        for row in rows
    )


def _type(row: Any) -> Type:
    return Type(
        row.letter,
        row.intervention_type,
        row.name["da"],
        row.name["en"],
        tuple(
            Variant(variant["variant"], variant["name"]["da"], variant["name"]["en"])
            for variant in sorted(row.variants, key=lambda variant: str(variant["variant"]))
        ),
    )
