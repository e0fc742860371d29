"""The worker's loop that builds what was ordered, one delivery at a time."""

import asyncio
import hashlib
import io
import json
import zipfile

from libs.shared.db.database import Database, ReadSession
from libs.shared.db.limits import WorkLimits
from libs.shared.db.locks import Lock, try_hold_in_transaction
from libs.shared.db.scope import Access, Scope
from libs.shared.delivery.background import STUCK_SECONDS, Background
from libs.shared.observability.logs import get_logger
from services.evaluation_export.disclosure import releases
from services.evaluation_export.disclosure.rules import DisclosureRules
from services.evaluation_export.disclosure.store_key import StoreKey
from services.evaluation_export.orders import queries
from services.evaluation_export.orders.domain import DeliveryState, Period
from services.evaluation_export.orders.errors import (
    MAX_ATTEMPTS,
    BuildFailed,
    BuildInterrupted,
    ReleaseKeyMismatch,
)
from services.evaluation_export.products.aggregate.order import Order
from services.evaluation_export.products.aggregate.reading import Reading, one_moment, read_snapshot
from services.evaluation_export.products.frames import Answer
from services.evaluation_export.products.process import Builder

POLL_SECONDS = 5.0
AUDIT_SECONDS = 300.0
BUILDING = WorkLimits(statement_seconds=600.0, idle_seconds=1800.0)
"""The order's row is held while the bundle is read and built, which the builder's own limit ends."""
EVALUATOR = Scope(access=Access.EVALUATOR)

_log = get_logger(__name__)


class DeliveryWorker:
    """Takes orders by row lock: a worker that dies lets go of its order, and the next one takes it again.

    One worker builds at a time, whatever their number: two that built beside each other would both compare with what
    was released before, and not with each other. What is released and the bundle are committed together.
    """

    def __init__(
        self,
        db: Database,
        builder: Builder,
        key: StoreKey,
        *,
        rules: DisclosureRules | None = None,
        audit_seconds: float = AUDIT_SECONDS,
        poll_seconds: float = POLL_SECONDS,
        stuck_seconds: float = STUCK_SECONDS,
    ) -> None:
        self._db = db.within(BUILDING)
        self._builder = builder
        self._key = key
        self._rules = rules or DisclosureRules()
        self._audit_seconds = audit_seconds
        self._loop = Background(
            "deliveries",
            self.build_next,
            db=db,
            poll_seconds=poll_seconds,
            channel=queries.CHANNEL,
            stuck_seconds=stuck_seconds,
        )

    async def run(self, stop: asyncio.Event) -> None:
        """Build until ``stop`` is set; the delivery in hand is finished first."""
        await self._loop.run(stop)

    def stuck(self) -> str | None:
        """For liveness: why the delivery in hand does not end, or None."""
        return self._loop.stuck()

    async def build_next(self) -> bool:
        """Build the oldest order; False if there is none, or another worker builds. Whatever it comes to is committed
        with the locks held.
        """
        async with self._db.write(EVALUATOR) as session:
            if not await try_hold_in_transaction(session, Lock.RELEASES):
                return False
            order = await queries.claim(session)
            if order is None:
                return False
            try:
                answer = await self._build(session, order)
            except BuildFailed as failure:
                await queries.failed(session, order.id, failure.code)
                _log.error("delivery.failed", delivery_id=str(order.id), code=failure.code)
                return True
            sha256 = hashlib.sha256(answer.bundle).hexdigest()
            await releases.add(session, order, answer.groups, self._key.check)
            await queries.ready(session, order.id, answer.bundle, sha256, _listed(answer.bundle))
        _log.info("delivery.ready", delivery_id=str(order.id), bytes=len(answer.bundle), sha256=sha256)
        return True

    async def _build(self, session: ReadSession, order: DeliveryState) -> Answer:
        async with self._db.write(EVALUATOR) as counting:  # a transaction of its own, so that a death is counted
            if await queries.attempts(counting, order.id) >= MAX_ATTEMPTS:
                raise BuildInterrupted(attempts=MAX_ATTEMPTS)
            await queries.begin(counting, order.id)
        if await releases.made_with_another_key(session, self._key.check):
            raise ReleaseKeyMismatch
        async with one_moment(self._db) as moment:
            reading = await read_snapshot(moment, order.school_year)
        earlier = releases.earlier_groups(session, Period(order.school_year))
        return await self._builder.build(await asyncio.to_thread(self._order, reading), earlier)

    def _order(self, reading: Reading) -> Order:
        persons = tuple(self._key.person(person_id, code) for person_id, code in reading.persons)
        return Order(reading.snapshot, self._rules, persons, audit_seconds=self._audit_seconds)


def _listed(bundle: bytes) -> str:
    """Every file of the bundle, the manifest included, as JSON."""
    with zipfile.ZipFile(io.BytesIO(bundle)) as archive:
        return json.dumps(
            [
                {"name": name, "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
                for name, content in ((name, archive.read(name)) for name in sorted(archive.namelist()))
            ]
        )
