"""The file of classes."""

from typing import Annotated, Literal

from libs.shared.files.columns import Column
from libs.shared.files.kind import ImportRow, Kind
from libs.shared.files.kinds.roster_errors import ROSTER_CLASS_ERRORS
from libs.shared.files.kinds.source_errors import SOURCE_CLASS_ERRORS
from libs.shared.files.kinds.vocabulary import (
    INSTITUTION_INVALID,
    INSTITUTION_UNKNOWN,
    YEAR_ERRORS,
    ClassName,
    InstitutionNumber,
    SchoolYear,
)
from libs.shared.values.codes import Grade


class ClassRow(ImportRow):
    """One class in one school year."""

    institution_number: InstitutionNumber
    school_year: SchoolYear
    name: ClassName
    grade: Annotated[Grade, Column("klassetrin, 0–10", "grade, 0–10", "5")]
    kind: Annotated[
        Literal["ordinary", "special", "unknown"],
        Column(
            "almen klasse (ordinary) eller specialklasse (special); unknown, hvis kildesystemet ikke ved det",
            "ordinary or special class; unknown if the source system does not know it",
            "ordinary",
        ),
    ]
    line: Annotated[
        str | None,
        Column(
            "klassens linje eller spor i kildesystemet, hvis det har en",
            "the class's line (Linje) in the source system, if it has one",
            "",
            max_length=40,
        ),
    ] = None


CLASSES = Kind(
    name="classes",
    model=ClassRow,
    natural_key=("institution_number", "school_year", "name"),
    title_da="Klasser",
    title_en="Classes",
    about_da="Én række pr. klasse og skoleår. Send dem efter skolerne og før eleverne. unknown ændrer ikke en slags, "
    "der er kendt; er den ukendt, afgør skolens regler den (/v1/class-kind-rules), når de omfatter klassen.",
    about_en="One row per class and school year. Send them after the schools and before the pupils. unknown does not "
    "change a kind that is known; if it is not, the school's rules decide it (/v1/class-kind-rules) where they cover "
    "the class.",
    errors=(INSTITUTION_INVALID, INSTITUTION_UNKNOWN, *YEAR_ERRORS, *SOURCE_CLASS_ERRORS, *ROSTER_CLASS_ERRORS),
)
