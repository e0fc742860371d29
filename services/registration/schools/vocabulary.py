"""How a file names a school; shared by every kind that refers to one."""

from typing import Annotated

from libs.shared.files.columns import Column
from libs.shared.files.errors import ErrorText
from libs.shared.values import codes

UNKNOWN = "institution_number.unknown"
"""The same answer for a number that does not exist and for another municipality's."""

InstitutionNumber = Annotated[
    codes.InstitutionNumber,
    Column(
        "institutionsnummer, seks cifre", "institution number, six digits", "101001", code="institution_number.invalid"
    ),
]

INSTITUTION_INVALID = ErrorText(
    "institution_number.invalid",
    "Feltet {column} er ikke et institutionsnummer: seks cifre. Ret det.",
    "The field {column} is not an institution number: six digits. Correct it.",
)

INSTITUTION_UNKNOWN = ErrorText(
    UNKNOWN,
    "Institutionsnummeret er ikke en af kommunens skoler. Send skolen først, eller ret nummeret.",
    "The institution number is not one of the municipality's schools. Send the school first, or correct the number.",
)
