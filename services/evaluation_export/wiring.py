"""The only place where this service's objects are built."""

from pathlib import Path

from libs.shared.base.clock import utc_now
from libs.shared.idempotency.housekeeping import Pruning
from libs.shared.runtime.service import Core, Service, Wiring
from services.evaluation_export.consumers import SUBSCRIPTIONS
from services.evaluation_export.deliveries.process import ProcessBuilder
from services.evaluation_export.deliveries.worker import DeliveryWorker
from services.evaluation_export.routes.deliveries import deliveries_router
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
)


def wire(core: Core) -> Wiring:
    """Routes on the core's database; the worker consumes and builds deliveries, one at a time."""
    settings = core.settings
    if not isinstance(settings, EvaluationExportSettings):
        raise TypeError("evaluation_export is wired with its own settings")
    worker = DeliveryWorker(core.db, ProcessBuilder(settings.build_seconds))
    return Wiring(
        routers=[deliveries_router(core.db, utc_now)],
        subscriptions=SUBSCRIPTIONS,
        loops={"deliveries": worker.run, "idempotency": Pruning(core.db, clock=utc_now).run},
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
