"""``/v1/withdrawals``."""

from urllib.parse import quote

from fastapi import APIRouter, Response, status

from libs.shared.base.clock import Clock, danish_date
from libs.shared.db.database import Database
from libs.shared.db.scope import scope_of
from libs.shared.events.outbox import Outbox
from libs.shared.idempotency.attempts import Attempt
from libs.shared.idempotency.once import once
from libs.shared.web.idempotency import LOCATED, MayRepeat, located
from services.intervention_catalog.access import Writer
from services.intervention_catalog.kinds.kinds import KINDS
from services.intervention_catalog.publications.schemas import PublishedRecord
from services.intervention_catalog.publications.use_cases import Withdrawal, get, withdraw
from services.intervention_catalog.withdrawals.schemas import WithdrawalIn


def withdrawals_router(db: Database, outbox: Outbox, clock: Clock) -> APIRouter:
    """Withdrawals: by the secretariat of everything, by a municipality of its own trial actions."""
    router = APIRouter(prefix="/v1/withdrawals", tags=["withdrawals"])

    @router.post(
        "",
        status_code=status.HTTP_201_CREATED,
        summary="Withdraw published content / Træk tilbage",
        responses={201: LOCATED},
    )
    async def create(body: WithdrawalIn, caller: Writer, asked: MayRepeat, response: Response) -> PublishedRecord:
        """A new record that ends the item; earlier records stay. A withdrawn trial action is no longer shown."""
        now, scope = clock(), scope_of(caller)
        today = danish_date(now)
        what = Withdrawal(
            kind=body.kind,
            item_id=body.id,
            valid_to=body.valid_to or today,
            reason=body.reason,
            by=caller,
        )
        async with db.write(scope) as session:
            ended = await once(
                session,
                Attempt.of(asked, caller, scope, now),
                create=lambda: withdraw(session, outbox, what, today=today),
                reference=lambda made: str(made.version),
                again=lambda version: get(session, body.kind, body.id, on=today, version=int(version)),
            )
            located(response, f"/v1/{KINDS[body.kind].path}/{quote(body.id, safe='')}?version={ended.version}")
            return PublishedRecord.of(ended)

    return router
