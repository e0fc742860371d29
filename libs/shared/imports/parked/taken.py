"""Takes a slice of parked rows and turns it into a batch."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, text

from libs.shared.db.database import ReadSession, WriteSession
from libs.shared.files.kind import Kind
from libs.shared.imports.batch import Batch
from libs.shared.imports.parked import facts
from libs.shared.privacy.keys import Vault

# The rows of a slice have one file and one key, and their time is over for all or for none: a batch states these once
# for all its rows.
_FIRST = text("""
SELECT p.receipt_id, p.kind, p.key_kind, p.key_id, p.as_of, p.until <= :now AS over, r.institution_numbers,
       coalesce(f.kind, '') AS form
  FROM parked_row AS p JOIN import_receipt AS r ON r.id = p.receipt_id
  LEFT JOIN import_receipt AS f ON f.id = r.part_of
 WHERE p.municipality_code = :code AND p.due ORDER BY p.as_of, p.receipt_id, p.row_no LIMIT 1
""")

_ROWS = text("""
SELECT id, row_no, key_kind, key_id, key_value, pupil_id, case_id, reason, fact, payload, sealed, since, until
  FROM parked_row
 WHERE municipality_code = :code AND due AND receipt_id = :receipt_id AND kind = :kind AND as_of = :as_of
   AND key_id IS NOT DISTINCT FROM :key_id AND key_kind IS NOT DISTINCT FROM :key_kind AND (until <= :now) = :over
 ORDER BY row_no LIMIT :most
""")

# A row that is locked is being replaced by a newer one, which is written with its own mark ``due``.
_STILL = text("""
SELECT id FROM parked_row WHERE id = ANY(CAST(:ids AS uuid[])) FOR UPDATE SKIP LOCKED
""")


@dataclass(frozen=True, slots=True)
class Slice:
    """Parked rows of one file that are replayed together. ``over`` says that their time is over: a row that still has
    to wait after this replay is refused. ``form`` is the format of a file of several kinds, else empty.
    """

    code: str
    receipt_id: UUID
    kind: str
    key_kind: str | None
    key_id: str | None
    as_of: datetime
    over: bool
    institutions: frozenset[str] | None
    form: str
    rows: Sequence[RowMapping]

    @property
    def ids(self) -> list[UUID]:
        """The rows' ids."""
        return [row["id"] for row in self.rows]

    def batch(self, kind: Kind, vault: Vault) -> Batch:
        """The rows as the handler gets them. Raises ``Undecryptable``."""
        contents = [
            row["payload"] if row["sealed"] is None else facts.opened(vault, row["id"], row["sealed"])
            for row in self.rows
        ]
        columns: dict[str, list[Any]] = {}
        for column in kind.columns:
            if column.name == kind.park_by:
                stored: Sequence[Any] = [[row["key_kind"], row["key_id"], row["key_value"]] for row in self.rows]
            else:
                stored = [content.get(column.name) for content in contents]
            columns[column.name] = [column.from_json(value) for value in stored]
        return Batch(
            kind.name,
            self.code,
            self.receipt_id,
            self.as_of,
            [row["row_no"] for row in self.rows],
            columns,
            replay=True,
            institutions=self.institutions,
            settled=self.over,
        )


async def take(session: ReadSession, code: str, now: datetime, most: int) -> Slice | None:
    """At most ``most`` of the marked rows of the oldest file; None if there are none. Locks nothing."""
    found = (await session.execute(_FIRST, {"code": code, "now": now})).mappings().one_or_none()
    if found is None:
        return None
    first = dict(found)
    numbers = first.pop("institution_numbers")
    rows = await session.execute(_ROWS, {**first, "code": code, "now": now, "most": most})
    institutions = None if numbers is None else frozenset(numbers)
    return Slice(code=code, institutions=institutions, rows=rows.mappings().all(), **first)


async def held(session: WriteSession, taken: Slice) -> bool:
    """Lock the rows; whether all of them are still there and were free. Does not wait for a locked row."""
    found = await session.execute(_STILL, {"ids": taken.ids})
    return len(found.all()) == len(taken.rows)
