"""The roster as its callers use it, apart from files."""

from collections.abc import AsyncIterator, Sequence
from datetime import date
from typing import TypeVar
from uuid import UUID

from pydantic import BaseModel

from libs.shared.client.caller import Caller, read
from libs.shared.client.operations import Operation
from libs.shared.client.roster import operations
from libs.shared.client.roster.models import (
    Changes,
    ClassContent,
    CountryCoverage,
    Disclosure,
    DisclosureAsked,
    DisclosureListed,
    KindRule,
    KindRules,
    KindRulesContent,
    LackingPupil,
    MunicipalityCoverage,
    NamedMunicipality,
    PupilRow,
    PupilTaken,
    SchoolContent,
    SchoolCoverage,
    WholeClass,
    WholeSchool,
)

Shown = TypeVar("Shown", bound=BaseModel)


class Roster:
    """The requests of one caller. Each raises ``Refused``, ``NotReached`` or ``AnswerUnknown``."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    async def municipalities(self) -> list[NamedMunicipality]:
        """The country's municipalities by code."""
        return (await self._caller.call(operations.MUNICIPALITIES)).items

    async def school(self, municipality: str, number: str) -> tuple[WholeSchool, str]:
        """A school, and the ETag under which it is changed."""
        values = {"institution_number": number}
        return await self._tagged(operations.SCHOOL, values, municipality)

    async def put_school(
        self, municipality: str, number: str, content: SchoolContent, etag: str | None
    ) -> tuple[WholeSchool, str]:
        """Change the school that was read with this ETag; None: create it. Returns it with its new ETag."""
        values = {"institution_number": number}
        return await self._tagged(operations.PUT_SCHOOL, values, municipality, content, _condition(etag))

    async def class_(self, municipality: str, place: tuple[str, str, str]) -> tuple[WholeClass, str]:
        """The class at this (institution number, school year such as ``2022/2023``, name), and the ETag under which it
        is changed.
        """
        return await self._tagged(operations.CLASS, _class(*place), municipality)

    async def put_class(
        self, municipality: str, place: tuple[str, str, str], content: ClassContent, etag: str | None
    ) -> tuple[WholeClass, str]:
        """Change the class at this (institution number, school year, name) that was read with this ETag; None: create
        it. Returns it with its new ETag.
        """
        values = _class(*place)
        return await self._tagged(operations.PUT_CLASS, values, municipality, content, _condition(etag))

    async def kind_rules(self, municipality: str, number: str) -> tuple[KindRules, str]:
        """A school's rules for the kind of its classes, and the ETag under which they are changed."""
        return await self._tagged(operations.KIND_RULES, {"institution_number": number}, municipality)

    async def put_kind_rules(
        self, municipality: str, number: str, rules: Sequence[KindRule], etag: str | None
    ) -> tuple[KindRules, str]:
        """Change the rules that were read with this ETag; None: create them. Returns them with their new ETag."""
        values, content = {"institution_number": number}, KindRulesContent(rules=rules)
        return await self._tagged(operations.PUT_KIND_RULES, values, municipality, content, _condition(etag))

    async def send_pupil(self, row: PupilRow) -> PupilTaken:
        """Send one row about a pupil."""
        return await self._caller.call(operations.SEND_PUPIL, body=row)

    async def changes(self, municipality: str, since: str | None = None, *, kinds: str | None = None) -> Changes:
        """The next page of the change feed; begins with all there is."""
        query = {"municipality": municipality, "since": since, "kinds": kinds, "page_size": 200}
        return await self._caller.call(operations.CHANGES, query=query)

    async def disclose(self, pupil_id: UUID, asked: DisclosureAsked) -> Disclosure:
        """Have a protected name shown; it is recorded."""
        return await self._caller.call(operations.DISCLOSE, {"pupil_id": pupil_id}, body=asked)

    async def disclosure(self, disclosure_id: UUID) -> Disclosure:
        """A disclosure, with the name for the person who asked, while it lasts."""
        return await self._caller.call(operations.DISCLOSURE, {"disclosure_id": disclosure_id})

    async def disclosures(self, municipality: str) -> AsyncIterator[DisclosureListed]:
        """Who had which protected name shown, the newest first."""
        async for each in self._caller.pages(operations.DISCLOSURES, query={"municipality": municipality}):
            yield each

    async def coverage(self, municipality: str, on: date) -> MunicipalityCoverage:
        """How many of the municipality's pupils are identified on a day."""
        query = {"municipality": municipality, "on": on.isoformat()}
        return await self._caller.call(operations.COVERAGE, query=query)

    async def coverage_of_schools(self, municipality: str, on: date) -> AsyncIterator[SchoolCoverage]:
        """The same of each school."""
        query = {"municipality": municipality, "on": on.isoformat()}
        async for each in self._caller.pages(operations.COVERAGE_OF_SCHOOLS, query=query):
            yield each

    async def lacking(self, municipality: str, on: date, *, lack: str | None = None) -> AsyncIterator[LackingPupil]:
        """The pupils without a CPR number, or those who lack something else."""
        query = {"municipality": municipality, "on": on.isoformat(), "lack": lack}
        async for each in self._caller.pages(operations.LACKING, query=query):
            yield each

    async def coverage_of_country(self, on: date) -> AsyncIterator[CountryCoverage]:
        """The figures of each municipality, for the secretariat."""
        async for each in self._caller.pages(operations.COVERAGE_OF_COUNTRY, query={"on": on.isoformat()}):
            yield each

    async def _tagged(
        self,
        operation: Operation[Shown],
        values: dict[str, str],
        municipality: str,
        body: BaseModel | None = None,
        headers: dict[str, str] | None = None,
    ) -> tuple[Shown, str]:
        response = await self._caller.answer(
            operation, values, query={"municipality": municipality}, body=body, headers=headers
        )
        return read(response, operation), response.headers["ETag"]


def _condition(etag: str | None) -> dict[str, str]:
    return {"If-None-Match": "*"} if etag is None else {"If-Match": etag}


def _class(number: str, school_year: str, name: str) -> dict[str, str]:
    return {"institution_number": number, "school_year": school_year.replace("/", "-"), "class_name": name}
