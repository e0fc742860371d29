"""The history of a pupil's identifiers and stays."""

from datetime import date, datetime
from uuid import UUID

from libs.shared.auth.principal import Principal
from libs.shared.db.database import ReadSession, WriteSession
from libs.shared.privacy.identifiers import IdentifierKind
from services.registration.access import institutions_listed
from services.registration.roster.lock import lock_roster
from services.registration.roster.members.use_cases import shown_pupils
from services.registration.roster.merging.domain import HistoricIdentifier, HistoricStay, History
from services.registration.roster.merging.errors import PupilNotFound
from services.registration.roster.merging.tools import Tools, present_id
from services.registration.roster.pupils.claims import Claim
from services.registration.roster.pupils.queries import claims, merging, pupils
from services.registration.roster.pupils.queries.pupils import PupilRecord
from services.registration.roster.pupils.roster import opened
from services.registration.roster.pupils.stays import Stays


async def get_history(session: ReadSession, tools: Tools, caller: Principal, pupil_id: UUID, today: date) -> History:
    """The history of the pupil who has or had this id. Raises ``PupilNotFound``."""
    record, code = await _shown(session, caller, pupil_id, today)
    institutions = institutions_listed(caller)
    stored = (await claims.stays(session, [record.pupil_id])).get(record.pupil_id, Stays())
    shown = [each for each in stored.claims if institutions is None or each.institution_number in institutions]
    return History(
        record.pupil_id,
        code,
        await _identifiers(session, tools, record),
        [_stay(stored, each) for each in sorted(shown, key=lambda each: each.interval)],
        await merging.changes(session, record.pupil_id),
    )


async def lock_history(session: WriteSession, tools: Tools, caller: Principal, pupil_id: UUID, today: date) -> History:
    """The same, with the roster locked until the transaction ends."""
    _, code = await _shown(session, caller, pupil_id, today)
    await lock_roster(session, code)
    return await get_history(session, tools, caller, pupil_id, today)


async def _shown(session: ReadSession, caller: Principal, pupil_id: UUID, today: date) -> tuple[PupilRecord, str]:
    resolved = await merging.resolve(session, pupil_id)
    record = (await pupils.records(session, [resolved])).get(resolved)
    code = await merging.municipality_of(session, resolved)
    if record is None or code is None or not await shown_pupils(session, caller, [resolved], today):
        raise PupilNotFound
    return record, code


async def _identifiers(session: ReadSession, tools: Tools, record: PupilRecord) -> list[HistoricIdentifier]:
    found: list[HistoricIdentifier] = []
    since: dict[str, datetime] = {}
    for each in await merging.formers(session, record.pupil_id):
        value = tools.former.open(each.former_id, "value", each.value) if each.kind == "local_id" else None
        begun = since.get(each.kind)
        found.append(HistoricIdentifier(each.former_id, each.kind, value, begun, each.until, each.finds))
        since[each.kind] = each.until
    for kind, value in opened(tools.vault, record).identifiers:
        shown = value if kind is IdentifierKind.LOCAL_ID else None
        begun = since.get(kind.value)
        found.append(HistoricIdentifier(present_id(record.pupil_id, kind), kind.value, shown, begun, None, True))
    return found


def _stay(stored: Stays, claim: Claim) -> HistoricStay:
    limit = stored.limits.get(claim.interval.key)
    key = claim.interval.key if limit is None else (claim.interval.class_id, limit.valid_from)
    stay = stored.rows[key]
    return HistoricStay(
        claim.institution_number,
        claim.school_year,
        claim.interval.class_id,
        claim.interval.valid_from,
        claim.interval.valid_to,
        stay.valid_from,
        stay.valid_to,
    )
