"""The file of schools."""

from typing import Annotated, Literal

from libs.shared.files.columns import Column
from libs.shared.files.errors import ErrorText
from libs.shared.files.kind import ImportRow, Kind
from libs.shared.files.kinds.vocabulary import (
    INSTITUTION_INVALID,
    MUNICIPALITY_INVALID,
    MUNICIPALITY_UNKNOWN,
    InstitutionNumber,
    read_municipality,
)
from libs.shared.values import codes

TAKEN = "institution_number.taken"
OTHER = "institution_number.other_municipality"
NOT_REGISTERED = "institution_number.not_registered"
EXPIRED = "institution_number.expired"
MAIN_UNKNOWN = "school.main_unknown"
MAIN_IS_DEPARTMENT = "school.main_is_department"
HAS_DEPARTMENTS = "school.has_departments"


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
    location_municipality_code: Annotated[
        str | None,
        Column(
            "koden for den kommune, som skolen ligger i (beliggenhedskommune), hvis det er en anden end den, der "
            "driver den; tomt: som hidtil, for en ny skole kommunens egen",
            "the code of the municipality in which the school lies, if another one than the one that runs it; empty: "
            "as before, for a new school the municipality's own",
            "",
            convert=read_municipality,
        ),
    ] = None
    main_institution_number: Annotated[
        codes.InstitutionNumber | None,
        Column(
            "hovedskolens institutionsnummer, hvis skolen er en afdeling; tomt: som hidtil; skolens eget nummer: ikke "
            "en afdeling",
            "the main school's institution number if the school is a department; empty: as before; the school's own "
            "number: no department",
            "",
            code="institution_number.invalid",
        ),
    ] = None


SCHOOLS = Kind(
    name="schools",
    model=SchoolRow,
    natural_key=("institution_number",),
    title_da="Skoler",
    title_en="Schools",
    about_da=(
        "Én række pr. skole. Send skolerne først; alt andet henviser til dem. Kommunen, der sender, driver skolen; "
        "location_municipality_code er den, som skolen ligger i. En afdeling har sin egen række med eget nummer og "
        "navn og hovedskolens nummer i main_institution_number."
    ),
    about_en=(
        "One row per school. Send the schools first; everything else refers to them. The municipality that sends runs "
        "the school; location_municipality_code is the one in which it lies. A department has a row of its own, with "
        "its own number and name, and the main school's number in main_institution_number."
    ),
    most_lines=10_000,  # main schools and their departments are judged together
    errors=(
        INSTITUTION_INVALID,
        MUNICIPALITY_INVALID,
        MUNICIPALITY_UNKNOWN,
        ErrorText(
            MAIN_UNKNOWN,
            "Hovedskolens nummer er ikke en af kommunens skoler. Send hovedskolen først eller i samme fil, eller ret "
            "main_institution_number.",
            "The main school's number is not one of the municipality's schools. Send the main school first or in the "
            "same file, or correct main_institution_number.",
            needs_server=True,
        ),
        ErrorText(
            MAIN_IS_DEPARTMENT,
            "Hovedskolen er selv en afdeling. Brug nummeret på den skole, som den hører under.",
            "The main school is itself a department. Use the number of the school that it belongs to.",
            needs_server=True,
        ),
        ErrorText(
            HAS_DEPARTMENTS,
            "Skolen har selv afdelinger og kan ikke være en afdeling. Flyt dens afdelinger til hovedskolen i samme "
            "fil, eller lad main_institution_number være tom.",
            "The school has departments itself and cannot be a department. Move its departments to the main school in "
            "the same file, or leave main_institution_number empty.",
            needs_server=True,
        ),
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
