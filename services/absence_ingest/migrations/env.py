"""Alembic's environment, run by ``python -m services.absence_ingest migrate``."""

from libs.shared.db.environment import run
from services.absence_ingest.all_tables import METADATA

run(METADATA)
