"""Writes parked rows."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID, uuid4

from libs.shared.base.clock import Clock
from libs.shared.db.database import WriteSession, raw
from libs.shared.files.kind import Kind
from libs.shared.imports.batch import Batch, Waiting
from libs.shared.imports.parked import facts
from libs.shared.imports.parked.patience import PARKED_DAYS, Patience
from libs.shared.privacy.keys import Vault

# Rows are written in the order of the facts, so that two writers cannot deadlock. A row that is sent again with the
# same reason keeps its end, however often it is sent. If the reason changes the new end holds, but no row waits longer
# than ``PARKED_DAYS`` from the day on which it was first parked.
_KEEP = f"""
INSERT INTO parked_row AS p (id, municipality_code, kind, fact, receipt_id, row_no, reason, key_kind, key_id, key_value,
    pupil_id, case_id, payload, sealed, as_of, since, until, due)
SELECT id, $1, $2, fact, $3, row_no, reason, key_kind, key_id, key_value, pupil_id, case_id, payload, sealed, $4, since,
       until, $5
  FROM unnest($6::uuid[], $7::bytea[], $8::int[], $9::text[], $10::text[], $11::text[], $12::text[], $13::uuid[],
              $14::uuid[], $15::jsonb[], $16::bytea[], $17::timestamptz[], $18::timestamptz[])
    AS given (id, fact, row_no, reason, key_kind, key_id, key_value, pupil_id, case_id, payload, sealed, since, until)
 ORDER BY fact
ON CONFLICT (municipality_code, kind, fact) DO UPDATE
   SET id = excluded.id, receipt_id = excluded.receipt_id, row_no = excluded.row_no, reason = excluded.reason,
       key_kind = excluded.key_kind, key_id = excluded.key_id, key_value = excluded.key_value,
       pupil_id = excluded.pupil_id, case_id = excluded.case_id, payload = excluded.payload, sealed = excluded.sealed,
       as_of = excluded.as_of, since = p.since, due = p.due OR excluded.due,
       until = CASE WHEN p.reason = excluded.reason THEN least(p.until, excluded.until)
                    ELSE least(p.since + interval '{24 * PARKED_DAYS} hours', excluded.until) END
 WHERE excluded.as_of >= p.as_of
"""  # noqa: S608 - a constant of ours is put in


class _Row(NamedTuple):
    id: UUID
    fact: bytes
    row_no: int
    reason: str
    key_kind: str | None
    key_id: str | None
    key_value: str | None
    pupil_id: UUID | None
    case_id: UUID | None
    payload: str | None
    sealed: bytes | None
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Parking:
    """Parks rows. ``vault`` seals those of kinds with secret columns."""

    vault: Vault
    clock: Clock
    patience: Patience

    async def keep(
        self,
        session: WriteSession,
        kind: Kind,
        batch: Batch,
        waiting: Sequence[Waiting],
        *,
        since: Mapping[int, datetime] | None = None,
        due: bool = True,
    ) -> None:
        """Write the rows in one statement; each replaces an older one about the same fact.

        The batch has columns, and each ``index`` is a position in it. Call it before anything else is written: the lock
        order is pupils, then parked rows, then everything else. ``since`` gives, by index, when a row was first parked.
        """
        if not waiting:
            return
        for each in waiting:
            if kind.park_by is None and each.pupil_id is None:
                raise ValueError(f"the handler of {kind.name} parked a row without saying whose it is")
        rows = await asyncio.to_thread(self._rows, kind, batch, waiting, since or {})
        connection = await raw(session)
        await connection.execute(
            _KEEP,
            batch.municipality_code,
            kind.name,
            batch.receipt_id,
            batch.queued_at,
            due,
            *(list(values) for values in zip(*rows, strict=True)),
        )

    def _rows(
        self, kind: Kind, batch: Batch, waiting: Sequence[Waiting], since: Mapping[int, datetime]
    ) -> list[tuple[Any, ...]]:
        now, secret = self.clock(), facts.has_secrets(kind)
        rows: dict[bytes, _Row] = {}
        for each in waiting:
            row_id, began = uuid4(), since.get(each.index, now)
            content = facts.content_of(kind, batch.columns, each.index)
            key_kind, key_id, key_value = facts.key_of(kind, batch.columns, each.index) or (None, None, None)
            fact = facts.fact_of(kind, batch.columns, each.index, each)
            # If several rows of one file are about the same fact, the last one counts.
            rows[fact] = _Row(
                row_id,
                fact,
                batch.row_numbers[each.index],
                each.reason.value,
                key_kind,
                key_id,
                key_value,
                each.pupil_id,
                each.case_id,
                None if secret else content,
                facts.sealed(self.vault, row_id, content) if secret else None,
                began,
                self.patience.until(each.reason, now, began),
            )
        return list(rows.values())
