"""The only place where this service's objects are built."""

from pathlib import Path

from libs.shared.runtime.service import Core, Service, Wiring
from services.intervention_catalog.commands import content_command
from services.intervention_catalog.intervention_types.tables import InterventionTypeVersion
from services.intervention_catalog.routes.intervention_types import intervention_types_router
from services.intervention_catalog.routes.rule_sets import rule_sets_router
from services.intervention_catalog.rule_sets.tables import RuleSetVersion
from services.intervention_catalog.search_command import search_quality_command
from services.intervention_catalog.settings import InterventionCatalogSettings


def wire(core: Core) -> Wiring:
    """The routes on the core's database; the worker runs the relay alone, as this service consumes nothing."""
    return Wiring(
        routers=[intervention_types_router(core.db), rule_sets_router(core.db)],
        tables=[str(InterventionTypeVersion.__tablename__), str(RuleSetVersion.__tablename__)],
    )


SERVICE = Service(
    name="intervention_catalog",
    title="Skoleløft: intervention catalog",
    description="Intervention types A–E and the rule sets in use. Open to read; no token is needed.\n\n"
    "Indsatstyperne A–E og de gældende regelsæt. Åbne for alle; der kræves intet token.",
    settings=InterventionCatalogSettings.load,
    migrations=Path(__file__).parent / "migrations",
    wire=wire,
    commands={"content": content_command, "search-quality": search_quality_command},
)
