"""A claim that another school's limits. Pure."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID


@dataclass(frozen=True, slots=True)
class ConflictRow:
    """A claim that another school's claim (the rival) limits; ``valid_from`` and ``valid_to`` are the stay that counts.

    ``last_file`` is the day of the school's newest complete file.
    """

    conflict_id: UUID
    pupil_id: UUID
    class_id: UUID
    claimed_from: date
    claimed_to: date
    municipality_code: str
    school_year: str
    institution_number: str
    class_name: str
    valid_from: date
    valid_to: date
    rival_number: str
    rival_class_id: UUID
    rival_class_name: str
    rival_from: date
    unclear: bool
    last_file: date | None
    is_open: bool


def sorted_value(row: ConflictRow, name: str) -> str:
    """The value by which the list is sorted."""
    values = {
        "rival_from": row.rival_from.isoformat(),
        "institution_number": row.institution_number,
        "rival_number": row.rival_number,
    }
    return values[name]
