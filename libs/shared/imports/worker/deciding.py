"""Deciding about a held snapshot, over HTTP, by the role that sends the file."""

from enum import StrEnum
from uuid import UUID

from libs.shared.base.clock import Clock
from libs.shared.base.errors import Conflict, NotFound
from libs.shared.db.database import Database, WriteSession
from libs.shared.db.scope import Scope
from libs.shared.imports.receipts import receipts
from libs.shared.imports.receipts.receipt import Receipt, ReceiptState
from libs.shared.imports.worker import claims, ending, units


class Decision(StrEnum):
    """What becomes of a held snapshot."""

    CONFIRMED = "confirmed"
    REJECTED = "rejected"


class NotHeld(Conflict):
    """The file is not held, or the other decision was made."""

    code = "snapshot.not_held"
    da = "Filen venter ikke på en afgørelse: den blev ikke holdt tilbage, eller der er taget stilling. Se kvitteringen."
    en = "The file does not wait for a decision: it was not held, or it was decided already. See its receipt."


class HoldExpired(Conflict):
    """The time for deciding is over."""

    code = "snapshot.hold_expired"
    da = "Fristen for at tage stilling til filen er udløbet, og intet af den er gemt. Lav et nyt udtræk, og send det."
    en = "The time for deciding about the file is over, and nothing of it is stored. Make a new extract, and send it."


async def decide(db: Database, receipt: Receipt, decision: Decision, by: str, clock: Clock) -> Receipt:
    """Confirm or reject a held snapshot. A confirmed one is queued behind the files that came meanwhile.

    The same decision again changes nothing. Raises ``NotFound``, ``NotHeld`` or ``HoldExpired``.
    """
    async with db.write(Scope.of(receipt.upload.municipality_code)) as session:
        held = await claims.lock(session, receipt.id)
        if held is None:
            raise NotFound
        (held,) = await receipts.with_parts(session, [held])
        if held.decision == decision.value and held.state is not ReceiptState.HELD:
            return held
        if held.state is not ReceiptState.HELD:
            raise NotHeld
        now = clock()
        if held.held_until is not None and held.held_until <= now:
            raise HoldExpired
        given = {"decision": decision.value, "by": by, "now": now}
        for part_id in await _together(session, held):
            await receipts.execute(session, _DECIDED, {**given, "id": part_id})
            if decision is Decision.CONFIRMED:
                await receipts.execute(session, _QUEUE, {**given, "id": part_id})
            else:
                await ending.reject(session, await receipts.get(session, part_id), "snapshot.rejected", now)
        await receipts.notify(session)
        return await receipts.get(session, held.id)


async def _together(session: WriteSession, held: Receipt) -> list[UUID]:
    """What is decided together, locked: all that is held of a file of several kinds, or of the unit of a part."""
    of = held.parts or (held, *await units.others(session, held))
    locked = [await claims.lock(session, each.id) for each in sorted(of, key=lambda each: each.part or 0)]
    return [each.id for each in locked if each is not None and each.state is ReceiptState.HELD]


_DECIDED = "UPDATE import_receipt SET decision = :decision, decided_by = :by, decided_at = :now WHERE id = :id"

_QUEUE = "UPDATE import_receipt SET state = 'queued', queued_at = :now WHERE id = :id"
