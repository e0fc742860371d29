"""Every table of this service in its metadata: imported by migrations and by the tests that compare."""

from libs.shared.files.kinds.declared import COURSE_KINDS, ROSTER_KINDS
from libs.shared.imports.staging import tables as staging
from services.registration.copies.absence import tables as absence
from services.registration.copies.catalog import tables as catalog
from services.registration.courses import tables as courses
from services.registration.initiatives import tables as initiatives
from services.registration.metadata import METADATA
from services.registration.projects import tables as projects
from services.registration.projects.guidance import tables as guidance
from services.registration.roster.calendars import tables as calendars
from services.registration.roster.changes import tables as changes
from services.registration.roster.class_kinds import tables as class_kinds
from services.registration.roster.classes import tables as classes
from services.registration.roster.identity import tables as identity
from services.registration.roster.institutions import tables as institutions
from services.registration.roster.municipalities import tables as municipalities
from services.registration.roster.names import tables as names
from services.registration.roster.pupils import tables as pupils
from services.registration.roster.schools import tables as schools
from services.registration.roster.sources import tables as sources
from services.registration.screening.assessments import tables as assessments
from services.registration.screening.indicators import tables as indicators
from services.registration.screening.kept_lists import tables as kept_lists
from services.registration.screening.selections import tables as selections

TABLES = (
    *(
        municipalities,
        institutions,
        schools,
        classes,
        class_kinds,
        calendars,
        identity,
        pupils,
        names,
        changes,
        sources,
        indicators,
    ),
    *(catalog, absence, initiatives, kept_lists, assessments, selections, projects, guidance, courses),
)

for each in (*ROSTER_KINDS, *COURSE_KINDS):
    staging.define(METADATA, each)

__all__ = ["METADATA", "TABLES"]
