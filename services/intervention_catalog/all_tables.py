"""Every table of this service in its metadata: imported by migrations and by the tests that compare."""

from services.intervention_catalog.changes import tables as changes
from services.intervention_catalog.drafts import tables as drafts
from services.intervention_catalog.metadata import METADATA
from services.intervention_catalog.publications import tables as publications
from services.intervention_catalog.rule_sets import tables as rule_sets

TABLES = (changes, drafts, publications, rule_sets)

__all__ = ["METADATA", "TABLES"]
