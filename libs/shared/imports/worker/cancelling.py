"""Cancelling a file: by its municipality over HTTP, or by ops with ``imports cancel ID…``."""

import argparse
import sys
from collections.abc import Callable, Sequence
from uuid import UUID

from libs.shared.base.clock import Clock
from libs.shared.base.errors import Conflict, NotFound
from libs.shared.db.database import Database, WriteSession
from libs.shared.db.scope import Access, Scope
from libs.shared.imports.receipts import receipts
from libs.shared.imports.receipts.receipt import Receipt, ReceiptState
from libs.shared.imports.worker import claims, ending


class AlreadyFinal(Conflict):
    """The file had already ended."""

    code = "import.final"
    da = "Filen er allerede arbejdet færdig eller stoppet, så den kan ikke annulleres. Se kvitteringen."
    en = "The file has come to its end already, so it cannot be cancelled. See its receipt."


async def cancel(db: Database, scope: Scope, receipt_id: UUID, clock: Clock) -> Receipt:
    """Cancel a file; rows that were written stay. Waits for the steps under way, each of which takes a second or so.

    Cancelling a file again changes nothing. Raises ``NotFound``, also for another tenant's file, or ``AlreadyFinal``.
    """
    async with db.write(scope) as session:
        receipt = await claims.lock(session, receipt_id)
        if receipt is None:
            raise NotFound
        (receipt,) = await receipts.with_parts(session, [receipt])
        if receipt.final and receipt.state is not ReceiptState.CANCELLED:
            raise AlreadyFinal
        if not receipt.final:
            await receipts.execute(session, _DROP_PARTS, {"id": receipt.id})
            for part in receipt.parts or (receipt,):
                await _cancel(session, part, clock)
            await receipts.notify(session)
        return await receipts.get(session, receipt_id)


# Of a file of several kinds that is still being received.
_DROP_PARTS = "DELETE FROM import_receipt WHERE part_of = :id AND state = 'receiving'"


async def _cancel(session: WriteSession, part: Receipt, clock: Clock) -> None:
    locked = await claims.lock(session, part.id)
    if locked is not None and not locked.final:
        await ending.cancel(session, locked, clock())


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="imports", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    cancelling = commands.add_parser("cancel", help="end files, by the ids of their receipts; what is written stays")
    cancelling.add_argument("id", type=UUID, nargs="+")
    return parser


async def imports_command(
    arguments: Sequence[str], *, db: Database, clock: Clock, write: Callable[[str], object] = sys.stdout.write
) -> int:
    """Run one command; 0 when all went well, 1 when a file could not be ended."""
    given = _parser().parse_args(list(arguments))
    failed = 0
    for receipt_id in given.id:
        try:
            await cancel(db, Scope(access=Access.OPERATOR), receipt_id, clock)
            said = "cancelled"
        except NotFound:
            said, failed = "there is no such receipt", failed + 1
        except AlreadyFinal:
            said, failed = "has come to its end already", failed + 1
        write(f"{receipt_id}: {said}\n")
    return 1 if failed else 0
