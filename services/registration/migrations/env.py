"""Alembic's environment, run by ``python -m services.registration migrate``."""

from libs.shared.db.environment import run
from services.registration.all_tables import METADATA

run(METADATA)
