"""Registration as its callers use it, apart from files."""

from collections.abc import AsyncIterator, Sequence
from datetime import date
from http import HTTPStatus
from typing import Literal
from uuid import UUID

from libs.shared.client.errors import Refused
from libs.shared.client.registration.models import (
    Course,
    CourseAsked,
    CourseListed,
    Dosage,
    GrossList,
    Municipality,
    MunicipalityStatus,
    PupilFound,
    PupilsAsked,
    School,
    SchoolClass,
    Selection,
    SelectionAsked,
    Session,
    SessionsAsked,
    SessionsKept,
)
from libs.shared.client.registration.operations import (
    CLASSES,
    COURSE,
    COURSES,
    CREATE_COURSE,
    DOSAGE,
    GROSS_LIST,
    HOLD_SESSIONS,
    LOOK_UP,
    MUNICIPALITY,
    SCHOOLS,
    SELECT,
    SELECTION,
    SET_MUNICIPALITY,
)
from libs.shared.client.registration.projects.client import Projects


class Registration(Projects):
    """The requests of one caller. Each raises ``Refused``, ``NotReached`` or ``AnswerUnknown``."""

    async def set_municipality(self, code: str, status: Literal["invited", "accepted", "declined"]) -> Municipality:
        """Record whether a municipality takes part, whatever was recorded before."""
        values = {"municipality_code": code}
        try:
            headers = await self._caller.condition(MUNICIPALITY, values)
        except Refused as refused:
            if refused.status != HTTPStatus.NOT_FOUND:
                raise
            headers = {"If-None-Match": "*"}
        asked = MunicipalityStatus(status=status)
        return await self._caller.call(SET_MUNICIPALITY, values, body=asked, headers=headers)

    async def schools(self, municipality: str) -> AsyncIterator[School]:
        """The municipality's schools that the caller may see."""
        async for school in self._caller.pages(SCHOOLS, query={"municipality": municipality}):
            yield school

    async def classes(self, school_id: UUID, school_year: str) -> AsyncIterator[SchoolClass]:
        """A school's classes in a school year such as ``2022/2023``."""
        async for each in self._caller.pages(CLASSES, {"school_id": school_id}, query={"school_year": school_year}):
            yield each

    async def look_up(self, municipality: str, local_ids: Sequence[str]) -> list[PupilFound]:
        """Pupils by the ids of the source system."""
        body = PupilsAsked(municipality_code=municipality, local_ids=local_ids)
        return (await self._caller.call(LOOK_UP, body=body)).items

    async def gross_list(self, school_id: UUID, as_of: date) -> GrossList:
        """A school's gross list on a day."""
        return await self._caller.call(GROSS_LIST, {"school_id": school_id}, query={"as_of": as_of.isoformat()})

    async def select(self, decision: SelectionAsked) -> Selection:
        """Record a decision about pupils."""
        return await self._caller.call(SELECT, body=decision)

    async def selection(self, selection_id: UUID) -> Selection:
        """A recorded decision."""
        return await self._caller.call(SELECTION, {"selection_id": selection_id})

    async def create_course(self, course: CourseAsked) -> Course:
        """Enrol pupils in a course."""
        return await self._caller.call(CREATE_COURSE, body=course)

    async def course(self, course_id: UUID) -> Course:
        """A course with its pupils."""
        return await self._caller.call(COURSE, {"course_id": course_id})

    async def courses(self, municipality: str, *, at_risk: bool = False) -> AsyncIterator[CourseListed]:
        """The municipality's courses in the dosage ledger, the worst first; or those at risk alone."""
        query = {"municipality": municipality, "at_risk": "true" if at_risk else "false"}
        async for each in self._caller.pages(COURSES, query=query):
            yield each

    async def hold_sessions(self, course_id: UUID, sessions: Sequence[Session]) -> SessionsKept:
        """Record sessions that were held."""
        return await self._caller.call(HOLD_SESSIONS, {"course_id": course_id}, body=SessionsAsked(sessions=sessions))

    async def dosage(self, course_id: UUID, as_of: date) -> Dosage:
        """A course's dosage on a day."""
        return await self._caller.call(DOSAGE, {"course_id": course_id}, query={"as_of": as_of.isoformat()})
