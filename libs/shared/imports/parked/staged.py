"""Puts a batch of parked rows into a temporary table, for a kind that works by set."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from libs.shared.db.database import WriteSession, raw
from libs.shared.files.columns import Key
from libs.shared.files.kind import Kind
from libs.shared.imports.batch import Batch, Staged
from libs.shared.imports.staging.tables import FIXED, stored_as, table_of


async def staged(session: WriteSession, kind: Kind, batch: Batch) -> Batch:
    """The batch with its rows in a temporary table that has the columns of the kind's staging table.

    The lookup keys of all rows must have the same kind and id. Raises ``TypeError`` for a kind that parks by none.
    """
    if kind.park_by is None:
        raise TypeError(f"{kind.name} works by set and parks by no identifier")
    table = f"replayed_{kind.name}"
    connection = await raw(session)
    await connection.execute(
        f"CREATE TEMPORARY TABLE IF NOT EXISTS {table} (LIKE {table_of(kind)}) ON COMMIT DELETE ROWS; TRUNCATE {table}"
    )
    first: Key = batch.columns[kind.park_by][0]
    values = [_stored(kind, batch, column.name) for column in kind.columns]
    of_all = (batch.receipt_id, batch.municipality_code)
    records = [
        (*of_all, number, 0, number, *record)
        for number, record in zip(batch.row_numbers, zip(*values, strict=True), strict=True)
    ]
    names = [*FIXED, *(stored_as(column.name) for column in kind.columns)]
    await connection.copy_records_to_table(table, records=records, columns=names)
    whole = Staged(table, batch.receipt_id, 0, 0, first.kind, first.key_id)
    return replace(batch, columns={}, row_numbers=(), staged=whole, size=len(records))


def _stored(kind: Kind, batch: Batch, name: str) -> Sequence[Any]:
    values = batch.columns[name]
    return [value and value.value for value in values] if kind.by_name[name].column.identifier else values
