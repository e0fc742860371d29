"""The file of school days."""

import datetime
from typing import Annotated, Literal

from libs.shared.files.columns import Column
from libs.shared.files.kind import ImportRow, Kind
from libs.shared.files.kinds.vocabulary import INSTITUTION_INVALID, INSTITUTION_UNKNOWN, InstitutionNumber


class CalendarRow(ImportRow):
    """One school day of one school, or a day that is none."""

    institution_number: InstitutionNumber
    date: Annotated[datetime.date, Column("en skoledag", "a school day", "2022-08-15")]
    school_day: Annotated[
        Literal["1", "0"] | None,
        Column(
            "1 eller tomt: en skoledag; 0: dagen er ingen skoledag og trækkes tilbage, hvis den er sendt",
            "1 or empty: a school day; 0: the day is none, and is taken back if it was sent",
            "1",
        ),
    ] = None


CALENDARS = Kind(
    name="calendars",
    model=CalendarRow,
    natural_key=("institution_number", "date"),
    title_da="Skolekalendere",
    title_en="School calendars",
    settles_by=("institution_number",),
    about_da=(
        "Én række pr. skole og skoledag. Skoledagene er nævneren, når fraværsprocenten beregnes. En dag, der ikke står "
        "i filen, bliver, som den er; en dag, der er sendt ved en fejl, trækkes tilbage med school_day = 0."
    ),
    about_en=(
        "One row per school and school day. School days are the denominator of the absence percentage. A day that the "
        "file does not have stays as it is; a day that was sent by mistake is taken back by school_day = 0."
    ),
    errors=(INSTITUTION_INVALID, INSTITUTION_UNKNOWN),
)
