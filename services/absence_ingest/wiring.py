"""The only place where this service's objects are built."""

from pathlib import Path
from typing import cast

from libs.shared.base.clock import utc_now
from libs.shared.events.outbox import Outbox
from libs.shared.events.republishing import Republishing, telling
from libs.shared.imports.handlers import Kinds
from libs.shared.privacy.keys import KeyRing, LookupKeys
from libs.shared.rotation.rotating import KeyUse
from libs.shared.runtime.imports import import_part, imports_of
from libs.shared.runtime.service import Core, Service, Wiring
from services.absence_ingest.absence.kind import ABSENCE
from services.absence_ingest.absence.publishing import MonthPublisher
from services.absence_ingest.absence.rechecking import Rechecking
from services.absence_ingest.absence.routes import set_aside_days_router
from services.absence_ingest.absence.use_cases import AbsenceImport
from services.absence_ingest.completeness import queries as completeness
from services.absence_ingest.completeness.kind import COMPLETENESS
from services.absence_ingest.completeness.recounting import Recounting
from services.absence_ingest.completeness.use_cases import CompletenessImport
from services.absence_ingest.consumers import subscriptions
from services.absence_ingest.copies.municipalities.queries import may_import
from services.absence_ingest.copies.pupils.waiting import CONCERNS
from services.absence_ingest.keys import key_use
from services.absence_ingest.settings import AbsenceIngestSettings

TABLES = (
    "municipality",
    "school",
    "calendar",
    "calendar_day",
    "pupil",
    "membership",
    "absence_day",
    "pupil_month",
    "completeness",
    "completeness_due",
    "recheck_due",
    "parked_row",
)


def bound_kinds(outbox: Outbox, publisher: MonthPublisher) -> Kinds:
    """The kinds of file this service takes, each with its handler."""
    return Kinds(
        [
            (COMPLETENESS, CompletenessImport(outbox)),
            (ABSENCE, AbsenceImport(publisher)),
        ]
    )


def bound_republishing(outbox: Outbox, publisher: MonthPublisher) -> tuple[Republishing, ...]:
    """How the states of this service's topics are told again."""
    return (
        Republishing("absence.pupil-month", publisher.tell_page, "pupil_month", size=5000),
        Republishing("absence.completeness", telling(outbox, completeness.states), "completeness"),
    )


def wire(core: Core) -> Wiring:
    """Build routes, subscriptions and the import worker."""
    settings = cast("AbsenceIngestSettings", core.settings)
    data_keys = KeyRing.parse(settings.data_keys.get_secret_value())
    lookup_keys = LookupKeys(KeyRing.parse(settings.lookup_keys.get_secret_value()))
    publisher = MonthPublisher()
    kinds = bound_kinds(core.outbox, publisher)
    imports = import_part(core, kinds, data_keys, lookup_keys, may_import, concerns=CONCERNS)
    importing = imports.loops["imports"]
    recounting = Recounting(core.db, core.outbox)
    rechecking = Rechecking(core.db, publisher)
    return Wiring(
        routers=[*imports.routers, set_aside_days_router(core.db, utc_now)],
        subscriptions=subscriptions(core.outbox),
        republishing=bound_republishing(core.outbox, publisher),
        loops={"imports": importing.run, "recounting": recounting.run, "rechecking": rechecking.run},
        stuck={"imports": importing.stuck, "recounting": recounting.stuck, "rechecking": rechecking.stuck},
        tables=TABLES,
    )


def keys(core: Core) -> KeyUse:
    """How this service uses key rings."""
    return key_use(cast("AbsenceIngestSettings", core.settings))


SERVICE = Service(
    name="absence_ingest",
    title="Skoleløft: absence ingest",
    description="Elevers fravær dag for dag og de indberettede måneder. "
    "Pupils' absence day by day, and the months reported.",
    settings=AbsenceIngestSettings.load,
    migrations=Path(__file__).parent / "migrations",
    wire=wire,
    keys=keys,
    commands={"imports": imports_of},
)
