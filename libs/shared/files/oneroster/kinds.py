"""The kinds that the rows of a zip are of: those of ``files.kinds``, without what the format need not hold.

It makes no school: the format does not say whether one is public, private or special, so the institution must be
registered already. Whether a class is ordinary or special stands in a column of ours (``vocabulary.CLASS_KIND``).
"""

from dataclasses import replace
from typing import Annotated, Literal

from libs.shared.files.columns import Column
from libs.shared.files.kind import ImportRow
from libs.shared.files.kinds import classes, pupils
from libs.shared.files.kinds.vocabulary import ClassName, InstitutionNumber, SchoolYear
from libs.shared.files.oneroster.row_errors import CLASS_ERRORS, PUPIL_ERRORS
from libs.shared.values.codes import Grade


class ClassRow(ImportRow):
    """A class whose kind may be left out."""

    institution_number: InstitutionNumber
    school_year: SchoolYear
    name: ClassName
    grade: Annotated[Grade, Column("klassetrin, 0–10", "grade, 0–10", "5")]
    kind: Annotated[
        Literal["ordinary", "special"] | None,
        Column("almen klasse (ordinary) eller specialklasse (special)", "ordinary or special class", "ordinary"),
    ] = None


CLASSES = replace(classes.CLASSES, model=ClassRow, errors=(*classes.CLASSES.errors, *CLASS_ERRORS))
PUPILS = replace(pupils.PUPILS, errors=(*pupils.PUPILS.errors, *PUPIL_ERRORS))
