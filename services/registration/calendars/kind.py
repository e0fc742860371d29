"""The file of school days."""

import datetime
from typing import Annotated

from libs.shared.imports.columns import Column
from libs.shared.imports.kinds import ImportRow, Kind
from services.registration.schools.vocabulary import INSTITUTION_INVALID, INSTITUTION_UNKNOWN, InstitutionNumber


class CalendarRow(ImportRow):
    """One school day of one school."""

    institution_number: InstitutionNumber
    date: Annotated[datetime.date, Column("en skoledag", "a school day", "2022-08-15")]


CALENDARS = Kind(
    name="calendars",
    model=CalendarRow,
    natural_key=("institution_number", "date"),
    title_da="Skolekalendere",
    title_en="School calendars",
    about_da="Én række pr. skole og skoledag. Skoledagene er nævneren, når fraværsprocenten beregnes.",
    about_en="One row per school and school day. School days are the denominator of the absence percentage.",
    errors=(INSTITUTION_INVALID, INSTITUTION_UNKNOWN),
)
