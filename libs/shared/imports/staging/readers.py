"""Reads chunks in a thread, each while the rows of the one before it are being stored."""

import asyncio
from collections import OrderedDict
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import text

from libs.shared.base.clock import Clock, danish_date
from libs.shared.db.database import ReadSession, WriteSession
from libs.shared.files.columns import ParseContext
from libs.shared.imports.handlers import Kinds
from libs.shared.imports.receipts.receipt import Receipt
from libs.shared.imports.staging.reading import Before, Chunk, Read, Reader
from libs.shared.imports.staging.records import Sealing
from libs.shared.privacy.keys import Fingerprints, LookupKeys, Undecryptable, Vault

_MOST_FILES = 4
"""The number of files whose readers are kept: those that the worker's lanes process, and one or two before them."""


@dataclass(slots=True)
class _OfFile:
    reader: Reader
    ahead: dict[tuple[int, int], asyncio.Future[Read]] = field(default_factory=dict)
    """By staging and chunk; one at most."""


class Readers:
    """Reads chunks. What it remembers of a file, including identifiers, is forgotten with the file's last chunk."""

    def __init__(self, kinds: Kinds, vault: Vault, prints: Fingerprints, lookup_keys: LookupKeys, clock: Clock) -> None:
        self._kinds = kinds
        self._vault = vault
        self._prints = prints
        self._lookup_keys = lookup_keys
        self._clock = clock
        self._files: OrderedDict[UUID, _OfFile] = OrderedDict()

    async def read(self, session: WriteSession, receipt: Receipt, seq: int, *, atomic_rows: int) -> Read:
        """The parsed chunk. Reading of the next one is started. Raises ``Undecryptable``."""
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
        """Forget this file."""
        self._files.pop(receipt_id, None)

    def forget_all(self) -> None:
        """Forget all files."""
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
    # In a thread: a chunk takes a good part of a second, and heartbeats must not be delayed.
    reading = asyncio.get_running_loop().run_in_executor(None, reader.read, chunk, before)
    # asyncio logs an exception that nobody retrieves, and its message may quote rows; so it is retrieved here.
    reading.add_done_callback(lambda done: done.cancelled() or done.exception())
    return reading


async def _chunk(session: ReadSession, receipt: Receipt, seq: int) -> Chunk:
    found = await session.execute(_CHUNK, {"id": receipt.id, "seq": seq})
    row = found.one()
    return Chunk(seq, row.first_line, row.sealed)


async def _done(session: WriteSession, receipt: Receipt, seq: int) -> frozenset[int]:
    """The numbers of a chunk's rows that were written before the staging was lost.

    Each slice has rows of every chunk, so the first call looks them up for all chunks of the file and stores them.
    """
    given = {"id": receipt.id, "seq": seq}
    numbers = (await session.execute(_WRITTEN, given)).scalar_one()
    if numbers is None:
        await session.execute(_LOOK_UP, {"id": receipt.id, "before": receipt.layout.first_row_line - 1})
        numbers = (await session.execute(_WRITTEN, given)).scalar_one()
    return frozenset(numbers)


_CHUNK = text("SELECT first_line, sealed FROM import_chunk WHERE receipt_id = :id AND seq = :seq")

_WRITTEN = text("SELECT written_rows FROM import_chunk WHERE receipt_id = :id AND seq = :seq")

# Chunks are numbered from 0 without a gap, so the position of a row among their first rows is the number of its chunk.
_LOOK_UP = text("""
WITH firsts AS (
    SELECT array_agg(first_line - CAST(:before AS integer) ORDER BY seq) AS numbers
      FROM import_chunk WHERE receipt_id = :id
), written AS MATERIALIZED (
    SELECT width_bucket(n, firsts.numbers) - 1 AS seq, array_agg(n) AS numbers
      FROM firsts, import_slice AS s, unnest(s.row_numbers) AS n
     WHERE s.receipt_id = :id GROUP BY 1
)
UPDATE import_chunk AS c SET written_rows = coalesce((SELECT numbers FROM written AS w WHERE w.seq = c.seq), '{}')
 WHERE c.receipt_id = :id
""")
