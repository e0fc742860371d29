"""Sends files to one service and reads the results."""

import asyncio
import os
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from uuid import UUID

from libs.shared.client.caller import Caller, read
from libs.shared.client.errors import NotFinal
from libs.shared.client.imports.models import (
    ClassDifference,
    Kind,
    ListedReceipt,
    ParkedRow,
    PupilDifference,
    Receipt,
    RefusedRow,
)
from libs.shared.client.imports.operations import (
    CANCEL,
    CONFIRM,
    DIFFERENCE,
    DIFFERENCE_OF_PUPILS,
    KINDS,
    PARKED,
    RECEIPT,
    RECEIPTS,
    REFUSED,
    REFUSED_CSV,
    REJECT,
    SEND,
)
from libs.shared.client.imports.uploads import Progress, Upload, key_of, no_progress

_WAIT = "wait=30"
_FIRST_LOOK_SECONDS, _SLOWEST_LOOK_SECONDS = 0.1, 2.0


class Imports:
    """The files of one service."""

    def __init__(self, caller: Caller, service: str) -> None:
        self.caller = caller
        self.service = service

    async def kinds(self) -> list[Kind]:
        """The kinds of file that the caller may send. Like all methods here it raises ``Refused`` or ``NotReached``."""
        return await self.caller.call(KINDS, service=self.service)

    async def send(
        self,
        upload: Upload,
        *,
        kind: str,
        municipality: str,
        identifier: str | None = None,
        mode: str | None = None,
        atomic: str | None = None,
        after: str | None = None,
        snapshot: Mapping[str, str] | None = None,
        key: str | None = None,
        progress: Progress = no_progress,
        wait: bool = True,
    ) -> Receipt:
        """Send a body and return its receipt, which need not be final. ``after`` is the position that the service must
        have reached, ``snapshot`` the parameters of a complete file (``operations.SNAPSHOT``). If ``wait``, the answer
        comes when the file is done, or after 30 seconds.

        ``key`` is by default made from the body and the parameters, without ``after``, which does not change the
        content of the file. Raises the errors of ``Upload.pieces`` too.
        """
        chosen = {"identifier": identifier, "mode": mode, "atomic": atomic}
        query = {"kind": kind, "municipality": municipality, **(snapshot or {})}
        query |= {name: value for name, value in chosen.items() if value is not None}
        if key is None:
            key = await asyncio.to_thread(key_of, upload, query)
        headers = {
            "Idempotency-Key": key,
            "Content-Type": upload.content_type,
            "Content-Length": str(upload.size),
            **({"Content-Encoding": "gzip"} if upload.gzip else {}),
            **({"Prefer": _WAIT} if wait else {}),
        }
        response = await self.caller.answer(
            SEND,
            service=self.service,
            query={**query, "after": after},
            headers=headers,
            content=lambda: upload.pieces(progress),
        )
        return read(response, SEND)

    async def receipt(self, receipt_id: UUID | str) -> Receipt:
        """The present state of a receipt."""
        return await self.caller.call(RECEIPT, {"receipt_id": receipt_id}, service=self.service)

    async def receipts(
        self, municipality: str, *, waiting_only: bool = False, held_only: bool = False
    ) -> AsyncIterator[ListedReceipt]:
        """The municipality's receipts, the newest first, page by page; on demand only those with rows that wait, or
        snapshots that are held.
        """
        chosen = {"waiting_only": waiting_only, "held_only": held_only}
        asked = {"municipality": municipality, **{name: "true" for name, value in chosen.items() if value}}
        async for each in self.caller.pages(RECEIPTS, query=asked, service=self.service):
            yield each

    async def final(self, receipt: Receipt, *, seconds: float) -> Receipt:
        """The receipt when it is final or held. Asks at growing intervals. Raises ``NotFinal`` after ``seconds``."""
        loop = asyncio.get_running_loop()
        deadline, pause = loop.time() + seconds, _FIRST_LOOK_SECONDS
        while not receipt.at_rest:
            if loop.time() >= deadline:
                raise NotFinal(receipt=receipt.id, seconds=round(seconds))
            await asyncio.sleep(pause)
            pause = min(pause * 1.5, _SLOWEST_LOOK_SECONDS)
            receipt = await self.receipt(receipt.id)
        return receipt

    async def position(self, receipt_id: UUID | str, *, seconds: float) -> str:
        """The position that another service can wait for. Raises ``TimeoutError``."""
        async with asyncio.timeout(seconds):
            while (position := (await self.receipt(receipt_id)).position) is None:  # noqa: ASYNC110 - over HTTP nobody tells
                await asyncio.sleep(_FIRST_LOOK_SECONDS)
        return position

    async def cancel(self, receipt_id: UUID | str) -> Receipt:
        """Cancel a file that is not final; rows that were written stay."""
        return await self.caller.call(CANCEL, {"receipt_id": receipt_id}, service=self.service)

    async def confirm(self, receipt_id: UUID | str) -> Receipt:
        """Have a held snapshot applied."""
        return await self.caller.call(CONFIRM, {"receipt_id": receipt_id}, service=self.service)

    async def reject(self, receipt_id: UUID | str) -> Receipt:
        """End a held snapshot: nothing of it is written."""
        return await self.caller.call(REJECT, {"receipt_id": receipt_id}, service=self.service)

    async def difference(self, receipt_id: UUID | str) -> AsyncIterator[ClassDifference]:
        """What a snapshot changes, counted by class, page by page."""
        async for each in self.caller.pages(DIFFERENCE, {"receipt_id": receipt_id}, service=self.service):
            yield each

    async def difference_of_pupils(self, receipt_id: UUID | str) -> AsyncIterator[PupilDifference]:
        """What a snapshot changes, pupil by pupil, page by page."""
        async for each in self.caller.pages(DIFFERENCE_OF_PUPILS, {"receipt_id": receipt_id}, service=self.service):
            yield each

    async def refused(self, receipt_id: UUID | str) -> AsyncIterator[RefusedRow]:
        """The refused rows that are listed, page by page."""
        async for row in self.caller.pages(REFUSED, {"receipt_id": receipt_id}, service=self.service):
            yield row

    async def parked(self, receipt_id: UUID | str) -> AsyncIterator[ParkedRow]:
        """The parked rows, page by page."""
        async for row in self.caller.pages(PARKED, {"receipt_id": receipt_id}, service=self.service):
            yield row

    async def refused_csv(self, receipt_id: UUID | str) -> bytes:
        """The refused rows as a CSV file to be corrected; at most 10,000 rows."""
        response = await self.caller.answer(REFUSED_CSV, {"receipt_id": receipt_id}, service=self.service)
        return response.content

    async def save_refused(self, receipt_id: UUID | str, target: Path) -> bool:
        """Write the file of refused rows, readable only by its owner, as it contains identifiers. An existing file is
        not replaced, since somebody may have corrected it; returns whether the file was written.
        """
        content = await self.refused_csv(receipt_id)
        return await asyncio.to_thread(write_new, target, content)


def write_new(target: Path, content: bytes) -> bool:
    """Write a file that only its owner can read; False if a file with that name exists."""
    try:
        opened = os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")
    except FileExistsError:
        return False
    try:
        with opened:
            opened.write(content)
    except OSError:
        target.unlink()
        raise
    return True
