"""A snapshot of a school's pupils: what it changes, and the memberships that it ends."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from libs.shared.db.database import ReadSession, WriteSession
from libs.shared.events.outbox import Outbox
from libs.shared.files.snapshot import Snapshot
from libs.shared.imports.batch import Batch, Compared, Difference, Judged, NamedRow, SnapshotChange
from services.registration.roster.lock import lock_roster
from services.registration.roster.pupils.memberships import Interval
from services.registration.roster.pupils.planning import Plan, Planned
from services.registration.roster.pupils.publishing import publish
from services.registration.roster.pupils.queries import claims, pupils, snapshots
from services.registration.roster.pupils.roster import Roster
from services.registration.roster.pupils.rows import coming_classes
from services.registration.roster.pupils.stays import Changes, changes

Stays = dict[tuple[UUID, date], Interval]
"""A pupil's memberships from the snapshot's day on, by what names each."""


async def classes_of(session: ReadSession, batch: Batch) -> Mapping[UUID, str]:
    """The classes between which the pupils of a snapshot move, with their names; none for another file."""
    if batch.snapshot is None:
        return {}
    found = await snapshots.classes(session, batch.municipality_code, batch.snapshot)
    names = set(found.values())
    return {**{class_id: key[2] for key, class_id in coming_classes(batch).items() if key[2] not in names}, **found}


async def with_first(session: ReadSession, batch: Batch, classes: Mapping[UUID, str]) -> Batch:
    """The batch, which says whether it is of the first snapshot of its school and school year. A file that is compared
    says so itself: its own rows may be written already.
    """
    if batch.snapshot is None or batch.first is not None:
        return batch
    return replace(batch, first=not await snapshots.any_pupil(session, classes))


@dataclass(frozen=True, slots=True)
class RosterComparison:
    """A batch compared with the stored roster: the result of ``judge`` that ``write`` stores."""

    roster: Roster
    planned: Planned


async def compare(
    session: ReadSession, batch: Batch, judged: Judged[RosterComparison], named: Sequence[NamedRow], today: date
) -> Compared:
    """What a whole snapshot changes, by what was planned for its rows."""
    roster, planned = judged.plan.roster, judged.plan.planned
    snapshot = batch.snapshot
    if snapshot is None:
        raise ValueError("only a snapshot is compared")
    classes = await classes_of(session, batch)
    before: dict[UUID, Stays] = {}
    claimed: dict[UUID, list[Interval]] = {}
    for pupil_id, stay, claim in await snapshots.stays(session, classes, snapshot.day):
        if stay.valid_to > max(snapshot.day, stay.valid_from):
            before.setdefault(pupil_id, {})[stay.key] = stay
        claimed.setdefault(pupil_id, []).append(claim)
    known, unreadable = await _known(session, batch, roster, planned, named)
    everywhere = batch.institutions is None
    found = [
        each for plan in planned.plans for each in _of_plan(plan, before, classes, snapshot.day, everywhere=everywhere)
    ]
    if not unreadable:
        found += _missing(before, claimed, known, classes, day=snapshot.day, today=today)
    left = sum(each.pupils for each in found if each.change is SnapshotChange.LEFT)
    first = not await snapshots.any_pupil(session, classes)
    return Compared(judged.result, len(before), left, unreadable, _listed(found), first)


async def close(
    session: WriteSession, outbox: Outbox, code: str, snapshot: Snapshot, ends: Sequence[Sequence[Any]]
) -> Sequence[int]:
    """End these memberships unless their end was changed since, with an event for each pupil."""
    await lock_roster(session, code)
    wanted: dict[UUID, list[tuple[int, Interval]]] = {}
    for index, listed in enumerate(ends):
        for pupil_id, class_id, valid_from, valid_to in listed:
            claim = Interval(date.fromisoformat(valid_from), date.fromisoformat(valid_to), UUID(class_id))
            wanted.setdefault(UUID(pupil_id), []).append((index, claim))
    stored = await claims.stays(session, wanted)
    counted: Counter[int] = Counter()
    changed: dict[UUID, Changes] = {}
    for pupil_id, of_pupil in wanted.items():
        if pupil_id not in stored:
            continue
        now = {each.interval: each for each in stored[pupil_id].claims}
        ending = {claim: index for index, claim in of_pupil if claim in now}
        for claim in ending:
            end = max(claim.valid_from, snapshot.day)
            now[claim] = replace(now[claim], interval=replace(claim, valid_to=min(claim.valid_to, end)))
        changed[pupil_id] = changes(stored[pupil_id], now.values())
        limited = stored[pupil_id].limits
        counted.update(index for claim, index in ending.items() if claim.key not in limited)
    await claims.write(session, code, changed)
    await publish(session, outbox, (pupil_id for pupil_id, found in changed.items() if found.rows))
    return [counted[index] for index in range(len(ends))]


async def _known(
    session: ReadSession, batch: Batch, roster: Roster, planned: Planned, named: Sequence[NamedRow]
) -> tuple[set[UUID], int]:
    """The pupils whom the file names, whatever became of their rows, and how many rows are about nobody knows whom."""
    if batch.staged is None:
        raise ValueError("the rows of a snapshot are staged")
    key_id = batch.staged.key_id
    keys = await snapshots.staged_keys(session, batch.staged)
    # The roster has looked up the identifiers of all rows but those that are refused for their school or class.
    keys -= roster.looked_up
    keys |= {(kind, key_id, value) for row in named for kind, value in row.keys}
    by_key = await pupils.by_key(session, batch.municipality_code, keys)
    known = {plan.pupil_id for plan in planned.plans} | set(roster.pupils.values()) | set(by_key.values())
    known |= {each.pupil_id for each in planned.waiting if each.pupil_id is not None}
    unreadable = 0
    for row in named:
        unreadable += not row.sure and not any((kind, key_id, value) in by_key for kind, value in row.keys)
    return known, unreadable


def _of_plan(
    plan: Plan, before: Mapping[UUID, Stays], classes: Mapping[UUID, str], day: date, *, everywhere: bool
) -> Iterable[Difference]:
    """What the pupil's own rows change."""
    was = before.get(plan.pupil_id, {})
    now = dict(was)
    for each in plan.written:
        if each.class_id not in classes:
            continue
        now.pop(each.key, None)
        if each.valid_to > max(day, each.valid_from):
            now[each.key] = each
    # A sender of some institutions is not told whether a pupil who joins is known in the municipality.
    pupil_id = plan.pupil_id if was or (plan.before is not None and everywhere) else None
    old, new = (_class_of(stays, classes) for stays in (was, now))
    if new is not None and old is None:
        yield Difference(SnapshotChange.JOINED, new, pupil_id=pupil_id)
    elif old is not None and new is None:
        yield Difference(SnapshotChange.LEFT, old, pupil_id=pupil_id)
    elif old is not None and new is not None and old != new:
        yield Difference(SnapshotChange.MOVED, new, from_place=old, pupil_id=pupil_id)
    if old is not None and plan.before is not None and plan.before.name != plan.identity.name:
        yield Difference(SnapshotChange.RENAMED, new or old, pupil_id=pupil_id)


def _missing(
    before: Mapping[UUID, Stays],
    claimed: Mapping[UUID, Sequence[Interval]],
    known: set[UUID],
    classes: Mapping[UUID, str],
    *,
    day: date,
    today: date,
) -> Iterable[Difference]:
    """The pupils whom the file does not name. What began after it was made it cannot know.

    Of a pupil who is at another school already only the claim ends: nobody leaves by it.
    """
    for pupil_id, said in claimed.items():
        if pupil_id in known:
            continue
        over = {each.key: each for each in said if each.valid_from <= day or each.valid_from > today}
        place = _class_of(over, classes)
        if place is None:
            continue
        ends = [
            [str(pupil_id), str(each.class_id), each.valid_from.isoformat(), each.valid_to.isoformat()]
            for each in over.values()
        ]
        stays = before.get(pupil_id, {})
        here = any(each.valid_from <= day or each.valid_from > today for each in stays.values())
        yield Difference(SnapshotChange.LEFT, place, pupil_id=pupil_id if here else None, pupils=int(here), ends=ends)


def _class_of(stays: Stays, classes: Mapping[UUID, str]) -> str | None:
    """The class that the pupil is in last, as one who moves later moves; None for no class."""
    found = max(stays.values(), key=lambda each: each.valid_from, default=None)
    return classes[found.class_id] if found else None


def _listed(found: Iterable[Difference]) -> list[Difference]:
    """Sorted by class. Pupils who are new, and so have no id, are counted."""
    found = list(found)
    new = Counter((each.change, each.place) for each in found if each.pupil_id is None and each.pupils)
    listed = [each for each in found if each.pupil_id is not None or not each.pupils]
    listed += [Difference(change, place, pupils=number) for (change, place), number in new.items()]
    return sorted(listed, key=lambda each: (each.place, each.change.value, str(each.pupil_id or "")))
