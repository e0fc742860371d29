"""Keeps a gross list as it is, and shows it again."""

from datetime import date, datetime
from uuid import UUID, uuid4

from libs.shared.auth.principal import Principal
from libs.shared.base.clock import danish_date
from libs.shared.db.database import ReadSession, WriteSession
from libs.shared.db.order import Order, Place
from services.registration.access import (
    institutions_held_to,
    institutions_listed,
    own_kept_list,
    require_municipality,
)
from services.registration.roster.identity.sealing import PupilVault
from services.registration.roster.members.use_cases import shown_pupils
from services.registration.roster.schools import queries as schools
from services.registration.roster.schools.errors import SchoolUnknown
from services.registration.screening.gross_list.choosing import Wanted
from services.registration.screening.gross_list.listed import GrossList
from services.registration.screening.gross_list.use_cases.municipality import SORTS, municipality_list
from services.registration.screening.gross_list.use_cases.school import EVERYBODY, gross_list
from services.registration.screening.gross_list.use_cases.screening import names_of
from services.registration.screening.kept_lists import queries
from services.registration.screening.kept_lists.domain import KeptList, KeptPupil, ShownList
from services.registration.screening.kept_lists.errors import KeptListNotSchools, KeptListSubject


async def keep(
    session: WriteSession,
    vault: PupilVault,
    caller: Principal,
    *,
    school_id: UUID | None,
    municipality_code: str | None,
    as_of: date,
    wanted: Wanted,
    now: datetime,
) -> KeptList:
    """Keep the list as the caller sees it now. Raises the refusals of the list, ``KeptListSubject``, and
    ``KeptListNotSchools`` for a caller who does not see the whole municipality.
    """
    today = danish_date(now)
    if (school_id is None) == (municipality_code is None):
        raise KeptListSubject(pointer="/school_id")
    if municipality_code is not None:
        require_municipality(caller, municipality_code, pointer="/municipality_code")
        if institutions_held_to(caller) is not None:
            raise KeptListNotSchools(pointer="/municipality_code")
        found = await municipality_list(
            session,
            vault,
            caller,
            municipality_code,
            as_of,
            today=today,
            wanted=wanted,
            order=Order(SORTS[0]),
            after=None,
            size=EVERYBODY,
        )
        return await _kept(
            session, caller, found, code=municipality_code, school_id=None, as_of=as_of, wanted=wanted, now=now
        )
    school = None if school_id is None else await schools.one(session, school_id)
    if school is None or not caller.serves(school.municipality_code, school.institution_number):
        raise SchoolUnknown(pointer="/school_id")
    found = await gross_list(session, vault, caller, school.school_id, as_of, today=today, wanted=wanted)
    return await _kept(
        session,
        caller,
        found,
        code=school.municipality_code,
        school_id=school.school_id,
        as_of=as_of,
        wanted=wanted,
        now=now,
    )


async def _kept(
    session: WriteSession,
    caller: Principal,
    found: GrossList,
    *,
    code: str,
    school_id: UUID | None,
    as_of: date,
    wanted: Wanted,
    now: datetime,
) -> KeptList:
    kept = KeptList(
        kept_list_id=uuid4(),
        municipality_code=code,
        school_id=school_id,
        as_of=as_of,
        wanted=wanted,
        rule_set=found.rule_set.name,
        version=found.rule_set.version,
        screened=found.summary.screened,
        not_shown=found.not_shown,
        flagged=found.summary.flagged,
        expected_percent=found.expected_percent,
        outcomes={
            rule: {str(name): number for name, number in by.items()} for rule, by in found.summary.outcomes.items()
        },
        pupils=len(found.items),
        kept_by=caller.subject,
        kept_at=now,
    )
    pupils = [
        KeptPupil(
            position=position,
            pupil_id=each.pupil_id,
            school_id=each.school_id,
            institution_number=each.institution_number,
            class_id=each.class_id,
            class_name=each.class_name,
            grade=each.grade,
            verdicts=each.verdicts,
        )
        for position, each in enumerate(found.items, 1)
    ]
    await queries.add(session, kept, pupils)
    return kept


async def get_kept(session: ReadSession, caller: Principal, kept_list_id: UUID) -> KeptList:
    """A kept list of one of the caller's schools, or of the caller's whole municipality. Raises
    ``KeptListNotFound``.
    """
    found = await queries.one(session, kept_list_id)
    school = None if found is None or found.school_id is None else await schools.one(session, found.school_id)
    return own_kept_list(caller, found, school)


async def show_kept(
    session: ReadSession,
    vault: PupilVault,
    caller: Principal,
    kept_list_id: UUID,
    *,
    today: date,
    order: Order,
    after: Place | None,
    size: int,
) -> ShownList:
    """A page of the list as it was, in its order: but for the pupils who were erased, and for those whom the caller may
    not see today. Raises ``KeptListNotFound``.
    """
    kept = await get_kept(session, caller, kept_list_id)
    there = await queries.pupil_ids(session, kept_list_id)
    shown = await shown_pupils(session, caller, there.values(), today)
    positions = sorted((at for at, pupil_id in there.items() if pupil_id in shown), reverse=order.descending)
    if after is not None:
        last = int(after.value)
        positions = [at for at in positions if (at < last if order.descending else at > last)]
    rows = {each.position: each for each in await queries.pupils(session, kept_list_id, positions[:size])}
    items = [rows[at] for at in positions[:size]]
    return ShownList(
        kept=kept,
        items=items,
        names=await names_of(session, vault, (each.pupil_id for each in items)),
        erased=kept.pupils - len(there),
        not_shown=len(there) - len(shown),
    )


async def list_kept(
    session: ReadSession,
    caller: Principal,
    code: str,
    school_id: UUID | None,
    *,
    order: Order,
    after: Place | None,
    size: int,
) -> list[KeptList]:
    """The kept lists that the caller may see. Raises ``MunicipalityNotFound``."""
    require_municipality(caller, code, pointer="/query/municipality")
    institutions = institutions_listed(caller)
    numbers = None if institutions is None else sorted(institutions)
    return await queries.page(session, code, numbers=numbers, school_id=school_id, order=order, after=after, size=size)
