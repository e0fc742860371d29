"""Alembic's environment, run by ``python -m services.fifth_service migrate``."""

from libs.shared.db.environment import run
from tests.factories.fifth_service.metadata import METADATA
from tests.factories.fifth_service.municipalities import tables as municipalities

TABLES = (municipalities,)
"""Imported so that the metadata is whole."""

run(METADATA)
