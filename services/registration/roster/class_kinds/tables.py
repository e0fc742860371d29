"""The rules of a school."""

from datetime import datetime
from typing import Any

from sqlalchemy import Column, DateTime
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from services.registration.metadata import Table


class ClassKindRules(Table, table=True):
    """The rules by which a school's classes of unknown kind get one, in order."""

    __tablename__ = "class_kind_rules"

    municipality_code: str = Field(primary_key=True)
    institution_number: str = Field(primary_key=True)
    rules: list[dict[str, Any]] = Field(sa_column=Column(JSONB, nullable=False))
    changed_at: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False))
