"""``/v1/withdrawals``."""

from functools import partial
from typing import Annotated, Any, Literal
from urllib.parse import quote

from fastapi import APIRouter, Depends, Response, status
from pydantic import BaseModel, ConfigDict, Field

from libs.shared.auth.principal import Principal, Role
from libs.shared.base.clock import Clock, danish_date
from libs.shared.base.date_window import Day
from libs.shared.db.database import Database
from libs.shared.events.outbox import Outbox
from libs.shared.idempotency.attempts import Attempt
from libs.shared.idempotency.once import once
from libs.shared.web.access import require
from libs.shared.web.idempotency import LOCATED, MayRepeat, located
from services.intervention_catalog.access import AUTHORS, is_own, is_secretariat, scope_of
from services.intervention_catalog.changes.domain import Kind
from services.intervention_catalog.kinds.kinds import KINDS
from services.intervention_catalog.publications.reasons import REASONS, WithdrawalReason
from services.intervention_catalog.publications.use_cases import Withdrawal, get, withdraw
from services.intervention_catalog.routes.publications import Shown

_Caller = Annotated[Principal, Depends(require(Role.SECRETARIAT, *AUTHORS))]

_EXAMPLE: dict[str, Any] = {
    "kind": "trial_action",
    "id": "ishoj",
    "valid_to": None,
    "reason": WithdrawalReason.ON_REQUEST.value,
}


class WithdrawalIn(BaseModel):
    """What is to be taken out of use."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [_EXAMPLE]})

    kind: Literal[Kind.INTERVENTION_TYPE, Kind.SUPPORT_LEVEL, Kind.TRIAL_ACTION, Kind.RECOMMENDATION]
    id: str = Field(min_length=1, max_length=100)
    valid_to: Day | None = Field(
        default=None, description="The first day on which it is no longer valid; today if left out."
    )
    reason: WithdrawalReason = Field(
        description="Everybody can read it, in the words of the list: "
        + " ".join(f"`{code.value}`: {words.da} / {words.en}" for code, words in REASONS.items())
    )


def withdrawals_router(db: Database, outbox: Outbox, clock: Clock) -> APIRouter:
    """Withdrawing: the secretariat anything, a municipality its own trial actions."""
    router = APIRouter(prefix="/v1/withdrawals", tags=["withdrawals"])

    @router.post(
        "",
        status_code=status.HTTP_201_CREATED,
        summary="Withdraw published content / Træk tilbage",
        responses={201: LOCATED},
    )
    async def create(body: WithdrawalIn, caller: _Caller, asked: MayRepeat, response: Response) -> Shown:
        """A new record that ends it; what was published stays. A withdrawn trial action is no longer shown."""
        now, scope = clock(), scope_of(caller)
        today = danish_date(now)
        what = Withdrawal(
            kind=body.kind,
            item_id=body.id,
            valid_to=body.valid_to or today,
            reason=body.reason,
            by=caller.subject,
            may=None if is_secretariat(caller) else partial(is_own, caller),
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
            return Shown.of(ended)

    return router
