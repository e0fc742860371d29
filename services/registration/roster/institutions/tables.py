"""The register."""

from datetime import date

from sqlalchemy import CheckConstraint
from sqlmodel import Field

from services.registration.metadata import Table


class Institution(Table, table=True):
    """An entry: the municipality of a number from ``valid_from`` until before ``valid_to``. All may read it, as the
    register is public.
    """

    __tablename__ = "institution"
    __table_args__ = (
        CheckConstraint("valid_to >= valid_from", name="period"),
        CheckConstraint("origin IN ('register', 'decision')", name="origin"),
    )

    institution_number: str = Field(primary_key=True)
    valid_from: date = Field(primary_key=True)
    valid_to: date | None = None
    name: str | None = None
    belongs_to: str | None = None
    origin: str
