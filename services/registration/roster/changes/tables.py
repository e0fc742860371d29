"""The change feed: one entry for each object, and how far each municipality's feed goes."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Column, DateTime, Index, text
from sqlmodel import Field

from services.registration.metadata import Table


class RosterChange(Table, table=True):
    """That a school, class, pupil or membership changed last; written by triggers of the objects' tables.

    ``object_id`` is the object's id, for a membership its pupil's; ``part`` tells the memberships of a pupil apart, and
    is empty for the other kinds. ``institution_number`` is
    that of a school's own entry. ``position`` is NULL until the feed is read after the change was committed.
    """

    __tablename__ = "roster_change"
    __table_args__ = (
        CheckConstraint("kind IN ('school', 'class', 'pupil', 'membership')", name="kind"),
        CheckConstraint("change IN ('changed', 'closed', 'deleted')", name="change"),
        Index("ix_roster_change_pending", "municipality_code", "changed_at", postgresql_where=text("position IS NULL")),
        Index("uq_roster_change_position", "municipality_code", "position", unique=True),
        Index("ix_roster_change_deleted", "municipality_code", "position", postgresql_where=text("change = 'deleted'")),
        Index(
            "ix_roster_change_school",
            "municipality_code",
            "institution_number",
            postgresql_where=text("kind = 'school'"),
        ),
    )

    object_id: UUID = Field(primary_key=True)
    kind: str = Field(primary_key=True)
    part: str = Field(primary_key=True)
    municipality_code: str
    school_id: UUID | None = None
    institution_number: str | None = None
    class_id: UUID | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    version: int | None = None
    change: str
    changed_at: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False))
    position: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True))


class RosterFeed(Table, table=True):
    """A municipality's feed: its newest position. ``forgotten`` is the highest position whose entry was removed (0:
    none), ``forgotten_of`` the latest moment at which an object of such an entry was deleted.
    """

    __tablename__ = "roster_feed"

    municipality_code: str = Field(primary_key=True)
    newest: int = Field(sa_column=Column(BigInteger, nullable=False))
    forgotten: int = Field(sa_column=Column(BigInteger, nullable=False))
    forgotten_of: datetime | None = Field(default=None, sa_column=Column(DateTime(timezone=True)))
