"""The API's side of an import: the body becomes encrypted chunks and a queued receipt.

Every chunk is stored in a transaction of its own, so a retry with the same key resends the body and continues after the
last chunk stored. A body that is refused for good is dropped at once. The event loop only passes pieces on: bodies are
unpacked, cut, digested and encrypted in threads, two bodies at a time.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from itertools import chain
from typing import Any, Protocol

from libs.shared.base.clock import Clock, danish_date
from libs.shared.base.errors import Problem
from libs.shared.base.threads import from_thread
from libs.shared.db.database import Database
from libs.shared.events.failures import passes
from libs.shared.files.chunks import STEP_SECONDS, Chunks, step
from libs.shared.files.cut import FILE_BYTES, CutLimits
from libs.shared.files.formats import Format, PartChunks
from libs.shared.files.kind import Kind
from libs.shared.files.unpack import PIECE, Unpacker
from libs.shared.imports.problems import KeyReused, UploadTakenOver
from libs.shared.imports.receipts.divided import DividedIntake
from libs.shared.imports.receipts.intake import Intake
from libs.shared.imports.receipts.places import Place, Places, UploadStalled
from libs.shared.imports.receipts.quota import Quota
from libs.shared.imports.receipts.receipt import Atomic, Receipt, Upload
from libs.shared.imports.receipts.source_files import Asks, Repeated, SourceFiles
from libs.shared.imports.receipts.stowing import Stores
from libs.shared.privacy.keys import Fingerprints, Vault

MEBIBYTE = 1024 * 1024
SNAPSHOT_LINES = 20_000
"""A snapshot is compared in one step. No institution has so many pupils and classes in a school year."""
_AT_WORK = 2
"""Bodies that are processed at the same moment; each then holds several copies of its chunk in memory."""
_KEPT = (KeyReused, UploadTakenOver, UploadStalled)
"""Refusals that keep the chunks received before: they belong to another request, or may be continued."""


class _Cuts(Protocol):
    """Cuts a body into chunks: ``Chunks`` and ``PartChunks``."""

    def feed(self, piece: bytes) -> Iterator[Any]: ...

    def end(self) -> Iterator[Any]: ...


class _Takes(Protocol):
    """Stores the chunks of a body: ``Intake`` and ``DividedIntake``."""

    async def take(self, chunk: Any, /) -> None: ...

    async def finish(self) -> Receipt: ...

    async def drop(self) -> None: ...


class Receiver:
    """Receives bodies. ``max_bytes`` counts them unpacked; ``atomic_rows`` is the most rows of a file that is taken
    as a whole.
    """

    def __init__(
        self,
        db: Database,
        vault: Vault,
        prints: Fingerprints,
        *,
        clock: Clock,
        chunk_bytes: int = 4 * MEBIBYTE,
        chunk_rows: int = 20_000,
        max_bytes: int = FILE_BYTES,
        atomic_rows: int = 200_000,
        quota: Quota | None = None,
        places: Places | None = None,
        sources: SourceFiles | None = None,
    ) -> None:
        self._stores = Stores(db, vault, prints, clock, quota or Quota(), sources)
        self._limits = CutLimits(chunk_bytes, chunk_rows)
        self._max_bytes = max_bytes
        self._atomic_rows = atomic_rows
        self._places = places or Places()
        self._at_work = asyncio.Semaphore(_AT_WORK)

    async def receive(self, upload: Upload, kind: Kind, body: AsyncIterator[bytes], *, gzip: bool) -> Receipt:
        """Store the whole body and queue it. For an upload that repeats an earlier one, its receipt is returned.

        Raises the problems of ``problems.py``, ``places.py``, ``quota.py`` and ``files.problems``. Whatever is raised,
        no row of the file is applied; of a body that was refused for good nothing stays stored.
        """
        unpacker = Unpacker(self._max_bytes, gzip=gzip)
        rows = self._atomic_rows if upload.atomic is Atomic.FILE else None
        lines = kind.most_lines if upload.snapshot is None else SNAPSHOT_LINES
        limits = replace(self._limits, file_lines=lines, file_rows=rows)
        chunks = Chunks(kind, upload.media, upload.charset, unpacker, limits)
        return await self._received(upload, body, chunks, Intake(self._stores, upload, chunks))

    async def receive_parts(self, upload: Upload, form: Format, body: AsyncIterator[bytes], *, gzip: bool) -> Receipt:
        """The same for a file of several kinds. The receipt is that of the file, with those of its parts.

        Raises the problems of the format too, and ``SnapshotOlder`` for a part that is not newer than its last one.
        """
        reading = form.reading(self._limits, danish_date(self._stores.clock()))
        chunks = PartChunks(reading, Unpacker(self._max_bytes, gzip=gzip))
        intake = DividedIntake(self._stores, upload, form, chunks)
        if isinstance(reading, Asks) and self._stores.sources is not None:
            reading.ask = from_thread(intake.known)
        try:
            return await self._received(upload, body, chunks, intake)
        except Repeated as repeated:
            return repeated.receipt

    async def _received(self, upload: Upload, body: AsyncIterator[bytes], chunks: _Cuts, intake: _Takes) -> Receipt:
        async with self._places.take(upload.municipality_code) as place:
            try:
                async for piece, last in _gathered(place, body, min(PIECE, self._limits.chunk_bytes)):
                    rest = chunks.end() if last else ()
                    await self._work_off(chain(chunks.feed(piece), rest), intake)
                return await intake.finish()
            except Problem as refusal:
                if not isinstance(refusal, _KEPT):
                    await _drop(intake)
                raise

    async def _work_off(self, source: Iterator[Any], intake: _Takes) -> None:
        """Process a body in turns of about ``STEP_SECONDS``, so that several bodies advance at the same time. A small
        one needs a single turn.
        """
        now = asyncio.get_running_loop().time
        more = True
        while more:
            async with self._at_work:
                until = now() + STEP_SECONDS
                while more and now() < until:
                    chunk, more = await asyncio.to_thread(step, source)
                    if chunk is not None:
                        await intake.take(chunk)


async def _gathered(place: Place, body: AsyncIterator[bytes], worth: int) -> AsyncIterator[tuple[bytes, bool]]:
    """The body in pieces of at least ``worth`` bytes, so that a piece is worth a thread switch; and whether it is the
    last piece.
    """
    gathered: list[bytes] = []
    size = 0
    while (piece := await place.next(body)) is not None:
        gathered.append(piece)
        size += len(piece)
        if size >= worth:
            yield b"".join(gathered), False
            gathered, size = [], 0
    yield b"".join(gathered), True


async def _drop(intake: _Takes) -> None:
    """Delete what was stored of a body that is refused for good. If the database cannot be reached, housekeeping
    deletes it later.
    """
    try:
        await intake.drop()
    except Exception as failure:
        if not passes(failure):
            raise
