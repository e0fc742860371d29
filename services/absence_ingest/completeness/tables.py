"""The reported month, and the months whose pupil-months are to be counted again."""

from datetime import date
from uuid import UUID

from sqlalchemy import BigInteger, Column, Identity, Index, Text
from sqlmodel import Field

from services.absence_ingest.metadata import Table


class Completeness(Table, table=True):
    """A school's month, as ``2022-09``: whether it is reported, and its number of pupil-months when that was published.

    A withdrawn month stays as a row, so that its version keeps rising.
    """

    __tablename__ = "completeness"

    institution_number: str = Field(primary_key=True, sa_type=Text)
    month: str = Field(primary_key=True, sa_type=Text)
    municipality_code: str = Field(sa_type=Text)
    reported: bool
    pupil_months: int
    aggregate_version: int


class CompletenessDue(Table, table=True):
    """A month, by its first day, in which pupil-months of this school (null: of any) were added or removed.

    Rows are only added and deleted, so transactions that add rows never wait for each other. ``receipt_id`` is the file
    that changed the month; the month is counted once, when that file is done.
    """

    __tablename__ = "completeness_due"
    __table_args__ = (Index("ix_completeness_due_municipality_code", "municipality_code"),)

    id: int = Field(sa_column=Column(BigInteger, Identity(always=True), primary_key=True))
    municipality_code: str = Field(sa_type=Text)
    school_id: UUID | None
    month: date
    receipt_id: UUID | None
