"""The files of courses: enrolments, sessions and attendance."""

import datetime
import re
from typing import Annotated, Literal

from pydantic import Field

from libs.shared.files.columns import Column, Key, ParseContext
from libs.shared.files.errors import ErrorText, FieldError, Refused
from libs.shared.files.kind import ImportRow, Kind
from libs.shared.files.kinds.vocabulary import INSTITUTION_INVALID, INSTITUTION_UNKNOWN, InstitutionNumber
from libs.shared.files.row_checks import RowCheck

COURSE_UNKNOWN = "course.unknown"
SESSION_OUTSIDE = "session.outside_course"
TOO_MANY_SESSIONS = "session.too_many"
SESSION_UNKNOWN = "attendance.session_unknown"
TOO_MANY_PUPILS = "session.too_many_pupils"
NOT_ENROLLED = "attendance.not_enrolled"
TOO_LONG = "attendance.too_long"
OUTSIDE_PROJECT = "enrolment.outside_project"
OUTSIDE_COURSE = "enrolment.outside_course"
ENROLMENT_OVERLAP = "enrolment.overlap"
GROUP_TOO_LARGE = "enrolment.group_too_large"
ENDS_FIRST = "enrolment.ends_before_start"
NOT_AT_SCHOOL = "enrolment.not_at_school"
ATTENDED_LATER = "enrolment.attended_later"

_TIME = re.compile("([01]?[0-9]|2[0-3])[:.]([0-5][0-9])(?:[:.]00)?", re.ASCII)


def read_time(text: str, _context: ParseContext) -> str:
    """A time of day as ``08:15``; ``8.15`` and ``08:15:00`` are accepted. Raises ``Refused``."""
    found = _TIME.fullmatch(text)
    if found is None:
        raise Refused("time.invalid")
    return f"{int(found[1]):02}:{found[2]}"


Course = Annotated[
    str,
    Column(
        "forløbets kode på skolen, som listen over forløb viser den",
        "the course's code at the school, as the list of courses shows it",
        "MAT-5A",
        max_length=40,
    ),
]
Pupil = Annotated[
    Key,
    Column(
        "elevens CPR-nummer, UNI-Login eller id i kildesystemet, som upload'en angiver",
        "the pupil's CPR number, UNI-Login or id of the source system, as the upload says",
        "6101120008",
        identifier=True,
    ),
]
Day = Annotated[datetime.date, Column("dagen", "the day", "2022-09-05", past=True)]
Time = Annotated[str, Column("starttidspunkt", "the start", "08:15", convert=read_time)]


class EnrolmentRow(ImportRow):
    """A pupil in a course."""

    institution_number: InstitutionNumber
    course: Course
    pupil: Pupil
    valid_from: Annotated[
        datetime.date | None,
        Column(
            "første dag; tomt betyder forløbets første dag",
            "the first day; empty means the course's first day",
            "2022-09-05",
        ),
    ] = None
    valid_to: Annotated[
        datetime.date | None,
        Column(
            "dagen efter den sidste; tomt betyder forløbet ud",
            "the day after the last; empty means to the end of the course",
            "",
            open_end=True,
        ),
    ] = None
    designated: Annotated[
        Literal["1", "0"] | None,
        Column(
            "1: eleven er udpeget; 0 eller tomt: ikke",
            "1: the pupil is designated; 0 or empty: not",
            "0",
        ),
    ] = None


class SessionRow(ImportRow):
    """A session as it was held."""

    institution_number: InstitutionNumber
    course: Course
    date: Day
    starts_at: Time
    minutes: Annotated[
        int,
        Column("minutter; 0: aflyst", "minutes; 0: cancelled", "30"),
        Field(ge=0, le=1440),
    ]
    pupils: Annotated[
        int | None,
        Column("hvor mange elever der var, hvis de er talt", "how many pupils were there, if counted", "3"),
        Field(ge=0, le=1000),
    ] = None


class AttendanceRow(ImportRow):
    """A pupil in a session."""

    institution_number: InstitutionNumber
    course: Course
    date: Day
    starts_at: Time
    pupil: Pupil
    minutes: Annotated[
        int | None,
        Column(
            "elevens minutter; tomt: hele sessionen; 0: eleven var der ikke",
            "the pupil's minutes; empty: the whole session; 0: the pupil was absent",
            "30",
        ),
        Field(ge=0, le=1440),
    ] = None


def _period(valid_from: datetime.date | None, valid_to: datetime.date | None) -> FieldError | None:
    ends_first = valid_from is not None and valid_to is not None and valid_to < valid_from
    return FieldError(ENDS_FIRST, "valid_to") if ends_first else None


_COURSE_UNKNOWN = ErrorText(
    COURSE_UNKNOWN,
    "Skolen har intet forløb med den kode. Opret forløbet først, eller ret koden efter listen over forløb.",
    "The school has no course with that code. Create the course first, or correct the code after the list of courses.",
    needs_server=True,
)
_TIME_INVALID = ErrorText(
    "time.invalid",
    "Feltet {column} er ikke et tidspunkt. Skriv det som 08:15.",
    "The field {column} is not a time of day. Write it as 08:15.",
)
_TOO_MANY = ErrorText(
    TOO_MANY_PUPILS,
    "Der er {pupils} elever i sessionen, og en gruppe af denne type har højst {most}. Ret rækken, eller del gruppen i "
    "flere forløb.",
    "The session has {pupils} pupils, and a group of this type has {most} at most. Correct the row, or split the group "
    "into several courses.",
    needs_server=True,
)
_COMMON = (INSTITUTION_INVALID, INSTITUTION_UNKNOWN, _COURSE_UNKNOWN)

ENROLMENTS = Kind(
    name="enrolments",
    model=EnrolmentRow,
    natural_key=("institution_number", "course", "pupil", "valid_from"),
    settles_by=("institution_number", "course"),
    park_by="pupil",
    title_da="Tilmeldinger",
    title_en="Enrolments",
    about_da="Én række pr. elev og forløb. Samme elev, forløb og valid_from igen retter valid_to og designated; er de "
    "to datoer ens, trækkes tilmeldingen tilbage. En elev, kommunen endnu ikke har sendt, eller som endnu ikke går på "
    "skolen den dag, venter og tilmeldes af sig selv.",
    about_en="One row per pupil and course. The same pupil, course and valid_from again corrects valid_to and "
    "designated; two equal dates withdraw the enrolment. A pupil whom the municipality has not sent yet, or who is not "
    "at the school yet on that day, waits and is enrolled by itself.",
    checks=(RowCheck(("valid_from", "valid_to"), _period),),
    errors=(
        *_COMMON,
        ErrorText(
            ENDS_FIRST,
            "Tilmeldingen slutter, før den begynder. Ret valid_from eller valid_to.",
            "The enrolment ends before it begins. Correct valid_from or valid_to.",
        ),
        ErrorText(
            OUTSIDE_PROJECT,
            "Tilmeldingen ligger uden for projektets periode, {start} til {last_day}. Ret datoerne.",
            "The enrolment is outside the project's period, {start} to {last_day}. Correct the dates.",
            needs_server=True,
        ),
        ErrorText(
            OUTSIDE_COURSE,
            "Tilmeldingen ligger uden for forløbet, {start} til {last_day}. Ret datoerne.",
            "The enrolment is outside the course, {start} to {last_day}. Correct the dates.",
            needs_server=True,
        ),
        ErrorText(
            ENROLMENT_OVERLAP,
            "Eleven er allerede tilmeldt forløbet i en del af perioden. Afslut den anden tilmelding først, eller ret "
            "datoerne.",
            "The pupil is enrolled in the course already during a part of the period. End the other enrolment first, "
            "or correct the dates.",
            needs_server=True,
        ),
        ErrorText(
            GROUP_TOO_LARGE,
            "Med tilmeldingen er der {pupils} elever i gruppen, og en gruppe af denne type har højst {most}. Del "
            "gruppen i flere forløb, eller afslut en anden tilmelding først.",
            "With the enrolment the group has {pupils} pupils, and a group of this type has {most} at most. Split the "
            "group into several courses, or end another enrolment first.",
            needs_server=True,
        ),
        ErrorText(
            NOT_AT_SCHOOL,
            "Eleven går ikke på skolen den dag ifølge de elever, der er sendt. Ret valid_from, eller send elevens "
            "klasse først.",
            "The pupil is not at the school on that day, by the pupils sent. Correct valid_from, or send the pupil's "
            "class first.",
            needs_server=True,
        ),
        ErrorText(
            ATTENDED_LATER,
            "Eleven har registreret fremmøde til og med {last}. Send en senere valid_to, eller ret fremmødet først.",
            "Attendance of the pupil is recorded until {last}. Send a later valid_to, or correct the attendance first.",
            needs_server=True,
        ),
    ),
)

SESSIONS = Kind(
    name="sessions",
    model=SessionRow,
    natural_key=("institution_number", "course", "date", "starts_at"),
    title_da="Sessioner",
    title_en="Sessions",
    about_da="Én række pr. gang et forløb er holdt. Samme forløb, dag og starttidspunkt igen retter minutterne; "
    "0 minutter er en gang, der blev aflyst.",
    about_en="One row per time that a course was held. The same course, day and start again corrects the minutes; 0 "
    "minutes is one that was cancelled.",
    errors=(
        *_COMMON,
        _TIME_INVALID,
        _TOO_MANY,
        ErrorText(
            TOO_MANY_SESSIONS,
            "Et forløb har højst {most} sessioner. Del forløbet, eller ret tidspunkterne.",
            "A course has {most} sessions at most. Divide the course, or correct the times.",
            needs_server=True,
        ),
        ErrorText(
            SESSION_OUTSIDE,
            "Sessionen ligger uden for forløbet, {start} til {last_day}. Ret datoen.",
            "The session is outside the course, {start} to {last_day}. Correct the date.",
            needs_server=True,
        ),
    ),
)

ATTENDANCE = Kind(
    name="attendance",
    model=AttendanceRow,
    natural_key=("institution_number", "course", "date", "starts_at", "pupil"),
    settles_by=("institution_number", "course", "date", "starts_at"),
    park_by="pupil",
    after=("enrolments", "sessions"),
    title_da="Fremmøde",
    title_en="Attendance",
    about_da="Én række pr. elev og session. Send tilmeldinger og sessioner først. Samme elev og session igen retter "
    "minutterne. En række om en elev eller en session, der endnu ikke kendes, eller om en elev, der endnu ikke er "
    "tilmeldt, venter.",
    about_en="One row per pupil and session. Send enrolments and sessions first. The same pupil and session again "
    "corrects the minutes. A row about a pupil or a session not known yet, or about a pupil not enrolled yet, waits.",
    errors=(
        *_COMMON,
        _TIME_INVALID,
        _TOO_MANY,
        ErrorText(
            SESSION_UNKNOWN,
            "Forløbet har ingen session på den dag og det tidspunkt. Send sessionen, og send så rækken igen.",
            "The course has no session on that day at that time. Send the session, then send the row again.",
            needs_server=True,
        ),
        ErrorText(
            NOT_ENROLLED,
            "Eleven er ikke tilmeldt forløbet den dag. Tilmeld eleven, og send så rækken igen, eller fjern den.",
            "The pupil is not enrolled in the course on that day. Enrol the pupil, then send the row again, or remove "
            "it.",
            needs_server=True,
        ),
        ErrorText(
            TOO_LONG,
            "Eleven kan ikke være til stede i flere minutter, end sessionen varede: {minutes}. Ret minutterne.",
            "The pupil cannot attend more minutes than the session had: {minutes}. Correct the minutes.",
            needs_server=True,
        ),
    ),
)
