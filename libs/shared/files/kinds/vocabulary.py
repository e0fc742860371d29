"""How a file names a school, a school year and a class: shared by every kind that refers to one."""

from typing import Annotated

from pydantic import TypeAdapter, ValidationError

from libs.shared.base.date_window import first_years
from libs.shared.base.municipalities import is_municipality
from libs.shared.files.columns import Column, ParseContext
from libs.shared.files.errors import ErrorText, Refused
from libs.shared.values import codes, school_years

UNKNOWN = "institution_number.unknown"
"""The same answer for a number that does not exist and for another municipality's."""

InstitutionNumber = Annotated[
    codes.InstitutionNumber,
    Column(
        "institutionsnummer, seks cifre eller store bogstaver",
        "institution number, six digits or capital letters",
        "101001",
        code="institution_number.invalid",
    ),
]

INSTITUTION_INVALID = ErrorText(
    "institution_number.invalid",
    "Feltet {column} er ikke et institutionsnummer: seks cifre eller store bogstaver, med foranstillede nuller. "
    "Ret det.",
    "The field {column} is not an institution number: six digits or capital letters, with leading zeros. Correct it.",
)

INSTITUTION_UNKNOWN = ErrorText(
    UNKNOWN,
    "Institutionsnummeret er ikke en af kommunens skoler. Send skolen først, eller ret nummeret.",
    "The institution number is not one of the municipality's schools. Send the school first, or correct the number.",
    needs_server=True,
)

MUNICIPALITY_INVALID = ErrorText(
    "municipality_code.invalid",
    "Feltet {column} er ikke en kommunekode: tre cifre. Ret det.",
    "The field {column} is not a municipality code: three digits. Correct it.",
)

MUNICIPALITY_UNKNOWN = ErrorText(
    "municipality.unknown",
    "Ingen kommune har koden i feltet {column}. Brug en af de 98 koder i GET /v1/municipality-codes.",
    "No municipality has the code in the field {column}. Use one of the 98 codes of GET /v1/municipality-codes.",
)

_YEAR = TypeAdapter[str](school_years.SchoolYear)

YEAR_INVALID = ErrorText(
    "school_year.invalid",
    "Feltet {column} er ikke et skoleår. Skriv to år i træk, som 2022/2023.",
    "The field {column} is not a school year. Write two years in a row, as 2022/2023.",
)

YEAR_OUT_OF_RANGE = ErrorText(
    "school_year.out_of_range",
    "Skoleåret i feltet {column} skal ligge mellem {first} og {last}. Ret det.",
    "The school year in the field {column} must lie between {first} and {last}. Correct it.",
)

YEAR_ERRORS = (YEAR_INVALID, YEAR_OUT_OF_RANGE)

CLASS_UNKNOWN = ErrorText(
    "class.unknown",
    "Skolen har ingen klasse med det navn i skoleåret. Send klassen først, eller ret navnet.",
    "The school has no class of that name in the school year. Send the class first, or correct the name.",
    needs_server=True,
)

OTHER_INSTITUTION = "snapshot.other_institution"
OTHER_SCHOOL_YEAR = "snapshot.other_school_year"

SNAPSHOT_ERRORS = (
    ErrorText(
        OTHER_INSTITUTION,
        "Filen er sendt som et øjebliksbillede af én institution (institution=), og rækkens er en anden. Send hver "
        "institution i sin egen fil, eller send filen uden scope=complete.",
        "The file was sent as a snapshot of one institution (institution=), and the row's is another one. Send each "
        "institution in a file of its own, or send the file without scope=complete.",
        needs_server=True,
    ),
    ErrorText(
        OTHER_SCHOOL_YEAR,
        "Filen er sendt som et øjebliksbillede af ét skoleår (school_year=), og rækkens er et andet. Send hvert "
        "skoleår i sin egen fil, eller send filen uden scope=complete.",
        "The file was sent as a snapshot of one school year (school_year=), and the row's is another one. Send each "
        "school year in a file of its own, or send the file without scope=complete.",
        needs_server=True,
    ),
)


def read_municipality(text: str, context: ParseContext) -> str:
    """The code of one of the 98 municipalities, or the sender's own, which tests invent. Raises ``Refused``."""
    if not codes.is_municipality_code(text):
        raise Refused(MUNICIPALITY_INVALID.code)
    if text != context.municipality_code and not is_municipality(text):
        raise Refused(MUNICIPALITY_UNKNOWN.code)
    return text


def read_school_year(text: str, context: ParseContext) -> str:
    """``2022/2023``, one of ``base.date_window``."""
    try:
        school_year = _YEAR.validate_python(text)
    except ValidationError:
        raise Refused("school_year.invalid") from None
    years = first_years(context.today)
    if int(school_year[:4]) not in years:
        first, last = (f"{year}/{year + 1}" for year in (years[0], years[-1]))
        raise Refused("school_year.out_of_range", first=first, last=last)
    return school_year


SchoolYear = Annotated[str, Column("skoleår", "school year", "2022/2023", convert=read_school_year)]
ClassName = Annotated[str, Column("klassens navn", "the class's name", "5A", max_length=40)]
