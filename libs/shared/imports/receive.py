"""The API's side of an import: the body becomes encrypted chunks and a queued receipt.

Every chunk is stored in a transaction of its own, so a retry with the same key resends the body and goes on after the
last chunk stored. Of two requests with one key at the same time the later one goes on, and the earlier gets 409.
"""

import json
from collections.abc import AsyncIterator
from uuid import UUID, uuid4

from sqlalchemy import text

from libs.shared.base.clock import Clock
from libs.shared.db.database import Database
from libs.shared.db.scope import Scope
from libs.shared.imports import receipts
from libs.shared.imports.charset import BOM, decode_line
from libs.shared.imports.cut import Cutter, Unpacker
from libs.shared.imports.kinds import Header, Kind
from libs.shared.imports.parse import CSV, Layout
from libs.shared.imports.problems import FileEmpty, HeaderEncoding, KeyReused, UploadTakenOver
from libs.shared.imports.receipts import Receipt, State, Upload
from libs.shared.privacy.keys import Fingerprints, Vault

MEBIBYTE = 1024 * 1024
_PURPOSE = "idempotency key"


def chunk_context(receipt_id: UUID, seq: int) -> bytes:
    """What a stored chunk is bound to."""
    return f"import_chunk:{receipt_id}:{seq}".encode()


class Receiver:
    """Receives bodies. ``max_bytes`` counts them unpacked; ``chunk_bytes`` is also the longest line."""

    def __init__(
        self,
        db: Database,
        vault: Vault,
        prints: Fingerprints,
        *,
        clock: Clock,
        chunk_bytes: int = 4 * MEBIBYTE,
        max_bytes: int = 256 * MEBIBYTE,
    ) -> None:
        self._db = db
        self._vault = vault
        self._prints = prints
        self._clock = clock
        self._chunk_bytes = chunk_bytes
        self._max_bytes = max_bytes

    async def receive(self, upload: Upload, kind: Kind, body: AsyncIterator[bytes], *, gzip: bool) -> Receipt:
        """Store the whole body and queue it; the receipt of an earlier identical upload is given back as it is.

        Raises the problems of ``problems.py``; whatever is raised, nothing of the file is applied.
        """
        unpacker = Unpacker(self._max_bytes, gzip=gzip)
        cutter = Cutter(self._chunk_bytes)
        intake = _Intake(self._db, self._vault, self._prints, self._clock, upload=upload, kind=kind)
        async for piece in body:
            for unpacked in unpacker.feed(piece):
                for chunk in cutter.feed(unpacked):
                    await intake.take(chunk)
        unpacker.end()
        for chunk in cutter.end():
            await intake.take(chunk)
        return await intake.finish()


class _Intake:
    """One body on its way in."""

    def __init__(
        self, db: Database, vault: Vault, prints: Fingerprints, clock: Clock, *, upload: Upload, kind: Kind
    ) -> None:
        self._db = db
        self._vault = vault
        self._prints = prints
        self._clock = clock
        self._upload = upload
        self._kind = kind
        self._scope = Scope.of(upload.municipality_code)
        self._layout: Layout | None = None
        self._receipt: Receipt | None = None
        self._token = uuid4()
        self._stored: dict[int, str] = {}
        self._line = 1
        self._seq = 0
        self._size = 0

    async def take(self, chunk: bytes) -> None:
        """A chunk of whole lines, in order."""
        if self._layout is None:
            chunk = self._begin(chunk)
        lines = chunk.count(b"\n") + (not chunk.endswith(b"\n") and bool(chunk))
        if chunk.strip():
            receipt = self._receipt or await self._open()
            self._digest.update(chunk)
            self._size += len(chunk)
            await self._keep(receipt, chunk, lines)
            self._seq += 1
        self._line += lines

    def _begin(self, chunk: bytes) -> bytes:
        """Read the header from the first chunk; returns what follows it."""
        upload = self._upload
        if upload.charset == "utf-8":
            chunk = chunk.removeprefix(BOM)
        if upload.media != CSV:
            self._layout = Layout(upload.media, upload.charset, None)
            return chunk
        first, _, rest = chunk.partition(b"\n")
        line = decode_line(first, upload.charset)
        if line is None:
            raise HeaderEncoding(pointer="/header", charset=upload.charset)
        self._layout = Layout(upload.media, upload.charset, Header.read(line, self._kind))
        self._line = 2
        return rest

    async def _open(self) -> Receipt:
        """Make the receipt, or go on with the one this key has. Raises ``KeyReused``."""
        async with self._db.write(self._scope) as session:
            code, key = self._upload.municipality_code, self._upload.idempotency_key
            made = 0
            receipt = await receipts.by_key(session, code, self._prints.former(_PURPOSE, key))
            if receipt is None:
                digest = self._prints.of_text(_PURPOSE, key)
                made = await receipts.execute(session, _INSERT, self._values() | {"idempotency_key": digest})
                receipt = await receipts.by_key(session, code, [digest])
            if receipt is None:
                raise RuntimeError("a receipt that was there is gone")
            if not made and not self._same(receipt):
                raise KeyReused
            if not made and await receipts.execute(session, _TAKE_OVER, {"token": self._token, "id": receipt.id}):
                found = await session.execute(
                    text("SELECT seq, fingerprint FROM import_chunk WHERE receipt_id = :id"), {"id": receipt.id}
                )
                self._stored = {row.seq: row.fingerprint for row in found}
            elif not made:
                # Queued by now, if it was not before.
                receipt = await receipts.get(session, receipt.id)
        if receipt.key_id is None or receipt.key_id not in self._prints:
            # Its key was retired, so nobody can say whether this is the same file.
            raise KeyReused
        self._receipt, self._key_id = receipt, receipt.key_id
        self._digest = self._prints.start(self._key_id)
        return receipt

    def _same(self, receipt: Receipt) -> bool:
        theirs, ours = receipt.upload, self._upload
        return receipt.layout == self._layout and (
            theirs.kind,
            theirs.mode,
            theirs.atomic,
            theirs.identifier,
            theirs.institutions,
            theirs.after is None,
        ) == (ours.kind, ours.mode, ours.atomic, ours.identifier, ours.institutions, ours.after is None)

    def _values(self) -> dict[str, object]:
        layout, upload = self._layout, self._upload
        header = layout.header if layout else None
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
            "key_id": self._prints.active_id,
            "created_by": upload.created_by,
            "after": upload.after,
            "now": self._clock(),
        }

    async def _keep(self, receipt: Receipt, chunk: bytes, lines: int) -> None:
        """Store a chunk, or compare it with the one stored before. Raises ``KeyReused`` or ``UploadTakenOver``."""
        if receipt.state is not State.RECEIVING:
            return
        digest = self._prints.start(self._key_id)
        digest.update(chunk)
        fingerprint = digest.hexdigest()
        if self._seq in self._stored:
            if self._stored[self._seq] != fingerprint:
                raise KeyReused
            return
        values = {
            "id": receipt.id,
            "seq": self._seq,
            "token": self._token,
            "municipality_code": self._upload.municipality_code,
            "first_line": self._line,
            "lines": lines,
            "size": len(chunk),
            "fingerprint": fingerprint,
            "sealed": self._vault.encrypt(chunk, chunk_context(receipt.id, self._seq)),
        }
        async with self._db.write(self._scope) as session:
            if not await receipts.execute(session, _COUNT_CHUNK, values):
                raise UploadTakenOver
            await receipts.execute(session, _INSERT_CHUNK, values)

    async def finish(self) -> Receipt:
        """Queue the receipt. Raises ``FileEmpty``, ``KeyReused`` or ``UploadTakenOver``."""
        receipt = self._receipt
        if receipt is None:
            raise FileEmpty
        fingerprint = self._digest.hexdigest()
        if receipt.state is not State.RECEIVING:
            if (receipt.fingerprint, receipt.size) != (fingerprint, self._size):
                raise KeyReused
        else:
            if self._stored and max(self._stored) >= self._seq:
                raise KeyReused
            async with self._db.write(self._scope) as session:
                values = {
                    "id": receipt.id,
                    "token": self._token,
                    "fingerprint": fingerprint,
                    "bytes": self._size,
                    "now": self._clock(),
                }
                if not await receipts.execute(session, _QUEUE, values):
                    raise UploadTakenOver
                await receipts.notify(session)
        async with self._db.read(self._scope) as session:
            return await receipts.get(session, receipt.id)


_INSERT = """
INSERT INTO import_receipt (id, municipality_code, institution_numbers, kind, mode, atomic, identifier, media, charset,
    separator, header, idempotency_key, upload_token, key_id, state, created_by, after, created_at)
VALUES (:id, :municipality_code, CAST(:institutions AS text[]), :kind, :mode, :atomic, :identifier, :media, :charset,
    :separator, CAST(:header AS jsonb), :idempotency_key, :token, :key_id, 'receiving', :created_by, :after, :now)
ON CONFLICT (municipality_code, idempotency_key) DO NOTHING
"""

# Only of an upload that is still coming in: a receipt that is queued may be locked by the worker for minutes.
_TAKE_OVER = """
UPDATE import_receipt SET upload_token = :token WHERE id = :id AND state = 'receiving'
"""

_COUNT_CHUNK = """
UPDATE import_receipt SET chunks = :seq + 1 WHERE id = :id AND upload_token = :token AND state = 'receiving'
"""

_INSERT_CHUNK = """
INSERT INTO import_chunk (receipt_id, seq, municipality_code, first_line, lines, size, fingerprint, sealed)
VALUES (:id, :seq, :municipality_code, :first_line, :lines, :size, :fingerprint, :sealed)
"""

_QUEUE = """
UPDATE import_receipt SET state = 'queued', queued_at = :now, fingerprint = :fingerprint, bytes = :bytes
WHERE id = :id AND upload_token = :token AND state = 'receiving'
"""
