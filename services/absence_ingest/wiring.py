"""The only place where this service's objects are built: shared ones here, and those of one room in its ``part.py``,
which only this file calls.
"""

from pathlib import Path

from libs.shared.base.clock import Clock, utc_now
from libs.shared.db.database import Database
from libs.shared.events.outbox import Outbox
from libs.shared.events.subscriptions import Subscriptions
from libs.shared.privacy.keys import LookupKeys
from libs.shared.rotation.places import Ring
from libs.shared.rotation.rotating import KeyUse
from libs.shared.runtime.imports import import_part, imports_of
from libs.shared.runtime.parts import Part, kinds_of, subscriptions_of, wired
from libs.shared.runtime.service import Core, Service, Wiring
from services.absence_ingest.absence import part as absence
from services.absence_ingest.completeness import part as completeness
from services.absence_ingest.copies import part as copies
from services.absence_ingest.copies.municipalities.queries import may_import
from services.absence_ingest.copies.pupils.queries import CONCERNS
from services.absence_ingest.keys import key_use_of, rings_of
from services.absence_ingest.metadata import METADATA
from services.absence_ingest.settings import AbsenceIngestSettings


def rooms(db: Database, outbox: Outbox, clock: Clock) -> list[Part]:
    """The parts of all rooms."""
    return [copies.part(outbox), completeness.part(db, outbox), absence.part(db, outbox, clock)]


def subscriptions(outbox: Outbox) -> Subscriptions:
    """The events that this service reads: it keeps the data by which absence is judged."""
    return subscriptions_of([copies.part(outbox)])


def wire(core: Core) -> Wiring:
    """The rooms, and the import for their kinds of files."""
    rings = rings_of(core.settings_as(AbsenceIngestSettings))
    parts = rooms(core.db, core.outbox, utc_now)
    lookup_keys = LookupKeys(rings[Ring.LOOKUP])
    imports = import_part(core, kinds_of(parts), rings[Ring.DATA], lookup_keys, may_import, concerns=CONCERNS)
    return wired([imports, *parts, Part(tables=[METADATA.tables["parked_row"]])])


def keys(core: Core) -> KeyUse:
    """How this service uses key rings."""
    return key_use_of(rings_of(core.settings_as(AbsenceIngestSettings)))


SERVICE = Service(
    name="absence_ingest",
    title="Skoleløft: absence ingest",
    description="Elevers fravær dag for dag og de indberettede måneder. "
    "Pupils' absence day by day, and the months reported.",
    settings=AbsenceIngestSettings.load,
    migrations=Path(__file__).parent / "migrations",
    wire=wire,
    listeners=2,  # imports, rechecking
    keys=keys,
    commands={"imports": imports_of},
)
