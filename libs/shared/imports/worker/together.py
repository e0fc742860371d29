"""Does the next steps of a small file in the transaction of the step before: a file of a few hundred rows has eight
steps, whose claims and transactions take longer than its rows.

A step that fails here is undone by itself, and the steps before it are kept. Then it is begun again with a claim of its
own, so it is counted and recorded as the step of any file. A crash is counted for the step whose claim was committed.
"""

from libs.shared.db.database import WriteSession
from libs.shared.imports.worker import claims
from libs.shared.imports.worker.claims import Claim
from libs.shared.imports.worker.process import Processor
from libs.shared.observability.logs import get_logger

_MOST = 20
"""More steps than a small file has; without this limit a defect could keep a transaction open."""

_log = get_logger("skoleloeft.imports")


def may_go_on(claim: Claim, most_bytes: int) -> bool:
    """Whether the file's next steps may be done in the transaction of this one: the file is small, and nothing has
    failed in this step.
    """
    return claim.receipt.size <= most_bytes and claim.tries == 1 and claim.delays == 0


async def go_on(session: WriteSession, processor: Processor, claim: Claim, gap_seconds: float) -> None:
    """Do the file's next steps, as long as there are any that no other worker has."""
    for _ in range(_MOST):
        savepoint = await session.begin_nested()
        try:
            done = await _one(session, processor, claim, gap_seconds)
        except Exception as failure:
            # The error comes again when the step is begun by itself, unless it has passed by then.
            await savepoint.rollback()
            name = type(failure).__name__
            _log.info("imports.begun_by_itself", receipt=str(claim.receipt.id), error=name)
            return
        await savepoint.commit()
        if not done:
            return


async def _one(session: WriteSession, processor: Processor, claim: Claim, gap_seconds: float) -> bool:
    # Never waits for the receipt: who has locked it may be waiting for the claim of this transaction.
    receipt = await claims.lock(session, claim.receipt.id, wait=False)
    if receipt is None:
        return False
    now = await claims.claimed(session, receipt.id, gap_seconds)
    step, receipt = await processor.next(session, receipt, now)
    if step is None or step in now.free:
        return False
    await processor.do(session, await claims.take(session, receipt, step))
    return True
