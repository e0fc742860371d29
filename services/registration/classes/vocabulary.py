"""How a file names a school year and a class; shared by every kind that refers to one."""

from typing import Annotated

from pydantic import TypeAdapter, ValidationError

from libs.shared.imports.columns import Column, ParseContext
from libs.shared.imports.errors import ErrorText, Refused
from libs.shared.rules import school_years

_YEAR = TypeAdapter[str](school_years.SchoolYear)

YEAR_INVALID = ErrorText(
    "school_year.invalid",
    "Feltet {column} er ikke et skoleår. Skriv to år i træk, som 2022/2023.",
    "The field {column} is not a school year. Write two years in a row, as 2022/2023.",
)

CLASS_UNKNOWN = ErrorText(
    "class.unknown",
    "Skolen har ingen klasse med det navn i skoleåret. Send klassen først, eller ret navnet.",
    "The school has no class of that name in the school year. Send the class first, or correct the name.",
)


def read_school_year(text: str, _context: ParseContext) -> str:
    """``2022/2023``."""
    try:
        return _YEAR.validate_python(text)
    except ValidationError:
        raise Refused("school_year.invalid") from None


SchoolYear = Annotated[str, Column("skoleår", "school year", "2022/2023", convert=read_school_year)]
ClassName = Annotated[str, Column("klassens navn", "the class's name", "5A", max_length=40)]
