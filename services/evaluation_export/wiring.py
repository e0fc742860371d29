"""The only place where this service's objects are built."""

from pathlib import Path

from libs.shared.base.clock import utc_now
from libs.shared.runtime.idempotency import idempotency_part
from libs.shared.runtime.parts import subscriptions_of, wired
from libs.shared.runtime.service import Core, Service, Wiring
from services.evaluation_export.disclosure import part as disclosure
from services.evaluation_export.disclosure.store_key import StoreKey
from services.evaluation_export.orders.part import part as orders
from services.evaluation_export.panel import part as panel
from services.evaluation_export.products.product import Protection
from services.evaluation_export.settings import EvaluationExportSettings

SUBSCRIPTIONS = subscriptions_of([panel.PART])


def wire(core: Core) -> Wiring:
    """The panel, orders whose worker builds one delivery at a time, and the pruning of idempotency keys."""
    settings = core.settings_as(EvaluationExportSettings)
    key = StoreKey.parse(settings.release_key.get_secret_value())
    protection = Protection(settings.disclosure(), key, settings.audit_seconds)
    return wired(
        [
            panel.PART,
            orders(core.db, utc_now, protection, build_seconds=settings.build_seconds),
            disclosure.PART,
            idempotency_part(core.db, utc_now),
        ]
    )


SERVICE = Service(
    name="evaluation_export",
    title="Skoleløft: evaluation export",
    description="Deliveries to the evaluator: ordered, built, frozen, fetched. Anonymous tables, no row per pupil.\n\n"
    "Leverancer til evaluator: bestilles, bygges, fryses og hentes. Anonyme tabeller, ingen række pr. elev.",
    settings=EvaluationExportSettings.load,
    migrations=Path(__file__).parent / "migrations",
    wire=wire,
    listeners=1,  # deliveries
)
