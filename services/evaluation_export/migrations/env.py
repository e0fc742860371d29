"""Alembic's environment of this service."""

from libs.shared.db.environment import run
from services.evaluation_export.deliveries import tables as deliveries
from services.evaluation_export.metadata import METADATA
from services.evaluation_export.panel import tables as panel

TABLES = (deliveries, panel)
"""Imported so that the metadata is whole."""

run(METADATA)
