"""The metadata of this service's tables, with its own tables and those of the libraries."""

from sqlmodel import SQLModel

from libs.shared.db.metadata import new_metadata
from libs.shared.events.tables import event_tables
from libs.shared.idempotency import tables as idempotency
from libs.shared.imports import tables as imports

METADATA = new_metadata()
event_tables(METADATA)
idempotency.define(METADATA)
imports.define(METADATA)


class Table(SQLModel):
    """Base of the tables; a subclass says ``table=True``."""

    metadata = METADATA
