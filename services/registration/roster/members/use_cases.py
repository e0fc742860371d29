"""Finds the pupils and classes that a request names, or refuses the first that is wrong. Also selects the pupils that a
caller may see.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from uuid import UUID

from libs.shared.auth.principal import Principal
from libs.shared.db.database import ReadSession
from services.registration.access import institutions_held_to
from services.registration.roster.members import queries
from services.registration.roster.members.errors import (
    ClassEmpty,
    ClassUnknown,
    PupilNotAtSchool,
    PupilRepeated,
)
from services.registration.roster.members.queries import Member


async def class_members(session: ReadSession, school_id: UUID, class_id: UUID, on: date) -> list[Member]:
    """Everybody in the class on the day. Raises ``ClassUnknown`` and ``ClassEmpty``."""
    if not await queries.has_class(session, school_id, class_id):
        raise ClassUnknown(pointer="/class_id")
    found = await queries.members(session, school_id, on, class_id=class_id)
    if not found:
        raise ClassEmpty(pointer="/class_id", on=on.isoformat())
    return list(found.values())


async def named_members(session: ReadSession, school_id: UUID, pupil_ids: Sequence[UUID], on: date) -> list[Member]:
    """These pupils, in order, all at the school on the day. Raises ``PupilRepeated`` and ``PupilNotAtSchool``."""
    for index, pupil_id in enumerate(pupil_ids):
        if pupil_id in pupil_ids[:index]:
            raise PupilRepeated(pointer=f"/pupil_ids/{index}")
    found = await queries.members(session, school_id, on, pupil_ids=pupil_ids)
    for index, pupil_id in enumerate(pupil_ids):
        if pupil_id not in found:
            raise PupilNotAtSchool(pointer=f"/pupil_ids/{index}", on=on.isoformat())
    return [found[pupil_id] for pupil_id in pupil_ids]


async def shown_pupils(session: ReadSession, caller: Principal, pupil_ids: Iterable[UUID], today: date) -> set[UUID]:
    """Those of the pupils whom the caller may see.

    A caller who is limited to institutions may see the pupils who are at one of these today. A school that a pupil has
    left learns nothing more about the pupil, in particular not the pupil's new school, because the address may be
    protected.
    """
    ids, institutions = set(pupil_ids), institutions_held_to(caller)
    if institutions is None:
        return ids
    return {pupil_id for pupil_id, _ in await queries.at(session, institutions, ((each, today) for each in ids))}
