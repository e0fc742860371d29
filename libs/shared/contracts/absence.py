"""Events of absence_ingest. Days are decimals in halves, written as strings."""

from decimal import Decimal
from typing import ClassVar

from pydantic import Field

from libs.shared.contracts.state import PREFIX, Id, InstitutionNumber, Month, MunicipalityCode, State


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


class CompletenessChanged(State):
    """Whether a school's month is reported; in a month not reported, no record is not zero absence."""

    TYPE: ClassVar[str] = PREFIX + "absence.completeness.changed"
    TOPIC: ClassVar[str] = "absence.completeness"
    KEY: ClassVar[str] = "{institution_number}/{month}"

    municipality_code: MunicipalityCode
    institution_number: InstitutionNumber
    month: Month
    reported: bool
