"""The steps of a file's way, each in the transaction of its claim. The worker opens and commits it."""

import asyncio
import json
from dataclasses import dataclass

from sqlalchemy import text

from libs.shared.base.clock import Clock, danish_date
from libs.shared.db.database import WriteSession
from libs.shared.imports import claims, ending, receipts, refusing
from libs.shared.imports.applying import Applier
from libs.shared.imports.claims import Claim, Claimed, ClaimLost
from libs.shared.imports.columns import ParseContext
from libs.shared.imports.intake import chunk_context
from libs.shared.imports.kinds import Kinds, Settles
from libs.shared.imports.plan import ONLY, WHOLE, next_step
from libs.shared.imports.receipts import Phase, Receipt
from libs.shared.imports.staging import store
from libs.shared.imports.staging.reading import Before, Chunk, Read, read
from libs.shared.imports.staging.records import Sealing
from libs.shared.imports.waiting.parking import Parking
from libs.shared.privacy.keys import Fingerprints, LookupKeys, Undecryptable, Vault

ATOMIC_ROWS = 200_000
"""The most rows of a file that is taken as a whole, in one transaction."""


@dataclass(frozen=True, slots=True)
class Processor:
    """Does the steps of files; whoever calls opens and commits the transactions.

    ``lookup_keys`` is the secret shared with the service that knows the pupils.
    """

    kinds: Kinds
    vault: Vault
    prints: Fingerprints
    lookup_keys: LookupKeys
    clock: Clock
    parking: Parking
    atomic_rows: int = ATOMIC_ROWS

    async def next(self, session: WriteSession, receipt: Receipt, claimed: Claimed) -> claims.Step | None:
        """The next step of a file whose receipt is locked."""
        kind, handler = self.kinds.bound(receipt.upload.kind)
        settles = isinstance(handler, Settles)
        return await next_step(
            session,
            receipt,
            kind,
            claimed,
            settles=settles,
            lookup_key_id=self.lookup_keys.active_id,
            now=self.clock(),
        )

    async def do(self, session: WriteSession, claim: Claim) -> None:
        """Do a step. Raises ``ClaimLost`` if it is another's by now."""
        receipt = claim.receipt
        if claim.phase is Phase.FINISHING and claim.number == ONLY:
            await self._close(session, claim)
            return
        await claims.hold(session, claim)
        match claim.phase:
            case Phase.STAGING:
                await self._stage(session, claim)
            case Phase.SETTLING:
                await self._settle(session, receipt)
            case Phase.JUDGING | Phase.APPLYING:
                await self._slice(session, claim)
            case Phase.FINISHING:
                await self._texts(session, receipt, claim.number - 1)
            case Phase.LEAVING:
                await ending.leave(session, receipt, self.kinds.kind(receipt.upload.kind))
        await claims.release(session, claim)

    async def _stage(self, session: WriteSession, claim: Claim) -> None:
        receipt = claim.receipt
        await store.begun(session, receipt)
        kind = self.kinds.kind(receipt.upload.kind)
        found = await self._read(session, receipt, claim.number)
        await refusing.store(session, receipt, found.refused, self.vault, self.clock())
        if found.records:
            await store.add(session, kind, found.records)
        await receipts.execute(
            session,
            "UPDATE import_chunk SET staging = :staging, row_count = :rows, refused = :refused, stop = :stop,"
            " refused_by_code = CAST(:codes AS jsonb), notices = CAST(:notices AS jsonb)"
            " WHERE receipt_id = :id AND seq = :seq",
            {
                "id": receipt.id,
                "seq": claim.number,
                "staging": receipt.staging,
                "rows": found.rows,
                "refused": len(found.refused),
                "stop": found.stop,
                "codes": json.dumps(found.refused_by_code),
                "notices": json.dumps(found.notices),
            },
        )

    async def _read(self, session: WriteSession, receipt: Receipt, seq: int) -> Read:
        row = (await session.execute(_CHUNK, {"id": receipt.id, "seq": seq})).one()
        kind = self.kinds.kind(receipt.upload.kind)
        keys = self.lookup_keys.by(receipt.lookup_key_id or "")
        context = ParseContext(
            receipt.upload.municipality_code, receipt.upload.identifier, keys, danish_date(self.clock())
        )
        if receipt.key_id is None or receipt.key_id not in self.prints:
            raise Undecryptable("the key of the receipt's digests is not on the ring")
        sealing = Sealing(receipt.id, receipt.upload.municipality_code, self.vault, self.prints, receipt.key_id, keys)
        done = await _done(session, receipt, row.first_line, row.lines) if receipt.staging > 1 else frozenset()
        chunk = Chunk(seq, row.first_line, row.sealed)
        before = Before(receipt.rows, receipt.refused, done)
        # Off the event loop: a chunk takes a good part of a second, and heartbeats must go on.
        return await asyncio.to_thread(
            read, kind, receipt, chunk, before, context, sealing, atomic_rows=self.atomic_rows
        )

    async def _settle(self, session: WriteSession, receipt: Receipt) -> None:
        """Have the handler bring together what must be judged together."""
        kind, handler = self.kinds.bound(receipt.upload.kind)
        if isinstance(handler, Settles):
            await handler.settle(session, store.whole(receipt, kind))
        await store.settled(session, receipt.id)

    async def _slice(self, session: WriteSession, claim: Claim) -> None:
        receipt = claim.receipt
        if await store.there(session, receipt.id, receipt.staging) is None:
            raise ClaimLost  # the rows are gone since it was claimed
        kind, handler = self.kinds.bound(receipt.upload.kind)
        applier = Applier(kind, handler, self.vault, self.parking)
        if claim.phase is Phase.JUDGING:
            await applier.judge(session, receipt, claim.number)
        elif claim.number == WHOLE:
            await applier.apply_whole(session, receipt, claim.number)
        else:
            await applier.apply(session, receipt, claim.number)

    async def _texts(self, session: WriteSession, receipt: Receipt, seq: int) -> None:
        """Give refused rows of a chunk their texts."""
        row = (await session.execute(_CHUNK, {"id": receipt.id, "seq": seq})).one()
        data = await asyncio.to_thread(self.vault.decrypt, row.sealed, chunk_context(receipt.id, seq))
        await refusing.fill_texts(session, receipt, data, row.first_line, row.lines, self.vault)

    async def _close(self, session: WriteSession, claim: Claim) -> None:
        """Make the receipt final, and take away what is left of a small file."""
        receipt = await claims.lock(session, claim.receipt.id)
        if receipt is None:
            raise ClaimLost
        await claims.hold(session, claim)
        await ending.complete(session, receipt, self.clock())
        if ending.small(receipt):
            await ending.leave(session, receipt, self.kinds.kind(receipt.upload.kind))


async def _done(session: WriteSession, receipt: Receipt, first_line: int, lines: int) -> frozenset[int]:
    """The rows on these lines that were written before the staging was lost."""
    first = receipt.layout.row_number(first_line)
    found = await session.execute(_DONE, {"id": receipt.id, "first": first, "last": first + lines - 1})
    return frozenset(found.scalar_one() or ())


_CHUNK = text("SELECT first_line, lines, sealed FROM import_chunk WHERE receipt_id = :id AND seq = :seq")

_DONE = text("""
SELECT array_agg(n) FROM import_slice, unnest(row_numbers) AS n
 WHERE receipt_id = :id AND n BETWEEN :first AND :last
""")
