"""Reading and writing courses."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy import text
from sqlmodel import col, select

from libs.shared.db.database import ReadSession, WriteSession
from libs.shared.db.locks import Lock, hold_in_transaction
from libs.shared.events.republishing import Place
from services.registration.courses.tables import Course, Enrolment

_TAKEN = text("""
SELECT EXISTS (SELECT FROM course
                WHERE school_id = :school_id AND code = :code AND course_id IS DISTINCT FROM CAST(:but AS uuid))
""")

_BY_CODE = text("""
SELECT course_id, school_id, code FROM course
 WHERE school_id = ANY(CAST(:schools AS uuid[])) AND code = ANY(CAST(:codes AS text[]))
""")


async def add(session: WriteSession, course: Course, enrolments: Iterable[Enrolment] = ()) -> None:
    """Write a new course with its enrolments."""
    session.add(course)
    await session.flush()
    session.add_all(enrolments)
    await session.flush()


async def save(session: WriteSession) -> None:
    """Write the changes of the objects that were read in this session."""
    await session.flush()


async def one(session: ReadSession, course_id: UUID) -> Course | None:
    """The course, if the session may see it."""
    return await session.get(Course, course_id)


async def locked(session: WriteSession, course_id: UUID) -> Course | None:
    """The same, with its row locked until the transaction ends."""
    return await session.get(Course, course_id, with_for_update=True, populate_existing=True)


async def locked_all(session: WriteSession, course_ids: Iterable[UUID]) -> dict[UUID, Course]:
    """The courses by id, their rows locked in the order of their ids."""
    wanted = select(Course).where(col(Course.course_id).in_(sorted(set(course_ids))))
    ordered = wanted.order_by(col(Course.course_id)).with_for_update().execution_options(populate_existing=True)
    return {each.course_id: each for each in (await session.execute(ordered)).scalars()}


async def hold_codes(session: WriteSession, code: str) -> None:
    """Lock the codes of a municipality's courses until the transaction ends, so that none is given twice."""
    # By the municipality, since a lock's second part is a small number; creating a course takes milliseconds.
    await hold_in_transaction(session, Lock.COURSE_CODES, code, shared=False)


async def code_taken(session: ReadSession, school_id: UUID, code: str, *, but: UUID | None = None) -> bool:
    """Whether another course of the school than ``but`` has the code."""
    return bool((await session.execute(_TAKEN, {"school_id": school_id, "code": code, "but": but})).scalar_one())


async def by_code(session: ReadSession, keys: Iterable[tuple[UUID, str]]) -> dict[tuple[UUID, str], UUID]:
    """Course id by school id and code, for those that exist."""
    wanted = sorted(set(keys))
    given = {"schools": [key[0] for key in wanted], "codes": [key[1] for key in wanted]}
    found = {(row.school_id, row.code): row.course_id for row in await session.execute(_BY_CODE, given)}
    return {key: found[key] for key in wanted if key in found}


async def of(session: ReadSession, course_ids: Iterable[UUID]) -> dict[UUID, Course]:
    """The courses by id, for those that the session may see."""
    wanted = select(Course).where(col(Course.course_id).in_(sorted(set(course_ids))))
    return {each.course_id: each for each in (await session.execute(wanted)).scalars()}


async def locked_page(session: WriteSession, code: str, after: Place | None, size: int) -> Sequence[Course]:
    """The municipality's courses after that id, with their rows locked in its order."""
    wanted = select(Course).where(col(Course.municipality_code) == code)
    if after is not None:
        wanted = wanted.where(col(Course.course_id) > UUID(after[0]))
    found = await session.execute(wanted.order_by(col(Course.course_id)).limit(size).with_for_update())
    return list(found.scalars())
