"""Main schools and their departments. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from libs.shared.files.kinds.schools import HAS_DEPARTMENTS, MAIN_IS_DEPARTMENT, MAIN_UNKNOWN


@dataclass(frozen=True, slots=True)
class Chosen:
    """The schools of a list: of this kind, in this municipality, departments of this school; None: whatever it is."""

    kind: str | None = None
    located: str | None = None
    main: str | None = None


ALL = Chosen()


class GivenSchool(NamedTuple):
    """A school as a file has it, and the ground on which the municipality has its number.

    ``location_municipality_code`` and ``main_institution_number`` are None where the file says nothing about them.
    """

    institution_number: str
    name: str
    kind: str
    location_municipality_code: str | None
    main_institution_number: str | None
    standing: str

    def main(self, stored: "StoredSchool | None") -> str | None:
        """The number of its main school afterwards; a school that names itself is no department."""
        if self.main_institution_number is None:
            return stored.main_institution_number if stored else None
        return None if self.main_institution_number == self.institution_number else self.main_institution_number


class StoredSchool(NamedTuple):
    """A municipality's school as it is stored."""

    name: str
    kind: str
    location_municipality_code: str
    main_institution_number: str | None
    standing: str


def refused_departments(
    given: Iterable[GivenSchool], stored: Mapping[str, StoredSchool], held: Iterable[str]
) -> dict[str, str]:
    """The refused schools by number, each with its code: a department belongs to a school of the municipality that is
    no department itself. ``held`` are the numbers of all stored schools that have theirs.

    A school that is refused is no main school of another one either, whatever the order of the rows.
    """
    rows = {row.institution_number: row for row in given}
    main = {number: school.main_institution_number for number, school in stored.items()}
    main |= {number: row.main(stored.get(number)) for number, row in rows.items()}
    known = {*held, *rows}
    with_departments = {above for above in main.values() if above is not None}
    refused: dict[str, str] = {}
    for number, row in rows.items():
        above = main[number]
        if above is None or row.main_institution_number is None:
            continue
        if above not in known:
            refused[number] = MAIN_UNKNOWN
        elif main.get(above) is not None:
            refused[number] = MAIN_IS_DEPARTMENT
        elif number in with_departments:
            refused[number] = HAS_DEPARTMENTS
    return refused
