"""Stores one body as it arrives: its receipt and its chunks, one by one.

If two requests with the same key run at the same time, the later one continues and the earlier one gets 409.
"""

import asyncio
import json
from dataclasses import dataclass
from uuid import UUID, uuid4

from sqlalchemy import text

from libs.shared.base.clock import Clock
from libs.shared.db.database import Database, WriteSession
from libs.shared.db.scope import Scope
from libs.shared.files.chunks import Chunk, Chunks
from libs.shared.files.parse import Layout
from libs.shared.files.problems import FileEmpty
from libs.shared.imports.problems import KeyReused, UploadTakenOver
from libs.shared.imports.receipts import intake_sql, receipts, sources
from libs.shared.imports.receipts.quota import QueueFull, Quota, give_way
from libs.shared.imports.receipts.receipts import Receipt, ReceiptState, Upload
from libs.shared.privacy.keys import Fingerprints, Vault

_PURPOSE = "idempotency key"


def chunk_context(receipt_id: UUID, seq: int) -> bytes:
    """The authenticated context of an encrypted chunk."""
    return f"import_chunk:{receipt_id}:{seq}".encode()


@dataclass(frozen=True, slots=True)
class Stores:
    """The objects that are needed to store any body."""

    db: Database
    vault: Vault
    prints: Fingerprints
    clock: Clock
    quota: Quota


class Intake:
    """Stores the chunks of ``chunks`` in order. ``finish`` queues the receipt, ``drop`` deletes it."""

    def __init__(self, stores: Stores, upload: Upload, chunks: Chunks) -> None:
        self.upload = upload
        self._with = stores
        self._chunks = chunks
        self._scope = Scope.of(upload.municipality_code)
        self._receipt: Receipt | None = None
        self._token = uuid4()
        self._stored: dict[int, str] = {}
        self._seq = 0
        self._size = 0

    @property
    def layout(self) -> Layout | None:
        """How the file is written; None before the first chunk."""
        return self._chunks.layout

    async def take(self, chunk: Chunk) -> None:
        """Store a chunk, or compare it with the one stored before.

        Raises ``KeyReused``, ``UploadTakenOver`` or ``QueueFull``.
        """
        receipt = self._receipt or await self._open(chunk)
        await asyncio.to_thread(self._digest.update, chunk.data)
        self._size += len(chunk.data)
        if receipt.state is ReceiptState.RECEIVING:
            await self._keep(receipt, chunk)
        self._seq += 1

    async def finish(self) -> Receipt:
        """Queue the receipt. Raises ``FileEmpty``, ``KeyReused`` or ``UploadTakenOver``."""
        receipt = self._receipt
        if receipt is None:
            raise FileEmpty
        fingerprint = self._digest.hexdigest()
        if receipt.state is not ReceiptState.RECEIVING:
            if (receipt.fingerprint, receipt.size) != (fingerprint, self._size):
                raise KeyReused
        else:
            if self._stored and max(self._stored) >= self._seq:
                raise KeyReused
            await self._queue(receipt, fingerprint)
        async with self._with.db.read(self._scope) as session:
            return await receipts.get(session, receipt.id)

    async def drop(self) -> None:
        """Delete what was stored, unless a later request has taken the upload over or it is queued."""
        if self._receipt is not None:
            async with self._with.db.write(self._scope) as session:
                values = {"id": self._receipt.id, "token": self._token}
                await receipts.execute(session, intake_sql.DROP, values)

    async def _open(self, chunk: Chunk) -> Receipt:
        """Create the receipt, or continue the one that this key has. Raises ``KeyReused`` or ``QueueFull``."""
        try:
            receipt = await self._found_or_made(chunk)
        except QueueFull:
            if not await self._others_gave_way():
                raise
            receipt = await self._found_or_made(chunk)
        if receipt.key_id is None or receipt.key_id not in self._with.prints:
            # The key of the receipt's digest was retired, so the two files cannot be compared.
            raise KeyReused
        self._receipt, self._key_id = receipt, receipt.key_id
        self._digest = self._with.prints.start(self._key_id)
        return receipt

    async def _found_or_made(self, chunk: Chunk) -> Receipt:
        code, key = self.upload.municipality_code, self.upload.idempotency_key
        digest = self._with.prints.of_text(_PURPOSE, key)
        known = [digest, *self._with.prints.former(_PURPOSE, key)]
        async with self._with.db.write(self._scope) as session:
            receipt = await receipts.by_key(session, code, known)
            if receipt is None:
                await sources.require_newest(session, self.upload)
                await self._with.quota.require(session, code, size=len(chunk.data), files=1)
                made = await receipts.execute(session, intake_sql.INSERT, self._values() | {"idempotency_key": digest})
                receipt = await receipts.by_key(session, code, known)
                if receipt is None:
                    raise RuntimeError("a receipt that was there is gone")
                if made:
                    return receipt
            return await self._gone_on_with(session, receipt)

    async def _gone_on_with(self, session: WriteSession, receipt: Receipt) -> Receipt:
        """Take over an unfinished upload of this key. A receipt that is already queued is returned unchanged."""
        if not self._same(receipt):
            raise KeyReused
        values = {"token": self._token, "id": receipt.id, "now": self._with.clock()}
        if await receipts.execute(session, intake_sql.TAKE_OVER, values):
            found = await session.execute(
                text("SELECT seq, fingerprint FROM import_chunk WHERE receipt_id = :id"), {"id": receipt.id}
            )
            self._stored = {row.seq: row.fingerprint for row in found}
            return receipt
        # The receipt is no longer ``receiving``; it may have been queued since it was read.
        return await receipts.get(session, receipt.id)

    async def _others_gave_way(self) -> bool:
        own = self._receipt.id if self._receipt else None
        async with self._with.db.write(self._scope) as session:
            return await give_way(session, self.upload.municipality_code, self._with.clock(), but=own)

    def _same(self, receipt: Receipt) -> bool:
        theirs, ours = receipt.upload, self.upload
        return receipt.layout == self.layout and (
            theirs.kind,
            theirs.mode,
            theirs.atomic,
            theirs.identifier,
            theirs.institutions,
            theirs.snapshot,
        ) == (ours.kind, ours.mode, ours.atomic, ours.identifier, ours.institutions, ours.snapshot)

    def _values(self) -> dict[str, object]:
        layout, upload = self.layout, self.upload
        header, snapshot = layout.header if layout else None, upload.snapshot
        return {
            "id": uuid4(),
            "municipality_code": upload.municipality_code,
            "institutions": None if upload.institutions is None else sorted(upload.institutions),
            "kind": upload.kind,
            "mode": upload.mode.value,
            "atomic": upload.atomic.value,
            "identifier": upload.identifier.value,
            "media": upload.media,
            "charset": upload.charset,
            "separator": header.separator if header else None,
            "header": json.dumps(list(header.names) if header else []),
            "token": self._token,
            "key_id": self._with.prints.active_id,
            "created_by": upload.created_by,
            "after": upload.after,
            "institution_number": snapshot and snapshot.institution_number,
            "school_year": snapshot and snapshot.school_year,
            "source": snapshot and snapshot.source,
            "source_moment": snapshot and snapshot.source_moment,
            "now": self._with.clock(),
        }

    async def _keep(self, receipt: Receipt, chunk: Chunk) -> None:
        fingerprint, sealed = await asyncio.to_thread(self._sealed, receipt.id, chunk)
        if sealed is None:
            if self._stored[self._seq] != fingerprint:
                raise KeyReused
            return
        values = {
            "id": receipt.id,
            "seq": self._seq,
            "token": self._token,
            "municipality_code": self.upload.municipality_code,
            "first_line": chunk.first_line,
            "lines": chunk.lines,
            "size": len(chunk.data),
            "fingerprint": fingerprint,
            "sealed": sealed,
            "now": self._with.clock(),
        }
        try:
            await self._store(values, len(chunk.data))
        except QueueFull:
            if not await self._others_gave_way():
                raise
            await self._store(values, len(chunk.data))

    def _sealed(self, receipt_id: UUID, chunk: Chunk) -> tuple[str, bytes | None]:
        """The chunk's fingerprint, and the encrypted chunk; None if one with its number is stored. Runs in a thread."""
        digest = self._with.prints.start(self._key_id)
        digest.update(chunk.data)
        if self._seq in self._stored:
            return digest.hexdigest(), None
        return digest.hexdigest(), self._with.vault.encrypt(chunk.data, chunk_context(receipt_id, self._seq))

    async def _store(self, values: dict[str, object], size: int) -> None:
        async with self._with.db.write(self._scope) as session:
            await self._with.quota.require(session, self.upload.municipality_code, size=size)
            if not await receipts.execute(session, intake_sql.COUNT_CHUNK, values):
                raise UploadTakenOver
            await receipts.execute(session, intake_sql.INSERT_CHUNK, values)

    async def _queue(self, receipt: Receipt, fingerprint: str) -> None:
        async with self._with.db.write(self._scope) as session:
            values = {
                "id": receipt.id,
                "token": self._token,
                "fingerprint": fingerprint,
                "bytes": self._size,
                "now": self._with.clock(),
            }
            if not await receipts.execute(session, intake_sql.QUEUE, values):
                raise UploadTakenOver
            await receipts.notify(session)
