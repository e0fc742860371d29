"""Every table of this service in its metadata: imported by migrations and by the tests that compare."""

from libs.shared.files.kinds.declared import ABSENCE_KINDS
from libs.shared.imports.staging import tables as staging
from services.absence_ingest.absence import tables as absence
from services.absence_ingest.completeness import tables as completeness
from services.absence_ingest.copies.municipalities import tables as municipalities
from services.absence_ingest.copies.pupils import tables as pupils
from services.absence_ingest.copies.schools import tables as schools
from services.absence_ingest.metadata import METADATA

TABLES = (municipalities, schools, pupils, absence, completeness)

for each in ABSENCE_KINDS:
    staging.define(METADATA, each)

__all__ = ["METADATA", "TABLES"]
