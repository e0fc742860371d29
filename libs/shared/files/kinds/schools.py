"""The file of schools."""

from typing import Annotated, Literal

from libs.shared.files.columns import Column
from libs.shared.files.errors import ErrorText
from libs.shared.files.kind import ImportRow, Kind
from libs.shared.files.kinds.vocabulary import INSTITUTION_INVALID, InstitutionNumber

TAKEN = "institution_number.taken"
OTHER = "institution_number.other_municipality"
NOT_REGISTERED = "institution_number.not_registered"
EXPIRED = "institution_number.expired"


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
            "Institutionsnummeret er i brug et andet sted. Kontrollér nummeret i Institutionsregisteret; er det jeres, "
            "så bed sekretariatet om at afgøre det, og send rækken igen.",
            "The institution number is in use elsewhere. Check the number in the national register of institutions; if "
            "it is yours, ask the secretariat to decide, and send the row again.",
            needs_server=True,
        ),
        ErrorText(
            OTHER,
            "Institutionsnummeret hører ifølge registeret til en anden kommune. Ret nummeret, eller bed sekretariatet "
            "om at få registeret rettet.",
            "By the register the institution number belongs to another municipality. Correct the number, or ask the "
            "secretariat to have the register corrected.",
            needs_server=True,
        ),
        ErrorText(
            NOT_REGISTERED,
            "Institutionsnummeret står ikke i registeret. Ret nummeret, eller bed sekretariatet om at få registeret "
            "rettet.",
            "The institution number is not in the register. Correct the number, or ask the secretariat to have the "
            "register corrected.",
            needs_server=True,
        ),
        ErrorText(
            EXPIRED,
            "Institutionsnummeret er nedlagt ifølge registeret. Brug det nummer, der gælder nu, eller bed "
            "sekretariatet om at få registeret rettet.",
            "By the register the institution number is no longer in use. Use the number that is valid now, or ask the "
            "secretariat to have the register corrected.",
            needs_server=True,
        ),
    ),
)
