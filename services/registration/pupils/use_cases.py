"""Importing pupils: who they are, and when they were in which class."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from uuid import UUID, uuid4

from libs.shared.base.settings import Profile
from libs.shared.db.database import WriteSession
from libs.shared.delivery.outbox import Outbox
from libs.shared.imports.batch import Batch, BatchResult, Refusal
from libs.shared.imports.columns import Key
from libs.shared.privacy.identifiers import counts_as_cpr, parse_cpr_number
from libs.shared.privacy.keys import BlindIndex, LookupKeys
from services.registration.identity.sealing import PupilVault
from services.registration.identity.use_cases import persons
from services.registration.pupils import queries
from services.registration.pupils.domain import Group, Identity, fold, group_rows
from services.registration.pupils.kind import CONFLICT, OVERLAP
from services.registration.pupils.memberships import Interval, settle
from services.registration.pupils.publishing import lock_roster, publish
from services.registration.pupils.roster import Roster
from services.registration.pupils.rows import ReadRow, read_rows

Replay = Callable[[WriteSession, str, Sequence[Key]], Awaitable[object]]
"""Plays parked rows of a municipality again whose pupil these keys now name."""


@dataclass(frozen=True, slots=True)
class PupilImport:
    """What importing pupils takes. ``profile`` decides whether replacement numbers count as CPR numbers."""

    outbox: Outbox
    vault: PupilVault
    lookup_keys: LookupKeys
    blind_index: BlindIndex
    profile: Profile
    replay: Replay

    def counts(self, cpr_number: str) -> bool:
        """Whether ten digits count as a CPR number."""
        return counts_as_cpr(parse_cpr_number(cpr_number).kind, self.profile)

    async def __call__(self, session: WriteSession, batch: Batch) -> BatchResult:
        """Write a batch by set, with an event for each pupil whose event state changed."""
        code = batch.municipality_code
        await lock_roster(session, code)
        rows, refused = await read_rows(session, batch)
        roster = Roster(code, self.vault, self.lookup_keys)
        await roster.load(session, (row.identity for row in rows.values()))
        groups, conflicts = group_rows(
            [(index, row.identity) for index, row in rows.items()], roster.known, roster.cpr_numbers, self.counts
        )
        refused += [Refusal(index, CONFLICT) for index in conflicts]
        plans = [self._plan(group, rows, roster, batch, refused) for group in groups]
        changed = [plan for plan in plans if plan.taken]
        await self._write(session, roster, changed)
        accepted = sum(plan.accepted for plan in plans)
        return BatchResult(accepted=accepted, unchanged=len(batch) - accepted - len(refused), refused=refused)

    def _plan(
        self, group: Group, rows: dict[int, ReadRow], roster: Roster, batch: Batch, refused: list[Refusal]
    ) -> "_Plan":
        """What becomes of one pupil's rows; what cannot be taken is added to ``refused``."""
        before = roster.identity(group.pupil_id)
        settled = settle(roster.memberships(group.pupil_id), [(index, rows[index].interval) for index in group.rows])
        refused += [Refusal(index, OVERLAP) for index in settled.overlapping]
        refused += [
            Refusal(index, "row.duplicate", params={"first_row": batch.row_numbers[first]})
            for index, first in settled.repeated.items()
        ]
        taken = sorted([*settled.written, *settled.unchanged])
        identity = fold(before or Identity(), (rows[index].identity for index in taken), self.counts)
        renamed = bool(taken) and identity != before
        return _Plan(
            pupil_id=group.pupil_id or uuid4(),
            identity=identity,
            taken=taken,
            said=[rows[index].identity for index in taken],
            written=list(settled.written.values()),
            renamed=renamed,
            accepted=len(taken) if renamed else len(settled.written),
        )

    async def _write(self, session: WriteSession, roster: Roster, plans: Sequence["_Plan"]) -> None:
        """Write pupils, keys and memberships; publish who changed; play what waited for them."""
        numbers = {
            plan.identity.cpr_number: roster.person_id(plan.pupil_id) or uuid4()
            for plan in plans
            if plan.identity.cpr_number and self.counts(plan.identity.cpr_number)
        }
        person_ids = await persons(session, self.blind_index, numbers)
        publishing: set[UUID] = set()
        records = []
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
        if new_keys:
            await self.replay(session, roster.code, [Key(*key[:3]) for key in new_keys])


@dataclass(frozen=True, slots=True)
class _Plan:
    """One pupil's part of a batch: the rows taken, what they say of identity, and the memberships to write."""

    pupil_id: UUID
    identity: Identity = field(repr=False)
    taken: list[int]
    said: list[Identity] = field(repr=False)
    written: list[Interval]
    renamed: bool
    accepted: int
