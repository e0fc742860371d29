"""Importing pupils: who they are, and when they were in which class."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from uuid import UUID, uuid4

from libs.shared.base.settings import Profile
from libs.shared.db.database import WriteSession
from libs.shared.delivery.outbox import Outbox
from libs.shared.imports.batch import Batch, BatchResult
from libs.shared.imports.waiting import due
from libs.shared.privacy.identifiers import counts_as_cpr, parse_cpr_number
from libs.shared.privacy.keys import BlindIndex, LookupKeys
from libs.shared.rotation.fence import require_active
from libs.shared.rotation.places import Ring
from services.registration.identity.sealing import PupilVault
from services.registration.identity.use_cases import persons
from services.registration.pupils import queries
from services.registration.pupils.domain import CountsAsCpr
from services.registration.pupils.planning import Plan, plan_rows
from services.registration.pupils.publishing import lock_roster, publish
from services.registration.pupils.queries import PupilRecord
from services.registration.pupils.roster import Roster
from services.registration.pupils.rows import read_rows


@dataclass(frozen=True, slots=True)
class PupilImport:
    """What importing pupils takes. ``profile`` decides whether replacement numbers count as CPR numbers."""

    outbox: Outbox
    vault: PupilVault
    lookup_keys: LookupKeys
    blind_index: BlindIndex
    profile: Profile

    async def __call__(self, session: WriteSession, batch: Batch) -> BatchResult:
        """Write a batch by set, with an event for each pupil whose event state changed."""
        # Cached for this batch alone: numbers are not kept in memory longer than they are worked on.
        counts = cache(self._counts)
        await lock_roster(session, batch.municipality_code)
        await require_active(session, Ring.LOOKUP, self.lookup_keys.active_id)
        rows, refused = await read_rows(session, batch)
        roster = Roster(batch.municipality_code, self.vault, self.lookup_keys)
        await roster.load(session, [row.identity for row in rows.values()])
        # Off the event loop, like all that takes long on a big chunk: heartbeats and requests must go on.
        plans, not_taken = await asyncio.to_thread(plan_rows, batch, rows, roster, counts)
        await self._write(session, roster, plans, counts)
        refused += not_taken
        accepted = sum(plan.accepted for plan in plans)
        return BatchResult(accepted=accepted, unchanged=len(batch) - accepted - len(refused), refused=refused)

    def _counts(self, cpr_number: str) -> bool:
        return counts_as_cpr(parse_cpr_number(cpr_number).kind, self.profile)

    async def _write(self, session: WriteSession, roster: Roster, plans: Sequence[Plan], counts: CountsAsCpr) -> None:
        """Write pupils, keys and memberships; publish who changed; note whom rows may have waited for."""
        proposed = {
            plan.identity.cpr_number: roster.person_id(plan.pupil_id) or uuid4()
            for plan in plans
            if plan.identity.cpr_number and counts(plan.identity.cpr_number)
        }
        person_ids = await persons(session, self.blind_index, proposed)
        records, publishing = await asyncio.to_thread(_records, roster, plans, person_ids)
        await queries.write(session, roster.code, records)
        new_keys = await queries.add_keys(
            session,
            roster.code,
            ((*key, plan.pupil_id) for plan in plans for said in plan.said for key in roster.keys(said)),
        )
        publishing.update(key[3] for key in new_keys)
        await queries.write_memberships(
            session,
            roster.code,
            [(p.pupil_id, each.class_id, each.valid_from, each.valid_to) for p in plans for each in p.written],
        )
        await publish(session, self.outbox, publishing)
        await due(session, roster.code, pupils={key[3] for key in new_keys})


def _records(
    roster: Roster, plans: Sequence[Plan], person_ids: Mapping[str, UUID]
) -> tuple[list[PupilRecord], set[UUID]]:
    """The pupils to store, sealed, and those whose event changes by who they are or by a membership."""
    records = []
    publishing = set()
    for plan in plans:
        stored = roster.records.get(plan.pupil_id)
        number = plan.identity.cpr_number
        has_number = number in person_ids
        person_id = person_ids[number] if number and has_number else (stored.person_id if stored else uuid4())
        moved = stored is None or (stored.person_id, stored.has_cpr_number) != (person_id, has_number)
        if plan.renamed or moved:
            records.append(roster.sealed(plan.pupil_id, plan.identity, person_id, has_cpr_number=has_number))
        if moved or plan.written:
            publishing.add(plan.pupil_id)
    return records, publishing
