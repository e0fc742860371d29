"""The municipality."""

from datetime import date

from sqlalchemy import CheckConstraint, text
from sqlmodel import Field

from services.registration.metadata import Table


class Municipality(Table, table=True):
    """A municipality and whether it takes part.

    ``status_from``: whether an answer in an initiative decides the status, or the secretariat's own entry.
    ``comparison``: the evaluation compares with it; one that was never invited has a row for that reason alone.
    ``imports_enabled_reason`` and ``…_on``, both or neither: its files are accepted whatever its status.
    """

    __tablename__ = "municipality"
    __table_args__ = (
        CheckConstraint("status IN ('not_invited', 'invited', 'accepted', 'declined')", name="status"),
        CheckConstraint("status_from IN ('secretariat', 'initiative')", name="status_from"),
        CheckConstraint("(imports_enabled_reason IS NULL) = (imports_enabled_on IS NULL)", name="imports_enabled"),
    )

    municipality_code: str = Field(primary_key=True)
    name: str
    status: str
    status_from: str = Field(sa_column_kwargs={"server_default": "secretariat"})
    comparison: bool = Field(sa_column_kwargs={"server_default": text("false")})
    imports_enabled_reason: str | None = None
    imports_enabled_on: date | None = None
    aggregate_version: int
