"""Events of absence_ingest. Days are decimals in halves, written as strings."""

from decimal import Decimal
from typing import ClassVar, Self

from pydantic import Field, model_validator

from libs.shared.contracts.state import PREFIX, Id, InstitutionNumber, Month, MunicipalityCode, State

DAYS_IN_A_MONTH = 31


class PupilMonthChanged(State):
    """One pupil's absence in one month, in days per category; the total is their sum."""

    TYPE: ClassVar[str] = PREFIX + "absence.pupil-month.changed"
    TOPIC: ClassVar[str] = "absence.pupil-month"
    KEY: ClassVar[str] = "{pupil_id}/{month}"

    municipality_code: MunicipalityCode
    pupil_id: Id
    month: Month
    illness: Decimal = Field(ge=0, le=31)
    authorised: Decimal = Field(ge=0, le=31)
    unauthorised: Decimal = Field(ge=0, le=31)

    @model_validator(mode="after")
    def _of_one_month(self) -> Self:
        if self.illness + self.authorised + self.unauthorised > DAYS_IN_A_MONTH:
            raise ValueError(f"the categories together are at most {DAYS_IN_A_MONTH} days")
        return self


class CompletenessChanged(State):
    """Whether a school's month is reported; in a month not reported, no record is not zero absence."""

    TYPE: ClassVar[str] = PREFIX + "absence.completeness.changed"
    TOPIC: ClassVar[str] = "absence.completeness"
    KEY: ClassVar[str] = "{institution_number}/{month}"

    municipality_code: MunicipalityCode
    institution_number: InstitutionNumber
    month: Month
    reported: bool
