"""The directory's tables, filled only from ``registration.pupil``."""

from datetime import date
from uuid import UUID

from sqlalchemy import Index, Text
from sqlmodel import Field

from services.absence_ingest.metadata import Table


class Pupil(Table, table=True):
    """A pupil of one municipality. A transaction that writes a pupil's absence locks this row."""

    __tablename__ = "pupil"

    pupil_id: UUID = Field(primary_key=True)
    municipality_code: str = Field(sa_type=Text)
    aggregate_version: int


class LookupKey(Table, table=True):
    """A keyed hash of an identifier that names the pupil in the municipality's files."""

    __tablename__ = "lookup_key"
    __table_args__ = (Index("ix_lookup_key_pupil_id", "pupil_id"),)

    municipality_code: str = Field(primary_key=True, sa_type=Text)
    kind: str = Field(primary_key=True, sa_type=Text)
    key_id: str = Field(primary_key=True, sa_type=Text)
    value: str = Field(primary_key=True, sa_type=Text)
    pupil_id: UUID = Field(foreign_key="pupil.pupil_id")


class KeyClaim(Table, table=True):
    """A lookup key that another pupil still holds here: registration has given it to this pupil, and the other pupil's
    event has not arrived yet.
    """

    __tablename__ = "key_claim"
    __table_args__ = (Index("ix_key_claim_pupil_id", "pupil_id"),)

    municipality_code: str = Field(primary_key=True, sa_type=Text)
    kind: str = Field(primary_key=True, sa_type=Text)
    key_id: str = Field(primary_key=True, sa_type=Text)
    value: str = Field(primary_key=True, sa_type=Text)
    pupil_id: UUID = Field(primary_key=True)


class Membership(Table, table=True):
    """A pupil's time at a school, from ``valid_from`` until before ``valid_to``.

    No foreign key to the school: the two are on different topics, whose events arrive in any order.
    """

    __tablename__ = "membership"
    __table_args__ = (Index("ix_membership_school_id", "school_id"),)

    pupil_id: UUID = Field(primary_key=True, foreign_key="pupil.pupil_id")
    school_id: UUID = Field(primary_key=True)
    valid_from: date = Field(primary_key=True)
    valid_to: date = Field(primary_key=True)
    municipality_code: str = Field(sa_type=Text)


class FormerPupil(Table, table=True):
    """That a pupil's absence is another pupil's: all of it (``split`` False: the former id is the pupil's), or that of
    the days on which the other one is at a school and the former one is not (``split`` True).
    """

    __tablename__ = "former_pupil"
    __table_args__ = (
        Index("ix_former_pupil_pupil_id", "pupil_id"),
        Index("ix_former_pupil_municipality_code", "municipality_code"),
    )

    former_id: UUID = Field(primary_key=True)
    pupil_id: UUID = Field(primary_key=True)
    split: bool
    municipality_code: str = Field(sa_type=Text)
