"""The file of pupils: a row per pupil and membership."""

from datetime import date
from typing import Annotated, Literal

from libs.shared.files.columns import Column, read_cpr_number, read_local_id, read_truth, read_uni_login
from libs.shared.files.errors import ErrorText, FieldError
from libs.shared.files.kind import ImportRow, Kind
from libs.shared.files.kinds.roster_errors import ROSTER_PUPIL_ERRORS
from libs.shared.files.kinds.source_errors import SOURCE_PUPIL_ERRORS
from libs.shared.files.kinds.vocabulary import (
    CLASS_UNKNOWN,
    INSTITUTION_INVALID,
    INSTITUTION_UNKNOWN,
    SNAPSHOT_ERRORS,
    YEAR_ERRORS,
    ClassName,
    InstitutionNumber,
    SchoolYear,
)
from libs.shared.files.row_checks import RowCheck
from libs.shared.privacy.identifiers import IdentifierKind
from libs.shared.values.school_years import first_day, next_first_day, school_year_of

NO_IDENTIFIER = "pupil.no_identifier"
CONFLICT = "pupil.identifiers_conflict"
NOT_PROTECTED = "name_protected.not_applied"
OVERLAP = "membership.overlap"
OUTSIDE_YEAR = "membership.outside_school_year"
ENDS_FIRST = "membership.ends_before_start"


class PupilRow(ImportRow):
    """One pupil's time in one class."""

    cpr_number: Annotated[
        str | None,
        Column(
            "CPR-nummer",
            "CPR number",
            "6101120008",
            max_length=20,
            secret=True,
            convert=read_cpr_number,
            keyed=IdentifierKind.CPR_NUMBER,
        ),
    ] = None
    uni_login: Annotated[
        str | None,
        Column(
            "UNI-Login",
            "UNI-Login",
            "prov0001",
            max_length=64,
            secret=True,
            convert=read_uni_login,
            keyed=IdentifierKind.UNI_LOGIN,
        ),
    ] = None
    local_id: Annotated[
        str | None,
        Column(
            "elevens id i kildesystemet",
            "the pupil's id in the source system",
            "101-00001",
            max_length=64,
            secret=True,
            convert=read_local_id,
            keyed=IdentifierKind.LOCAL_ID,
        ),
    ] = None
    name: Annotated[str, Column("elevens navn", "the pupil's name", "Ask Prøvesen 17", secret=True)]
    institution_number: InstitutionNumber
    school_year: SchoolYear
    class_name: ClassName
    valid_from: Annotated[
        date | None,
        Column(
            "første dag i klassen; kan kun være tom i et fuldt øjebliksbillede (scope=complete)",
            "first day in the class; may be empty in a complete snapshot alone (scope=complete)",
            "2022-08-01",
        ),
    ] = None
    valid_to: Annotated[
        date | None,
        Column(
            "dagen efter den sidste dag i klassen; tomt betyder skoleåret ud",
            "the day after the last in the class; empty means to the end of the school year",
            "2023-08-01",
            open_end=True,
        ),
    ] = None
    name_protected: Annotated[
        Literal["true", "false"] | None,
        Column(
            "true (ja, 1), hvis eleven har navne- og adressebeskyttelse, så navnet ikke vises; false (nej, 0), når den "
            "er ophørt; tomt: som hidtil",
            "true (yes, 1) if the pupil has name and address protection, so that the name is not shown; false (no, 0) "
            "when it has ended; empty: as before",
            "",
            convert=read_truth,
        ),
    ] = None


def year_end(day: date) -> date:
    """The day after the last of the day's school year."""
    return next_first_day(school_year_of(day))


def outside_year(school_year: str, valid_from: date, valid_to: date) -> str | None:
    """The column that lies outside the school year; None if neither does. Its last ``valid_to`` is 1 August."""
    if school_year_of(valid_from) != school_year:
        return "valid_from"
    if valid_to > year_end(valid_from):
        return "valid_to"
    return None


def _identified(*identifiers: str | None) -> FieldError | None:
    return None if any(identifiers) else FieldError(NO_IDENTIFIER)


def _period(school_year: str, valid_from: date | None, valid_to: date | None) -> FieldError | None:
    if valid_from is None:
        inside = valid_to is None or first_day(school_year) <= valid_to <= next_first_day(school_year)
        return None if inside else FieldError(OUTSIDE_YEAR, "valid_to")
    end = valid_to or year_end(valid_from)
    if end < valid_from:
        return FieldError(ENDS_FIRST, "valid_to")
    column = outside_year(school_year, valid_from, end)
    return FieldError(OUTSIDE_YEAR, column) if column else None


PUPILS = Kind(
    name="pupils",
    model=PupilRow,
    natural_key=(
        *("cpr_number", "uni_login", "local_id"),
        *("institution_number", "school_year", "class_name", "valid_from"),
    ),
    settles_by=("cpr_number", "uni_login", "local_id"),
    complete=True,
    known_to_snapshots=("valid_from",),
    most_lines=1_000_000,  # all of them are held against each other, in one step
    title_da="Elever",
    title_en="Pupils",
    about_da=(
        "Én række pr. elev og klasse i et skoleår, med mindst én identifikation: CPR-nummer, UNI-Login eller "
        "kildesystemets id. En elev, der skifter klasse, har en række for hver; valid_to er dagen efter den sidste, "
        "tomt eller 9999-12-31 skoleåret ud. I et fuldt øjebliksbillede kan valid_from være tom: en elev, der allerede "
        "er i klassen, bliver der, en, der kommer til, begynder på øjebliksbilledets dag, og i skolens første "
        "øjebliksbillede af skoleåret begynder alle 1. august. "
        "Samme elev, klasse og valid_from igen retter valid_to; er de to datoer ens, trækkes rækken tilbage. Et id fra "
        "kildesystemet peger kun på en kendt elev, hvis CPR-nummer, UNI-Login eller en del af navnet passer; ellers "
        "venter rækken, til kommunen har afgjort, om det er samme elev. Står der name_protected=true, vises elevens "
        "navn ikke, før en senere fil siger false; en fil uden kolonnen ændrer det ikke."
    ),
    about_en=(
        "One row per pupil and class of a school year, with at least one identifier: CPR number, UNI-Login or the "
        "source system's id. A pupil who changes class has a row for each; valid_to is the day after the last, empty "
        "or 9999-12-31 the end of the school year. In a complete snapshot valid_from may be empty: a pupil who is in "
        "the class already stays there, one who joins begins on the day of the snapshot, and in the first snapshot of "
        "the school and school year all begin on 1 August. The same pupil, class and valid_from again corrects "
        "valid_to; two equal dates withdraw the row. A source system's id points to a known pupil only if CPR "
        "number, UNI-Login or a part of the name agrees; otherwise the row waits until the municipality has decided "
        "whether it is the same pupil. After name_protected=true the pupil's name is not shown until a later file says "
        "false; a file without the column does not change it."
    ),
    checks=(
        RowCheck(("cpr_number", "uni_login", "local_id"), _identified),
        RowCheck(("school_year", "valid_from", "valid_to"), _period),
    ),
    errors=(
        INSTITUTION_INVALID,
        INSTITUTION_UNKNOWN,
        *YEAR_ERRORS,
        CLASS_UNKNOWN,
        *SNAPSHOT_ERRORS,
        *SOURCE_PUPIL_ERRORS,
        *ROSTER_PUPIL_ERRORS,
        ErrorText(
            NOT_PROTECTED,
            "Rækken siger, at elevens navn er beskyttet, men den er afvist, og det kan ikke afgøres med sikkerhed, "
            "hvilken kendt elev den handler om. Intet navn er beskyttet af den. Ret rækken, og send den igen straks.",
            "The row says that the pupil's name is protected, but it is refused, and it is not certain which known "
            "pupil it is about. No name is protected by it. Correct the row, and send it again at once.",
            needs_server=True,
        ),
        ErrorText(
            NO_IDENTIFIER,
            "Rækken har hverken CPR-nummer, UNI-Login eller id fra kildesystemet. Udfyld mindst ét af dem.",
            "The row has neither a CPR number, a UNI-Login nor an id of the source system. Fill in at least one.",
        ),
        ErrorText(
            CONFLICT,
            "Rækkens identifikationer hører til forskellige elever, eller CPR-nummer eller UNI-Login er et andet end "
            "elevens. Kontrollér dem i kildesystemet, og send rækken med dem, der er elevens egne. Har kildesystemet "
            "givet et andet barns id til eleven, så send rækken uden det id.",
            "The row's identifiers belong to different pupils, or the CPR number or UNI-Login is another than the "
            "pupil's. Check them in the source system, and send the row with the pupil's own. If the source system has "
            "given the pupil an id that is another child's, send the row without that id.",
            needs_server=True,
        ),
        ErrorText(
            OVERLAP,
            "Eleven er allerede i en klasse i en del af perioden. Afslut den anden periode først, eller ret datoerne.",
            "The pupil is in a class already during a part of the period. End the other period first, "
            "or correct the dates.",
            needs_server=True,
        ),
        ErrorText(
            OUTSIDE_YEAR,
            "Perioden går ud over skoleåret, som begynder 1. august. Ret {column}, eller del perioden i en række "
            "pr. skoleår.",
            "The period goes beyond the school year, which starts on 1 August. Correct {column}, or split the period "
            "into a row per school year.",
        ),
        ErrorText(
            ENDS_FIRST,
            "Perioden slutter, før den begynder. Ret {column} eller den første dag.",
            "The period ends before it begins. Correct {column} or the first day.",
        ),
    ),
)
