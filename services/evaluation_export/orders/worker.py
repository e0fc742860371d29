"""The worker's loop that builds the ordered deliveries, one at a time."""

import asyncio
from collections.abc import Sequence

from libs.shared.db.database import Database
from libs.shared.db.limits import WorkLimits
from libs.shared.db.locks import Lock, held_if_free
from libs.shared.db.scope import Scope
from libs.shared.events.background import STUCK_SECONDS, Background
from libs.shared.observability.logs import get_logger
from services.evaluation_export.access import EVALUATOR
from services.evaluation_export.bundle import queries as store
from services.evaluation_export.bundle.archive import Sealed
from services.evaluation_export.disclosure import queries as releases
from services.evaluation_export.disclosure.queries import Overtaken
from services.evaluation_export.orders import queries
from services.evaluation_export.orders.domain import Claim
from services.evaluation_export.orders.errors import MAX_ATTEMPTS, BuildInterrupted, ReleaseKeyMismatch
from services.evaluation_export.orders.queries import ClaimLost
from services.evaluation_export.panel.periods import Period
from services.evaluation_export.products.errors import BuildFailed
from services.evaluation_export.products.offered import OFFERED
from services.evaluation_export.products.process import Builder
from services.evaluation_export.products.product import Product, Protection

POLL_SECONDS = 5.0
READING = WorkLimits(statement_seconds=600.0)
"""One statement reads the absence of all pupils of the country."""

_log = get_logger(__name__)


class DeliveryWorker:
    """Builds the oldest order. Each step has its own short transaction; none is open during the build.

    - One worker builds at a time. It holds ``Lock.RELEASES`` on a separate connection, so the lock of a killed worker
      ends, and the next worker begins another attempt at the same order.
    - The newest attempt at an order is the only one that stores pieces or finishes it. A worker that lost its
      connection, and with it the lock, but goes on building finds out by that (``ClaimLost``).
    - Whatever becomes of locks and attempts, a bundle leaves only if no release was added since it was compared with
      the releases before it (``Overtaken``); otherwise the order is built again.
    """

    def __init__(
        self,
        db: Database,
        builder: Builder,
        protection: Protection,
        *,
        offered: Sequence[Product] = OFFERED,
        poll_seconds: float = POLL_SECONDS,
        stuck_seconds: float = STUCK_SECONDS,
    ) -> None:
        self._db = db.within(READING)
        self._builder = builder
        self._protection = protection
        self._offered = {product.name: product for product in offered}
        self._stuck_seconds = stuck_seconds
        self._loop = Background(
            "deliveries",
            self.build_next,
            db=db,
            poll_seconds=poll_seconds,
            channel=queries.CHANNEL,
            stuck_seconds=stuck_seconds,
        )

    async def run(self, stop: asyncio.Event) -> None:
        """Build until ``stop`` is set; the current delivery is finished first."""
        await self._loop.run(stop)

    def stuck(self) -> str | None:
        """For the liveness check: the reason why the current delivery hangs, or None."""
        return self._loop.stuck()

    async def build_next(self) -> bool:
        """Build the oldest order; False if there is none, or another worker builds."""
        async with self._db.read(EVALUATOR) as session:
            if not await queries.waiting(session, list(self._offered)):
                return False
        async with (
            self._db.dedicated(silent_seconds=self._stuck_seconds) as connection,
            held_if_free(connection, Lock.RELEASES) as held,
        ):
            return held and await self._build_oldest()

    async def _build_oldest(self) -> bool:
        async with self._db.write(EVALUATOR) as session:
            claim = await queries.claim(session, list(self._offered))
            if claim is None:
                return False
            await store.clear(session, claim.order.id)
        told = {"delivery_id": str(claim.order.id), "attempt": claim.attempt}
        try:
            try:
                sealed = await self._build(claim)
            except BuildFailed as failure:
                await self._fail(claim, failure)
                _log.error("delivery.failed", **told, code=failure.code)
            else:
                _log.info("delivery.ready", **told, bytes=sealed.bytes, sha256=sealed.sha256)
        except (ClaimLost, Overtaken) as why:
            _log.warning("delivery.given_up", **told, why=type(why).__name__)
        return True

    async def _build(self, claim: Claim) -> Sealed:
        """Build, store and finish. Raises ``BuildFailed``, ``ClaimLost`` or ``Overtaken``."""
        order, product = claim.order, self._offered[claim.order.product]
        if claim.attempt > MAX_ATTEMPTS:
            raise BuildInterrupted(attempts=MAX_ATTEMPTS)
        async with self._db.moment(EVALUATOR) as session:
            if await releases.made_with_another_key(session, self._protection.key.check):
                raise ReleaseKeyMismatch
            past = await releases.past(session, Period(order.school_year))
        async with self._db.moment(Scope(access=product.access)) as session:
            given = await product.read(session, order.parameters, self._protection)

        async def keep(start: int, piece: bytes) -> None:
            async with self._db.write(EVALUATOR) as session:
                await queries.confirm(session, claim)
                await store.put(session, order.id, start, piece)

        earlier = releases.groups_of(self._db, EVALUATOR, past)
        answer = await self._builder.build(product, given, earlier, keep)
        async with self._db.write(EVALUATOR) as session:
            await queries.confirm(session, claim)
            await releases.add(
                session,
                delivery_id=order.id,
                product=order.product,
                school_year=order.school_year,
                groups=answer.groups,
                check=self._protection.key.check,
                follows=past.newest,
            )
            await queries.ready(session, order.id, answer.sealed)
        return answer.sealed

    async def _fail(self, claim: Claim, failure: BuildFailed) -> None:
        async with self._db.write(EVALUATOR) as session:
            await queries.confirm(session, claim)
            await store.clear(session, claim.order.id)
            await queries.failed(session, claim.order.id, failure.code)
