"""Identity coverage of schools, municipalities and any other group of pupils."""

import asyncio
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from libs.shared.auth.principal import Principal
from libs.shared.base.municipalities import municipality_name
from libs.shared.db.database import ReadSession
from libs.shared.db.order import Order, Place
from services.registration.access import institutions_listed, shows_names
from services.registration.roster.coverage import queries
from services.registration.roster.coverage.domain import (
    IdentityCoverage,
    Lack,
    PublicCoverage,
    SchoolCoverage,
    for_secretariat,
)
from services.registration.roster.coverage.queries import LackingPupil, RefusedNumbers
from services.registration.roster.identity.sealing import PupilVault, Sealed
from services.registration.roster.municipalities import queries as municipalities
from services.registration.roster.names.domain import ShownName
from services.registration.roster.names.use_cases import shown_names


@dataclass(frozen=True, slots=True)
class Found:
    """A pupil who lacks something, with what a person needs to find the pupil in the source system."""

    pupil_id: UUID
    school_id: UUID
    institution_number: str
    class_id: UUID
    class_name: str
    grade: int
    local_id: str | None = field(repr=False)
    name: str | None = field(repr=False)
    name_protected: bool
    lacks: Sequence[Lack]


@dataclass(frozen=True, slots=True)
class OfMunicipality:
    """A municipality's figures, and the rows of its newest files that were refused for their CPR number."""

    figures: IdentityCoverage
    refused: list[RefusedNumbers]


@dataclass(frozen=True, slots=True)
class Listed:
    """A municipality as the secretariat sees it."""

    municipality_code: str
    name: str
    figures: PublicCoverage


async def identity_coverage(session: ReadSession, pupil_ids: Iterable[UUID], day: date) -> IdentityCoverage:
    """The figures of these pupils on the day, such as those of a project or a course. Pupils whom the session may not
    see are left out.
    """
    found = await identity_coverage_of_groups(session, {"": list(pupil_ids)}, day)
    return found[""]


async def identity_coverage_of_groups(
    session: ReadSession, groups: Mapping[str, Iterable[UUID]], day: date
) -> dict[str, IdentityCoverage]:
    """The same of several groups at once, such as all courses of a school; an empty group has zeros."""
    members = [(name, pupil_id) for name, pupil_ids in groups.items() for pupil_id in set(pupil_ids)]
    found = await queries.of_groups(session, members, day) if members else {}
    return {name: found.get(name, IdentityCoverage()) for name in groups}


async def of_municipality(session: ReadSession, caller: Principal, code: str, on: date) -> OfMunicipality:
    """The municipality's figures, or those of the caller's institutions."""
    numbers = _numbers(caller)
    figures = await queries.of_municipality(session, code, numbers, on)
    return OfMunicipality(figures, await queries.refused_numbers(session, code, numbers))


async def by_school(
    session: ReadSession,
    caller: Principal,
    code: str,
    on: date,
    *,
    order: Order,
    after: Place | None,
    size: int,
) -> list[SchoolCoverage]:
    """The figures of each school that the caller may see."""
    return await queries.by_school(session, code, _numbers(caller), on, order=order, after=after, size=size)


async def by_municipality(session: ReadSession, on: date, codes: Collection[str]) -> list[Listed]:
    """The figures of these municipalities as the secretariat sees them. Needs the access ``identity``."""
    found = await queries.by_municipality(session, codes, on)
    return [
        Listed(code, municipality_name(code), for_secretariat(found.get(code, IdentityCoverage()))) for code in codes
    ]


async def participants(session: ReadSession, order: Order, after: Place | None, size: int) -> list[str]:
    """Codes of the municipalities that the secretariat has invited. Needs the access ``secretariat``."""
    found = await municipalities.listed(session, status=None, order=order, after=after, size=size)
    return [each.municipality_code for each in found]


async def lacking(
    session: ReadSession,
    vault: PupilVault,
    caller: Principal,
    code: str,
    *,
    institution: str | None,
    lacks: Collection[Lack],
    on: date,
    today: date,
    order: Order,
    after: Place | None,
    size: int,
) -> list[Found]:
    """The pupils who lack one of these, if the caller may see them. Names are shown to those who work with pupils, and
    no protected one.
    """
    own = _numbers(caller)
    numbers = own if institution is None else [institution] if own is None or institution in own else []
    found = await queries.lacking(
        session,
        code,
        numbers=numbers,
        own=own,
        lacks=lacks,
        on=on,
        today=today,
        order=order,
        after=after,
        size=size,
    )
    ids = [each.pupil_id for each in found]
    names = await shown_names(session, vault, ids) if shows_names(caller) else {}
    return await asyncio.to_thread(_opened, vault, found, names)


def _opened(vault: PupilVault, found: Sequence[LackingPupil], names: Mapping[UUID, ShownName]) -> list[Found]:
    nobody = ShownName(None, protected=False)
    return [
        Found(
            each.pupil_id,
            each.school_id,
            each.institution_number,
            each.class_id,
            each.class_name,
            each.grade,
            vault.open(each.pupil_id, Sealed.LOCAL_ID, each.local_id),
            names.get(each.pupil_id, nobody).name,
            names.get(each.pupil_id, nobody).protected,
            [Lack(lack) for lack in each.lacks],
        )
        for each in found
    ]


def _numbers(caller: Principal) -> Sequence[str] | None:
    institutions = institutions_listed(caller)
    return None if institutions is None else sorted(institutions)
