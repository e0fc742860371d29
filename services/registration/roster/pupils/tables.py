"""The pupil, its lookup keys, its former identifiers, the cases about it, and its memberships."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKeyConstraint,
    Index,
    UniqueConstraint,
    false,
    text,
)
from sqlmodel import Field

from services.registration.metadata import Table


class Pupil(Table, table=True):
    """A pupil of one municipality. Identifiers and name are encrypted; pupils are found by ``pupil_key``."""

    __tablename__ = "pupil"
    __table_args__ = (
        Index("ix_pupil_municipality_code", "municipality_code"),
        Index("ix_pupil_name_protected", "municipality_code", postgresql_where=text("name_protected")),
    )

    pupil_id: UUID = Field(primary_key=True)
    municipality_code: str
    person_id: UUID
    has_cpr_number: bool
    cpr_number: bytes | None = None
    uni_login: bytes | None = None
    local_id: bytes | None = None
    name: bytes
    name_protected: bool = Field(sa_column=Column(Boolean, nullable=False, server_default=false()))
    """Whether the name is shown to nobody."""
    aggregate_version: int


class PupilKey(Table, table=True):
    """A keyed hash of a present or former identifier of a pupil."""

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


class FormerIdentifier(Table, table=True):
    """An identifier that another has replaced, or that moved to another pupil; encrypted."""

    __tablename__ = "former_identifier"
    __table_args__ = (
        CheckConstraint("kind IN ('cpr_number', 'uni_login', 'local_id')", name="kind"),
        Index("ix_former_identifier_pupil_id", "pupil_id"),
        Index("ix_former_identifier_municipality_code", "municipality_code"),
    )

    former_id: UUID = Field(primary_key=True)
    municipality_code: str
    pupil_id: UUID = Field(foreign_key="pupil.pupil_id")
    kind: str
    value: bytes
    receipt_id: UUID | None = None
    """The receipt of the file that replaced or moved it. None for one that the pupil still is found by, after a
    person joined two pupils.
    """
    until: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False))


class IdentityCase(Table, table=True):
    """A case in which a file has the id of a pupil with another name (encrypted), and the decision about it.

    ``institution_number`` is the child's school in the file. ``other_id`` is the other pupil, once that pupil exists.
    """

    __tablename__ = "identity_case"
    __table_args__ = (
        CheckConstraint("decision IN ('same_pupil', 'another_pupil')", name="decision"),
        CheckConstraint("(decision IS NULL) = (decided_by IS NULL)", name="decided_by"),
        CheckConstraint("(decision IS NULL) = (decided_at IS NULL)", name="decided_at"),
        Index("ix_identity_case_pupil_id", "pupil_id"),
        Index("ix_identity_case_municipality_code", "municipality_code", postgresql_where=text("decision IS NULL")),
    )

    case_id: UUID = Field(primary_key=True)
    municipality_code: str
    pupil_id: UUID = Field(foreign_key="pupil.pupil_id")
    name: bytes
    name_protected: bool = Field(sa_column=Column(Boolean, nullable=False, server_default=false()))
    institution_number: str
    since: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False))
    decision: str | None = None
    decided_by: str | None = None
    decided_at: datetime | None = Field(default=None, sa_column=Column(DateTime(timezone=True)))
    other_id: UUID | None = Field(default=None, foreign_key="pupil.pupil_id")


class NameProtectionChange(Table, table=True):
    """That a file, or a row sent alone, protected the name of a pupil or ended the protection. Rows are only added."""

    __tablename__ = "name_protection_change"
    __table_args__ = (
        Index("ix_name_protection_change_pupil_id", "pupil_id"),
        Index("ix_name_protection_change_changed_at", "municipality_code", "changed_at", "change_id"),
    )

    change_id: UUID = Field(primary_key=True)
    municipality_code: str
    pupil_id: UUID = Field(foreign_key="pupil.pupil_id")
    name_protected: bool
    receipt_id: UUID
    changed_at: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False))


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
    stated_at: datetime | None = Field(default=None, sa_column=Column(DateTime(timezone=True)))
    """When the school's source made the first complete file with it; None if only other files had it."""


class MembershipLimit(Table, table=True):
    """A school's claim about a pupil whose stay is another than the school claims, as another school limits it.

    ``valid_from`` names the stay's row in ``membership``, ``rival_class_id`` and ``rival_from`` the limiting claim.
    ``since`` is the day after which the school should know of the other one; ``unclear`` says that nothing tells which
    of the two is right (``claims.Placed``).
    """

    __tablename__ = "membership_limit"
    __table_args__ = (
        ForeignKeyConstraint(
            ["pupil_id", "class_id", "valid_from"],
            ["membership.pupil_id", "membership.class_id", "membership.valid_from"],
            name="fk_membership_limit_membership",
        ),
        UniqueConstraint("limit_id", name="uq_membership_limit_limit_id"),
        UniqueConstraint("pupil_id", "class_id", "valid_from", name="uq_membership_limit_valid_from"),
        Index("ix_membership_limit_municipality_code", "municipality_code"),
    )

    limit_id: UUID
    pupil_id: UUID = Field(primary_key=True)
    class_id: UUID = Field(primary_key=True)
    claimed_from: date = Field(primary_key=True)
    claimed_to: date
    valid_from: date
    rival_class_id: UUID | None = Field(default=None, foreign_key="class_.class_id")
    rival_from: date | None = None
    since: date | None = None
    unclear: bool
    municipality_code: str


class MembershipRuling(Table, table=True):
    """A person's decision at which of two schools a pupil is in a school year while both claim the pupil. It holds for
    claims that begin on ``covers_to`` or before.
    """

    __tablename__ = "membership_ruling"
    __table_args__ = (Index("ix_membership_ruling_municipality_code", "municipality_code"),)

    pupil_id: UUID = Field(primary_key=True, foreign_key="pupil.pupil_id")
    school_year: str = Field(primary_key=True)
    first_number: str = Field(primary_key=True)
    second_number: str = Field(primary_key=True)
    kept_number: str
    covers_to: date
    decided_by: str
    decided_at: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False))
    municipality_code: str


class SchoolSnapshot(Table, table=True):
    """When the newest applied complete file of a school and school year was made; ``day`` is its Danish date."""

    __tablename__ = "school_snapshot"
    __table_args__ = (Index("ix_school_snapshot_municipality_code", "municipality_code"),)

    school_id: UUID = Field(primary_key=True, foreign_key="school.school_id")
    school_year: str = Field(primary_key=True)
    moment: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False))
    day: date
    municipality_code: str


class IdentityChange(Table, table=True):
    """A person's decision that two pupils are one (``merge``: ``other_id`` is a former id of the pupil), or that one
    pupil is two (``split``: ``other_id`` is the pupil that was made).
    """

    __tablename__ = "identity_change"
    __table_args__ = (
        CheckConstraint("kind IN ('merge', 'split')", name="kind"),
        Index("ix_identity_change_pupil_id", "pupil_id"),
        Index("ix_identity_change_other_id", "other_id"),
        Index("ix_identity_change_municipality_code", "municipality_code"),
    )

    change_id: UUID = Field(primary_key=True)
    kind: str
    pupil_id: UUID = Field(foreign_key="pupil.pupil_id")
    other_id: UUID
    changed_by: str
    changed_at: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False))
    municipality_code: str


class PupilConflict(Table, table=True):
    """Rows that were refused because their identifiers are two pupils', or contradict those of the pupil."""

    __tablename__ = "pupil_conflict"
    __table_args__ = (
        CheckConstraint("kind IN ('two_pupils', 'other_number')", name="kind"),
        Index("ix_pupil_conflict_pupil_id", "pupil_id"),
        Index("ix_pupil_conflict_municipality_code", "municipality_code"),
    )

    conflict_id: UUID = Field(primary_key=True)
    municipality_code: str
    kind: str
    pupil_id: UUID = Field(foreign_key="pupil.pupil_id")
    other_id: UUID | None = Field(default=None, foreign_key="pupil.pupil_id")
    institution_number: str
    since: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False))
    last_at: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False))
    dismissed_by: str | None = None
    dismissed_at: datetime | None = Field(default=None, sa_column=Column(DateTime(timezone=True)))
