"""The reported month."""

from sqlalchemy import Text
from sqlmodel import Field

from services.absence_ingest.metadata import Table


class Completeness(Table, table=True):
    """A month that the school has reported, as ``2022-09``."""

    __tablename__ = "completeness"

    institution_number: str = Field(primary_key=True, sa_type=Text)
    month: str = Field(primary_key=True, sa_type=Text)
    municipality_code: str = Field(sa_type=Text)
    aggregate_version: int
