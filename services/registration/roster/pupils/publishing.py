"""Pupil events: the whole state of each pupil, its version raised under its row's lock."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from libs.shared.contracts.registration import PupilChanged
from libs.shared.db.database import WriteSession
from libs.shared.events.outbox import Outbox, require_size
from libs.shared.events.republishing import Place
from services.registration.roster.lock import lock_roster
from services.registration.roster.pupils.events import PUPILS, pupil_changed
from services.registration.roster.pupils.queries import states as queries


async def publish(
    session: WriteSession, outbox: Outbox, pupil_ids: Iterable[UUID], *, new: Collection[UUID] = frozenset()
) -> None:
    """Raise the version of these pupils and write an event for each. The caller holds the roster's lock. ``new`` are
    those whom this transaction wrote with ``FIRST_VERSION``.
    """
    ids = sorted(set(pupil_ids))
    if ids:
        telling = await outbox.add_many(session, PUPILS, "state", len(ids))
        require_size(PupilChanged.TYPE, await queries.raise_and_tell(session, ids, new, telling))


async def states(session: WriteSession, code: str, after: Place | None, size: int) -> list[PupilChanged]:
    """The states of the municipality's pupils by id, as they were last published. Takes the roster's lock."""
    await lock_roster(session, code)
    return await _states(session, await queries.lock_page(session, code, after[0] if after else None, size))


async def _states(session: WriteSession, rows: Sequence[Mapping[Any, Any]]) -> list[PupilChanged]:
    ids = [row["pupil_id"] for row in rows]
    keys, memberships = await queries.keys(session, ids), await queries.memberships(session, ids)
    former, made_of = await queries.former_ids(session, ids), await queries.split_from(session, ids)
    return [
        pupil_changed(
            row,
            keys[row["pupil_id"]],
            memberships[row["pupil_id"]],
            former.get(row["pupil_id"], ()),
            made_of.get(row["pupil_id"]),
        )
        for row in rows
    ]


async def publish_members(session: WriteSession, class_ids: Iterable[UUID], *, outbox: Outbox) -> None:
    """The same for every pupil who is or has been in these classes."""
    classes = sorted(set(class_ids))
    if classes:
        await publish(session, outbox, await queries.of_classes(session, classes))
