"""The part of the service for orders: the routes, and the worker's loop that builds."""

from libs.shared.base.clock import Clock
from libs.shared.db.database import Database
from libs.shared.events.background import STUCK_SECONDS
from libs.shared.runtime.parts import Part
from services.evaluation_export.orders.routes import deliveries_router
from services.evaluation_export.orders.tables import Delivery
from services.evaluation_export.orders.worker import DeliveryWorker
from services.evaluation_export.products.process import ProcessBuilder
from services.evaluation_export.products.product import Protection


def part(db: Database, clock: Clock, protection: Protection, *, build_seconds: float) -> Part:
    """Orders on this database; the process that builds one bundle has at most ``build_seconds``."""
    # A build that exceeds its limit is ended, so a worker that is busy for longer hangs in reading or writing.
    worker = DeliveryWorker(db, ProcessBuilder(build_seconds), protection, stuck_seconds=build_seconds + STUCK_SECONDS)
    return Part(routers=[deliveries_router(db, clock)], tables=[Delivery], loops={"deliveries": worker})
