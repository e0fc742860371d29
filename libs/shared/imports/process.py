"""One receipt's chunks: decrypted, parsed, handed to the kind's handler, counted. Never commits."""

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import text

from libs.shared.base.clock import Clock, danish_date
from libs.shared.db.database import WriteSession
from libs.shared.imports import parked, receipts, refused
from libs.shared.imports.batch import Batch, BatchResult, Refusal
from libs.shared.imports.columns import ParseContext
from libs.shared.imports.duplicates import duplicates, pack, row_hashes
from libs.shared.imports.errors import OUTSIDE_SCOPE, FieldError, value_class
from libs.shared.imports.intake import chunk_context
from libs.shared.imports.kinds import INSTITUTION, Kind, Kinds
from libs.shared.imports.parse import CSV, Parsed, RefusedRow, parse_chunk, split_line
from libs.shared.imports.receipts import Atomic, Mode, Receipt, State
from libs.shared.privacy.keys import Fingerprints, LookupKeys, Undecryptable, Vault

StoreRefused = Callable[[Sequence[RefusedRow]], Awaitable[None]]


@dataclass(slots=True)
class Counts:
    """Rows by what became of them."""

    rows: int = 0
    accepted: int = 0
    unchanged: int = 0
    parked: int = 0
    refused: int = 0
    by_code: Counter[str] = field(default_factory=Counter)

    def add(self, other: "Counts") -> None:
        """Add another chunk's."""
        self.rows += other.rows
        self.accepted += other.accepted
        self.unchanged += other.unchanged
        self.parked += other.parked
        self.refused += other.refused
        self.by_code.update(other.by_code)


@dataclass(frozen=True, slots=True)
class Processor:
    """Does the work on a claimed receipt; the worker opens and commits the transactions.

    ``lookup_keys`` is the secret shared with the service that knows the pupils.
    """

    kinds: Kinds
    vault: Vault
    prints: Fingerprints
    lookup_keys: LookupKeys
    clock: Clock

    async def next_chunk(self, session: WriteSession, receipt: Receipt) -> None:
        """``atomic=row``: do the next chunk in the claim's transaction, and close the receipt with the last one."""

        async def store(rows: Sequence[RefusedRow]) -> None:
            await refused.store(session, receipt, rows, self.vault, self.clock())

        counts = await self._chunk(session, receipt, receipt.chunks_done, store)
        await self._count(session, receipt, counts, chunks_done=receipt.chunks_done + 1)
        if receipt.chunks_done + 1 >= receipt.chunks:
            await self._close(session, receipt, State.COMPLETED, written=True)

    async def all_chunks(self, session: WriteSession, receipt: Receipt, store: StoreRefused) -> None:
        """``atomic=file`` and ``mode=validate``: every chunk in the claim's transaction, taken back as a whole if the
        file is only validated or holds a refused row. ``store`` writes refused rows beside this transaction, so that
        they outlive it and are never all in memory.
        """
        total = Counts()
        savepoint = await session.begin_nested()
        for seq in range(receipt.chunks):
            total.add(await self._chunk(session, receipt, seq, store))
        rejected = receipt.upload.atomic is Atomic.FILE and total.refused > 0
        written = receipt.upload.mode is Mode.COMMIT and not rejected
        if written:
            await savepoint.commit()
        else:
            await savepoint.rollback()
        await self._count(session, receipt, total, chunks_done=receipt.chunks)
        await self._close(session, receipt, State.REJECTED if rejected else State.COMPLETED, written=written)

    async def _chunk(self, session: WriteSession, receipt: Receipt, seq: int, store: StoreRefused) -> Counts:
        kind = self.kinds.kind(receipt.upload.kind)
        parsed = await self._parse(session, receipt, kind, seq)
        rows = parsed.rows
        _refuse_outside(receipt, kind, parsed)
        await self._refuse_duplicates(session, receipt, kind, seq, parsed)
        batch = Batch(
            kind=kind.name,
            municipality_code=receipt.upload.municipality_code,
            receipt_id=receipt.id,
            queued_at=receipt.queued_at or receipt.created_at,
            row_numbers=[receipt.layout.row_number(line) for line in parsed.lines],
            columns=parsed.columns,
            institutions=receipt.upload.institutions,
        )
        result = await self._apply(session, kind, batch) if len(batch) else BatchResult()
        parsed.refused += [_refused_row(receipt, parsed, refusal) for refusal in result.refused]
        parsed.refused.sort(key=lambda row: row.line)
        await store(parsed.refused)
        await parked.park(session, kind, batch, result.parked, [self.clock()] * len(result.parked))
        return Counts(
            rows=rows,
            accepted=result.accepted,
            unchanged=result.unchanged,
            parked=len(result.parked),
            refused=len(parsed.refused),
            by_code=Counter(row.errors[0].code for row in parsed.refused),
        )

    async def _parse(self, session: WriteSession, receipt: Receipt, kind: Kind, seq: int) -> Parsed:
        found = await session.execute(
            text("SELECT first_line, sealed FROM import_chunk WHERE receipt_id = :id AND seq = :seq"),
            {"id": receipt.id, "seq": seq},
        )
        stored = found.one()
        data = self.vault.decrypt(stored.sealed, chunk_context(receipt.id, seq))
        context = ParseContext(
            receipt.upload.municipality_code, receipt.upload.identifier, self.lookup_keys, danish_date(self.clock())
        )
        # Off the event loop: a chunk takes a good part of a second, and heartbeats must go on.
        return await asyncio.to_thread(parse_chunk, kind, receipt.layout, context, data, stored.first_line)

    async def _apply(self, session: WriteSession, kind: Kind, batch: Batch) -> BatchResult:
        """Run the handler, and once more on the rows it parks, under the parking lock (see ``parked``)."""
        handler = self.kinds.handler(kind.name)
        first = await handler(session, batch)
        first.check(batch)
        if not first.parked:
            return first
        await parked.lock(session, batch.municipality_code, alone=False)
        indexes = list(first.parked)
        rest = batch.subset(indexes)
        second = await handler(session, rest)
        second.check(rest)
        return BatchResult(
            accepted=first.accepted + second.accepted,
            unchanged=first.unchanged + second.unchanged,
            parked=[indexes[index] for index in second.parked],
            refused=[
                *first.refused,
                *(Refusal(indexes[one.index], one.code, one.column, one.params) for one in second.refused),
            ],
        )

    async def _refuse_duplicates(
        self, session: WriteSession, receipt: Receipt, kind: Kind, seq: int, parsed: Parsed
    ) -> None:
        """Move rows that repeat a key of this file from the valid to the refused."""
        if not parsed.lines:
            return
        if receipt.key_id is None or receipt.key_id not in self.prints:
            raise Undecryptable("the key of the receipt's digests is not on the ring")
        hashes = await asyncio.to_thread(row_hashes, kind, parsed.columns, self.prints, receipt.key_id)
        rows = [receipt.layout.row_number(line) for line in parsed.lines]
        if receipt.chunks > 1:
            await receipts.execute(
                session,
                "UPDATE import_chunk SET row_keys = :keys WHERE receipt_id = :id AND seq = :seq",
                {"keys": pack(hashes, rows), "id": receipt.id, "seq": seq},
            )
        repeated = await duplicates(hashes, rows, _earlier_keys(session, receipt.id, seq))
        if not repeated:
            return
        for index, first in repeated.items():
            error = FieldError("row.duplicate", params={"first_row": first})
            line = parsed.lines[index]
            parsed.refused.append(RefusedRow(rows[index], line, parsed.texts[index], [error]))
        _keep(parsed, [index for index in range(len(parsed.lines)) if index not in repeated])

    async def _count(self, session: WriteSession, receipt: Receipt, counts: Counts, *, chunks_done: int) -> None:
        by_code = Counter(dict(receipt.refused_by_code)) + counts.by_code
        await receipts.execute(
            session,
            _COUNT,
            {
                "id": receipt.id,
                "rows": counts.rows,
                "accepted": counts.accepted,
                "unchanged": counts.unchanged,
                "parked": counts.parked,
                "refused": counts.refused,
                "by_code": json.dumps(by_code),
                "chunks_done": chunks_done,
            },
        )
        # What is done is needed no more, and the less is kept the better.
        await receipts.execute(
            session,
            "UPDATE import_chunk SET done = true, sealed = NULL WHERE receipt_id = :id AND seq < :done AND NOT done",
            {"id": receipt.id, "done": chunks_done},
        )

    async def _close(self, session: WriteSession, receipt: Receipt, state: State, *, written: bool) -> None:
        await receipts.execute(
            session,
            "UPDATE import_receipt SET state = :state, written = :written, finished_at = :now, "
            "outbox_seq = (SELECT coalesce(max(seq), 0) FROM outbox) WHERE id = :id",
            {"id": receipt.id, "state": state.value, "written": written, "now": self.clock()},
        )
        await receipts.execute(session, "DELETE FROM import_chunk WHERE receipt_id = :id", {"id": receipt.id})


async def _earlier_keys(session: WriteSession, receipt_id: UUID, seq: int) -> AsyncIterator[bytes]:
    """The packed keys of the chunks before ``seq``, one at a time."""
    for earlier in range(seq):
        found = await session.execute(
            text("SELECT row_keys FROM import_chunk WHERE receipt_id = :id AND seq = :seq"),
            {"id": receipt_id, "seq": earlier},
        )
        yield found.scalar_one() or b""


def _refuse_outside(receipt: Receipt, kind: Kind, parsed: Parsed) -> None:
    """Move rows about institutions that the sender is not for from the valid to the refused."""
    institutions = receipt.upload.institutions
    if institutions is None or INSTITUTION not in parsed.columns:
        return
    numbers = parsed.columns[INSTITUTION]
    outside = [index for index, number in enumerate(numbers) if number not in institutions]
    for index in outside:
        error = FieldError(OUTSIDE_SCOPE, INSTITUTION, "digits(6)" if numbers[index] else "empty")
        row = receipt.layout.row_number(parsed.lines[index])
        parsed.refused.append(RefusedRow(row, parsed.lines[index], parsed.texts[index], [error]))
    if outside:
        _keep(parsed, [index for index, number in enumerate(numbers) if number in institutions])


def _keep(parsed: Parsed, indexes: Sequence[int]) -> None:
    """Leave the valid rows at these indexes alone."""
    parsed.lines = [parsed.lines[index] for index in indexes]
    parsed.texts = [parsed.texts[index] for index in indexes]
    parsed.columns = {name: [values[index] for index in indexes] for name, values in parsed.columns.items()}


def _refused_row(receipt: Receipt, parsed: Parsed, refusal: Refusal) -> RefusedRow:
    """A handler's refusal with the row's own line and the class of the value it is about."""
    line, original = parsed.lines[refusal.index], parsed.texts[refusal.index]
    header = receipt.layout.header
    found = "row"
    if refusal.column is not None:
        found = "text"
        if receipt.layout.media == CSV and header is not None and refusal.column in header.names:
            found = value_class(split_line(original, header.separator)[header.names.index(refusal.column)])
    error = FieldError(refusal.code, refusal.column, found, refusal.params)
    return RefusedRow(receipt.layout.row_number(line), line, original, [error])


_COUNT = """
UPDATE import_receipt SET state = 'working', chunks_done = :chunks_done, row_count = row_count + :rows,
    accepted = accepted + :accepted, unchanged = unchanged + :unchanged, parked = parked + :parked,
    refused = refused + :refused, refused_by_code = CAST(:by_code AS jsonb), attempts = 0, not_before = NULL
WHERE id = :id
"""
