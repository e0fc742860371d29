"""Read model of ``registration.municipality``."""

from sqlalchemy import Text
from sqlmodel import Field

from tests.factories.fifth_service.metadata import Table


class Municipality(Table, table=True):
    """A municipality and its name."""

    __tablename__ = "municipality"

    municipality_code: str = Field(primary_key=True, sa_type=Text)
    name: str = Field(sa_type=Text)
    aggregate_version: int
