"""Alembic's environment, run by ``python -m services.fifth_service migrate``."""

from libs.shared.db.environment import run
from tests.factories.fifth_service.all_tables import METADATA

run(METADATA)
