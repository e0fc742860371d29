"""The only place where this service's objects are built."""

from pathlib import Path

from libs.shared.runtime.service import Core, Service, Wiring
from tests.factories.fifth_service.consumers import SUBSCRIPTIONS
from tests.factories.fifth_service.municipalities.routes import municipalities_router
from tests.factories.fifth_service.settings import FifthServiceSettings


def wire(core: Core) -> Wiring:
    """One list, and the read model behind it."""
    return Wiring(routers=[municipalities_router(core.db)], subscriptions=SUBSCRIPTIONS, tables=["municipality"])


SERVICE = Service(
    name="fifth_service",
    title="Skoleløft: fifth service",
    description="Kommunernes navne. The names of the municipalities.",
    settings=FifthServiceSettings.load,
    migrations=Path(__file__).parent / "migrations",
    wire=wire,
)
