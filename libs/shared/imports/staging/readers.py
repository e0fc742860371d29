"""Chunks read off the event loop, each while the one before it is being stored."""

import asyncio
from collections import OrderedDict
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import text

from libs.shared.base.clock import Clock, danish_date
from libs.shared.db.database import ReadSession
from libs.shared.imports.columns import ParseContext
from libs.shared.imports.kinds import Kinds
from libs.shared.imports.receipts import Receipt
from libs.shared.imports.staging.reading import Before, Chunk, Read, Reader
from libs.shared.imports.staging.records import Sealing
from libs.shared.privacy.keys import Fingerprints, LookupKeys, Undecryptable, Vault

_MOST_FILES = 4
"""Files of which a reader is kept: those that the lanes of a worker are at, and one or two that they left."""


@dataclass(slots=True)
class _OfFile:
    reader: Reader
    ahead: dict[tuple[int, int], asyncio.Future[Read]] = field(default_factory=dict)
    """By staging and chunk; one at most."""


class Readers:
    """Reads chunks. What it remembers of a file, identifiers among it, goes with the file's last chunk."""

    def __init__(self, kinds: Kinds, vault: Vault, prints: Fingerprints, lookup_keys: LookupKeys, clock: Clock) -> None:
        self._kinds = kinds
        self._vault = vault
        self._prints = prints
        self._lookup_keys = lookup_keys
        self._clock = clock
        self._files: OrderedDict[UUID, _OfFile] = OrderedDict()

    async def read(self, session: ReadSession, receipt: Receipt, seq: int, *, atomic_rows: int) -> Read:
        """The chunk, read; the next one is begun. Raises ``Undecryptable``."""
        of_file = self._of(receipt, atomic_rows)
        ahead = of_file.ahead.pop((receipt.staging, seq), None)
        done = await _done(session, receipt, seq) if receipt.staging > 1 else frozenset()
        before = Before(receipt.rows, receipt.refused, done, receipt.written)
        found = await ahead if ahead else await _begin(of_file.reader, await _chunk(session, receipt, seq), before)
        last = seq + 1 >= receipt.chunks or found.stop is not None
        if last:
            self.forget(receipt.id)
        elif receipt.staging == 1:
            after = Before(before.rows + found.rows, before.refused + len(found.refused))
            following = await _chunk(session, receipt, seq + 1)
            of_file.ahead = {(receipt.staging, seq + 1): _begin(of_file.reader, following, after)}
        return found

    def forget(self, receipt_id: UUID) -> None:
        """Keep nothing of this file."""
        self._files.pop(receipt_id, None)

    def forget_all(self) -> None:
        """Keep nothing of any file."""
        self._files.clear()

    def _of(self, receipt: Receipt, atomic_rows: int) -> _OfFile:
        found = self._files.get(receipt.id)
        if found is None:
            found = self._files[receipt.id] = _OfFile(self._reader(receipt, atomic_rows))
        self._files.move_to_end(receipt.id)
        while len(self._files) > _MOST_FILES:
            self._files.popitem(last=False)
        return found

    def _reader(self, receipt: Receipt, atomic_rows: int) -> Reader:
        upload = receipt.upload
        keys = self._lookup_keys.by(receipt.lookup_key_id or "")
        if receipt.key_id is None or receipt.key_id not in self._prints:
            raise Undecryptable("the key of the receipt's digests is not on the ring")
        context = ParseContext(upload.municipality_code, upload.identifier, keys, danish_date(self._clock()))
        sealing = Sealing(receipt.id, upload.municipality_code, self._vault, self._prints, receipt.key_id, keys)
        return Reader(self._kinds.kind(upload.kind), receipt, context, sealing, atomic_rows)


def _begin(reader: Reader, chunk: Chunk, before: Before) -> asyncio.Future[Read]:
    # Off the event loop: a chunk takes a good part of a second, and heartbeats must go on.
    reading = asyncio.get_running_loop().run_in_executor(None, reader.read, chunk, before)
    # One that nobody asks for must not be logged with its failure, whose words may quote rows.
    reading.add_done_callback(lambda done: done.cancelled() or done.exception())
    return reading


async def _chunk(session: ReadSession, receipt: Receipt, seq: int) -> Chunk:
    found = await session.execute(_CHUNK, {"id": receipt.id, "seq": seq})
    row = found.one()
    return Chunk(seq, row.first_line, row.sealed)


async def _done(session: ReadSession, receipt: Receipt, seq: int) -> frozenset[int]:
    """The rows of a chunk that were written before the staging was lost."""
    found = await session.execute(_DONE, {"id": receipt.id, "seq": seq, "before": receipt.layout.first_row_line - 1})
    return frozenset(found.scalar_one() or ())


_CHUNK = text("SELECT first_line, sealed FROM import_chunk WHERE receipt_id = :id AND seq = :seq")

_DONE = text("""
SELECT array_agg(n)
  FROM import_chunk AS c JOIN import_slice AS s USING (receipt_id), unnest(s.row_numbers) AS n
 WHERE c.receipt_id = :id AND c.seq = :seq
   AND n BETWEEN c.first_line - :before AND c.first_line + c.lines - 1 - :before
""")
