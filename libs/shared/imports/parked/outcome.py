"""The outcome of parked rows that were replayed."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from libs.shared.db.database import WriteSession, raw
from libs.shared.files.errors import FieldError
from libs.shared.files.kind import Kind
from libs.shared.files.sent_names import as_named_by
from libs.shared.imports.batch import Batch, Refusal, Waiting, WaitingReason
from libs.shared.imports.parked.facts import fact_of
from libs.shared.imports.parked.parking import Parking
from libs.shared.imports.parked.taken import Slice
from libs.shared.imports.receipts.receipts import execute

WAIT_ENDED = "row.wait_ended"
ENDS = {WaitingReason.UNKNOWN_PUPIL: "row.parked_too_long", WaitingReason.IDENTITY: "row.identity_undecided"}
"""The codes of rows whose waiting time is over; for every other reason it is ``WAIT_ENDED``."""

_REFUSE = """
INSERT INTO import_refusal (receipt_id, row_no, line_no, municipality_code, code, errors, replayed, created_at)
SELECT $1, row_no, row_no, $2, code, errors, true, $3
  FROM unnest($4::int[], $5::text[], $6::jsonb[]) AS given (row_no, code, errors)
"""

_WAIT_FOR = """
UPDATE parked_row AS p SET reason = g.reason, pupil_id = g.pupil_id, case_id = g.case_id, until = g.until, due = false
  FROM unnest($1::uuid[], $2::text[], $3::uuid[], $4::uuid[], $5::timestamptz[])
       AS g (id, reason, pupil_id, case_id, until)
 WHERE p.id = g.id
"""


class _Changed(NamedTuple):
    id: UUID
    reason: str
    pupil_id: UUID | None
    case_id: UUID | None
    until: datetime


async def settle(
    session: WriteSession,
    taken: Slice,
    batch: Batch,
    waiting: Sequence[Waiting],
    *,
    kind: Kind,
    parking: Parking,
    now: datetime,
) -> None:
    """Keep the rows of ``waiting`` parked with their present reason, and delete all other rows of the batch.

    A row with the same reason as before keeps its end; one with another reason gets the waiting time of that reason.
    """
    left = {each.index: each for each in waiting}
    same: list[UUID] = []
    changed: list[_Changed] = []
    parked_again: list[Waiting] = []
    for index, each in left.items():
        row: Any = taken.rows[index]
        if (each.reason, each.pupil_id, each.case_id) == (row["reason"], row["pupil_id"], row["case_id"]):
            same.append(row["id"])
        elif fact_of(kind, batch.columns, index, each) == bytes(row["fact"]):
            until = row["until"]
            if each.reason != row["reason"]:
                until = parking.patience.until(each.reason, now, row["since"])
            changed.append(_Changed(row["id"], each.reason.value, each.pupil_id, each.case_id, until))
        else:
            parked_again.append(each)
    stays = {*same, *(each.id for each in changed)}
    await remove(session, [row_id for row_id in taken.ids if row_id not in stays])
    await rest(session, same)
    if changed:
        connection = await raw(session)
        await connection.execute(_WAIT_FOR, *(list(values) for values in zip(*changed, strict=True)))
    since = {each.index: taken.rows[each.index]["since"] for each in parked_again}
    await parking.keep(session, kind, batch, parked_again, since=since, due=False)


async def remove(session: WriteSession, ids: Sequence[UUID]) -> None:
    """Delete the parked rows."""
    if ids:
        await execute(session, "DELETE FROM parked_row WHERE id = ANY(CAST(:ids AS uuid[]))", {"ids": list(ids)})


async def rest(session: WriteSession, ids: Sequence[UUID]) -> None:
    """Take the mark ``due`` off the rows; they stay parked unchanged."""
    if ids:
        statement = "UPDATE parked_row SET due = false WHERE id = ANY(CAST(:ids AS uuid[]))"
        await execute(session, statement, {"ids": list(ids)})


async def refuse(session: WriteSession, taken: Slice, refusals: Sequence[Refusal], now: datetime) -> None:
    """List the rows as refused on their receipt, without their original text, which parked rows do not have."""
    if not refusals:
        return
    errors = [FieldError(each.code, each.column, "parked", each.params) for each in refusals]
    connection = await raw(session)
    await connection.execute(
        _REFUSE,
        taken.receipt_id,
        taken.code,
        now,
        [taken.rows[each.index]["row_no"] for each in refusals],
        [each.code for each in refusals],
        [json.dumps([each.as_json() for each in as_named_by(taken.form, taken.kind, (), [error])]) for error in errors],
    )
