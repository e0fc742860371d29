"""A contradiction of identifiers. Pure."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class ConflictRow:
    """Rows that were refused because their identifiers contradict the pupil's, or are those of two pupils.

    ``institution_number`` is the school in the newest row.
    """

    conflict_id: UUID
    kind: str
    pupil_id: UUID
    other_id: UUID | None
    institution_number: str
    since: datetime
    last_at: datetime
    dismissed_at: datetime | None


def sorted_value(row: ConflictRow, name: str) -> str:
    """The value by which the list is sorted."""
    values = {
        "since": row.since.isoformat(),
        "last_at": row.last_at.isoformat(),
        "institution_number": row.institution_number,
    }
    return values[name]
