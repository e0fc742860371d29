"""The table of all changes."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, Column, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import TIMESTAMP
from sqlmodel import Field

from services.intervention_catalog.metadata import Table


class CatalogChange(Table, table=True):
    """One row per published record of any kind; rows are never changed.

    ``revision`` is assigned under the table's lock, which is held until commit, so rows become visible in the order of
    their revisions. With a sequence a reader could see the later of two transactions first and would then miss the
    other.
    """

    __tablename__ = "catalog_change"
    __table_args__ = (
        CheckConstraint("revision > 0", name="revision"),
        UniqueConstraint("kind", "item_id", "version"),
    )

    revision: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    kind: str
    item_id: str
    version: int
    withdrawn: bool
    changed_at: datetime = Field(
        sa_column=Column(TIMESTAMP(timezone=True), nullable=False, server_default=text("clock_timestamp()"))
    )
