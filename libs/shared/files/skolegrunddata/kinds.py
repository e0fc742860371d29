"""The kinds that the rows of a file are of: those of ``files.kinds``, without what the format does not hold.

It does not say whether a class is ordinary or special, nor whether a school is public, private or special. So it makes
no school; the institution must be registered already.
"""

from dataclasses import replace
from typing import Annotated

from libs.shared.files.columns import Column
from libs.shared.files.kind import ImportRow
from libs.shared.files.kinds import classes, pupils
from libs.shared.files.kinds.vocabulary import ClassName, InstitutionNumber, SchoolYear
from libs.shared.files.skolegrunddata.vocabulary import CLASS_ERRORS, PUPIL_ERRORS
from libs.shared.values.codes import Grade


class ClassRow(ImportRow):
    """A class without its kind."""

    institution_number: InstitutionNumber
    school_year: SchoolYear
    name: ClassName
    grade: Annotated[Grade, Column("klassetrin, 0–10", "grade, 0–10", "5")]


CLASSES = replace(classes.CLASSES, model=ClassRow, errors=(*classes.CLASSES.errors, *CLASS_ERRORS))
PUPILS = replace(pupils.PUPILS, errors=(*pupils.PUPILS.errors, *PUPIL_ERRORS))
