"""The only place where this service's objects are built."""

from pathlib import Path

from libs.shared.base.clock import utc_now
from libs.shared.events.background import STUCK_SECONDS
from libs.shared.idempotency.housekeeping import Pruning
from libs.shared.runtime.service import Core, Service, Wiring
from services.evaluation_export.consumers import SUBSCRIPTIONS
from services.evaluation_export.disclosure.store_key import StoreKey
from services.evaluation_export.orders.routes import deliveries_router
from services.evaluation_export.orders.worker import DeliveryWorker
from services.evaluation_export.products.process import ProcessBuilder
from services.evaluation_export.products.product import Protection
from services.evaluation_export.settings import EvaluationExportSettings

TABLES = (
    "municipality",
    "school",
    "calendar",
    "class_",
    "pupil",
    "membership",
    "project",
    "enrolment",
    "dosage",
    "pupil_month",
    "completeness",
    "intervention_type",
    "delivery",
    "release",
)


def wire(core: Core) -> Wiring:
    """Routes on the core's database; the worker consumes and builds deliveries, one at a time."""
    settings = core.settings
    if not isinstance(settings, EvaluationExportSettings):
        raise TypeError("evaluation_export is wired with its own settings")
    # A build past its limit is given up, so a worker that is busy for longer hangs in reading or writing.
    worker = DeliveryWorker(
        core.db,
        ProcessBuilder(settings.build_seconds),
        Protection(
            settings.disclosure(),
            StoreKey.parse(settings.release_key.get_secret_value()),
            settings.audit_seconds,
        ),
        stuck_seconds=settings.build_seconds + STUCK_SECONDS,
    )
    pruning = Pruning(core.db, clock=utc_now)
    return Wiring(
        routers=[deliveries_router(core.db, utc_now)],
        subscriptions=SUBSCRIPTIONS,
        loops={"deliveries": worker.run, "idempotency": pruning.run},
        stuck={"deliveries": worker.stuck, "idempotency": pruning.stuck},
        tables=TABLES,
    )


SERVICE = Service(
    name="evaluation_export",
    title="Skoleløft: evaluation export",
    description="Deliveries to the evaluator: ordered, built, frozen, fetched. Anonymous tables, no row per pupil.\n\n"
    "Leverancer til evaluator: bestilles, bygges, fryses og hentes. Anonyme tabeller, ingen række pr. elev.",
    settings=EvaluationExportSettings.load,
    migrations=Path(__file__).parent / "migrations",
    wire=wire,
)
