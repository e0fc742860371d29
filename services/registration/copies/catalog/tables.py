"""Read models of catalog events; open to all municipalities, as the catalog itself is."""

from datetime import date
from typing import Any

from sqlalchemy import Column, String, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlmodel import Field

from services.registration.metadata import Table


class RuleSetCopy(Table, table=True):
    """The version of a rule set that is valid from a first day on. The catalog still shows the versions that it
    replaced.
    """

    __tablename__ = "rule_set"

    rule_set: str = Field(primary_key=True)
    valid_from: date = Field(primary_key=True)
    version: int
    family: str
    content: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
    aggregate_version: int


class InterventionTypeCopy(Table, table=True):
    """An intervention type in its newest version, with the ids of its variants (A1, A2).

    ``periods`` are those of the event; empty for an event that named none, whose only period is in the other columns.
    """

    __tablename__ = "intervention_type"

    intervention_type: str = Field(primary_key=True)
    variants: list[str] = Field(sa_column=Column(ARRAY(String), nullable=False))
    valid_from: date
    valid_to: date | None = None
    periods: list[dict[str, Any]] = Field(sa_column=Column(JSONB, nullable=False, server_default=text("'[]'::jsonb")))
    aggregate_version: int
