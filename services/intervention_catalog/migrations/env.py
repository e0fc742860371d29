"""Alembic's environment of this service."""

from libs.shared.db.environment import run
from services.intervention_catalog.intervention_types import tables as intervention_types
from services.intervention_catalog.metadata import METADATA
from services.intervention_catalog.rule_sets import tables as rule_sets

TABLES = (intervention_types, rule_sets)
"""Imported so that the metadata is whole."""

run(METADATA)
