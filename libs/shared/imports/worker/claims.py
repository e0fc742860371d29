"""Claims on the steps of files. A claim is committed before its step begins, so that a crash is counted.

The transaction of the step locks the row of its claim. The lock of a crashed worker ends with its connection, and an
unlocked claim may be taken over. A worker that was only slow then finds another token in the claim and writes nothing.
Locks are taken in the order receipt, claim: a transaction of a step that changes the receipt locks its row first.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID, uuid4

from sqlalchemy import text

from libs.shared.db.database import WriteSession
from libs.shared.imports.receipts import receipts
from libs.shared.imports.receipts.receipt import Phase, Receipt

GAP_SECONDS = 3.0
"""How long a claim may be unlocked before its step's transaction locks it; normally that takes milliseconds."""

Step = tuple[Phase, int]
"""A phase, and which step of it: the number of a chunk or of a slice."""


class ClaimLost(Exception):
    """Another worker has the step now, or the file has ended: nothing may be written."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A claimed step. ``tries`` counts the times it was begun, this one included."""

    receipt: Receipt
    phase: Phase
    number: int
    token: UUID
    tries: int
    delays: int = 0


@dataclass(frozen=True, slots=True)
class Claimed:
    """The claims on a file.

    ``held`` are locked by the transaction of their step; ``begun`` are committed, but their transaction has not begun;
    ``free`` may be taken over, each with the number of times its step was begun.
    """

    held: frozenset[Step] = frozenset()
    begun: frozenset[Step] = frozenset()
    free: Mapping[Step, int] = field(default_factory=dict)

    @property
    def taken(self) -> frozenset[Step]:
        """The steps that no other worker may begin."""
        return self.held | self.begun


_LOCK = text(f"SELECT {receipts.AT_WORK} FROM import_receipt r WHERE id = :id FOR NO KEY UPDATE OF r")  # noqa: S608
_LOCK_IF_FREE = text(f"{_LOCK.text} SKIP LOCKED")


async def lock(session: WriteSession, receipt_id: UUID, *, wait: bool = True) -> Receipt | None:
    """The receipt, with its row locked; None if it does not exist, or if ``wait`` is False and its row is locked."""
    found = await session.execute(_LOCK if wait else _LOCK_IF_FREE, {"id": receipt_id})
    row = found.mappings().one_or_none()
    return receipts.from_row(row) if row else None


async def claimed(session: WriteSession, receipt_id: UUID, gap_seconds: float) -> Claimed:
    """The claims on a file whose receipt is locked."""
    free = await session.execute(
        text(
            "SELECT phase, number, tries, claimed_at < clock_timestamp() - :gap * interval '1 second' AS lapsed"
            " FROM import_claim WHERE receipt_id = :id FOR UPDATE SKIP LOCKED"
        ),
        {"id": receipt_id, "gap": gap_seconds},
    )
    unlocked = {(Phase(row.phase), row.number): (row.tries, row.lapsed) for row in free}
    every = await session.execute(
        text("SELECT phase, number FROM import_claim WHERE receipt_id = :id"), {"id": receipt_id}
    )
    steps = {(Phase(row.phase), row.number) for row in every}
    return Claimed(
        held=frozenset(steps - unlocked.keys()),
        begun=frozenset(step for step, (_, lapsed) in unlocked.items() if not lapsed),
        free={step: tries for step, (tries, lapsed) in unlocked.items() if lapsed},
    )


async def any_on(session: WriteSession, receipt_id: UUID) -> bool:
    """Whether any step of the file is claimed. While its receipt is locked, nobody else can claim one."""
    found = await session.execute(
        text("SELECT EXISTS (SELECT FROM import_claim WHERE receipt_id = :id)"), {"id": receipt_id}
    )
    return bool(found.scalar_one())


async def take(session: WriteSession, receipt: Receipt, step: Step) -> Claim:
    """Claim a step that no other worker has. The receipt must be locked."""
    token = uuid4()
    phase, number = step
    given = {
        "id": receipt.id,
        "phase": phase.value,
        "number": number,
        "code": receipt.upload.municipality_code,
        "token": token,
    }
    made = (await session.execute(_TAKE, given)).one()
    attempts = made.tries - 1
    if attempts != receipt.attempts and not receipt.final:
        await receipts.execute(
            session, "UPDATE import_receipt SET attempts = :attempts WHERE id = :id", {**given, "attempts": attempts}
        )
    return Claim(receipt, phase, number, token, made.tries, made.delays)


_TAKE = text("""
INSERT INTO import_claim (receipt_id, phase, number, municipality_code, token, tries, claimed_at)
VALUES (:id, :phase, :number, :code, :token, 1, clock_timestamp())
ON CONFLICT (receipt_id, phase, number) DO UPDATE
   SET token = excluded.token, tries = import_claim.tries + 1, claimed_at = excluded.claimed_at
RETURNING tries, delays
""")


async def hold(session: WriteSession, claim: Claim) -> None:
    """Lock the claim at the start of the step's transaction, so that no other worker can take the step over. Raises
    ``ClaimLost``.
    """
    found = await session.execute(
        text(
            "SELECT 1 FROM import_claim WHERE receipt_id = :id AND phase = :phase AND number = :number"
            " AND token = :token FOR UPDATE"
        ),
        _values(claim),
    )
    if found.one_or_none() is None:
        raise ClaimLost


async def release(session: WriteSession, claim: Claim) -> None:
    """Delete the claim, in the transaction that did the step."""
    await receipts.execute(
        session,
        "DELETE FROM import_claim WHERE receipt_id = :id AND phase = :phase AND number = :number",
        _values(claim),
    )


async def give_back(session: WriteSession, claim: Claim, *, is_try: bool) -> None:
    """Give the claim of a failed step back, so that it may be begun again. It counts as a try if ``is_try`` is True,
    otherwise as a delay.
    """
    await receipts.execute(
        session,
        "UPDATE import_claim SET claimed_at = '-infinity', tries = tries - :less, delays = delays + :less"
        " WHERE receipt_id = :id AND phase = :phase AND number = :number AND token = :token",
        {**_values(claim), "less": 0 if is_try else 1},
    )


async def end_all(session: WriteSession, receipt_id: UUID) -> None:
    """Delete all claims on the file. Waits for the steps under way. The receipt must be locked."""
    await receipts.execute(session, "DELETE FROM import_claim WHERE receipt_id = :id", {"id": receipt_id})


def _values(claim: Claim) -> dict[str, object]:
    return {"id": claim.receipt.id, "phase": claim.phase.value, "number": claim.number, "token": claim.token}
