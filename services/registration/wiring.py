"""The only place where this service's objects are built: shared ones here, and those of one room in its ``part.py``,
which only this file calls.
"""

from functools import partial
from pathlib import Path

from libs.shared.base.clock import Clock, utc_now
from libs.shared.base.settings import Profile
from libs.shared.db.database import Database
from libs.shared.events.outbox import Outbox
from libs.shared.privacy.keys import BlindIndex, LookupKeys, Vault
from libs.shared.rotation.places import Ring
from libs.shared.rotation.rotating import KeyUse
from libs.shared.runtime.idempotency import idempotency_part
from libs.shared.runtime.imports import import_part, imports_of
from libs.shared.runtime.parts import Part, kinds_of, subscriptions_of, wired
from libs.shared.runtime.service import Core, Service, Wiring
from services.registration.copies.absence import part as absence
from services.registration.copies.catalog import part as catalog
from services.registration.courses import part as courses
from services.registration.initiatives import part as initiatives
from services.registration.keys import key_use_of, rings_of
from services.registration.projects import part as projects
from services.registration.roster.calendars import part as calendars
from services.registration.roster.changes import part as changes
from services.registration.roster.class_kinds import part as class_kinds
from services.registration.roster.classes import part as classes
from services.registration.roster.contradictions import part as contradictions
from services.registration.roster.coverage import part as coverage
from services.registration.roster.institutions import part as institutions
from services.registration.roster.merging import part as merging
from services.registration.roster.municipalities import part as municipalities
from services.registration.roster.municipalities.queries import may_import
from services.registration.roster.names import part as names
from services.registration.roster.overlaps import part as overlaps
from services.registration.roster.pupils import part as pupils
from services.registration.roster.pupils.publishing import publish_members
from services.registration.roster.pupils.queries.waiting import CONCERNS
from services.registration.roster.schools import part as schools
from services.registration.roster.sources import part as sources
from services.registration.roster.transfers import part as transfers
from services.registration.screening.assessments import part as assessments
from services.registration.screening.gross_list import part as gross_list
from services.registration.screening.indicators import part as indicators
from services.registration.screening.kept_lists import part as kept_lists
from services.registration.screening.selections import part as selections
from services.registration.settings import RegistrationSettings

COPIES = (catalog.PART, absence.PART)
SUBSCRIPTIONS = subscriptions_of(COPIES)
"""The events that this service reads: it keeps the data by which it judges."""


def rooms(
    db: Database,
    outbox: Outbox,
    *,
    vault: Vault,
    lookup_keys: LookupKeys,
    blind_index: BlindIndex,
    profile: Profile,
    clock: Clock,
    municipalities_approve: bool = False,
) -> list[Part]:
    """The parts of all rooms, in the order in which a municipality sends its files and in which the documentation shows
    them.
    """
    return [
        municipalities.part(db, outbox, clock),
        institutions.PART,
        schools.part(db, outbox, lookup_keys, clock),
        classes.part(db, outbox, partial(publish_members, outbox=outbox), lookup_keys, clock),
        class_kinds.part(db, classes.rules_applied(outbox), clock),
        calendars.part(outbox),
        pupils.part(
            db,
            outbox,
            vault=vault,
            lookup_keys=lookup_keys,
            blind_index=blind_index,
            profile=profile,
            clock=clock,
        ),
        names.part(db, vault, clock),
        coverage.part(db, vault, clock),
        merging.part(
            db,
            outbox,
            vault=vault,
            lookup_keys=lookup_keys,
            blind_index=blind_index,
            profile=profile,
            clock=clock,
            rooms=(indicators.FOLLOWS, selections.follows(outbox), assessments.FOLLOWS, courses.follows(outbox)),
        ),
        transfers.part(db, outbox, clock),
        contradictions.part(db, clock),
        overlaps.part(db),
        sources.PART,
        changes.part(db, clock),
        initiatives.part(db, outbox, clock),
        indicators.part(db, vault, lookup_keys, clock),
        gross_list.part(db, vault, clock),
        kept_lists.part(db, vault, clock),
        assessments.part(db, vault, clock),
        selections.part(db, outbox, vault, clock),
        projects.part(db, outbox, vault, clock, municipalities_approve=municipalities_approve),
        courses.part(db, outbox, vault, clock),
        *COPIES,
    ]


def wire(core: Core) -> Wiring:
    """The rooms, the import for their kinds of files, and the pruning of idempotency keys."""
    settings = core.settings_as(RegistrationSettings)
    rings = rings_of(settings)
    lookup_keys = LookupKeys(rings[Ring.LOOKUP])
    parts = rooms(
        core.db,
        core.outbox,
        vault=Vault(rings[Ring.DATA]),
        lookup_keys=lookup_keys,
        blind_index=BlindIndex(rings[Ring.BLIND_INDEX]),
        profile=core.shared.profile,
        clock=utc_now,
        municipalities_approve=settings.municipalities_approve_amendments,
    )
    imports = import_part(
        core,
        kinds_of(parts),
        rings[Ring.DATA],
        lookup_keys,
        may_import,
        concerns=CONCERNS,
        sources=sources.sources(core.db, Vault(rings[Ring.DATA]), lookup_keys),
    )
    return wired([imports, *parts, idempotency_part(core.db, utc_now)])


def keys(core: Core) -> KeyUse:
    """How this service uses key rings."""
    return key_use_of(rings_of(core.settings_as(RegistrationSettings)), core.outbox)


SERVICE = Service(
    name="registration",
    title="Skoleløft: registrering",
    description="Kommuner, skoler, klasser og elever; screening, projekter og forløb. "
    "Municipalities, schools, classes and pupils; screening, projects and courses.",
    settings=RegistrationSettings.load,
    migrations=Path(__file__).parent / "migrations",
    wire=wire,
    listeners=1,  # imports
    keys=keys,
    commands={"imports": imports_of},
)
