"""Alembic's environment of this service."""

from libs.shared.db.environment import run
from services.intervention_catalog.changes import tables as changes
from services.intervention_catalog.drafts import tables as drafts
from services.intervention_catalog.metadata import METADATA
from services.intervention_catalog.publications import tables as publications
from services.intervention_catalog.rule_sets import tables as rule_sets

TABLES = (changes, drafts, publications, rule_sets)
"""Imported so that the metadata is whole."""

run(METADATA)
