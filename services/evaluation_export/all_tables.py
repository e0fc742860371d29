"""Every table of this service in its metadata: imported by migrations and by the tests that compare."""

from services.evaluation_export.bundle import tables as bundle
from services.evaluation_export.disclosure import tables as disclosure
from services.evaluation_export.metadata import METADATA
from services.evaluation_export.orders import tables as orders
from services.evaluation_export.panel import tables as panel

TABLES = (bundle, disclosure, orders, panel)

__all__ = ["METADATA", "TABLES"]
