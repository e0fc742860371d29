"""Alembic's environment, run by ``python -m services.registration migrate``."""

from libs.shared.db.environment import run
from services.registration import all_tables
from services.registration.metadata import METADATA

assert all_tables.CAPABILITIES  # noqa: S101 - the import fills the metadata; this says that it is used
run(METADATA)
