"""The bodies and answers of the routes of allocations."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, computed_field

from libs.shared.values.codes import MunicipalityCode
from services.registration.initiatives.allocations.domain import Basis
from services.registration.initiatives.fields import Remark

FORMULA = "divided × share_percent ÷ share_sum, largest remainder, ties by municipality code"
_ALLOCATION: dict[str, Any] = {
    "initiative_id": "0b9d6c1e-58a3-4f6b-9d1e-6f2a7c4b8e10",
    "number": 2,
    "rule_set": "funding-2021",
    "rule_set_version": 1,
    "pool": 69_000_000,
    "kept": 0,
    "divided": 69_000_000,
    "share_sum": "430.70",
    "formula": FORMULA,
    "reason": "To kommuner har sagt nej.",
    "allocated_by": "k1:0123456789abcdef0123456789abcdef",
    "allocated_at": "2021-10-02T08:00:00Z",
}
_PART: dict[str, Any] = {
    "municipality_code": "101",
    "share_percent": "18.20",
    "basis": "share",
    "whole_kroner": 2_915_718,
    "remainder": 28_740,
    "remainder_order": 4,
    "gets_remainder": True,
    "amount": 2_915_719,
    "before": 2_700_000,
    "difference": 215_719,
}


class AllocateIn(BaseModel):
    """How the pool is divided."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"leave_out_unanswered": False, "reason": "To kommuner har sagt nej."}]},
    )

    leave_out_unanswered: bool = Field(
        default=False, description="Divide among those that accepted, although some have not answered."
    )
    reason: Remark | None = Field(default=None, description="Needed for every allocation but the first.")


class AllocationOut(BaseModel):
    """A division of the pool; it never changes."""

    model_config = ConfigDict(from_attributes=True, json_schema_extra={"examples": [_ALLOCATION]})

    initiative_id: UUID
    number: int
    rule_set: str
    rule_set_version: int
    pool: int
    kept: int = Field(description="What municipalities that withdrew have spent.")
    divided: int = Field(description="What the formula divides: the pool without `kept` and released grants above it.")
    share_sum: Decimal = Field(description="The sum of the shares among which it is divided.")
    reason: str | None
    allocated_by: str
    allocated_at: datetime

    @computed_field  # type: ignore[prop-decorator] # as Pydantic documents it
    @property
    def formula(self) -> str:
        """By what the parts of the basis `share` are computed."""
        return FORMULA


class PartOut(BaseModel):
    """A municipality's part of an allocation, with its calculation."""

    model_config = ConfigDict(from_attributes=True, json_schema_extra={"examples": [_PART]})

    municipality_code: MunicipalityCode
    share_percent: Decimal
    basis: Basis = Field(
        description="`share` by the formula; `released`: more was released than the formula gives; `spent` by a "
        "municipality that withdrew."
    )
    whole_kroner: int | None = Field(description="The result of the formula, rounded down.")
    remainder: int | None = Field(description="The rest of that division, in hundredths of a percent.")
    remainder_order: int | None = Field(description="1 has the largest remainder; the kroner left go by this order.")
    gets_remainder: bool | None = Field(description="Whether it gets one of the kroner that are left.")
    amount: int
    before: int | None = Field(description="Its amount in the allocation before; null if it had none.")
    difference: int
