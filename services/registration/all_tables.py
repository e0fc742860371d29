"""Every table of this service in its metadata: imported by migrations and by the test that compares."""

from libs.shared.events.tables import delivery_tables
from libs.shared.idempotency import tables as idempotency
from libs.shared.imports import tables as imports
from libs.shared.imports.staging import tables as staging
from services.registration.absence import tables as absence
from services.registration.calendars import tables as calendars
from services.registration.catalog import tables as catalog
from services.registration.classes import tables as classes
from services.registration.courses import tables as courses
from services.registration.identity import tables as identity
from services.registration.imports import KINDS
from services.registration.indicators import tables as indicators
from services.registration.institutions import tables as institutions
from services.registration.metadata import METADATA
from services.registration.municipalities import tables as municipalities
from services.registration.projects import tables as projects
from services.registration.pupils import tables as pupils
from services.registration.schools import tables as schools
from services.registration.selections import tables as selections

CAPABILITIES = (
    *(municipalities, institutions, schools, classes, calendars, identity, pupils, indicators),
    *(catalog, absence, selections, projects, courses),
)

delivery_tables(METADATA)
idempotency.define(METADATA)
imports.define(METADATA)
for each in KINDS:
    staging.define(METADATA, each)
