"""Alembic's environment, run by ``python -m services.evaluation_export migrate``."""

from libs.shared.db.environment import run
from services.evaluation_export.all_tables import METADATA

run(METADATA)
