"""The municipality."""

from sqlalchemy import CheckConstraint
from sqlmodel import Field

from services.registration.metadata import Table


class Municipality(Table, table=True):
    """A municipality and whether it takes part."""

    __tablename__ = "municipality"
    __table_args__ = (CheckConstraint("status IN ('invited', 'accepted', 'declined')", name="status"),)

    municipality_code: str = Field(primary_key=True)
    name: str
    status: str
    aggregate_version: int
