"""The worker's loop that builds what was ordered, one delivery at a time."""

import asyncio
import hashlib
import io
import json
import zipfile

from libs.shared.db.database import Database
from libs.shared.db.limits import WorkLimits
from libs.shared.db.scope import Access, Scope
from libs.shared.delivery.background import STUCK_SECONDS, Background
from libs.shared.observability.logs import get_logger
from services.evaluation_export.deliveries import queries
from services.evaluation_export.deliveries.domain import DeliveryState
from services.evaluation_export.deliveries.errors import MAX_ATTEMPTS, BuildFailed, BuildInterrupted
from services.evaluation_export.deliveries.process import Builder
from services.evaluation_export.deliveries.reading import one_moment, read_snapshot

POLL_SECONDS = 5.0
BUILDING = WorkLimits(statement_seconds=600.0, idle_seconds=1800.0)
"""The order's row is held while the bundle is read and built, which the builder's own limit ends."""
EVALUATOR = Scope(access=Access.EVALUATOR)

_log = get_logger(__name__)


class DeliveryWorker:
    """Takes orders by row lock: a worker that dies lets go of its order, and the next one takes it again."""

    def __init__(
        self,
        db: Database,
        builder: Builder,
        *,
        poll_seconds: float = POLL_SECONDS,
        stuck_seconds: float = STUCK_SECONDS,
    ) -> None:
        self._db = db.within(BUILDING)
        self._builder = builder
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
        """Build the oldest order; False if there is none. Whatever it comes to is committed with the lock held."""
        async with self._db.write(EVALUATOR) as session:
            order = await queries.claim(session)
            if order is None:
                return False
            try:
                bundle = await self._build(order)
            except BuildFailed as failure:
                await queries.failed(session, order.id, failure.code)
                _log.error("delivery.failed", delivery_id=str(order.id), code=failure.code)
                return True
            sha256 = hashlib.sha256(bundle).hexdigest()
            await queries.ready(session, order.id, bundle, sha256, _listed(bundle))
        _log.info("delivery.ready", delivery_id=str(order.id), bytes=len(bundle), sha256=sha256)
        return True

    async def _build(self, order: DeliveryState) -> bytes:
        async with self._db.write(EVALUATOR) as session:  # a transaction of its own, so that a death is counted
            if await queries.attempts(session, order.id) >= MAX_ATTEMPTS:
                raise BuildInterrupted(attempts=MAX_ATTEMPTS)
            await queries.begin(session, order.id)
        async with one_moment(self._db) as session:
            snapshot = await read_snapshot(session, order.school_year)
        return await self._builder.build(snapshot)


def _listed(bundle: bytes) -> str:
    """Every file of the bundle, the manifest included, as JSON."""
    with zipfile.ZipFile(io.BytesIO(bundle)) as archive:
        return json.dumps(
            [
                {"name": name, "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
                for name, content in ((name, archive.read(name)) for name in sorted(archive.namelist()))
            ]
        )
