"""Who may see or change what in this service. Routes and use cases ask here; none of them decides by itself.

A caller has the roles of its route alone (``web.access.require``). Another's object and one that does not exist give
the same refusal.
"""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from libs.shared.auth.principal import Principal, Role
from libs.shared.db.database import ReadSession
from libs.shared.db.scope import Access, Scope
from services.registration.roster.members import queries as members
from services.registration.roster.members.errors import SchoolUnknown
from services.registration.roster.schools import queries as schools
from services.registration.roster.schools.errors import MunicipalityNotFound, SchoolNotFound
from services.registration.roster.schools.queries import SchoolRecord


def is_secretariat(caller: Principal) -> bool:
    """Whether the caller acts for the whole country."""
    return caller.has(Role.SECRETARIAT)


def scope_of(caller: Principal) -> Scope:
    """The caller's municipalities; all of what the secretariat may read for the secretariat."""
    return Scope(caller.municipality_codes, Access.SECRETARIAT if is_secretariat(caller) else None)


def require_municipality(caller: Principal, code: str, *, pointer: str) -> None:
    """Raise ``MunicipalityNotFound`` unless the municipality is one of the caller's; the secretariat has them all."""
    if not is_secretariat(caller) and not caller.serves(code):
        raise MunicipalityNotFound(pointer=pointer)


def institutions_of(caller: Principal) -> frozenset[str] | None:
    """The institutions whose schools the caller is shown; None: all of the municipality."""
    return None if is_secretariat(caller) else caller.held_to


def works_at(caller: Principal, school: SchoolRecord) -> bool:
    """Whether the school is one of the caller's."""
    return caller.serves(school.municipality_code, school.institution_number)


async def works_at_any(session: ReadSession, caller: Principal, school_ids: Iterable[UUID]) -> bool:
    """Whether one of the schools is the caller's: enough to read what they have together."""
    return any(works_at(caller, each) for each in (await members.schools(session, school_ids)).values())


async def works_at_all(session: ReadSession, caller: Principal, school_ids: Iterable[UUID]) -> bool:
    """Whether each of the schools is the caller's: needed to change what they have together."""
    wanted = set(school_ids)
    found = await members.schools(session, wanted)
    return set(found) == wanted and all(works_at(caller, each) for each in found.values())


async def school_in_path(session: ReadSession, caller: Principal, school_id: UUID) -> SchoolRecord:
    """The school that an address names, if it is the caller's. Raises ``SchoolNotFound``."""
    school = await schools.one(session, school_id)
    if school is None or not works_at(caller, school):
        raise SchoolNotFound
    return school


async def own_school(session: ReadSession, caller: Principal, school_id: UUID) -> SchoolRecord:
    """The school that a body names, if it is the caller's. Raises ``SchoolUnknown``."""
    school = (await members.schools(session, [school_id])).get(school_id)
    if school is None or not works_at(caller, school):
        raise SchoolUnknown(pointer="/school_id")
    return school


async def shown_pupils(session: ReadSession, caller: Principal, pupil_ids: Iterable[UUID], today: date) -> set[UUID]:
    """Those of the pupils whom the caller is shown.

    Whoever is held to institutions is shown pupils who are at one of these today. A school that a pupil has left learns
    nothing more about the pupil, and not where the pupil is now: the address may be protected.
    """
    ids, institutions = set(pupil_ids), caller.held_to
    if institutions is None:
        return ids
    return {pupil_id for pupil_id, _ in await members.at(session, institutions, ((each, today) for each in ids))}
