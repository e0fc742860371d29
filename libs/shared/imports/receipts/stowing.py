"""Stores the chunks of one receipt in order, or compares them with those that were stored before."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import text

from libs.shared.base.clock import Clock
from libs.shared.db.database import Database, ReadSession, WriteSession
from libs.shared.db.scope import Scope
from libs.shared.files.chunks import Chunk
from libs.shared.files.parse import Layout
from libs.shared.imports.problems import KeyReused, UploadTakenOver
from libs.shared.imports.receipts import intake_sql, receipts
from libs.shared.imports.receipts.quota import QueueFull, Quota, give_way
from libs.shared.imports.receipts.receipt import Receipt, ReceiptState, Upload
from libs.shared.imports.receipts.source_files import SourceFiles
from libs.shared.privacy.keys import Fingerprints, Vault

PURPOSE = "idempotency key"


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
    sources: SourceFiles | None = None
    """What is remembered of the files of sources; None for a service that takes no format of them."""


async def stored_before(session: ReadSession, receipt_id: UUID) -> Mapping[int, str]:
    """The digests of the chunks of an upload that is continued, by their numbers."""
    found = await session.execute(text(intake_sql.STORED), {"id": receipt_id})
    return {row.seq: row.fingerprint for row in found}


def inserted(stores: Stores, upload: Upload, layout: Layout | None, token: UUID) -> dict[str, object]:
    """The values of ``intake_sql.INSERT``, apart from the key."""
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
        "token": token,
        "key_id": stores.prints.active_id,
        "created_by": upload.created_by,
        "after": upload.after,
        "institution_number": snapshot and snapshot.institution_number,
        "school_year": snapshot and snapshot.school_year,
        "source": snapshot and snapshot.source,
        "source_moment": snapshot and snapshot.source_moment,
        "part_of": None,
        "part": None,
        "unit": None,
        "now": stores.clock(),
    }


class Stowing:
    """Takes the chunks of a receipt. ``upload_id`` is the receipt that the upload is known by: this one, or that of the
    file of which it is a part. Raises ``KeyReused`` if the receipt's digests cannot be compared any more.
    """

    def __init__(
        self, stores: Stores, receipt: Receipt, token: UUID, stored: Mapping[int, str], *, upload_id: UUID
    ) -> None:
        if receipt.key_id is None or receipt.key_id not in stores.prints:
            # The key of the receipt's digest was retired, so the two files cannot be compared.
            raise KeyReused
        self.receipt = receipt
        self.size = 0
        self._with = stores
        self._key_id = receipt.key_id
        self._token = token
        self._stored = stored
        self._upload_id = upload_id
        self._scope = Scope.of(receipt.upload.municipality_code)
        self._digest = stores.prints.start(self._key_id)
        self._seq = 0

    async def add(self, chunk: Chunk, session: WriteSession | None = None) -> None:
        """Store a chunk, or compare it with the one stored before. The first chunk is stored in the transaction that
        makes its receipt (``session``), each other one in a transaction of its own.

        Raises ``KeyReused``, ``UploadTakenOver`` or ``QueueFull``.
        """
        await asyncio.to_thread(self._digest.update, chunk.data)
        self.size += len(chunk.data)
        if self.receipt.state is ReceiptState.RECEIVING:
            await self._keep(chunk, session)
        self._seq += 1

    @property
    def fingerprint(self) -> str:
        """The digest of all chunks."""
        return self._digest.hexdigest()

    def require_same(self) -> None:
        """The body has ended. Raises ``KeyReused`` if another one was received under the same key."""
        if self.receipt.state is ReceiptState.RECEIVING:
            if self._stored and max(self._stored) >= self._seq:
                raise KeyReused
        elif (self.receipt.fingerprint, self.receipt.size) != (self.fingerprint, self.size):
            raise KeyReused

    async def _keep(self, chunk: Chunk, session: WriteSession | None) -> None:
        fingerprint, sealed = await asyncio.to_thread(self._sealed, chunk)
        if sealed is None:
            if self._stored[self._seq] != fingerprint:
                raise KeyReused
            return
        values = {
            "id": self.receipt.id,
            "seq": self._seq,
            "token": self._token,
            "municipality_code": self.receipt.upload.municipality_code,
            "first_line": chunk.first_line,
            "lines": chunk.lines,
            "size": len(chunk.data),
            "fingerprint": fingerprint,
            "sealed": sealed,
            "now": self._with.clock(),
        }
        if session is not None:
            await self._store(session, values)
            return
        try:
            await self._store_alone(values)
        except QueueFull:
            if not await others_gave_way(self._with, self.receipt.upload.municipality_code, but=self._upload_id):
                raise
            await self._store_alone(values)

    def _sealed(self, chunk: Chunk) -> tuple[str, bytes | None]:
        """The chunk's fingerprint, and the encrypted chunk; None if one with its number is stored. Runs in a thread."""
        digest = self._with.prints.start(self._key_id)
        digest.update(chunk.data)
        if self._seq in self._stored:
            return digest.hexdigest(), None
        return digest.hexdigest(), self._with.vault.encrypt(chunk.data, chunk_context(self.receipt.id, self._seq))

    async def _store_alone(self, values: Mapping[str, Any]) -> None:
        async with self._with.db.write(self._scope) as session:
            await self._store(session, values)

    async def _store(self, session: WriteSession, values: Mapping[str, Any]) -> None:
        await self._with.quota.require(session, self.receipt.upload.municipality_code, size=values["size"])
        if self._upload_id != self.receipt.id and not await receipts.execute(
            session, intake_sql.TOUCH, {**values, "id": self._upload_id}
        ):
            raise UploadTakenOver
        if not await receipts.execute(session, intake_sql.COUNT_CHUNK, values):
            raise UploadTakenOver
        await receipts.execute(session, intake_sql.INSERT_CHUNK, values)


async def others_gave_way(stores: Stores, municipality_code: str, *, but: UUID | None) -> bool:
    """Delete the municipality's uploads that broke off, to make room; whether there were any."""
    async with stores.db.write(Scope.of(municipality_code)) as session:
        return await give_way(session, municipality_code, stores.clock(), but=but)
