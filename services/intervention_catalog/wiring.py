"""The only place where this service's objects are built."""

from pathlib import Path

from libs.shared.base.clock import utc_now
from libs.shared.idempotency.housekeeping import Pruning
from libs.shared.rules.catalog import catalog_entries
from libs.shared.runtime.memory import release_freed_memory
from libs.shared.runtime.service import Core, Service, Wiring
from services.intervention_catalog.changes.routes import changes_router
from services.intervention_catalog.changes.tables import CatalogChange
from services.intervention_catalog.checks.routes import checks_router
from services.intervention_catalog.checks.use_cases import PlanChecks
from services.intervention_catalog.commands import content_command
from services.intervention_catalog.content.files import packaged_folder, read_content
from services.intervention_catalog.drafts.routes import drafts_router
from services.intervention_catalog.drafts.tables import Draft
from services.intervention_catalog.kinds.allowed_references import AllowedReferences
from services.intervention_catalog.kinds.kinds import KINDS
from services.intervention_catalog.kinds.routes import themes_router
from services.intervention_catalog.publications.routes import publications_router
from services.intervention_catalog.publications.tables import PublicationRow
from services.intervention_catalog.republishing import republishing
from services.intervention_catalog.rule_sets.routes import rule_set_schemas_router, rule_sets_router
from services.intervention_catalog.rule_sets.tables import RuleSetVersion
from services.intervention_catalog.search.quality.command import search_quality_command
from services.intervention_catalog.search.routes import search_router
from services.intervention_catalog.search.use_cases import CatalogSearch
from services.intervention_catalog.settings import InterventionCatalogSettings
from services.intervention_catalog.withdrawals.routes import withdrawals_router

TABLES = (PublicationRow, RuleSetVersion, CatalogChange, Draft)


def wire(core: Core) -> Wiring:
    """Builds the routes on the database. The worker runs the relay and deletes old idempotency keys; nothing is
    consumed.
    """
    content = read_content(packaged_folder())
    allowed = AllowedReferences.of(content, catalog_entries())
    pruning = Pruning(core.db, clock=utc_now)
    return Wiring(
        routers=[
            *(publications_router(core.db, utc_now, kind) for kind in KINDS.values()),
            rule_sets_router(core.db),
            rule_set_schemas_router(),
            checks_router(PlanChecks(core.db)),
            search_router(CatalogSearch(core.db, allowed, content.synonyms, release_freed_memory), utc_now),
            themes_router(allowed),
            changes_router(core.db),
            drafts_router(core.db, core.outbox, utc_now, allowed),
            withdrawals_router(core.db, core.outbox, utc_now),
        ],
        republishing=republishing(core.outbox),
        loops={"idempotency": pruning.run},
        stuck={"idempotency": pruning.stuck},
        tables=[str(table.__tablename__) for table in TABLES],
    )


SERVICE = Service(
    name="intervention_catalog",
    title="Skoleløft: intervention catalog",
    description="Intervention types A–E, support levels, trial actions, recommendations and the rule sets in use. "
    "Open to read; no token is needed.\n\n"
    "Indsatstyperne A–E, støtteniveauer, prøvehandlinger, anbefalinger og de gældende regelsæt. Åbne for alle; der "
    "kræves intet token.",
    settings=InterventionCatalogSettings.load,
    migrations=Path(__file__).parent / "migrations",
    wire=wire,
    jobs=frozenset({"content"}),
    commands={"content": content_command, "search-quality": search_quality_command},
)
