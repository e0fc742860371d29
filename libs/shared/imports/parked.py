"""Parked rows: rows whose pupil is not known yet. They keep the pupil's lookup key and nothing that names a person.

A pupil that arrives while an import is parking rows for it must not be missed. So whoever parks looks the pupil up
once more under a shared lock that lasts to its commit, and whoever plays rows again takes the same lock alone, after
the pupil is written and until its commit: one of the two always sees the other's rows.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import RowMapping, text

from libs.shared.base.clock import Clock
from libs.shared.db.database import ReadSession, WriteSession, raw
from libs.shared.db.locks import Lock, hold_in_transaction
from libs.shared.imports.batch import Batch, BatchResult
from libs.shared.imports.errors import FieldError
from libs.shared.imports.kinds import Kind, Kinds


class HasKey(Protocol):
    """A lookup key, of the parser or of a pupil event."""

    @property
    def kind(self) -> str: ...  # noqa: D102 - named as in the event contract
    @property
    def key_id(self) -> str: ...  # noqa: D102 - named as in the event contract
    @property
    def value(self) -> str: ...  # noqa: D102 - named as in the event contract


async def lock(session: WriteSession, municipality_code: str, *, alone: bool) -> None:
    """Hold the municipality's parking lock until the transaction ends; shared unless ``alone``."""
    await hold_in_transaction(session, Lock.PARKING, municipality_code, shared=not alone)


async def park(
    session: WriteSession, kind: Kind, batch: Batch, indexes: Sequence[int], since: Sequence[datetime]
) -> None:
    """Write the rows at ``indexes``, in one statement; ``since`` says of each since when it is parked."""
    if not indexes:
        return
    if kind.park_by is None:
        raise ValueError(f"the handler of {kind.name} parked rows, which the kind does not allow")
    keys = [batch.columns[kind.park_by][index] for index in indexes]
    rest = [column for column in kind.columns if column.name != kind.park_by]
    payloads = [
        json.dumps({column.name: column.to_json(batch.columns[column.name][index]) for column in rest})
        for index in indexes
    ]
    connection = await raw(session)
    await connection.execute(
        "INSERT INTO parked_row (receipt_id, row_no, municipality_code, kind, key_kind, key_id, key_value, payload, "
        "created_at) SELECT $1, row_no, $2, $3, key_kind, key_id, key_value, payload, since "
        "FROM unnest($4::timestamptz[], $5::int[], $6::text[], $7::text[], $8::text[], $9::jsonb[]) "
        "AS given (since, row_no, key_kind, key_id, key_value, payload)",
        batch.receipt_id,
        batch.municipality_code,
        kind.name,
        list(since),
        [batch.row_numbers[index] for index in indexes],
        [key.kind for key in keys],
        [key.key_id for key in keys],
        [key.value for key in keys],
        payloads,
    )


@dataclass(frozen=True, slots=True)
class Replayed:
    """What became of parked rows."""

    accepted: int = 0
    unchanged: int = 0
    refused: int = 0
    still_parked: int = 0


_TAKE = """
WITH taken AS (
    DELETE FROM parked_row USING unnest(CAST(:kinds AS text[]), CAST(:key_ids AS text[]), CAST(:values AS text[]))
        AS given (key_kind, key_id, key_value)
    WHERE parked_row.municipality_code = :code AND parked_row.key_value = given.key_value
        AND parked_row.key_id = given.key_id AND parked_row.key_kind = given.key_kind
    RETURNING parked_row.*
)
SELECT taken.*, r.queued_at, r.institution_numbers FROM taken JOIN import_receipt r ON r.id = taken.receipt_id
ORDER BY r.queued_at, r.id, taken.row_no
"""


async def replay(
    session: WriteSession, kinds: Kinds, municipality_code: str, keys: Sequence[HasKey], clock: Clock
) -> Replayed:
    """Play the parked rows of these keys again, oldest file first, in the caller's transaction.

    Call it after the pupil and its keys are written; the session's scope must name the municipality. A row that is
    refused now is listed on its receipt without its text, which was never kept.
    """
    if not keys:
        return Replayed()
    await lock(session, municipality_code, alone=True)
    found = await session.execute(
        text(_TAKE),
        {
            "code": municipality_code,
            "kinds": [key.kind for key in keys],
            "key_ids": [key.key_id for key in keys],
            "values": [key.value for key in keys],
        },
    )
    accepted = unchanged = refused = still = 0
    # Groups of neighbours: rows come ordered by receipt.
    for _, group in groupby(found.mappings().all(), key=lambda row: (row["queued_at"], row["receipt_id"])):
        rows = list(group)
        kind = kinds.kind(rows[0]["kind"])
        batch = _batch(kind, rows)
        handler = kinds.handler(kind.name)
        await handler.lock(session, batch)
        judged = await handler.judge(session, batch)
        result = judged.result
        result.check(batch)
        await handler.write(session, batch, judged)
        # Since the first time: a row that is played again and again must have an end, too.
        waiting = [each.index for each in result.waiting]
        await park(session, kind, batch, waiting, [rows[index]["created_at"] for index in waiting])
        await _refuse(session, batch, result, clock())
        accepted += result.accepted
        unchanged += result.unchanged
        refused += len(result.refused)
        still += len(waiting)
    return Replayed(accepted, unchanged, refused, still)


def _batch(kind: Kind, rows: Sequence[RowMapping]) -> Batch:
    columns: dict[str, list[Any]] = {}
    payloads = [row["payload"] for row in rows]
    for column in kind.columns:
        if column.name == kind.park_by:
            stored: Iterable[Any] = ([row["key_kind"], row["key_id"], row["key_value"]] for row in rows)
        else:
            stored = (payload.get(column.name) for payload in payloads)
        columns[column.name] = [column.from_json(value) for value in stored]
    first = rows[0]
    return Batch(
        kind.name,
        first["municipality_code"],
        first["receipt_id"],
        first["queued_at"],
        [row["row_no"] for row in rows],
        columns,
        replay=True,
        institutions=None if first["institution_numbers"] is None else frozenset(first["institution_numbers"]),
    )


async def _refuse(session: WriteSession, batch: Batch, result: BatchResult, now: datetime) -> None:
    for refusal in result.refused:
        error = FieldError(refusal.code, refusal.column, "parked", refusal.params)
        await session.execute(
            text(
                "INSERT INTO import_refusal (receipt_id, row_no, line_no, municipality_code, code, errors, replayed, "
                "created_at) VALUES (:id, :row, :row, :code, :error, CAST(:errors AS jsonb), true, :now)"
            ),
            {
                "id": batch.receipt_id,
                "row": batch.row_numbers[refusal.index],
                "code": batch.municipality_code,
                "error": refusal.code,
                "errors": json.dumps([error.as_json()]),
                "now": now,
            },
        )


@dataclass(frozen=True, slots=True)
class ParkedRow:
    """A parked row as listed: its number in the file and since when, never whom it is about."""

    row: int
    key_kind: str
    created_at: datetime


async def page(session: ReadSession, receipt_id: UUID, *, after: int, size: int) -> list[ParkedRow]:
    """Parked rows of a receipt with a row number above ``after``, ascending."""
    found = await session.execute(
        text(
            "SELECT row_no, key_kind, created_at FROM parked_row "
            "WHERE receipt_id = :id AND row_no > :after ORDER BY row_no LIMIT :size"
        ),
        {"id": receipt_id, "after": after, "size": size},
    )
    return [ParkedRow(row.row_no, row.key_kind, row.created_at) for row in found]


async def count(session: ReadSession) -> int:
    """Parked rows in the session's scope."""
    return int((await session.execute(text("SELECT count(*) FROM parked_row"))).scalar_one())
