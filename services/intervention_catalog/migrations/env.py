"""Alembic's environment, run by ``python -m services.intervention_catalog migrate``."""

from libs.shared.db.environment import run
from services.intervention_catalog.all_tables import METADATA

run(METADATA)
