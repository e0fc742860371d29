"""Applies a slice of a file: rows with repeated keys are removed, the handler judges the rest under its locks and
writes.
"""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Generic

from libs.shared.db.database import WriteSession
from libs.shared.files.errors import FieldError
from libs.shared.files.kind import Kind
from libs.shared.imports.batch import Batch, BatchResult, PlanT, Staged
from libs.shared.imports.handlers import Handler
from libs.shared.imports.parked.parking import Parking
from libs.shared.imports.receipts import receipts, refusing
from libs.shared.imports.receipts.receipt import Atomic, Receipt
from libs.shared.imports.receipts.refusing import Objection
from libs.shared.imports.staging import store
from libs.shared.privacy.keys import Vault

WOULD_WAIT = "row.would_wait"


@dataclass(slots=True)
class Outcome:
    """The outcome of a slice, or of several: the number of rows, the counts, and the refusals."""

    rows: int = 0
    accepted: int = 0
    unchanged: int = 0
    parked: int = 0
    objections: list[Objection] = field(default_factory=list)
    taken: Sequence[int] = ()
    """Rows that were removed from the staged rows."""

    def add(self, other: "Outcome") -> None:
        """Add the outcome of another slice."""
        self.rows += other.rows
        self.accepted += other.accepted
        self.unchanged += other.unchanged
        self.parked += other.parked
        self.objections += other.objections


@dataclass(frozen=True, slots=True)
class Applier(Generic[PlanT]):
    """Works on the slices of one kind's files."""

    kind: Kind
    handler: Handler[PlanT]
    vault: Vault
    parking: Parking
    before: Mapping[str, Mapping[str, Sequence[Any]]] = field(default_factory=dict)
    """Rows of the same file that are written before these, and are not yet (``Batch.before``)."""

    async def apply(self, session: WriteSession, receipt: Receipt, number: int) -> None:
        """Judge and write a slice."""
        staged = store.slice_of(receipt, self.kind, number, receipt.slices)
        outcome, batch = await self._settled(session, receipt, staged)
        if len(batch):
            await self.handler.lock(session, batch)
            outcome.add(await self._write(session, batch))
        await self._note(session, receipt, number, outcome, written=True, done=staged)

    async def judge(self, session: WriteSession, receipt: Receipt, number: int) -> None:
        """Judge a slice and write only its counts and refusals."""
        staged = store.slice_of(receipt, self.kind, number, receipt.slices)
        savepoint = await session.begin_nested()
        outcome = await self._judged(session, receipt, staged)
        await savepoint.rollback()
        await self._note(session, receipt, number, outcome, written=False)

    async def apply_whole(self, session: WriteSession, receipt: Receipt, number: int) -> None:
        """Lock a file's pupils once, then judge and write slice by slice; write nothing if a row is refused now.

        The counts replace those of the phase in which the slices were only judged.
        """
        savepoint = await session.begin_nested()
        await self.handler.lock(session, await self._all(session, receipt))
        total = Outcome()
        for each in range(receipt.slices):
            staged = store.slice_of(receipt, self.kind, each, receipt.slices)
            total.add(await self._judged(session, receipt, staged, write=not total.objections))
        refused = bool(total.objections)
        if refused:
            await savepoint.rollback()
        else:
            await savepoint.commit()
        await receipts.execute(session, "DELETE FROM import_slice WHERE receipt_id = :id", {"id": receipt.id})
        await self._note(session, receipt, number, total, written=not refused)

    async def _all(self, session: WriteSession, receipt: Receipt) -> Batch:
        """A batch of the whole file with only the columns that locking needs."""
        staged = store.whole(receipt, self.kind)
        if self.kind.by_set:
            return self.batch(receipt, staged, [], {}, size=await store.count(session, staged))
        named = self.kind.locks_by or self.kind.group
        only = [name for name in named if not self.kind.by_name[name].column.secret]
        return self.batch(receipt, staged, *await store.load(session, self.kind, staged, self.vault, only=only))

    async def _judged(self, session: WriteSession, receipt: Receipt, staged: Staged, *, write: bool = False) -> Outcome:
        outcome, batch = await self._settled(session, receipt, staged)
        if not len(batch):
            return outcome
        judged = await self.handler.judge(session, batch)
        found = self._outcome(batch, judged.result)
        if receipt.upload.atomic is Atomic.FILE:
            found.objections += [
                Objection(batch.row_number(each.index), FieldError(WOULD_WAIT, params={"reason": each.reason.value}))
                for each in judged.result.waiting
            ]
            found.parked = 0
        outcome.add(found)
        if write and not outcome.objections:
            await self.handler.write(session, batch, judged)
        return outcome

    async def _write(self, session: WriteSession, batch: Batch) -> Outcome:
        judged = await self.handler.judge(session, batch)
        outcome = self._outcome(batch, judged.result)
        # News that arrives meanwhile is found after the commit, because the rows are marked ``due`` (see ``parked``).
        # Parked rows are written before everything that the handler writes; this is the lock order.
        await self._park(session, batch, judged.result)
        await self.handler.write(session, batch, judged)
        return outcome

    async def _park(self, session: WriteSession, batch: Batch, result: BatchResult) -> None:
        waiting = result.waiting
        if waiting and batch.size is not None and batch.staged is not None:
            rows = [each.index for each in waiting]
            numbers, columns = await store.load(session, self.kind, batch.staged, self.vault, rows=rows)
            batch = replace(batch, row_numbers=numbers, columns=columns, size=None)
            places = {number: place for place, number in enumerate(numbers)}
            waiting = [replace(each, index=places[each.index]) for each in waiting]
        await self.parking.keep(session, self.kind, batch, waiting)

    async def _settled(self, session: WriteSession, receipt: Receipt, staged: Staged) -> tuple[Outcome, Batch]:
        """The rows of a slice that are left to judge, as a batch, and the outcome of the rows with a repeated key."""
        left, repeated = await store.take_repeated(session, staged)
        outcome = Outcome(rows=len(repeated), taken=[each.row for each in repeated])
        for row, first in repeated:
            outcome.objections.append(Objection(row, FieldError("row.duplicate", params={"first_row": first})))
        if self.kind.by_set or not left:
            return outcome, self.batch(receipt, staged, [], {}, size=left)
        return outcome, self.batch(receipt, staged, *await store.load(session, self.kind, staged, self.vault))

    def batch(
        self,
        receipt: Receipt,
        staged: Staged,
        numbers: Sequence[int],
        columns: dict[str, Sequence[Any]],
        *,
        size: int | None = None,
    ) -> Batch:
        """A batch of these rows of a file."""
        return Batch(
            kind=self.kind.name,
            municipality_code=receipt.upload.municipality_code,
            receipt_id=receipt.id,
            queued_at=receipt.queued_at or receipt.created_at,
            row_numbers=numbers,
            columns=columns,
            institutions=receipt.upload.institutions,
            staged=staged,
            size=size,
            settled=receipt.upload.after is not None,
            snapshot=receipt.upload.snapshot,
            before=self.before,
            first=None if receipt.comparison is None else receipt.comparison.first,
        )

    @staticmethod
    def _outcome(batch: Batch, result: BatchResult) -> Outcome:
        result.check(batch)
        objections = [
            Objection(
                batch.row_number(each.index),
                FieldError(each.code, each.column, "row" if each.column is None else "text", each.params),
            )
            for each in result.refused
        ]
        return Outcome(len(batch), result.accepted, result.unchanged, len(result.waiting), objections)

    async def _note(
        self,
        session: WriteSession,
        receipt: Receipt,
        number: int,
        outcome: Outcome,
        *,
        written: bool,
        done: Staged | None = None,
    ) -> None:
        """Store the counts and refusals of a slice; the receipt gets the sum of the counts in the end.

        With ``done`` the row numbers of that slice are stored too: those still staged and those that were removed.
        """
        objections = sorted(outcome.objections, key=lambda each: each.row)
        await refusing.object_to(session, receipt, objections, number, self.parking.clock())
        await receipts.execute(
            session,
            _NOTE.format(numbers=_NUMBERS.format(table=done.table, where=done.where()) if done else "NULL"),
            {
                **(done.values if done else {}),
                "id": receipt.id,
                "staging": receipt.staging,
                "number": number,
                "code": receipt.upload.municipality_code,
                "rows": outcome.rows,
                "accepted": outcome.accepted,
                "unchanged": outcome.unchanged,
                "parked": outcome.parked,
                "refused": len(objections),
                "codes": json.dumps(Counter(each.error.code for each in objections)),
                "written": written and outcome.accepted + outcome.parked > 0,
                **({"taken": outcome.taken} if done else {}),
            },
        )


_NOTE = """
INSERT INTO import_slice (receipt_id, staging, number, municipality_code, row_count, accepted, unchanged, parked,
    refused, refused_by_code, written, row_numbers)
VALUES (:id, :staging, :number, :code, :rows, :accepted, :unchanged, :parked, :refused, CAST(:codes AS jsonb), :written,
    {numbers})
"""
_NUMBERS = "(SELECT array_agg(s.row_no) FROM {table} AS s WHERE {where}) || CAST(:taken AS integer[])"
