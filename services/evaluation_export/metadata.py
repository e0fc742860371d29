"""The metadata of this service's tables, with the tables the libraries ship beside its own."""

from sqlmodel import SQLModel

from libs.shared.db.metadata import new_metadata
from libs.shared.delivery.tables import delivery_tables

METADATA = new_metadata()
delivery_tables(METADATA)


class Table(SQLModel):
    """Base of the service's tables."""

    metadata = METADATA
