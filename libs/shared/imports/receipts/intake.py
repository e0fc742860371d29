"""Stores one body as it arrives: its receipt and its chunks, one by one.

If two requests with the same key run at the same time, the later one continues and the earlier one gets 409.
"""

from collections.abc import Mapping
from uuid import UUID, uuid4

from libs.shared.db.database import WriteSession
from libs.shared.db.scope import Scope
from libs.shared.files.chunks import Chunk, Chunks
from libs.shared.files.parse import Layout
from libs.shared.files.problems import FileEmpty
from libs.shared.imports.problems import KeyReused, UploadTakenOver
from libs.shared.imports.receipts import intake_sql, receipts, sources
from libs.shared.imports.receipts.quota import QueueFull
from libs.shared.imports.receipts.receipt import Receipt, ReceiptState, Upload
from libs.shared.imports.receipts.stowing import (
    PURPOSE,
    Stores,
    Stowing,
    inserted,
    others_gave_way,
    stored_before,
)


class Intake:
    """Stores the chunks of ``chunks`` in order. ``finish`` queues the receipt, ``drop`` deletes it."""

    def __init__(self, stores: Stores, upload: Upload, chunks: Chunks) -> None:
        self.upload = upload
        self._with = stores
        self._chunks = chunks
        self._scope = Scope.of(upload.municipality_code)
        self._stowing: Stowing | None = None
        self._token = uuid4()

    @property
    def layout(self) -> Layout | None:
        """How the file is written; None before the first chunk."""
        return self._chunks.layout

    async def take(self, chunk: Chunk) -> None:
        """Store a chunk, or compare it with the one stored before.

        Raises ``KeyReused``, ``UploadTakenOver`` or ``QueueFull``.
        """
        if self._stowing is None:
            await self._open(chunk)
        else:
            await self._stowing.add(chunk)

    async def finish(self) -> Receipt:
        """Queue the receipt. Raises ``FileEmpty``, ``KeyReused`` or ``UploadTakenOver``."""
        stowing = self._stowing
        if stowing is None:
            raise FileEmpty
        stowing.require_same()
        if stowing.receipt.state is ReceiptState.RECEIVING:
            await self._queue(stowing)
        async with self._with.db.read(self._scope) as session:
            return await receipts.get(session, stowing.receipt.id)

    async def drop(self) -> None:
        """Delete what was stored, unless a later request has taken the upload over or it is queued."""
        if self._stowing is not None:
            async with self._with.db.write(self._scope) as session:
                values = {"id": self._stowing.receipt.id, "token": self._token}
                await receipts.execute(session, intake_sql.DROP, values)

    async def _open(self, chunk: Chunk) -> None:
        """Create the receipt, or continue the one that this key has, and store the first chunk. Raises ``KeyReused``,
        ``UploadTakenOver`` or ``QueueFull``.
        """
        try:
            self._stowing = await self._opened_with(chunk)
        except QueueFull:
            if not await others_gave_way(self._with, self.upload.municipality_code, but=None):
                raise
            self._stowing = await self._opened_with(chunk)

    async def _opened_with(self, chunk: Chunk) -> Stowing:
        async with self._with.db.write(self._scope) as session:
            receipt, stored = await self._found_or_made(session, chunk)
            stowing = Stowing(self._with, receipt, self._token, stored, upload_id=receipt.id)
            await stowing.add(chunk, session)
        return stowing

    async def _found_or_made(self, session: WriteSession, chunk: Chunk) -> tuple[Receipt, Mapping[int, str]]:
        code, key = self.upload.municipality_code, self.upload.idempotency_key
        digest = self._with.prints.of_text(PURPOSE, key)
        known = [digest, *self._with.prints.former(PURPOSE, key)]
        receipt = await receipts.by_key(session, code, known)
        if receipt is None:
            await sources.require_newest(session, self.upload)
            await self._with.quota.require(session, code, size=len(chunk.data), files=1)
            values = inserted(self._with, self.upload, self.layout, self._token)
            made = await receipts.execute(session, intake_sql.INSERT, values | {"idempotency_key": digest})
            receipt = await receipts.by_key(session, code, known)
            if receipt is None:
                raise RuntimeError("a receipt that was there is gone")
            if made:
                return receipt, {}
        return await self._gone_on_with(session, receipt)

    async def _gone_on_with(self, session: WriteSession, receipt: Receipt) -> tuple[Receipt, Mapping[int, str]]:
        """Take over an unfinished upload of this key. A receipt that is already queued is returned unchanged."""
        if receipt.layout != self.layout or not same(receipt.upload, self.upload):
            raise KeyReused
        values = {"token": self._token, "id": receipt.id, "now": self._with.clock()}
        if await receipts.execute(session, intake_sql.TAKE_OVER, values):
            return receipt, await stored_before(session, receipt.id)
        # The receipt is no longer ``receiving``; it may have been queued since it was read.
        return await receipts.get(session, receipt.id), {}

    async def _queue(self, stowing: Stowing) -> None:
        async with self._with.db.write(self._scope) as session:
            if not await receipts.execute(session, intake_sql.QUEUE, queued(stowing, self._token, self._with)):
                raise UploadTakenOver
            await receipts.notify(session)


def same(theirs: Upload, ours: Upload) -> bool:
    """Whether two uploads with one key ask for the same."""
    names = ("kind", "mode", "atomic", "identifier", "institutions", "snapshot")
    return all(getattr(theirs, name) == getattr(ours, name) for name in names)


def queued(stowing: Stowing, token: UUID, stores: Stores) -> dict[str, object]:
    """The values of ``QUEUE``."""
    return {
        "id": stowing.receipt.id,
        "token": token,
        "fingerprint": stowing.fingerprint,
        "bytes": stowing.size,
        "now": stores.clock(),
    }
