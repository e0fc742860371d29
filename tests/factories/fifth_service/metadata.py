"""The metadata and the base class of every table of this service."""

from sqlmodel import SQLModel

from libs.shared.db.metadata import new_metadata
from libs.shared.events.tables import event_tables

METADATA = new_metadata()
event_tables(METADATA)


class Table(SQLModel):
    """Base of the tables; a subclass says ``table=True``."""

    metadata = METADATA
