"""Events of absence_ingest. Days are decimals in halves, written as strings."""

from decimal import Decimal
from typing import ClassVar, Self

from pydantic import Field, model_validator

from libs.shared.contracts.state import PREFIX, Id, Month, State
from libs.shared.contracts.values import Integer
from libs.shared.values.codes import InstitutionNumber, MunicipalityCode

DAYS_IN_A_MONTH = 31


class PupilMonthChanged(State):
    """One pupil's absence in one month, in days per category; the total is their sum."""

    TYPE: ClassVar[str] = PREFIX + "absence.pupil-month.changed"
    TOPIC: ClassVar[str] = "absence.pupil-month"
    KEY: ClassVar[str] = "{pupil_id}/{month}"

    municipality_code: MunicipalityCode
    pupil_id: Id
    month: Month
    illness: Decimal = Field(ge=0, le=DAYS_IN_A_MONTH)
    authorised: Decimal = Field(ge=0, le=DAYS_IN_A_MONTH)
    unauthorised: Decimal = Field(ge=0, le=DAYS_IN_A_MONTH)

    @property
    def days(self) -> Decimal:
        """All categories together."""
        return self.illness + self.authorised + self.unauthorised

    @model_validator(mode="after")
    def _of_one_month(self) -> Self:
        if self.days > DAYS_IN_A_MONTH:
            raise ValueError(f"the categories together are at most {DAYS_IN_A_MONTH} days")
        return self


class CompletenessChanged(State):
    """Whether a school's month is reported; in a month not reported, no record is not zero absence.

    ``pupil_months`` is how many ``absence.pupil-month`` states the report vouches for: those of this month, zeros
    included, whose pupil has a stay (``valid_from`` before ``valid_to``) at a school of this number in this
    municipality that touches the month, by ``registration.pupil``. A pupil with stays at two schools in the month
    counts for both. Each change of the number is told. The two topics have no common order, so a reader that holds
    fewer of them, counted alike in its own tables, treats the month as not reported. It is a number and no list:
    while pupils move and absence comes at the same moment, one pupil-month may stand for another until the next event.
    Null where it is not told: ``reported`` then stands alone.
    """

    TYPE: ClassVar[str] = PREFIX + "absence.completeness.changed"
    TOPIC: ClassVar[str] = "absence.completeness"
    KEY: ClassVar[str] = "{institution_number}/{month}"

    municipality_code: MunicipalityCode
    institution_number: InstitutionNumber
    month: Month
    reported: bool
    pupil_months: Integer | None = Field(
        default=None, ge=0, description="How many pupil-months the report vouches for; null: not told."
    )
