"""The file of absence."""

from datetime import date
from typing import Annotated

from libs.shared.files.columns import Column, Key, ParseContext, read_decimal
from libs.shared.files.errors import ErrorText, Refused
from libs.shared.files.kind import ImportRow, Kind
from libs.shared.values.absence import CATEGORIES, DANISH, Category

OVER_ONE_DAY = "absence.over_one_day"
NOT_A_MEMBER = "absence.not_a_member"
NOT_A_SCHOOL_DAY = "absence.not_a_school_day"
NO_CALENDAR = "absence.no_calendar"
WHOLE_DAY = 2
"""Half days of a whole day."""

_CATEGORIES = [f"{DANISH[category]} ({category})" for category in CATEGORIES]


def read_half_days(text: str, context: ParseContext) -> int:
    """Half days (0, 1 or 2) from the days ``0``, ``0,5`` or ``1``. Raises ``Refused``: ``days.invalid`` for what is no
    number of half days, ``absence.over_one_day`` for more than a whole day.
    """
    try:
        halves = read_decimal(text, context) * 2
    except Refused:
        raise Refused("days.invalid") from None
    if halves < 0 or halves != halves.to_integral_value():
        raise Refused("days.invalid")
    if halves > WHOLE_DAY:
        raise Refused(OVER_ONE_DAY)
    return int(halves)


class AbsenceRow(ImportRow):
    """A pupil's absence of one category on one date. ``days`` is read into half days."""

    pupil: Annotated[
        Key,
        Column(
            "elevens CPR-nummer, UNI-Login eller id i kildesystemet, som upload'en angiver",
            "the pupil's CPR number, UNI-Login or id of the source system, as the upload says",
            "6101120008",
            identifier=True,
        ),
    ]
    date: Annotated[
        date,
        Column("datoen, en skoledag", "the date, a school day", "2022-09-30", past=True),
    ]
    category: Annotated[
        Category,
        Column(
            f"fraværsart: {', '.join(_CATEGORIES[:-1])} eller {_CATEGORIES[-1]}",
            "absence category",
            "illness",
            code="category.unknown",
        ),
    ]
    days: Annotated[
        int,
        Column(
            "dage: 1, 0,5 eller 0, som trækker en tidligere række tilbage",
            "days: 1, 0.5 or 0, which withdraws an earlier row",
            "0,5",
            convert=read_half_days,
        ),
    ]


ABSENCE = Kind(
    name="absence",
    model=AbsenceRow,
    natural_key=("pupil", "date", "category"),
    title_da="Fravær",
    title_en="Absence",
    about_da="Én række pr. elev, dato og fraværsart; kun fravær skrives. En elev kan højst have én dag i alt pr. dato. "
    "Samme elev, dato og art igen retter den tidligere række. Rækker om elever, der endnu ikke kendes, venter på dem.",
    about_en="One row per pupil, date and category; only absences are written. A pupil has one day in all per date at "
    "most. The same pupil, date and category again corrects the earlier row. Rows of pupils not yet known wait for "
    "them.",
    park_by="pupil",
    of_pupils=True,
    settles_by=("pupil",),
    locks_by=("pupil", "date"),
    by_set=True,
    parallel=True,
    errors=(
        ErrorText(
            "category.unknown",
            "Feltet {column} har en ukendt fraværsart. Brug en af: {allowed}.",
            "The field {column} has an unknown absence category. Use one of: {allowed}.",
        ),
        ErrorText(
            "days.invalid",
            "Feltet {column} er ikke et antal dage: 0, 0,5 eller 1. Ret det.",
            "The field {column} is not a number of days: 0, 0.5 or 1. Correct it.",
        ),
        ErrorText(
            OVER_ONE_DAY,
            "Elevens fravær på datoen bliver mere end én dag i alt. Ret dagene, eller træk fraværet af en anden art "
            "tilbage med 0 dage.",
            "The pupil's absence on the date becomes more than one day in all. Correct the days, or withdraw the "
            "absence of another category with 0 days.",
            needs_server=True,
        ),
        ErrorText(
            NOT_A_MEMBER,
            "Eleven går ikke på en skole på datoen ifølge de elever, der er sendt. Ret datoen, eller send "
            "elevens klasse først.",
            "The pupil attends no school on the date, by the pupils sent. Correct the date, or send the pupil's class "
            "first.",
            needs_server=True,
        ),
        ErrorText(
            NO_CALENDAR,
            "Skoledagene i det skoleår, datoen ligger i, er ikke sendt for elevens skole. Send skolens kalender, og "
            "send så rækken igen.",
            "The school days of the date's school year have not been sent for the pupil's school. Send the school's "
            "calendar, then send the row again.",
            needs_server=True,
        ),
        ErrorText(
            NOT_A_SCHOOL_DAY,
            "Datoen er ikke en skoledag i kalenderen for elevens skole. Ret datoen, eller send skolens kalender først.",
            "The date is not a school day in the calendar of the pupil's school. Correct the date, or send the "
            "school's calendar first.",
            needs_server=True,
        ),
    ),
)
