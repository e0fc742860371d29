"""The project description, its kept versions and its history."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Column, DateTime, Index, Integer, UniqueConstraint, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlmodel import Field

from services.registration.metadata import Table


def _moment(*, nullable: bool = True) -> Any:
    return Column(DateTime(timezone=True), nullable=nullable)


def _list() -> Any:
    return Column(JSONB, nullable=False, server_default=text("'[]'::jsonb"))


class Project(Table, table=True):
    """A project of one municipality's schools: the version that is worked on, or the one in force if there is no later
    one. ``verdicts`` are those of the last submission or approval.

    ``version_in_force`` is the last approved version. ``granted_budget`` is the part of the grant that its budget uses,
    in kroner. The description, the reasons and the remarks are encrypted, because they may be about particular pupils.
    """

    __tablename__ = "project"
    __table_args__ = (
        CheckConstraint("status IN ('draft', 'submitted', 'returned', 'approved', 'closed')", name="status"),
        Index("ix_project_municipality_code", "municipality_code"),
        Index("ix_project_initiative_id", "initiative_id"),
    )

    project_id: UUID = Field(primary_key=True)
    municipality_code: str
    title: str
    school_ids: list[UUID] = Field(sa_column=Column(ARRAY(Uuid), nullable=False))
    plan: dict[str, Any] | None = Field(default=None, sa_column=Column(JSONB(none_as_null=True)))
    status: str
    verdicts: list[dict[str, Any]] = Field(sa_column=Column(JSONB, nullable=False))
    submitted_by: str | None = None
    submitted_at: datetime | None = Field(default=None, sa_column=_moment())
    submit_reason: bytes | None = None
    approved_by: str | None = None
    approved_at: datetime | None = Field(default=None, sa_column=_moment())
    approve_reason: bytes | None = None
    aggregate_version: int
    initiative_id: UUID | None = None
    description: bytes | None = None
    budget_total: int | None = Field(default=None, sa_column=Column(BigInteger))
    own_financing: int | None = Field(default=None, sa_column=Column(BigInteger))
    granted_budget: int | None = Field(default=None, sa_column=Column(BigInteger))
    version: int = Field(default=1, sa_column=Column(Integer, nullable=False, server_default="1"))
    version_in_force: int | None = None
    remarks: bytes | None = None
    minimums: list[dict[str, Any]] = Field(default_factory=list, sa_column=_list())
    changed_at: datetime | None = Field(default=None, sa_column=_moment())


class ProjectVersion(Table, table=True):
    """What was returned or approved, as it was then: written once. A trigger refuses every change but the rotation of
    keys.

    A version that was returned and submitted again has several rows; ``submission`` counts them from 1.
    """

    __tablename__ = "project_version"
    __table_args__ = (
        CheckConstraint("outcome IN ('returned', 'approved')", name="outcome"),
        UniqueConstraint("project_id", "version", "submission"),
        Index("ix_project_version_municipality_code", "municipality_code"),
    )

    version_id: UUID = Field(primary_key=True)
    project_id: UUID = Field(foreign_key="project.project_id")
    municipality_code: str
    version: int
    submission: int
    outcome: str
    title: str
    school_ids: list[UUID] = Field(sa_column=Column(ARRAY(Uuid), nullable=False))
    plan: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
    verdicts: list[dict[str, Any]] = Field(sa_column=Column(JSONB, nullable=False))
    description: bytes | None = None
    budget_total: int | None = Field(default=None, sa_column=Column(BigInteger))
    own_financing: int | None = Field(default=None, sa_column=Column(BigInteger))
    minimums: list[dict[str, Any]] = Field(default_factory=list, sa_column=_list())
    submitted_by: str | None = None
    submitted_at: datetime | None = Field(default=None, sa_column=_moment())
    submit_reason: bytes | None = None
    decided_by: str
    decided_at: datetime = Field(sa_column=_moment(nullable=False))
    approve_reason: bytes | None = None
    remarks: bytes | None = None


class ProjectStep(Table, table=True):
    """One step of a project's history: which, by whom and when; ``position`` counts from 1 in each project."""

    __tablename__ = "project_step"
    __table_args__ = (
        UniqueConstraint("project_id", "position"),
        Index("ix_project_step_municipality_code", "municipality_code"),
    )

    step_id: UUID = Field(primary_key=True)
    project_id: UUID = Field(foreign_key="project.project_id")
    municipality_code: str
    position: int
    version: int
    step: str
    decided_by: str
    decided_at: datetime = Field(sa_column=_moment(nullable=False))
    remarks: bytes | None = None
