"""The pupil, its lookup keys and its memberships."""

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, Index
from sqlmodel import Field

from services.registration.metadata import Table


class Pupil(Table, table=True):
    """A pupil of one municipality. Identifiers and name are encrypted; ``pupil_key`` is the way to find one."""

    __tablename__ = "pupil"
    __table_args__ = (Index("ix_pupil_municipality_code", "municipality_code"),)

    pupil_id: UUID = Field(primary_key=True)
    municipality_code: str
    person_id: UUID
    has_cpr_number: bool
    cpr_number: bytes | None = None
    uni_login: bytes | None = None
    local_id: bytes | None = None
    name: bytes
    aggregate_version: int


class PupilKey(Table, table=True):
    """A keyed hash of an identifier a pupil has or had."""

    __tablename__ = "pupil_key"
    __table_args__ = (
        CheckConstraint("kind IN ('cpr_number', 'uni_login', 'local_id')", name="kind"),
        Index("ix_pupil_key_pupil_id", "pupil_id"),
    )

    municipality_code: str = Field(primary_key=True)
    kind: str = Field(primary_key=True)
    key_id: str = Field(primary_key=True)
    value: str = Field(primary_key=True)
    pupil_id: UUID = Field(foreign_key="pupil.pupil_id")


class Membership(Table, table=True):
    """A pupil's time in a class: from ``valid_from`` until before ``valid_to``; equal dates mean withdrawn."""

    __tablename__ = "membership"
    __table_args__ = (
        CheckConstraint("valid_to >= valid_from", name="interval"),
        Index("ix_membership_class_id", "class_id"),
        Index("ix_membership_municipality_code", "municipality_code"),
    )

    pupil_id: UUID = Field(primary_key=True, foreign_key="pupil.pupil_id")
    class_id: UUID = Field(primary_key=True, foreign_key="class_.class_id")
    valid_from: date = Field(primary_key=True)
    valid_to: date
    municipality_code: str
