"""Every table of this service in its metadata: imported by migrations and by the tests that compare."""

from tests.factories.fifth_service.metadata import METADATA
from tests.factories.fifth_service.municipalities import tables as municipalities

TABLES = (municipalities,)

__all__ = ["METADATA", "TABLES"]
