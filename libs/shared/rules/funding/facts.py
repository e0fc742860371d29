"""The municipalities' shares of vulnerable school-age children on the reference date."""

from datetime import date
from decimal import Decimal
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from libs.shared.values.codes import MunicipalityCode


class _Facts(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class MunicipalityShare(_Facts):
    """One municipality's share, in percent of its school-age children."""

    municipality_code: MunicipalityCode
    share_percent: Decimal = Field(ge=0, le=100)


class FundingFacts(_Facts):
    """All shares as of ``reference_date``, which chooses the version, and those who have said no."""

    reference_date: date
    shares: tuple[MunicipalityShare, ...] = Field(max_length=1000)
    declined: frozenset[MunicipalityCode] = frozenset()

    @model_validator(mode="after")
    def _each_once_and_known(self) -> Self:
        codes = [each.municipality_code for each in self.shares]
        if len(set(codes)) != len(codes):
            raise ValueError("each municipality has one share")
        if not self.declined.issubset(codes):
            raise ValueError("a municipality that declined has a share")
        return self
