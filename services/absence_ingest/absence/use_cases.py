"""Importing absence: the hot path. A row is a tuple here and a row of a temporary table in the database."""

from collections.abc import Sequence
from uuid import UUID

from libs.shared.db.database import WriteSession
from libs.shared.imports.batch import Batch, BatchResult, Reason, Refusal, Waiting
from libs.shared.imports.columns import Key
from libs.shared.imports.errors import PUPIL_OUTSIDE_SCOPE
from services.absence_ingest.absence import queries
from services.absence_ingest.absence.domain import WHOLE_DAY, over_one_day, repeats
from services.absence_ingest.absence.kind import NOT_A_MEMBER, NOT_A_SCHOOL_DAY, OVER_ONE_DAY
from services.absence_ingest.absence.publishing import MonthPublisher
from services.absence_ingest.absence.queries import GivenRow
from services.absence_ingest.completeness import queries as completeness
from services.absence_ingest.pupils import queries as pupils

_COLUMN = {PUPIL_OUTSIDE_SCOPE: "pupil", NOT_A_MEMBER: "date", NOT_A_SCHOOL_DAY: "date", OVER_ONE_DAY: "days"}


async def import_absence(session: WriteSession, batch: Batch, *, publisher: MonthPublisher) -> BatchResult:
    """Write a batch by set, with an event for each pupil's month that changed.

    A row alone over one day is refused whoever the pupil is; then unknown pupils' rows are parked; then come
    membership and school day, and last what a pupil's day holds in all. A sender that is held to institutions writes
    about pupils who are at one of them on the date; other pupils and unknown ones are refused alike.
    """
    keys: Sequence[Key] = batch.columns["pupil"]
    known = await pupils.by_key(session, batch.municipality_code, set(keys))
    await pupils.lock(session, known.values())
    codes = {place: OVER_ONE_DAY for place, halves in enumerate(batch.columns["days"]) if halves > WHOLE_DAY}
    pupil_ids = list(map(known.get, keys))
    if batch.institutions is not None:
        outside = await _outside(session, batch, batch.institutions, pupil_ids)
        codes |= dict.fromkeys(outside - set(codes), PUPIL_OUTSIDE_SCOPE)
        pupil_ids = [None if place in outside else pupil_id for place, pupil_id in enumerate(pupil_ids)]
    parked = [place for place, pupil_id in enumerate(pupil_ids) if pupil_id is None and place not in codes]
    rows = _rows(batch, pupil_ids)
    repeated = _repeated(known, rows)
    if repeated:
        rows = [row for row in rows if row[0] not in repeated]
    accepted = 0
    if rows:
        codes |= await _judge(session, batch, rows)
        accepted = await queries.write(session, batch.municipality_code, batch.queued_at)
    if accepted:
        months = await queries.sum_up(session, batch.municipality_code)
        await publisher.publish(session, months)
        new = [each.month for each in months if each.aggregate_version == 1]
        await completeness.due(session, batch.municipality_code, new, None if batch.replay else batch.receipt_id)
    refused = [
        *(Refusal(place, code, _COLUMN[code]) for place, code in codes.items()),
        *(
            Refusal(place, "row.duplicate", params={"first_row": batch.row_numbers[first]})
            for place, first in repeated.items()
        ),
    ]
    return BatchResult(
        accepted=accepted,
        unchanged=len(batch) - accepted - len(parked) - len(refused),
        waiting=[Waiting(place, Reason.UNKNOWN_PUPIL) for place in parked],
        refused=refused,
    )


async def _outside(
    session: WriteSession, batch: Batch, institutions: frozenset[str], pupil_ids: Sequence[UUID | None]
) -> set[int]:
    """Rows about pupils who are at none of the institutions on the date, and about nobody known."""
    stays = list(zip(pupil_ids, batch.columns["date"], strict=True))
    there = await pupils.at(session, institutions, [(pupil_id, day) for pupil_id, day in stays if pupil_id is not None])
    return {place for place, stay in enumerate(stays) if stay not in there}


def _rows(batch: Batch, pupil_ids: Sequence[UUID | None]) -> list[GivenRow]:
    """The rows of known pupils that are no more than a day by themselves."""
    given = zip(
        range(len(batch)), pupil_ids, *(batch.columns[name] for name in ("date", "category", "days")), strict=True
    )
    return [
        (place, pupil_id, day, category, halves)
        for place, pupil_id, day, category, halves in given
        if pupil_id is not None and halves <= WHOLE_DAY
    ]


def _repeated(known: dict[Key, UUID], rows: Sequence[GivenRow]) -> dict[int, int]:
    """Rows that repeat another under a second identifier of the same pupil, such as a former CPR number.

    The file's own check compares identifiers; only here is it known that two are one pupil.
    """
    if len(set(known.values())) == len(known):
        return {}
    return repeats([row[:4] for row in rows])


async def _judge(session: WriteSession, batch: Batch, rows: Sequence[GivenRow]) -> dict[int, str]:
    """Put the rows on the temporary table and take those out that are refused: place → code."""
    await queries.give(session, rows)
    codes = await queries.out_of_place(session)
    await queries.drop(session, codes)
    if batch.replay:
        await queries.drop_overtaken(session, batch.queued_at)
    full = {place for recorded, given in await queries.full_days(session) for place in over_one_day(recorded, given)}
    await queries.drop(session, full)
    return codes | dict.fromkeys(full, OVER_ONE_DAY)
