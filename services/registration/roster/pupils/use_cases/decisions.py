"""Cases about pupils' identity: lists those that wait, and records people's decisions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from libs.shared.auth.principal import Principal
from libs.shared.db.database import ReadSession, WriteSession
from libs.shared.db.order import Order, Place
from libs.shared.imports import parked
from libs.shared.privacy.sealed_texts import SealedTexts
from services.registration.access import institutions_listed
from services.registration.roster.identity.sealing import PupilVault, Sealed
from services.registration.roster.pupils.cases import Decision
from services.registration.roster.pupils.errors import CaseDecided, CaseNotFound
from services.registration.roster.pupils.queries import identity_cases


@dataclass(frozen=True, slots=True)
class OpenCase:
    """A case with both names, for those who decide it; without them if one is protected."""

    case_id: UUID
    municipality_code: str
    pupil_id: UUID
    known_name: str | None
    sent_name: str | None
    name_protected: bool
    institution_number: str
    since: datetime
    rows: int


async def open_cases(
    session: ReadSession,
    vault: PupilVault,
    names: SealedTexts,
    caller: Principal,
    code: str,
    *,
    today: date,
    order: Order,
    after: Place | None,
    size: int,
) -> list[OpenCase]:
    """Cases of the municipality that rows wait for, if the caller may see both children."""
    found = await identity_cases.page(session, code, _numbers(caller), today, order=order, after=after, size=size)
    return [
        OpenCase(
            case_id=each.case_id,
            municipality_code=each.municipality_code,
            pupil_id=each.pupil_id,
            known_name=None if each.name_protected else vault.open(each.pupil_id, Sealed.NAME, each.known_name),
            sent_name=None if each.name_protected else names.open(each.case_id, "name", each.sent_name),
            name_protected=each.name_protected,
            institution_number=each.institution_number,
            since=each.since,
            rows=each.rows,
        )
        for each in found
    ]


async def decide(
    session: WriteSession, caller: Principal, case_id: UUID, decision: Decision, *, now: datetime, today: date
) -> None:
    """Record the decision, and have the rows that wait for it replayed.

    The same decision again changes nothing. Raises ``CaseNotFound`` and ``CaseDecided``.
    """
    case = await identity_cases.lock(session, case_id, _numbers(caller), today)
    if case is None:
        raise CaseNotFound
    if case.decision is not None:
        if case.decision != decision.value:
            raise CaseDecided(pointer="/decision")
        return
    await identity_cases.decide(session, case_id, decision.value, caller.subject, now)
    # The id may have moved to another pupil meanwhile, and the rows may wait for a case about that pupil.
    concerned = await identity_cases.family(session, case.pupil_id)
    await parked.due(session, case.municipality_code, pupils=concerned)


def _numbers(caller: Principal) -> Sequence[str] | None:
    institutions = institutions_listed(caller)
    return None if institutions is None else sorted(institutions)
