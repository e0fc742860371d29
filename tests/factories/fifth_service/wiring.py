"""The only place where this service's objects are built."""

from pathlib import Path

from libs.shared.runtime.parts import wired
from libs.shared.runtime.service import Core, Service, Wiring
from tests.factories.fifth_service.municipalities import part as municipalities
from tests.factories.fifth_service.settings import FifthServiceSettings


def wire(core: Core) -> Wiring:
    """The one room."""
    return wired([municipalities.part(core.db)])


SERVICE = Service(
    name="fifth_service",
    title="Skoleløft: fifth service",
    description="Kommunernes navne. The names of the municipalities.",
    settings=FifthServiceSettings.load,
    migrations=Path(__file__).parent / "migrations",
    wire=wire,
)
