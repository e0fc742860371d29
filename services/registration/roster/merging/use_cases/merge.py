"""Two pupils are one child."""

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from uuid import UUID, uuid4

from libs.shared.auth.principal import Principal
from libs.shared.base.clock import danish_date
from libs.shared.db.database import WriteSession
from libs.shared.imports import parked
from services.registration.roster.members.use_cases import shown_pupils
from services.registration.roster.merging.domain import History, all_claims, contradictory, joined, two_numbers
from services.registration.roster.merging.errors import OtherPupilUnknown, PupilsInUse, StaysContradict, TwoNumbers
from services.registration.roster.merging.tools import Tools
from services.registration.roster.pupils.domain import Identity
from services.registration.roster.pupils.events import add_pupil_gone
from services.registration.roster.pupils.names import Names
from services.registration.roster.pupils.publishing import publish
from services.registration.roster.pupils.queries import claims, following, former_identifiers, merging, pupils
from services.registration.roster.pupils.queries.pupils import PupilRecord
from services.registration.roster.pupils.roster import opened, sealed
from services.registration.roster.pupils.stays import Stays, changes


async def merge(
    session: WriteSession,
    tools: Tools,
    caller: Principal,
    winner: History,
    loser_id: UUID,
    *,
    confirmed: bool,
    now: datetime,
) -> None:
    """Make everything of the loser the winner's, with events; the loser's id is a former id of the winner then.

    The roster is locked. Raises ``OtherPupilUnknown``, ``TwoNumbers``, ``StaysContradict`` and ``PupilsInUse``.
    """
    code, winner_id = winner.municipality_code, winner.pupil_id
    same = loser_id == winner_id or await merging.municipality_of(session, loser_id) != code
    if same or not await shown_pupils(session, caller, [loser_id], danish_date(now)):
        raise OtherPupilUnknown(pointer="/merged_pupil_id")
    await merging.lock(session, [winner_id, loser_id])
    found = await pupils.records(session, [winner_id, loser_id])
    identities = {pupil_id: opened(tools.vault, record) for pupil_id, record in found.items()}
    if two_numbers(identities[winner_id], identities[loser_id], cache(tools.is_real_cpr)) and not confirmed:
        raise TwoNumbers(pointer="/confirm_two_numbers")
    await _join_stays(session, code, winner_id, loser_id)
    afterwards = [await room.merged(session, winner_id, loser_id) for room in tools.rooms]
    await merging.take_over(session, winner_id, loser_id)
    await _join_identities(
        session, tools, code, found=found, identities=identities, pair=(winner_id, loser_id), now=now
    )
    if not Names([identities[winner_id].name]).alike(identities[loser_id].name):
        case_id = uuid4()
        name = tools.case_names.seal(case_id, "name", identities[loser_id].name)
        await merging.know_as(session, code, winner_id, case_id, name, by=caller.subject, now=now)
    try:
        await following.follow(session, winner_id, loser_id)
    except following.CannotFollow:
        raise PupilsInUse(pointer="/merged_pupil_id") from None
    for each in afterwards:
        if each is not None:
            await each()
    await merging.delete(session, loser_id)
    await merging.note(session, code, "merge", winner_id, loser_id, by=caller.subject, now=now)
    await publish(session, tools.outbox, [winner_id])
    await add_pupil_gone(session, tools.outbox, loser_id, code)
    await parked.due(session, code, pupils=[winner_id, loser_id])


async def _join_stays(session: WriteSession, code: str, winner_id: UUID, loser_id: UUID) -> None:
    stored = await claims.stays(session, [winner_id, loser_id])
    mine, other = (stored.get(each, Stays()) for each in (winner_id, loser_id))
    if contradictory(mine, other):
        raise StaysContradict(pointer="/merged_pupil_id")
    found = changes(mine, all_claims(mine, other), [*mine.rulings, *other.rulings])
    await claims.write(session, code, {winner_id: found})


async def _join_identities(
    session: WriteSession,
    tools: Tools,
    code: str,
    *,
    found: Mapping[UUID, PupilRecord],
    identities: Mapping[UUID, Identity],
    pair: tuple[UUID, UUID],
    now: datetime,
) -> None:
    """Write the winner's identity afterwards, and the identifiers that are former ones by it."""
    winner_id, loser_id = pair
    made = joined(identities[winner_id], identities[loser_id], cache(tools.is_real_cpr))
    source = found[loser_id if made.number_of_loser else winner_id]
    person_id, has_number = source.person_id, source.has_cpr_number
    record = sealed(tools.vault, winner_id, made.identity, person_id, has_cpr_number=has_number)
    await pupils.write(session, code, [record])
    rows = []
    for kind, value in made.former:
        former_id = uuid4()
        kept = tools.former.seal(former_id, "value", value)
        rows.append(former_identifiers.Former(former_id, winner_id, kind.value, kept))
    await former_identifiers.add(session, code, rows, None, now)
