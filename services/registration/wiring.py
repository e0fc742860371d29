"""The only place where this service's objects are built."""

from pathlib import Path
from typing import cast

from libs.shared.base.clock import utc_now
from libs.shared.base.settings import Profile
from libs.shared.events.outbox import Outbox
from libs.shared.idempotency.housekeeping import Pruning
from libs.shared.imports.handlers import Kinds
from libs.shared.privacy.keys import BlindIndex, KeyRing, LookupKeys, Vault
from libs.shared.privacy.sealed_texts import SealedTexts
from libs.shared.rotation.rotating import KeyUse
from libs.shared.runtime.imports import import_parts, imports_of
from libs.shared.runtime.service import Core, Service, Wiring
from services.registration import all_tables  # noqa: F401 - a flush resolves foreign keys among all tables
from services.registration.calendars.kind import CALENDARS
from services.registration.calendars.use_cases import CalendarImport
from services.registration.classes.kind import CLASSES
from services.registration.classes.use_cases import ClassImport
from services.registration.consumers import SUBSCRIPTIONS
from services.registration.courses.closing import Closing
from services.registration.identity.sealing import PupilVault
from services.registration.indicators.kind import INDICATORS
from services.registration.indicators.use_cases import IndicatorImport
from services.registration.institutions.kind import INSTITUTIONS
from services.registration.institutions.use_cases import InstitutionImport
from services.registration.keys import key_use
from services.registration.municipalities.queries import may_import
from services.registration.pupils.kind import PUPILS
from services.registration.pupils.use_cases import PupilImport
from services.registration.pupils.waiting import CONCERNS
from services.registration.republishing import republishing
from services.registration.routes.courses import courses_router
from services.registration.routes.identity_cases import identity_cases_router
from services.registration.routes.institutions import institutions_router
from services.registration.routes.municipalities import municipalities_router
from services.registration.routes.overlapping_stays import overlapping_stays_router
from services.registration.routes.projects import projects_router
from services.registration.routes.pupils import pupils_router
from services.registration.routes.schools import schools_router
from services.registration.routes.screening import screening_router
from services.registration.routes.selections import selections_router
from services.registration.schools.kind import SCHOOLS
from services.registration.schools.use_cases import SchoolImport
from services.registration.settings import RegistrationSettings

TABLES = (
    *(
        "municipality",
        "institution",
        "school",
        "class_",
        "calendar",
        "calendar_day",
        "pupil",
        "membership",
        "indicator",
    ),
    *("rule_set", "intervention_type", "pupil_month", "completeness"),
    *("selection", "selection_pupil", "project", "course", "enrolment", "course_session"),
)


def bound_kinds(
    *,
    outbox: Outbox,
    vault: Vault,
    lookup_keys: LookupKeys,
    blind_index: BlindIndex,
    profile: Profile,
) -> Kinds:
    """The kinds of ``imports.KINDS`` with their handlers."""
    import_pupils = PupilImport(
        outbox=outbox,
        vault=PupilVault(vault),
        case_names=SealedTexts(vault, "identity_case"),
        former=SealedTexts(vault, "former_identifier"),
        lookup_keys=lookup_keys,
        blind_index=blind_index,
        profile=profile,
    )
    return Kinds(
        [
            (INSTITUTIONS, InstitutionImport()),
            (SCHOOLS, SchoolImport(outbox)),
            (CLASSES, ClassImport(outbox)),
            (CALENDARS, CalendarImport(outbox)),
            (PUPILS, import_pupils),
            (INDICATORS, IndicatorImport()),
        ]
    )


def wire(core: Core) -> Wiring:
    """Build routes and background work."""
    settings = cast(RegistrationSettings, core.settings)
    data_keys = KeyRing.parse(settings.data_keys.get_secret_value())
    lookup_keys = LookupKeys(KeyRing.parse(settings.lookup_keys.get_secret_value()))
    vault = Vault(data_keys)
    kinds = bound_kinds(
        outbox=core.outbox,
        vault=vault,
        lookup_keys=lookup_keys,
        blind_index=BlindIndex(KeyRing.parse(settings.blind_index_keys.get_secret_value())),
        profile=core.shared.profile,
    )
    imports = import_parts(core, kinds, data_keys, lookup_keys, may_import, concerns=CONCERNS)
    closing = Closing(core.db, core.outbox, clock=utc_now)
    pruning = Pruning(core.db, clock=utc_now)
    return Wiring(
        routers=[
            imports.router,
            municipalities_router(core.db, core.outbox, utc_now),
            institutions_router(core.db, core.outbox, utc_now),
            overlapping_stays_router(core.db),
            schools_router(core.db),
            pupils_router(core.db, lookup_keys, utc_now),
            identity_cases_router(core.db, PupilVault(vault), SealedTexts(vault, "identity_case"), utc_now),
            screening_router(core.db, PupilVault(vault), utc_now),
            selections_router(core.db, SealedTexts(vault, "selection"), utc_now),
            projects_router(core.db, core.outbox, SealedTexts(vault, "project"), utc_now),
            courses_router(core.db, core.outbox, utc_now),
        ],
        subscriptions=SUBSCRIPTIONS,
        republishing=republishing(core.outbox),
        loops={"imports": imports.loop, "courses": closing.run, "idempotency": pruning.run},
        stuck={"imports": imports.stuck, "courses": closing.stuck, "idempotency": pruning.stuck},
        tables=TABLES,
    )


def keys(core: Core) -> KeyUse:
    """How this service uses key rings."""
    return key_use(cast(RegistrationSettings, core.settings), core.outbox)


SERVICE = Service(
    name="registration",
    title="Skoleløft: registrering",
    description="Kommuner, skoler, klasser og elever; screening, projekter og forløb. "
    "Municipalities, schools, classes and pupils; screening, projects and courses.",
    settings=RegistrationSettings.load,
    migrations=Path(__file__).parent / "migrations",
    wire=wire,
    keys=keys,
    commands={"imports": imports_of},
)
