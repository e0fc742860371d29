"""Staged rows in the database: added by COPY, read and reduced slice by slice, and deleted.

The SQL text of statements on a kind's table contains only names from the code; values are parameters.
"""

import asyncio
from collections.abc import Sequence
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import text

from libs.shared.db.database import ReadSession, WriteSession, raw
from libs.shared.files.kind import Kind
from libs.shared.imports.batch import Staged
from libs.shared.imports.receipts.receipt import Receipt
from libs.shared.imports.staging.records import columns_of, names
from libs.shared.imports.staging.tables import rows_of, stored_as, table_of, value_columns
from libs.shared.privacy.keys import Undecryptable, Vault

_LOWEST, _SPAN = -(1 << 63), 1 << 64


class Repeated(NamedTuple):
    """A row that has the key of an earlier one, by their numbers."""

    row: int
    first: int


def slices_for(kind: Kind, rows: int) -> int:
    """The number of slices into which a file of so many rows is divided."""
    return max(1, -(-rows // kind.slice_rows))


def slice_of(receipt: Receipt, kind: Kind, number: int, count: int) -> Staged:
    """Slice ``number`` of ``count``: a range of group hashes. Hashes are evenly spread, so slices are about equal.

    Raises ``Undecryptable`` if the receipt has no lookup key any more.
    """
    if receipt.lookup_key_id is None:
        raise Undecryptable("the receipt has no key of identifiers")
    low, high = (_LOWEST + _SPAN * edge // count for edge in (number, number + 1))
    identifier = receipt.upload.identifier.value
    return Staged(table_of(kind), receipt.id, low, high - 1, identifier, receipt.lookup_key_id)


def whole(receipt: Receipt, kind: Kind) -> Staged:
    """All rows of a file as one slice."""
    return slice_of(receipt, kind, 0, 1)


async def add(session: WriteSession, kind: Kind, records: Sequence[tuple[Any, ...]]) -> None:
    """Add the rows to the kind's table."""
    connection = await raw(session)
    await connection.copy_records_to_table(rows_of(kind), records=records, columns=names(kind))


async def count(session: ReadSession, staged: Staged) -> int:
    """The number of rows in a slice."""
    found = await session.execute(
        text(f"SELECT count(*) FROM {staged.table} AS s WHERE {staged.where()}"),  # noqa: S608
        staged.values,
    )
    return int(found.scalar_one())


async def take_repeated(session: WriteSession, staged: Staged) -> tuple[int, list[Repeated]]:
    """Delete the rows of a slice that have the key of an earlier row; how many rows are left, and the deleted ones.

    A first query without a join looks for repeated keys, because nearly always there are none, and the planner has no
    statistics of the table.
    """
    found = await session.execute(
        text(
            "SELECT coalesce(sum(rows), 0), array_agg(key_hash) FILTER (WHERE rows > 1),"  # noqa: S608
            " array_agg(first) FILTER (WHERE rows > 1)"
            f" FROM (SELECT key_hash, count(*) AS rows, min(row_no) AS first FROM {staged.table} AS s"
            f" WHERE {staged.where()} GROUP BY key_hash) AS k"
        ),
        staged.values,
    )
    rows, keys, firsts = found.one()
    if keys is None:
        return int(rows), []
    first = dict(zip(keys, firsts, strict=True))
    taken = await session.execute(
        text(
            f"DELETE FROM {staged.table} AS s WHERE {staged.where()} AND s.key_hash = ANY(CAST(:keys AS bigint[]))"  # noqa: S608
            " AND s.row_no <> ALL(CAST(:firsts AS integer[])) RETURNING s.row_no, s.key_hash"
        ),
        {**staged.values, "keys": keys, "firsts": firsts},
    )
    repeated = sorted(Repeated(row, first[key]) for row, key in taken)
    return int(rows) - len(repeated), repeated


async def load(
    session: ReadSession,
    kind: Kind,
    staged: Staged,
    vault: Vault,
    *,
    rows: Sequence[int] | None = None,
    only: Sequence[str] | None = None,
) -> tuple[list[int], dict[str, Sequence[Any]]]:
    """The numbers and columns of a slice's rows, in the file's order. Raises ``Undecryptable``.

    ``rows`` limits the result to rows with these numbers, ``only`` to these columns, none of which may be secret.
    """
    wanted = ["row_no", *(map(stored_as, only) if only is not None else value_columns(kind))]
    chosen = "" if rows is None else " AND s.row_no = ANY($4::int[])"
    connection = await raw(session)
    listed = ", ".join(f'"{name}"' for name in wanted)
    # Read directly with the driver, which saves the creation of a second row object per row.
    found = await connection.fetch(
        f"SELECT {listed} FROM {staged.table} AS s"  # noqa: S608
        f" WHERE s.receipt_id = $1 AND s.group_hash BETWEEN $2 AND $3{chosen} ORDER BY s.row_no",
        *(staged.receipt_id, staged.low, staged.high),
        *(() if rows is None else (list(rows),)),
    )
    return await asyncio.to_thread(columns_of, kind, staged, found, wanted, vault)


async def drop_some(session: WriteSession, kind: Kind, receipt_id: UUID, most: int) -> int:
    """Delete at most ``most`` staged rows of a file; returns how many were deleted."""
    table = table_of(kind)
    statement = (
        f"DELETE FROM {table} AS s USING (SELECT ctid FROM {table} WHERE receipt_id = :id LIMIT :most) AS g"  # noqa: S608
        " WHERE s.ctid = g.ctid AND s.receipt_id = :id"
    )
    result = await session.execute(text(statement), {"id": receipt_id, "most": most})
    return int(getattr(result, "rowcount", 0))


async def begun(session: WriteSession, receipt: Receipt) -> None:
    """Record that this staging has begun, in an unlogged table: a crash of the database server deletes the record
    together with the staged rows.
    """
    await session.execute(
        text(
            "INSERT INTO import_staging (receipt_id, municipality_code, staging) VALUES (:id, :code, :staging)"
            " ON CONFLICT (receipt_id) DO UPDATE SET staging = excluded.staging, settled = false, crowded = NULL"
            " WHERE import_staging.staging <> excluded.staging"
        ),
        {"id": receipt.id, "code": receipt.upload.municipality_code, "staging": receipt.staging},
    )


async def there(session: ReadSession, receipt_id: UUID, staging: int) -> bool | None:
    """Whether this staging is settled; None if there is no record of it, or no longer one."""
    found = await session.execute(
        text("SELECT settled FROM import_staging WHERE receipt_id = :id AND staging = :staging"),
        {"id": receipt_id, "staging": staging},
    )
    return found.scalar_one_or_none()


async def gone(session: WriteSession, receipt_id: UUID) -> None:
    """Delete the record of the staging."""
    await session.execute(text("DELETE FROM import_staging WHERE receipt_id = :id"), {"id": receipt_id})
