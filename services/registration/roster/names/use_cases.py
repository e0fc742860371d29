"""Shows pupils' names, and discloses a protected one for a stated reason and a limited time, which is recorded."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID, uuid4

from libs.shared.auth.principal import Principal
from libs.shared.db.database import ReadSession, WriteSession
from libs.shared.db.order import Order, Place
from libs.shared.privacy.sealed_texts import SealedTexts
from services.registration.access import institutions_listed
from services.registration.roster.identity.sealing import PupilVault, Sealed
from services.registration.roster.members.use_cases import shown_pupils
from services.registration.roster.names import queries
from services.registration.roster.names.domain import Disclosure, Purpose, Request, ShownName, end_of
from services.registration.roster.names.errors import (
    CaseOfAnotherPupil,
    DisclosureNotFound,
    NameNotProtected,
    PupilNotFound,
)
from services.registration.roster.names.queries import DisclosureRecord
from services.registration.roster.pupils.queries import identity_cases, name_protection
from services.registration.roster.pupils.queries.name_protection import Changed, SealedName


@dataclass(frozen=True, slots=True)
class Vaults:
    """What opens names and reasons: of pupils, of identity cases, and of disclosures."""

    pupils: PupilVault
    cases: SealedTexts
    reasons: SealedTexts


async def shown_names(session: ReadSession, vault: PupilVault, pupil_ids: Iterable[UUID]) -> dict[UUID, ShownName]:
    """The names of these pupils as they may be shown to those who may see the pupils. A protected name is not even
    decrypted. Every route that shows names reads them here.
    """
    found = await name_protection.names(session, pupil_ids)
    return await asyncio.to_thread(_opened, vault, found)


def _opened(vault: PupilVault, found: Sequence[SealedName]) -> dict[UUID, ShownName]:
    return {
        each.pupil_id: ShownName(
            None if each.name_protected else vault.open(each.pupil_id, Sealed.NAME, each.name), each.name_protected
        )
        for each in found
    }


async def disclose(
    session: WriteSession, vaults: Vaults, caller: Principal, asked: Request, *, now: datetime, today: date
) -> Disclosure:
    """Record that the caller has the protected name shown, and show it.

    Raises ``PupilNotFound``, ``CaseOfAnotherPupil`` and ``NameNotProtected``.
    """
    if asked.pupil_id not in await shown_pupils(session, caller, [asked.pupil_id], today):
        raise PupilNotFound
    names = await name_protection.names(session, [asked.pupil_id])
    if not names:
        raise PupilNotFound
    protected = names[0].name_protected
    if asked.case_id is not None:
        case = await identity_cases.case_name(session, asked.case_id, asked.pupil_id)
        if case is None:
            raise CaseOfAnotherPupil(pointer="/case_id")
        protected = protected or case.name_protected
    if not protected:
        raise NameNotProtected
    disclosure_id = uuid4()
    record = DisclosureRecord(
        disclosure_id,
        "",
        asked.pupil_id,
        asked.case_id,
        asked.purpose.value,
        vaults.reasons.seal(disclosure_id, "reason", asked.reason),
        caller.subject,
        now,
        end_of(now, asked.days),
    )
    code = await queries.add(session, record)
    return await _shown(session, vaults, caller, replace(record, municipality_code=code), now)


async def get_disclosure(
    session: ReadSession, vaults: Vaults, caller: Principal, disclosure_id: UUID, *, now: datetime, today: date
) -> Disclosure:
    """A disclosure, with the name for the person who had it shown, until it ends. Raises ``DisclosureNotFound``."""
    record = await queries.one(session, disclosure_id)
    if record is None or record.pupil_id not in await shown_pupils(session, caller, [record.pupil_id], today):
        raise DisclosureNotFound
    return await _shown(session, vaults, caller, record, now)


async def list_disclosures(
    session: ReadSession,
    vaults: Vaults,
    caller: Principal,
    code: str,
    pupil_id: UUID | None,
    *,
    today: date,
    order: Order,
    after: Place | None,
    size: int,
) -> list[Disclosure]:
    """The municipality's disclosures, without names: who had which pupil's name shown, when, until when and why."""
    found = await queries.page(session, code, pupil_id, _numbers(caller), today, order=order, after=after, size=size)
    return [_without_names(vaults, each) for each in found]


async def list_changes(
    session: ReadSession, caller: Principal, code: str, *, today: date, order: Order, after: Place | None, size: int
) -> list[Changed]:
    """When the protection of pupils' names began or ended, and by which receipt."""
    return await name_protection.changes(session, code, _numbers(caller), today, order=order, after=after, size=size)


async def _shown(
    session: ReadSession, vaults: Vaults, caller: Principal, record: DisclosureRecord, now: datetime
) -> Disclosure:
    shown = _without_names(vaults, record)
    if now >= record.ends_at or not caller.is_subject(record.disclosed_by):
        return shown
    (pupil,) = await name_protection.names(session, [record.pupil_id])
    name = vaults.pupils.open(record.pupil_id, Sealed.NAME, pupil.name)
    if record.case_id is None:
        return replace(shown, name=name)
    case = await identity_cases.case_name(session, record.case_id, record.pupil_id)
    sent = None if case is None else vaults.cases.open(record.case_id, "name", case.name)
    return replace(shown, name=name, sent_name=sent)


def _without_names(vaults: Vaults, record: DisclosureRecord) -> Disclosure:
    return Disclosure(
        record.disclosure_id,
        record.municipality_code,
        record.pupil_id,
        record.case_id,
        Purpose(record.purpose),
        vaults.reasons.open(record.disclosure_id, "reason", record.reason),
        record.disclosed_by,
        record.disclosed_at,
        record.ends_at,
    )


def _numbers(caller: Principal) -> Sequence[str] | None:
    institutions = institutions_listed(caller)
    return None if institutions is None else sorted(institutions)
