"""The file of indicators."""

import datetime
from typing import Annotated, Literal

from pydantic import Field

from libs.shared.files.columns import Column, Key
from libs.shared.files.errors import ErrorText, FieldError
from libs.shared.files.kind import ImportRow, Kind
from libs.shared.files.kinds.indicator_values import ALL_SUBJECTS, SUBJECTS, IndicatorKind, fits, read_value, values_of
from libs.shared.files.row_checks import RowCheck

SUBJECT = "indicator.subject"


class IndicatorRow(ImportRow):
    """One result of one pupil."""

    cpr_number: Annotated[
        Key,
        Column("elevens CPR-nummer", "the pupil's CPR number", "6101120008", max_length=64, identifier=True),
    ]
    indicator: Annotated[
        Literal["national_test", "teacher_mark", "education_readiness"],
        Column(
            "national test, standpunktskarakter eller uddannelsesparathed",
            "national test, teacher mark or education readiness",
            "national_test",
        ),
    ]
    subject: Annotated[
        str | None,
        Column(
            "fag; tomt for uddannelsesparathed; " + ", ".join(ALL_SUBJECTS),
            "subject; empty for education readiness; " + ", ".join(ALL_SUBJECTS),
            "reading",
            max_length=40,
            allowed=ALL_SUBJECTS,
        ),
    ] = None
    grade: Annotated[
        int,
        Column("det klassetrin, resultatet er givet på, 0–10", "the grade it was given in, 0–10", "4"),
        Field(ge=0, le=10),
    ]
    date: Annotated[datetime.date, Column("dato for resultatet", "date of the result", "2022-03-15", past=True)]
    value: Annotated[
        str,
        Column(
            "testresultat med ord, karakter på 7-trins-skalaen, eller ready/not_ready; withdrawn trækker resultatet "
            "tilbage",
            "the test's result in words, a mark on the 7-point scale, or ready/not_ready; withdrawn takes the result "
            "back",
            "jævn",
            max_length=40,
        ),
    ]


def _result(indicator: str, subject: str | None, value: str) -> FieldError | None:
    kind = IndicatorKind(indicator)
    if not fits(kind, subject or ""):
        return FieldError(SUBJECT, "subject", params={"subjects": ", ".join(SUBJECTS[kind]) or "–"})
    if read_value(kind, value) is None:
        return FieldError("value.unknown", "value", params={"allowed": values_of(kind)})
    return None


INDICATORS = Kind(
    name="indicators",
    model=IndicatorRow,
    natural_key=("cpr_number", "indicator", "subject", "grade", "date"),
    title_da="Indikatorer",
    title_en="Indicators",
    about_da=(
        "Én række pr. elev og resultat. Samme elev, indikator, fag, klassetrin og dato igen retter værdien; værdien "
        "withdrawn (eller trukket tilbage) fjerner et resultat, der er sendt ved en fejl. En række om en elev, "
        "kommunen endnu ikke har sendt, parkeres og afspilles af sig selv, når eleven kommer."
    ),
    about_en=(
        "One row per pupil and result. The same pupil, indicator, subject, grade and date again corrects the value; "
        "the value withdrawn removes a result that was sent by mistake. A row about a pupil whom the municipality has "
        "not sent yet is parked and replayed by itself when the pupil comes."
    ),
    settles_by=("cpr_number",),
    park_by="cpr_number",
    of_pupils=True,
    checks=(RowCheck(("indicator", "subject", "value"), _result),),
    errors=(
        ErrorText(
            SUBJECT,
            "Faget hører ikke til indikatoren. Brug et af: {subjects} (tomt for uddannelsesparathed).",
            "The subject does not go with the indicator. Use one of: {subjects} (empty for education readiness).",
        ),
    ),
)
