"""Finds the courses and pupils that the rows of a file name. Shared by the files of courses."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from libs.shared.db.database import ReadSession, WriteSession
from libs.shared.files.kinds.courses import COURSE_UNKNOWN
from libs.shared.files.kinds.vocabulary import UNKNOWN
from libs.shared.imports.batch import Batch, Refusal
from services.registration.courses.courses import queries as courses
from services.registration.courses.tables import Course
from services.registration.roster.pupils.queries import pupils
from services.registration.roster.pupils.queries.pupils import KeyRow
from services.registration.roster.schools import queries as schools


@dataclass(frozen=True, slots=True)
class Named:
    """The courses of a batch by row, and the rows that name none."""

    by_row: Sequence[Course | None]
    refused: Sequence[Refusal]

    @property
    def courses(self) -> dict[UUID, Course]:
        """Each course once."""
        return {each.course_id: each for each in self.by_row if each is not None}


async def lock_courses(session: WriteSession, batch: Batch) -> None:
    """Lock the rows of the courses that the batch names."""
    _, ids = await _ids(session, batch)
    await courses.locked_all(session, ids.values())


async def named_courses(session: ReadSession, batch: Batch) -> Named:
    """The courses that the batch names. A row with an unknown school or course is refused."""
    school_ids, ids = await _ids(session, batch)
    found = await courses.of(session, ids.values())
    by_row: list[Course | None] = []
    refused = []
    for index, (number, code) in enumerate(batch.records("institution_number", "course")):
        school_id = school_ids.get(number)
        course_id = None if school_id is None else ids.get((school_id, code))
        by_row.append(None if course_id is None else found.get(course_id))
        if school_id is None:
            refused.append(Refusal(index, UNKNOWN, "institution_number"))
        elif by_row[-1] is None:
            refused.append(Refusal(index, COURSE_UNKNOWN, "course"))
    return Named(by_row, refused)


async def named_pupils(session: ReadSession, batch: Batch) -> list[UUID | None]:
    """The pupil of each row by its lookup key; None for one who is not known."""
    keys: list[KeyRow] = [(key[0], key[1], key[2]) for key in batch.columns["pupil"]]
    known: Mapping[KeyRow, UUID] = await pupils.by_key(session, batch.municipality_code, set(keys))
    return [known.get(key) for key in keys]


async def _ids(session: ReadSession, batch: Batch) -> tuple[dict[str, UUID], dict[tuple[UUID, str], UUID]]:
    """The ids of the schools by number, and those of the courses by school and code."""
    numbers = set(batch.columns["institution_number"])
    school_ids = await schools.ids(session, batch.municipality_code, numbers)
    named = zip(batch.columns["institution_number"], batch.columns["course"], strict=True)
    wanted = {(school_ids[number], code) for number, code in named if number in school_ids}
    return school_ids, await courses.by_code(session, wanted)
