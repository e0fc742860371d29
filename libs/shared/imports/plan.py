"""What is to be done next of a file: its phases, and the steps of each. The receipt's row is locked throughout."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import text

from libs.shared.db.database import WriteSession
from libs.shared.imports import ending, receipts, refusing
from libs.shared.imports.claims import Claimed, Step
from libs.shared.imports.kinds import Kind
from libs.shared.imports.receipts import Atomic, Mode, Phase, Receipt, State
from libs.shared.imports.staging import store

ONLY = 0
"""The number of the step of a phase that has one."""
WHOLE = -1
"""The number under which what was written of a file taken as a whole is counted."""


async def next_step(
    session: WriteSession,
    receipt: Receipt,
    kind: Kind,
    claimed: Claimed,
    *,
    settles: bool,
    lookup_key_id: str,
    now: datetime,
) -> Step | None:
    """The next step that nobody has; None if there is none just now. Moves the receipt on to its next phase.

    ``settles`` says that the handler brings groups together; ``lookup_key_id`` is the key for a file that begins.
    """
    while True:
        if receipt.phase is None:
            if receipt.final:
                return None
            begun = {"state": State.WORKING.value, "staging": 1, "lookup_key_id": lookup_key_id}
            await _move(session, receipt, Phase.STAGING, **begun)
        elif receipt.phase is Phase.LEAVING:
            return _one((Phase.LEAVING, ONLY), claimed)
        elif await _emptied(session, receipt):
            await _again(session, receipt)
        elif receipt.phase is Phase.STAGING:
            step, done = await _staging(session, receipt, claimed, now)
            if not done:
                return step
        elif receipt.phase is Phase.SETTLING:
            if settles and not await store.there(session, receipt.id, receipt.staging):
                return _one((Phase.SETTLING, ONLY), claimed)
            await _cut(session, receipt, kind)
        elif receipt.phase is Phase.FINISHING:
            return await _finishing(session, receipt, claimed)
        else:
            step, done = await _slices(session, receipt, kind, claimed)
            if not done:
                return step
        refreshed = await receipts.get(session, receipt.id)
        if refreshed.phase is receipt.phase and refreshed.staging == receipt.staging:
            raise RuntimeError(f"an import goes no further from its phase {receipt.phase}")
        receipt = refreshed


def _one(step: Step, claimed: Claimed) -> Step | None:
    """The step of a phase whose steps are done one after another."""
    return None if claimed.taken else step


def _first(numbers: Iterable[int], phase: Phase, claimed: Claimed) -> Step | None:
    return next(((phase, number) for number in numbers if (phase, number) not in claimed.taken), None)


async def _move(session: WriteSession, receipt: Receipt, phase: Phase, **more: Any) -> None:
    set_more = "".join(f", {name} = :{name}" for name in more)
    await receipts.execute(
        session,
        f"UPDATE import_receipt SET phase = :phase{set_more} WHERE id = :id",  # noqa: S608 - columns of ours
        {"id": receipt.id, "phase": phase.value, **more},
    )


async def _emptied(session: WriteSession, receipt: Receipt) -> bool:
    """Whether rows were staged and are gone: a crash of the server empties what is not logged."""
    if receipt.phase is Phase.FINISHING or (receipt.phase is Phase.STAGING and receipt.chunks_done == 0):
        return False
    return await store.there(session, receipt.id, receipt.staging) is None


async def _again(session: WriteSession, receipt: Receipt) -> None:
    """Stage once more. What was written stays written and is left out; what was only judged is forgotten."""
    given = {"id": receipt.id}
    if receipt.whole:
        await receipts.execute(session, "DELETE FROM import_slice WHERE receipt_id = :id AND NOT written", given)
        await receipts.execute(session, "DELETE FROM import_refusal WHERE receipt_id = :id AND NOT replayed", given)
    else:
        await receipts.execute(
            session,
            "DELETE FROM import_refusal WHERE receipt_id = :id AND NOT replayed AND slice IS NULL",
            given,
        )
    await receipts.execute(session, "DELETE FROM import_claim WHERE receipt_id = :id", given)
    await _move(session, receipt, Phase.STAGING, staging=receipt.staging + 1)


async def _staging(
    session: WriteSession, receipt: Receipt, claimed: Claimed, now: datetime
) -> tuple[Step | None, bool]:
    """The next chunk, in the file's order, and whether staging is over."""
    found = (await session.execute(_CHUNKS, {"id": receipt.id, "staging": receipt.staging})).one()
    if found.stop is not None:
        await ending.reject(session, receipt, found.stop, now)
        return None, True
    if found.next is None:
        await _move(session, receipt, Phase.SETTLING)
        return None, True
    return _one((Phase.STAGING, found.next), claimed), False


_CHUNKS = text("""
SELECT min(seq) FILTER (WHERE staging <> :staging) AS next, max(stop) FILTER (WHERE staging = :staging) AS stop
  FROM import_chunk WHERE receipt_id = :id
""")


async def _cut(session: WriteSession, receipt: Receipt, kind: Kind) -> None:
    """Decide on the slices, of the rows that are staged."""
    found = await session.execute(
        text(
            "SELECT coalesce(sum(row_count - refused), 0) FROM import_chunk WHERE receipt_id = :id AND staging = :staging"
        ),
        {"id": receipt.id, "staging": receipt.staging},
    )
    slices = store.slices_for(kind, int(found.scalar_one()))
    await _move(session, receipt, Phase.JUDGING if receipt.whole else Phase.APPLYING, slices=slices)
    if kind.parallel and slices > 1:
        await receipts.notify(session)


async def _slices(session: WriteSession, receipt: Receipt, kind: Kind, claimed: Claimed) -> tuple[Step | None, bool]:
    """The next slice, and whether all are done."""
    found = await session.execute(
        text("SELECT number, parked, refused FROM import_slice WHERE receipt_id = :id AND staging = :staging"),
        {"id": receipt.id, "staging": receipt.staging},
    )
    done = {row.number: (row.parked, row.refused) for row in found}
    phase = receipt.phase or Phase.APPLYING
    whole = phase is Phase.APPLYING and receipt.whole
    left = [WHOLE] if whole else range(receipt.slices)
    left = [number for number in left if number not in done]
    if left:
        return _first(left, phase, claimed) if kind.parallel else _one((phase, left[0]), claimed), False
    if claimed.taken:
        return None, False
    if phase is Phase.JUDGING and _goes_on(receipt, any(map(any, done.values()))):
        await _move(session, receipt, Phase.APPLYING)
    else:
        await refusing.trim(session, receipt.id)
        await _move(session, receipt, Phase.FINISHING)
    return None, True


def _goes_on(receipt: Receipt, objections: bool) -> bool:
    """Whether a file that was judged as a whole is written."""
    upload = receipt.upload
    return upload.mode is Mode.COMMIT and upload.atomic is Atomic.FILE and not objections and receipt.refused == 0


async def _finishing(session: WriteSession, receipt: Receipt, claimed: Claimed) -> Step | None:
    seq = await refusing.chunk_without_texts(session, receipt.id)
    return _one((Phase.FINISHING, ONLY if seq is None else seq + 1), claimed)
