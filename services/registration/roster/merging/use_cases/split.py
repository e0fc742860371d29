"""One pupil is two children."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from uuid import UUID, uuid4

from libs.shared.auth.principal import Principal
from libs.shared.db.database import WriteSession
from libs.shared.imports import parked
from libs.shared.privacy.identifiers import IdentifierKind
from libs.shared.rotation.fence import require_active
from libs.shared.rotation.places import Ring
from services.registration.roster.identity.use_cases import persons
from services.registration.roster.merging.domain import History, Splitting
from services.registration.roster.merging.errors import NothingToSplit, NotOfPupil, RecordNotOfPupil, RecordTwice
from services.registration.roster.merging.following import Named, Span
from services.registration.roster.merging.tools import Tools, present_id
from services.registration.roster.merging.use_cases.left import left_with
from services.registration.roster.pupils.domain import Identifier, Identity
from services.registration.roster.pupils.publishing import publish
from services.registration.roster.pupils.queries import claims, merging, pupils
from services.registration.roster.pupils.queries.pupils import PupilRecord
from services.registration.roster.pupils.roster import opened, sealed
from services.registration.roster.pupils.stays import Stays, changes


async def split(
    session: WriteSession, tools: Tools, caller: Principal, history: History, wanted: Splitting, *, now: datetime
) -> UUID:
    """Make a new pupil of part of a pupil, with events; returns the new pupil's id. The roster is locked.

    Raises ``NotOfPupil``, ``NothingToSplit``, ``RecordNotOfPupil`` and ``RecordTwice``.
    """
    code, old_id, new_id = history.municipality_code, history.pupil_id, uuid4()
    await require_active(session, Ring.LOOKUP, tools.lookup_keys.active_id)
    await merging.lock(session, [old_id])
    record = (await pupils.records(session, [old_id]))[old_id]
    stored = (await claims.stays(session, [old_id])).get(old_id, Stays())
    given = [each for each in stored.claims if each.key in set(wanted.stays)]
    if len(given) != len(set(wanted.stays)):
        raise NotOfPupil(pointer="/stays")
    named = await _named(session, tools, caller, old_id, wanted)
    await _divide_identity(session, tools, code, record, new_id=new_id, wanted=wanted)
    kept = [each for each in stored.claims if each not in given]
    await claims.write(session, code, {old_id: changes(stored, kept), new_id: changes(Stays(), given)})
    await merging.note(session, code, "split", old_id, new_id, by=caller.subject, now=now)
    spans: list[Span] = [(each.institution_number, each.interval.valid_from, each.interval.valid_to) for each in given]
    for room in tools.rooms:
        await room.split(session, old_id, new_id, spans, named)
    await publish(session, tools.outbox, [old_id, new_id])
    await parked.due(session, code, pupils=[old_id, new_id])
    return new_id


async def _named(session: WriteSession, tools: Tools, caller: Principal, pupil_id: UUID, wanted: Splitting) -> Named:
    """What the person said of the pupil's records. Raises ``RecordNotOfPupil`` and ``RecordTwice``."""
    if not wanted.records:
        return Named()
    known = {(each.kind, each.left_id) for each in await left_with(session, tools, caller, pupil_id)}
    seen = set()
    for index, each in enumerate(wanted.records):
        if (each.kind, each.record_id) not in known:
            raise RecordNotOfPupil(pointer=f"/records/{index}/id")
        if each.record_id in seen:
            raise RecordTwice(pointer=f"/records/{index}/id")
        seen.add(each.record_id)
    moves = frozenset(each.record_id for each in wanted.records if each.to_new)
    return Named(moves, frozenset(seen) - moves)


async def _divide_identity(
    session: WriteSession, tools: Tools, code: str, record: PupilRecord, *, new_id: UUID, wanted: Splitting
) -> None:
    """Give the new pupil the chosen identifiers with their keys. A former one becomes a present one, if it is the new
    pupil's only one of its kind.
    """
    old_id, chosen = record.pupil_id, set(wanted.identifier_ids)
    identity, formers = opened(tools.vault, record), await merging.formers(session, record.pupil_id)
    present = {kind: value for kind, value in identity.identifiers if present_id(old_id, kind) in chosen}
    values: dict[UUID, Identifier] = {
        each.former_id: (IdentifierKind(each.kind), tools.former.open(each.former_id, "value", each.value))
        for each in formers
        if each.former_id in chosen
    }
    if len(present) + len(values) != len(chosen):
        raise NotOfPupil(pointer="/identifier_ids")
    if len(present) == len(identity.identifiers):
        raise NothingToSplit(pointer="/identifier_ids")
    mine = dict(present)
    again = [former_id for former_id, (kind, value) in values.items() if mine.setdefault(kind, value) == value]
    # A protected name stays protected on both sides until a source says otherwise.
    new = replace(_of(mine, wanted.name), name_protected=identity.name_protected)
    await _write_both(session, tools, code, record, new=(new_id, new), taken=present)
    await merging.delete_formers(session, again)
    await merging.move_formers(session, [each for each in values if each not in again], new_id)
    moved = {*present.items(), *values.values()}
    keys = [
        (kind.value, *hashed, new_id)
        for kind, value in moved
        for hashed in tools.lookup_keys.all_values(kind, value, code)
    ]
    await pupils.move_keys(session, code, keys)


async def _write_both(
    session: WriteSession,
    tools: Tools,
    code: str,
    record: PupilRecord,
    *,
    new: tuple[UUID, Identity],
    taken: Mapping[IdentifierKind, str],
) -> None:
    """Write the new pupil, and the old one without what was taken. Each has the person of its CPR number, or one of its
    own.
    """
    new_id, identity = new
    gone: dict[str, None] = dict.fromkeys(kind.value for kind in taken)
    before = opened(tools.vault, record)
    old = replace(before, **gone)  # type: ignore[arg-type] # the kinds of identifiers are fields that may be None
    number = identity.cpr_number if identity.cpr_number and tools.is_real_cpr(identity.cpr_number) else None
    person = (await persons(session, tools.blind_index, {number: uuid4()}))[number] if number else uuid4()
    keeps = IdentifierKind.CPR_NUMBER not in taken
    kept_person = record.person_id if keeps else uuid4()
    has_number = record.has_cpr_number and keeps
    rows = [
        sealed(tools.vault, new_id, identity, person, has_cpr_number=number is not None),
        sealed(tools.vault, record.pupil_id, old, kept_person, has_cpr_number=has_number),
    ]
    await pupils.write(session, code, rows)


def _of(values: Mapping[IdentifierKind, str], name: str) -> Identity:
    return Identity(
        values.get(IdentifierKind.CPR_NUMBER),
        values.get(IdentifierKind.UNI_LOGIN),
        values.get(IdentifierKind.LOCAL_ID),
        name,
    )
