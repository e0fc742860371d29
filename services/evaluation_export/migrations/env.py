"""Alembic's environment of this service."""

from libs.shared.db.environment import run
from services.evaluation_export.bundle import tables as bundle
from services.evaluation_export.disclosure import tables as disclosure
from services.evaluation_export.metadata import METADATA
from services.evaluation_export.orders import tables as orders
from services.evaluation_export.panel import tables as panel

TABLES = (bundle, disclosure, orders, panel)
"""Imported so that the metadata is whole."""

run(METADATA)
