"""Imports pupils: their identity and their memberships of classes."""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import Any
from uuid import UUID, uuid4

from libs.shared.base.settings import Profile
from libs.shared.db.database import ReadSession, WriteSession
from libs.shared.events.outbox import Outbox
from libs.shared.files.errors import FieldError
from libs.shared.files.snapshot import Snapshot
from libs.shared.imports import parked
from libs.shared.imports.batch import Batch, BatchResult, Compared, Judged, NamedRow, Staged
from libs.shared.privacy.identifiers import IdentifierKind, is_real_cpr_number, parse_cpr_number
from libs.shared.privacy.keys import BlindIndex, LookupKeys
from libs.shared.privacy.sealed_texts import SealedTexts
from libs.shared.rotation.fence import require_active
from libs.shared.rotation.places import Ring
from services.registration.roster.identity.sealing import PupilVault
from services.registration.roster.identity.use_cases import persons
from services.registration.roster.lock import lock_roster
from services.registration.roster.pupils import snapshots
from services.registration.roster.pupils.domain import Identity
from services.registration.roster.pupils.planning import Plan, plan_rows
from services.registration.roster.pupils.publishing import publish
from services.registration.roster.pupils.queries import (
    claims,
    conflicts,
    former_identifiers,
    identity_cases,
    name_protection,
    pupils,
)
from services.registration.roster.pupils.queries.pupils import PupilRecord
from services.registration.roster.pupils.queries.settling import join_groups
from services.registration.roster.pupils.roster import Roster
from services.registration.roster.pupils.rows import read_rows
from services.registration.roster.pupils.snapshots import RosterComparison
from services.registration.roster.pupils.use_cases.concealing import concealed
from services.registration.roster.pupils.use_cases.heeding import heed


def pupil_of(judged: Judged[RosterComparison]) -> UUID | None:
    """The pupil of a batch of one row that is not refused and does not wait."""
    return next((plan.pupil_id for plan in judged.plan.planned.plans), None)


@dataclass(frozen=True, slots=True)
class PupilImport:
    """Imports pupils. ``profile`` decides whether replacement numbers count as CPR numbers."""

    outbox: Outbox
    vault: PupilVault
    case_names: SealedTexts
    former: SealedTexts
    lookup_keys: LookupKeys
    blind_index: BlindIndex
    profile: Profile

    async def settle(self, session: WriteSession, staged: Staged) -> None:
        """Put rows that share an identifier or a known pupil into one group, wherever they are in the file."""
        await join_groups(session, staged)

    async def lock(self, session: WriteSession, batch: Batch) -> None:
        """Lock the municipality's roster, because its pupils are compared with each other."""
        await lock_roster(session, batch.municipality_code)

    async def judge(self, session: WriteSession, batch: Batch) -> Judged[RosterComparison]:
        """Judge a batch that contains all rows which share an identifier or a pupil."""
        # The cache lives as long as this batch, so that CPR numbers do not stay in memory.
        is_real_cpr = cache(self._is_real_cpr)
        await require_active(session, Ring.LOOKUP, self.lookup_keys.active_id)
        rows, refused = await read_rows(session, batch)
        roster = Roster(batch.municipality_code, self.vault, self.case_names, self.lookup_keys)
        await roster.load(session, [row.identity for row in rows.values()])
        # In a thread, because it takes long on a big batch and would block heartbeats and requests.
        classes = await snapshots.classes_of(session, batch)
        batch = await snapshots.with_first(session, batch, classes)
        planned = await asyncio.to_thread(plan_rows, batch, rows, roster, is_real_cpr, classes)
        accepted = sum(plan.accepted for plan in planned.plans)
        refused += planned.refused
        result = BatchResult(
            accepted=accepted,
            unchanged=len(batch) - accepted - len(refused) - len(planned.waiting),
            waiting=planned.waiting,
            refused=refused,
        )
        return Judged(result, RosterComparison(roster, planned))

    async def write(self, session: WriteSession, batch: Batch, judged: Judged[RosterComparison]) -> None:
        """Write the batch by set, with an event for each pupil whose published state changed."""
        is_real_cpr = cache(self._is_real_cpr)
        comparison = judged.plan
        roster, plans = comparison.roster, comparison.planned.plans
        proposed = {
            plan.identity.cpr_number: roster.person_id(plan.pupil_id) or uuid4()
            for plan in plans
            if plan.identity.cpr_number and is_real_cpr(plan.identity.cpr_number)
        }
        person_ids = await persons(session, self.blind_index, proposed)
        records, publishing = await asyncio.to_thread(_records, roster, plans, person_ids)
        await pupils.write(session, roster.code, records, version=pupils.FIRST_VERSION)
        await name_protection.add(session, roster.code, _protections(roster, records), batch)
        formers = await asyncio.to_thread(self._formers, roster, plans)
        await former_identifiers.add(session, roster.code, formers, batch.receipt_id, batch.queued_at)
        moved = [
            (*key, plan.pupil_id) for plan in plans for gain in plan.gained for key in roster.keys(gain.identifier)
        ]
        await pupils.move_keys(session, roster.code, moved)
        with_keys = await pupils.add_keys(
            session,
            roster.code,
            ((*key, plan.pupil_id) for plan in plans for identifier in plan.said for key in roster.keys(identifier)),
        )
        with_keys |= {pupil_id for *_, pupil_id in moved}
        publishing |= with_keys
        await claims.write(session, roster.code, {plan.pupil_id: plan.changes for plan in plans})
        if batch.snapshot is not None:
            await claims.note_snapshot(session, roster.code, batch.snapshot)
        await self._write_cases(session, batch, comparison)
        numbers = batch.columns["institution_number"]
        planned, at = comparison.planned, batch.queued_at
        for found, reopen in ((planned.contradictions, False), (planned.returned, True)):
            contradicting = [(each, numbers[index]) for each, index in found.items()]
            await conflicts.note(session, roster.code, contradicting, at, reopen=reopen)
        new = {each.pupil_id for each in records} - roster.records.keys()
        await publish(session, self.outbox, publishing, new=new)
        renamed = {plan.pupil_id for plan in plans if plan.before is not None and plan.renamed}
        due = with_keys | await identity_cases.undecided(session, renamed)
        if due:
            await parked.due(session, roster.code, pupils=sorted(due))

    async def compare(self, session: WriteSession, batch: Batch, named: Sequence[NamedRow], today: date) -> Compared:
        """What a snapshot of a school changes, and which of its pupils it lacks."""
        return await snapshots.compare(session, batch, await self.judge(session, batch), named, today)

    async def close(
        self, session: WriteSession, municipality_code: str, snapshot: Snapshot, ends: Sequence[Sequence[Any]]
    ) -> Sequence[int]:
        """End the memberships of pupils whom the snapshot lacks."""
        return await snapshots.close(session, self.outbox, municipality_code, snapshot, ends)

    async def concealed(
        self, session: ReadSession, code: str, columns: Collection[str], rows: Sequence[Mapping[str, str]]
    ) -> Sequence[Collection[str]]:
        """The names that are left out of refused rows."""
        return await concealed(session, self.lookup_keys, code, columns, rows)

    async def heed(
        self, session: WriteSession, batch: Batch, rows: Sequence[Mapping[str, str]]
    ) -> Mapping[int, FieldError]:
        """Protect the names of which refused rows say that they are protected."""
        roster = Roster(batch.municipality_code, self.vault, self.case_names, self.lookup_keys)
        return await heed(session, roster, batch, rows, cache(self._is_real_cpr))

    def _is_real_cpr(self, cpr_number: str) -> bool:
        return is_real_cpr_number(parse_cpr_number(cpr_number).kind, self.profile)

    def _formers(self, roster: Roster, plans: Sequence[Plan]) -> list[former_identifiers.Former]:
        """The CPR numbers that were replaced, and the ids that moved to another pupil."""
        gone = [
            (plan.pupil_id, IdentifierKind.CPR_NUMBER, plan.before.cpr_number)
            for plan in plans
            if plan.before is not None and plan.before.cpr_number not in {None, plan.identity.cpr_number}
        ]
        gone += [(gain.loser_id, *gain.identifier) for plan in plans for gain in plan.gained]
        found = []
        for pupil_id, kind, value in gone:
            former_id = uuid4()
            sealed = self.former.seal(former_id, "value", value or "")
            found.append(former_identifiers.Former(former_id, pupil_id, kind.value, sealed))
        return found

    async def _write_cases(self, session: WriteSession, batch: Batch, comparison: RosterComparison) -> None:
        """Store the new cases and the effects of applied decisions, after which rows with the former name are
        recognised, too.
        """
        roster, planned = comparison.roster, comparison.planned
        numbers = batch.columns["institution_number"]
        opened = [
            (case.case_id, case.pupil_id, roster.sealed_name(case.case_id, case.name), numbers[index])
            for case, index in planned.opened.values()
        ]
        await identity_cases.add(session, roster.code, opened, batch.queued_at)
        await identity_cases.protect(session, planned.protected_cases)
        await identity_cases.mirror(session, self._mirrors(comparison))
        await identity_cases.found_other(
            session, [(gain.case.case_id, plan.pupil_id) for plan in planned.plans for gain in plan.gained]
        )

    @staticmethod
    def _mirrors(comparison: RosterComparison) -> list[identity_cases.Mirror]:
        """Store the same decisions for the other pupil's name (see ``identity_cases.mirror``)."""
        roster, plans = comparison.roster, comparison.planned.plans
        said: list[tuple[UUID, UUID, str, UUID | None]] = [
            (case.case_id, plan.pupil_id, plan.before.name, None)
            for plan in plans
            for case in plan.settled
            if plan.before is not None
        ]
        said += [
            (gain.case.case_id, plan.pupil_id, known.name, gain.loser_id)
            for plan in plans
            for gain in plan.gained
            if (known := roster.identity(gain.loser_id)) is not None
        ]
        rows = []
        for origin, pupil_id, name, other_id in said:
            if roster.cases.find(pupil_id, name) is None:
                case_id = uuid4()
                rows.append(
                    identity_cases.Mirror(case_id, origin, pupil_id, roster.sealed_name(case_id, name), other_id)
                )
        return rows


def _records(
    roster: Roster, plans: Sequence[Plan], person_ids: Mapping[str, UUID]
) -> tuple[list[PupilRecord], set[UUID]]:
    """The encrypted pupils to store, and those whose event changes because of their identity or a membership."""
    records: dict[UUID, PupilRecord] = {}
    publishing = set()
    identities = _without_lost(roster, plans)
    planned = {plan.pupil_id for plan in plans}
    written = {plan.pupil_id for plan in plans if plan.written}
    for pupil_id, identity in identities.items():
        stored = roster.records.get(pupil_id)
        person = person_ids.get(identity.cpr_number or "")
        has_number = person is not None if pupil_id in planned else stored is not None and stored.has_cpr_number
        person_id = person or (stored.person_id if stored else uuid4())
        moved = stored is None or (stored.person_id, stored.has_cpr_number) != (person_id, has_number)
        if moved or identity != roster.identity(pupil_id):
            records[pupil_id] = roster.sealed(pupil_id, identity, person_id, has_cpr_number=has_number)
        if moved or pupil_id in written:
            publishing.add(pupil_id)
    lost = {gain.loser_id for plan in plans for gain in plan.gained}
    return list(records.values()), publishing | lost


def _protections(roster: Roster, records: Sequence[PupilRecord]) -> list[tuple[UUID, bool]]:
    """The pupils whose name is protected from now on, and those whose protection has ended."""
    found = []
    for record in records:
        before = roster.records.get(record.pupil_id)
        if record.name_protected != (before is not None and before.name_protected):
            found.append((record.pupil_id, record.name_protected))
    return found


def _without_lost(roster: Roster, plans: Sequence[Plan]) -> dict[UUID, Identity]:
    """The pupils' identities afterwards, including pupils from whom a decision takes an id."""
    found = {plan.pupil_id: plan.identity for plan in plans}
    for plan in plans:
        for gain in plan.gained:
            loser = found.get(gain.loser_id) or roster.identity(gain.loser_id)
            if loser is not None and loser.local_id == gain.identifier[1]:
                found[gain.loser_id] = replace(loser, local_id=None)
    return found
