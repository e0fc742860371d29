"""Deciding about a held snapshot, over HTTP, by the role that sends the file."""

from enum import StrEnum

from libs.shared.base.clock import Clock
from libs.shared.base.errors import Conflict, NotFound
from libs.shared.db.database import Database
from libs.shared.db.scope import Scope
from libs.shared.imports.receipts import receipts
from libs.shared.imports.receipts.receipts import Receipt, ReceiptState
from libs.shared.imports.worker import claims, ending


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
        if held.decision == decision.value:
            return held
        if held.state is not ReceiptState.HELD:
            raise NotHeld
        now = clock()
        if held.held_until is not None and held.held_until <= now:
            raise HoldExpired
        given = {"id": held.id, "decision": decision.value, "by": by, "now": now}
        await receipts.execute(session, _DECIDED, given)
        if decision is Decision.CONFIRMED:
            await receipts.execute(session, _QUEUE, given)
        else:
            await ending.reject(session, held, "snapshot.rejected", now)
        await receipts.notify(session)
        return await receipts.get(session, held.id)


_DECIDED = "UPDATE import_receipt SET decision = :decision, decided_by = :by, decided_at = :now WHERE id = :id"

_QUEUE = "UPDATE import_receipt SET state = 'queued', queued_at = :now WHERE id = :id"
