"""The only place where this service's objects are built: shared ones here, those of a room in its ``part.py``."""

from pathlib import Path

from libs.shared.base.clock import Clock, utc_now
from libs.shared.db.database import Database
from libs.shared.events.outbox import Outbox
from libs.shared.rules.catalog import catalog_entries
from libs.shared.runtime.idempotency import idempotency_part
from libs.shared.runtime.parts import Part, wired
from libs.shared.runtime.service import Core, Service, Wiring
from services.intervention_catalog.changes import part as changes
from services.intervention_catalog.checks import part as checks
from services.intervention_catalog.commands import content_command
from services.intervention_catalog.content.files import Content, packaged_folder, read_content
from services.intervention_catalog.drafts import part as drafts
from services.intervention_catalog.kinds import part as kinds
from services.intervention_catalog.kinds.allowed_references import AllowedReferences
from services.intervention_catalog.publications import part as publications
from services.intervention_catalog.rule_sets import part as rule_sets
from services.intervention_catalog.search import part as search
from services.intervention_catalog.search.quality.command import search_quality_command
from services.intervention_catalog.settings import InterventionCatalogSettings
from services.intervention_catalog.withdrawals import part as withdrawals


def rooms(db: Database, outbox: Outbox, *, content: Content, clock: Clock) -> list[Part]:
    """The parts of all rooms, in the order of the routes in the documentation."""
    allowed = AllowedReferences.of(content, catalog_entries())
    return [
        publications.part(db, outbox, clock),
        rule_sets.part(db, outbox),
        checks.part(db),
        search.part(db, clock, allowed, content.synonyms),
        kinds.part(allowed),
        changes.part(db),
        drafts.part(db, outbox, clock, allowed),
        withdrawals.part(db, outbox, clock),
    ]


def wire(core: Core) -> Wiring:
    """The rooms, and the deletion of old idempotency keys. This service consumes no events."""
    parts = rooms(core.db, core.outbox, content=read_content(packaged_folder()), clock=utc_now)
    return wired([*parts, idempotency_part(core.db, utc_now)])


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
