"""The metadata and the base class of all tables of this service."""

from sqlmodel import SQLModel

from libs.shared.db.metadata import new_metadata
from libs.shared.events.tables import event_tables
from libs.shared.idempotency import tables as idempotency

METADATA = new_metadata()
event_tables(METADATA)
idempotency.define(METADATA)


class Table(SQLModel):
    """Base class of the tables; a table class sets ``table=True``."""

    metadata = METADATA
