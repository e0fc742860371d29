"""Stores one body of a format of several kinds as it arrives: its own receipt, and one for each of its parts.

The idempotency key is that of the file's own receipt. It is ``receiving`` until the body is there; then it is
``divided``, and in the same transaction its parts are queued, at one moment.
"""

import json
from collections.abc import Mapping
from dataclasses import replace
from uuid import UUID, uuid4

from libs.shared.db.database import WriteSession
from libs.shared.db.scope import Scope
from libs.shared.files.formats import Format, PartChunk, PartChunks
from libs.shared.files.oneroster.known import Known
from libs.shared.files.parse import MARKED, Layout
from libs.shared.files.problems import FileEmpty
from libs.shared.imports.problems import KeyReused, SnapshotInstitution, UploadTakenOver
from libs.shared.imports.receipts import intake_sql, receipts, sources
from libs.shared.imports.receipts.intake import queued, same
from libs.shared.imports.receipts.quota import QueueFull
from libs.shared.imports.receipts.receipt import Mode, Receipt, ReceiptState, Upload
from libs.shared.imports.receipts.source_files import Repeated
from libs.shared.imports.receipts.stowing import (
    PURPOSE,
    Stores,
    Stowing,
    inserted,
    others_gave_way,
    stored_before,
)

LAYOUT = Layout(MARKED, "utf-8", None)
_WHOLE = "whole file"


class DividedIntake:
    """Stores the chunks of ``chunks``, each on the receipt of its part. ``finish`` queues the parts, ``drop`` deletes
    everything.
    """

    def __init__(self, stores: Stores, upload: Upload, form: Format, chunks: PartChunks) -> None:
        self.upload = upload
        self._with = stores
        self._format = form
        self._chunks = chunks
        self._scope = Scope.of(upload.municipality_code)
        self._token = uuid4()
        self._file: Receipt | None = None
        self._known: Mapping[int, tuple[Receipt, Mapping[int, str]]] = {}
        """Of an upload that is continued, or that is there already: its parts by number, with their chunks' digests."""
        self._stowing: dict[int, Stowing] = {}
        self._fingerprint: str | None = None
        """Of a file of changes: what its rows are depends on the rows before them, so it is compared as a whole."""
        self._completed_from: Known | None = None

    async def take(self, given: PartChunk) -> None:
        """Store a chunk, or compare it with the one stored before.

        Raises ``KeyReused``, ``UploadTakenOver``, ``QueueFull``, ``SnapshotOlder`` or ``SnapshotInstitution``.
        """
        number = self._format.number(given.part)
        stowing = self._stowing.get(number)
        if stowing is None:
            await self._begin(number, given)
        else:
            await stowing.add(given.chunk)

    async def finish(self) -> Receipt:
        """Queue the parts. Raises ``FileEmpty``, ``KeyReused`` or ``UploadTakenOver``."""
        file = self._file
        if file is None:
            raise FileEmpty
        if not self._known.keys() <= self._stowing.keys():
            raise KeyReused
        for stowing in self._stowing.values():
            stowing.require_same()
        if file.state is ReceiptState.RECEIVING and file.told is None:
            await self._divide(file)
        async with self._with.db.read(self._scope) as session:
            return await receipts.get(session, file.id)

    async def drop(self) -> None:
        """Delete what was stored, unless a later request has taken the upload over or it is queued."""
        if self._file is not None:
            async with self._with.db.write(self._scope) as session:
                await receipts.execute(session, intake_sql.DROP, {"id": self._file.id, "token": self._token})

    async def known(self, source: str, digest: str) -> Known:
        """What is known from earlier files of the source, for a file of changes. An upload that was interrupted starts
        again from its first byte.

        Raises ``Repeated``, ``KeyReused``, and the problems of ``SourceFiles.known``.
        """
        prints, sources = self._with.prints, self._with.sources
        if sources is None:
            raise RuntimeError("it is asked where files of sources are remembered")
        self._fingerprint = prints.of_text(_WHOLE, digest)
        async with self._with.db.write(self._scope) as session:
            file = await receipts.by_key(session, self.upload.municipality_code, self._digests())
            if file is not None:
                given = {"token": self._token, "id": file.id, "now": self._with.clock()}
                if await receipts.execute(session, intake_sql.TAKE_OVER, given):
                    await receipts.execute(session, intake_sql.DROP, given)
                elif file.fingerprint in {self._fingerprint, *prints.former(_WHOLE, digest)} and same(
                    replace(file.upload, snapshot=None), self.upload
                ):
                    raise Repeated(await receipts.get(session, file.id))
                else:
                    raise KeyReused
        self._completed_from = await sources.known(self.upload.municipality_code, source)
        return self._completed_from

    def _digests(self) -> list[str]:
        """The keyed digests of the idempotency key."""
        key = self.upload.idempotency_key
        return [self._with.prints.of_text(PURPOSE, key), *self._with.prints.former(PURPOSE, key)]

    async def _begin(self, number: int, given: PartChunk) -> None:
        """Make or find the receipts of the file and of one of its parts, and store the part's first chunk."""
        part = given.part
        own = self.upload.institutions
        if part.snapshot is not None and own is not None and part.snapshot.institution_number not in own:
            raise SnapshotInstitution(number=part.snapshot.institution_number)
        try:
            await self._begun_with(number, given)
        except QueueFull:
            but = self._file.id if self._file else None
            if not await others_gave_way(self._with, self.upload.municipality_code, but=but):
                raise
            await self._begun_with(number, given)

    async def _begun_with(self, number: int, given: PartChunk) -> None:
        async with self._with.db.write(self._scope) as session:
            file = self._file or await self._file_found_or_made(session, len(given.chunk.data))
            receipt, stored = await self._part_found_or_made(session, file, number, given)
            stowing = Stowing(self._with, receipt, self._token, stored, upload_id=file.id)
            await stowing.add(given.chunk, session)
        self._file, self._stowing[number] = file, stowing

    async def _part_found_or_made(
        self, session: WriteSession, file: Receipt, number: int, given: PartChunk
    ) -> tuple[Receipt, Mapping[int, str]]:
        upload = replace(self.upload, kind=given.part.kind, media=MARKED, snapshot=given.part.snapshot)
        known = self._known.get(number)
        if known is not None:
            if not same(known[0].upload, upload):
                raise KeyReused
            return known
        if file.told is not None:
            raise KeyReused  # it is there, without this part
        return await self._part_made(session, file, number, given, upload), {}

    async def _file_found_or_made(self, session: WriteSession, size: int) -> Receipt:
        code, known = self.upload.municipality_code, self._digests()
        digest = known[0]
        file = await receipts.by_key(session, code, known)
        if file is None:
            await self._with.quota.require(session, code, size=size, files=len(self._format.kinds))
            values = inserted(self._with, self.upload, LAYOUT, self._token)
            made = await receipts.execute(session, intake_sql.INSERT, values | {"idempotency_key": digest})
            file = await receipts.by_key(session, code, known)
            if file is None:
                raise RuntimeError("a receipt that was there is gone")
            if made:
                return file
        return await self._gone_on_with(session, file)

    async def _gone_on_with(self, session: WriteSession, file: Receipt) -> Receipt:
        """Take over an unfinished upload of this key. A file that is there already is returned unchanged."""
        theirs = replace(file.upload, snapshot=None)
        if not same(theirs, self.upload):
            raise KeyReused
        given = {"token": self._token, "id": file.id, "now": self._with.clock()}
        if await receipts.execute(session, intake_sql.TAKE_OVER, given):
            await receipts.execute(session, intake_sql.TAKE_PARTS_OVER, given)
            parts = await receipts.parts_of(session, [file.id])
            self._known = {each.part or 0: (each, await stored_before(session, each.id)) for each in parts}
            return file
        # It is no longer ``receiving``; it may have been divided since it was read.
        file = await receipts.get(session, file.id)
        self._known = {each.part or 0: (each, {}) for each in file.parts}
        return file

    async def _part_made(
        self, session: WriteSession, file: Receipt, number: int, of: PartChunk, upload: Upload
    ) -> Receipt:
        await sources.require_newest(session, upload, pointer=None)
        values = inserted(self._with, upload, LAYOUT, self._token)
        values |= {
            "idempotency_key": f"part:{file.id}:{number}",
            "part_of": file.id,
            "part": number,
            "unit": of.part.unit,
        }
        await receipts.execute(session, intake_sql.INSERT, values)
        return await receipts.get(session, _id(values))

    async def _divide(self, file: Receipt) -> None:
        """Queue the parts at one moment; the worker takes those of one moment in their order."""
        now = self._with.clock()
        told = self._chunks.told()
        shown = json.dumps({"facts": dict(told.facts), "ignored": dict(told.ignored)})
        async with self._with.db.write(self._scope) as session:
            given = {"id": file.id, "token": self._token, "now": now, "told": shown, "fingerprint": self._fingerprint}
            if not await receipts.execute(session, intake_sql.DIVIDE, given):
                raise UploadTakenOver
            if told.source_file is not None and self._with.sources is not None:
                code, write = self.upload.municipality_code, self.upload.mode is Mode.COMMIT
                known = self._completed_from
                await self._with.sources.take(session, code, file.id, told.source_file, known, write=write)
            for stowing in self._stowing.values():
                values = queued(stowing, self._token, self._with) | {"now": now}
                if not await receipts.execute(session, intake_sql.QUEUE, values):
                    raise UploadTakenOver
            await receipts.notify(session)


def _id(values: Mapping[str, object]) -> UUID:
    found = values["id"]
    assert isinstance(found, UUID)  # noqa: S101 - ``inserted`` makes it
    return found
