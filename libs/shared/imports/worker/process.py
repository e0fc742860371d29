"""The steps of processing a file, each in the transaction of its claim, which the worker opens and commits."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import text

from libs.shared.base.clock import Clock
from libs.shared.db.database import WriteSession
from libs.shared.imports.handlers import Heeds, Kinds, Settles
from libs.shared.imports.parked.parking import Parking
from libs.shared.imports.receipts import receipts, refusing
from libs.shared.imports.receipts.heeding import heed_all, heed_refused
from libs.shared.imports.receipts.receipt import Mode, Phase, Receipt
from libs.shared.imports.receipts.stowing import chunk_context
from libs.shared.imports.staging import store
from libs.shared.imports.staging.readers import Readers
from libs.shared.imports.worker import claims, crowds, ending, snapshots, units
from libs.shared.imports.worker.applying import Applier
from libs.shared.imports.worker.claims import Claim, Claimed, ClaimLost, Step
from libs.shared.imports.worker.next_step import CROWDS, ONLY, WHOLE, StepFinder
from libs.shared.imports.worker.snapshots import Holding
from libs.shared.privacy.keys import Fingerprints, LookupKeys, Vault

ATOMIC_ROWS = 200_000
"""The most rows of a file that is taken as a whole, in one transaction."""
_LAST: Step = (Phase.FINISHING, ONLY)
_OF_STAGED = {Phase.COMPARING, Phase.JUDGING, Phase.APPLYING}


@dataclass(slots=True)
class Processor:
    """Does one step of a file at a time, in the transaction that the worker opens and commits.

    ``lookup_keys`` is the secret shared with the service that knows the pupils.
    """

    kinds: Kinds
    vault: Vault
    prints: Fingerprints
    lookup_keys: LookupKeys
    clock: Clock
    parking: Parking
    atomic_rows: int = ATOMIC_ROWS
    holding: Holding = field(default_factory=Holding)
    _readers: Readers = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._readers = Readers(self.kinds, self.vault, self.prints, self.lookup_keys, self.clock)

    async def next(self, session: WriteSession, receipt: Receipt, claimed: Claimed) -> tuple[Step | None, Receipt]:
        """The next step of a file whose receipt is locked, and the receipt as it is then."""
        kind, handler = self.kinds.bound(receipt.upload.kind)
        settles = isinstance(handler, Settles)
        finder = StepFinder(session, kind, claimed, settles, self.lookup_keys.active_id, self.clock())
        return await finder.next(receipt)

    def rest(self) -> None:
        """Forget the state of files that were read; called when there is nothing to do."""
        self._readers.forget_all()

    async def do(self, session: WriteSession, claim: Claim) -> None:
        """Do a claimed step. Raises ``ClaimLost`` if another worker has taken it over, or if the staged rows that it
        needs were lost since.
        """
        receipt, step = claim.receipt, (claim.phase, claim.number)
        if claim.phase is Phase.COMPARING or step == _LAST:  # the steps that change the receipt
            locked = await claims.lock(session, receipt.id)
            if locked is None:
                raise ClaimLost
            receipt = locked
        await claims.hold(session, claim)
        if claim.phase in _OF_STAGED and await store.there(session, receipt.id, receipt.staging) is None:
            raise ClaimLost
        await self.carry_out(session, receipt, step)
        await claims.release(session, claim)

    async def carry_out(self, session: WriteSession, receipt: Receipt, step: Step) -> None:
        """Do a step that no other worker can begin. The receipt is as it is now, and locked if the step changes it."""
        phase, number = step
        match phase:
            case Phase.STAGING:
                await self._stage(session, receipt, number)
            case Phase.SETTLING:
                await self._settle(session, receipt, number)
            case Phase.COMPARING:
                await self._compare(session, receipt)
            case Phase.JUDGING | Phase.APPLYING:
                await self._slice(session, receipt, step)
            case Phase.CLOSING:
                await snapshots.close_some(session, receipt, self.kinds.handler(receipt.upload.kind))
            case Phase.FINISHING if step == _LAST:
                await self._close(session, receipt)
            case Phase.FINISHING:
                await self._texts(session, receipt, number - 1)
            case Phase.LEAVING:
                await ending.leave(session, receipt, self.kinds.kind(receipt.upload.kind))

    async def _stage(self, session: WriteSession, receipt: Receipt, seq: int) -> None:
        await store.begun(session, receipt)
        kind = self.kinds.kind(receipt.upload.kind)
        found = await self._readers.read(session, receipt, seq, atomic_rows=self.atomic_rows)
        await refusing.store(session, receipt, found.refused, self.vault, self.clock())
        if found.records:
            await store.add(session, kind, found.records)
        await receipts.execute(
            session,
            "UPDATE import_chunk SET staging = :staging, row_count = :rows, refused = :refused, stop = :stop,"
            " refused_by_code = CAST(:codes AS jsonb), notices = CAST(:notices AS jsonb), named = CAST(:named AS jsonb)"
            " WHERE receipt_id = :id AND seq = :seq",
            {
                "id": receipt.id,
                "seq": seq,
                "staging": receipt.staging,
                "rows": found.rows,
                "refused": len(found.refused),
                "stop": found.stop,
                "codes": json.dumps(found.refused_by_code),
                "notices": json.dumps(found.notices),
                "named": json.dumps(found.named),
            },
        )

    async def _settle(self, session: WriteSession, receipt: Receipt, number: int) -> None:
        """Let the handler merge groups that must be judged together, and refuse groups that are too large."""
        kind, handler = self.kinds.bound(receipt.upload.kind)
        staged = store.whole(receipt, kind)
        if number == CROWDS:
            await crowds.refuse_some(session, receipt, staged.table, self.clock())
            return
        if isinstance(handler, Settles):
            await handler.settle(session, staged)
        await crowds.find(session, receipt, staged)

    async def _slice(self, session: WriteSession, receipt: Receipt, step: Step) -> None:
        phase, number = step
        kind, handler = self.kinds.bound(receipt.upload.kind)
        before = await self._before(session, receipt) if phase is Phase.JUDGING else {}
        applier = Applier(kind, handler, self.vault, self.parking, before)
        if phase is Phase.JUDGING:
            await applier.judge(session, receipt, number)
        elif number == WHOLE:
            await applier.apply_whole(session, receipt, number)
        else:
            await applier.apply(session, receipt, number)

    async def _compare(self, session: WriteSession, receipt: Receipt) -> None:
        """Find what a snapshot would change, and hold it if that is much. It may end another receipt, too."""
        kind, handler = self.kinds.bound(receipt.upload.kind)
        applier = Applier(kind, handler, self.vault, self.parking, await self._before(session, receipt))
        if await snapshots.compare(session, receipt, applier, self.holding, self.clock()):
            await self._hold_unit(session, receipt)

    async def _before(self, session: WriteSession, receipt: Receipt) -> dict[str, Mapping[str, Sequence[Any]]]:
        """The rows of the earlier parts of the unit that are not written yet. Raises ``ClaimLost`` if they were lost
        since it was seen that they are there.
        """
        found: dict[str, Mapping[str, Sequence[Any]]] = {}
        for part in units.earlier(receipt, await units.others(session, receipt)):
            if part.final:
                continue
            if part.settled is None:
                raise ClaimLost
            kind = self.kinds.kind(part.upload.kind)
            only = [column.name for column in kind.columns if not column.column.secret]
            found[kind.name] = (await store.load(session, kind, store.whole(part, kind), self.vault, only=only))[1]
        return found

    async def _hold_unit(self, session: WriteSession, receipt: Receipt) -> None:
        """Hold the parts that would be written before a snapshot that is held, too."""
        for part in units.earlier(receipt, await units.others(session, receipt)):
            locked = await claims.lock(session, part.id)
            if locked is None or locked.final:
                continue
            kind, handler = self.kinds.bound(locked.upload.kind)
            await snapshots.hold_beside(session, locked, Applier(kind, handler, self.vault, self.parking), receipt)

    async def _texts(self, session: WriteSession, receipt: Receipt, seq: int) -> None:
        """Add the texts of the refused rows of a chunk."""
        row = (await session.execute(_CHUNK, {"id": receipt.id, "seq": seq})).one()
        data = await asyncio.to_thread(self.vault.decrypt, row.sealed, chunk_context(receipt.id, seq))
        lines = range(row.first_line, row.first_line + row.lines)
        await refusing.fill_texts(session, receipt, data, lines, self.vault)

    async def _close(self, session: WriteSession, receipt: Receipt) -> None:
        """Make the receipt final, and delete the data of a small file's processing at once."""
        kind, handler = self.kinds.bound(receipt.upload.kind)
        if isinstance(handler, Heeds) and receipt.upload.mode is Mode.COMMIT:
            # Of a file that is taken as a whole nothing is written once a row is refused.
            heed = heed_all if await ending.is_rejected(session, receipt) else heed_refused
            await heed(session, receipt, kind, handler, self.vault)
        await ending.complete(session, receipt, self.clock())
        if ending.small(receipt):
            await ending.leave(session, receipt, kind)


_CHUNK = text("SELECT first_line, lines, sealed FROM import_chunk WHERE receipt_id = :id AND seq = :seq")
