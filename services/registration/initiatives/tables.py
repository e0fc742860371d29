"""The tables of initiatives. Amounts are whole kroner, shares percent with two decimals."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Column, DateTime, Identity, Index, Numeric
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from services.registration.metadata import Table


class Initiative(Table, table=True):
    """An initiative from ``start`` to ``last_day``, both inclusive. A municipality sees it once it is invited.

    ``rule_sets`` are those in force on its dates: family, name, version and the day that chose the version. ``invited``
    is how many municipalities the rule invites. ``allocation_number`` is that of the newest division of the pool, 0
    before the first one.
    """

    __tablename__ = "initiative"
    __table_args__ = (
        CheckConstraint("status IN ('open', 'closed')", name="status"),
        CheckConstraint("last_day >= start", name="period"),
        CheckConstraint("pool >= 0", name="pool"),
        CheckConstraint("invited >= 1", name="invited"),
    )

    initiative_id: UUID = Field(primary_key=True)
    title: str
    status: str
    start: date
    last_day: date
    reference_date: date
    pool: int = Field(sa_column=Column(BigInteger, nullable=False))
    invited: int
    comparison_from_percent: Decimal = Field(sa_column=Column(Numeric(5, 2), nullable=False))
    rule_sets: list[dict[str, Any]] = Field(sa_column=Column(JSONB, nullable=False))
    allocation_number: int
    created_by: str
    created_at: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False))
    aggregate_version: int


class InitiativeShare(Table, table=True):
    """A municipality's share on the reference date, and the source that it is taken from."""

    __tablename__ = "initiative_share"
    __table_args__ = (
        CheckConstraint("share_percent BETWEEN 0 AND 100", name="share_percent"),
        Index("ix_initiative_share_municipality_code", "municipality_code"),
    )

    initiative_id: UUID = Field(primary_key=True, foreign_key="initiative.initiative_id")
    municipality_code: str = Field(primary_key=True)
    share_percent: Decimal = Field(sa_column=Column(Numeric(5, 2), nullable=False))
    source: str
    reference_date: date
    loaded_by: str
    loaded_at: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False))


class Invitation(Table, table=True):
    """A municipality in an initiative: its invitation, its answer and its grant.

    ``allocated`` is its part of the newest allocation, null without one. ``released`` is never lowered, except when the
    municipality withdraws: then it is what was spent. ``passed_on`` is the sum of what its schools were given.
    """

    __tablename__ = "initiative_invitation"
    __table_args__ = (
        CheckConstraint("status IN ('invited', 'accepted', 'declined', 'withdrawn')", name="status"),
        CheckConstraint("allocated >= 0", name="allocated"),
        CheckConstraint("passed_on >= 0 AND passed_on <= released", name="passed_on"),
        CheckConstraint("(answered_at IS NULL) = (answered_by IS NULL)", name="answered"),
        CheckConstraint("(released_at IS NULL) = (project_id IS NULL)", name="release"),
        Index("ix_initiative_invitation_municipality_code", "municipality_code"),
    )

    initiative_id: UUID = Field(primary_key=True, foreign_key="initiative.initiative_id")
    municipality_code: str = Field(primary_key=True)
    status: str
    by_rule: bool
    invite_reason: str | None = None
    invited_by: str
    invited_at: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False))
    answer_by: date
    answered_by: str | None = None
    answered_at: datetime | None = Field(default=None, sa_column=Column(DateTime(timezone=True)))
    decided_on: date | None = None
    late: bool
    answer_reason: str | None = None
    allocated: int | None = Field(default=None, sa_column=Column(BigInteger))
    released: int = Field(sa_column=Column(BigInteger, nullable=False))
    released_by: str | None = None
    released_at: datetime | None = Field(default=None, sa_column=Column(DateTime(timezone=True)))
    project_id: UUID | None = None
    passed_on: int = Field(sa_column=Column(BigInteger, nullable=False))
    aggregate_version: int


class Allocation(Table, table=True):
    """A division of the pool. It is written once; a later one has the next number.

    ``kept`` is what municipalities that withdrew have spent. ``divided`` is what the formula divides, by shares that
    add up to ``share_sum``. The rest of the pool is released grants that are above their part by the formula.
    """

    __tablename__ = "initiative_allocation"
    __table_args__ = (CheckConstraint("number >= 1", name="number"),)

    initiative_id: UUID = Field(primary_key=True, foreign_key="initiative.initiative_id")
    number: int = Field(primary_key=True)
    rule_set: str
    rule_set_version: int
    pool: int = Field(sa_column=Column(BigInteger, nullable=False))
    kept: int = Field(sa_column=Column(BigInteger, nullable=False))
    divided: int = Field(sa_column=Column(BigInteger, nullable=False))
    share_sum: Decimal = Field(sa_column=Column(Numeric(8, 2), nullable=False))
    reason: str | None = None
    allocated_by: str
    allocated_at: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False))


class AllocationPart(Table, table=True):
    """A municipality's part of an allocation, written once.

    ``basis``: ``share`` by the formula; ``released``, because the formula gives less than was released; ``spent`` by a
    municipality that withdrew. By the formula the part is ``whole_kroner``, and one more if ``remainder_order`` is
    among the kroner that are left; ``remainder`` is the rest of the division by ``share_sum``, in hundredths of a
    percent. ``before`` is the amount of the allocation before, null if it had no part in it.
    """

    __tablename__ = "initiative_allocation_part"
    __table_args__ = (
        CheckConstraint("basis IN ('share', 'released', 'spent')", name="basis"),
        CheckConstraint("amount >= 0", name="amount"),
        CheckConstraint("(basis = 'share') = (whole_kroner IS NOT NULL)", name="formula"),
        Index("ix_initiative_allocation_part_municipality_code", "municipality_code"),
    )

    initiative_id: UUID = Field(primary_key=True, foreign_key="initiative.initiative_id")
    number: int = Field(primary_key=True)
    municipality_code: str = Field(primary_key=True)
    share_percent: Decimal = Field(sa_column=Column(Numeric(5, 2), nullable=False))
    basis: str
    whole_kroner: int | None = Field(default=None, sa_column=Column(BigInteger))
    remainder: int | None = Field(default=None, sa_column=Column(BigInteger))
    remainder_order: int | None = None
    amount: int = Field(sa_column=Column(BigInteger, nullable=False))
    before: int | None = Field(default=None, sa_column=Column(BigInteger))


class PassedOn(Table, table=True):
    """An entry of the account of a municipality's grant: what a school was given, or the correction of such an entry,
    whose ``amount`` is the difference. Written once.
    """

    __tablename__ = "initiative_passed_on"
    __table_args__ = (
        CheckConstraint("corrects IS NOT NULL OR amount > 0", name="amount"),
        CheckConstraint("corrects IS NULL OR reason IS NOT NULL", name="reason"),
        Index("ix_initiative_passed_on_municipality_code", "municipality_code"),
        Index("ix_initiative_passed_on_initiative_id", "initiative_id", "municipality_code"),
    )

    entry_id: UUID = Field(primary_key=True)
    initiative_id: UUID = Field(foreign_key="initiative.initiative_id")
    municipality_code: str
    school_id: UUID = Field(foreign_key="school.school_id")
    institution_number: str
    amount: int = Field(sa_column=Column(BigInteger, nullable=False))
    given_on: date
    corrects: UUID | None = Field(default=None, foreign_key="initiative_passed_on.entry_id")
    reason: str | None = None
    entered_by: str
    entered_at: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False))


class InitiativeStep(Table, table=True):
    """A step in the history of an initiative, or of one municipality in it. Written once.

    ``details`` are amounts, dates and codes. ``position`` follows the order of writing.
    """

    __tablename__ = "initiative_step"
    __table_args__ = (
        Index("ix_initiative_step_initiative_id", "initiative_id", "position"),
        Index("ix_initiative_step_municipality_code", "municipality_code"),
    )

    step_id: UUID = Field(primary_key=True)
    position: int | None = Field(default=None, sa_column=Column(BigInteger, Identity(always=True), nullable=False))
    initiative_id: UUID = Field(foreign_key="initiative.initiative_id")
    municipality_code: str | None = None
    step: str
    details: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
    reason: str | None = None
    taken_by: str
    taken_at: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False))
