"""The ids by which the files refer to each other, and the moment of an export."""

from datetime import date, datetime

from synthetic.layout import FIRST_YEARS, Line, School

SOURCE = "Prøveadministration & Søn"


def municipality(code: str) -> str:
    """The id of the municipality's organisation."""
    return f"kommune-{code}"


def school(of: School) -> str:
    """The id of a school."""
    return f"skole-{of.institution_number}"


def school_year(year: int) -> str:
    """The id of a school year (an index of ``FIRST_YEARS``)."""
    return f"skoleaar-{FIRST_YEARS[year]}"


def spring(year: int) -> str:
    """The id of a school year's second half."""
    return f"foraar-{FIRST_YEARS[year] + 1}"


def homeroom(line: Line, year: int) -> str:
    """The id of a class of one school year."""
    return f"klasse-{line.school.institution_number}-{FIRST_YEARS[year]}-{line.class_name(year)}"


def group(line: Line, year: int) -> str:
    """The id of a class's swimming group."""
    return f"hold-{homeroom(line, year)}"


def moment(day: date) -> datetime:
    """When the export of a day is made, in Danish time."""
    return datetime(day.year, day.month, day.day, 6, 30)  # noqa: DTZ001 - a zip's dates have no time zone
