"""The file of schools."""

from typing import Annotated, Literal

from libs.shared.imports.columns import Column
from libs.shared.imports.errors import ErrorText
from libs.shared.imports.kinds import ImportRow, Kind
from services.registration.schools.vocabulary import INSTITUTION_INVALID, InstitutionNumber

TAKEN = "institution_number.taken"


class SchoolRow(ImportRow):
    """One school."""

    institution_number: InstitutionNumber
    name: Annotated[str, Column("skolens navn", "the school's name", "Prøveskolen Nord")]
    kind: Annotated[
        Literal["public", "private", "special"],
        Column(
            "folkeskole (public), fri- og privatskole (private) eller specialskole (special)",
            "public, private or special school",
            "public",
        ),
    ]


SCHOOLS = Kind(
    name="schools",
    model=SchoolRow,
    natural_key=("institution_number",),
    title_da="Skoler",
    title_en="Schools",
    about_da="Én række pr. skole. Send skolerne først; alt andet henviser til dem.",
    about_en="One row per school. Send the schools first; everything else refers to them.",
    errors=(
        INSTITUTION_INVALID,
        ErrorText(
            TAKEN,
            "Institutionsnummeret kan ikke oprettes i kommunen, fordi det er registreret et andet sted. "
            "Kontrollér nummeret i Institutionsregisteret.",
            "The institution number cannot be created in the municipality because it is registered elsewhere. "
            "Check the number in the national register of institutions.",
        ),
    ),
)
