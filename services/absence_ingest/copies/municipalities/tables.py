"""The read model of ``registration.municipality``."""

from sqlalchemy import Text
from sqlmodel import Field

from services.absence_ingest.metadata import Table


class Municipality(Table, table=True):
    """A municipality and whether its files are accepted."""

    __tablename__ = "municipality"

    municipality_code: str = Field(primary_key=True, sa_type=Text)
    may_import: bool
    aggregate_version: int
